"""Small histograms: the numbers of each layer, a row for each way to draw the first weights."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.functions import Array
from ui.theme import Colors

BINS = 21
GAP = 0.12
"""Between two histograms, as a share of the room of one."""


def histograms(rows: Mapping[str, Sequence[Array]], colour: str, palette: Colors) -> go.Figure:
    """A histogram for each layer (a column) of each row, those of a column on one scale.

    Args:
        rows: for each row's name the numbers of its layers, from the first to the output.
        colour: a key of the palette.
        palette: the colours of the theme.

    A bar's height is the share of its layer's numbers; what is not finite is left out.
    """
    layers = max(map(len, rows.values()))
    figure = go.Figure(layout={"showlegend": False, "bargap": 0})
    layout: dict[str, Any] = {}
    titles = [*(f"layer {k}" for k in range(1, layers)), "output"]
    notes: list[dict[str, Any]] = []
    for column in range(layers):
        reach = _reach([layer[column] for layer in rows.values()])
        edges = np.linspace(-reach, reach, BINS + 1)
        middles = (edges[:-1] + edges[1:]) / 2
        left, right = _room(column, layers)
        notes.append(
            {
                "text": titles[column],
                "x": (left + right) / 2,
                "y": 1,
                "yanchor": "bottom",
                "yshift": 4,
            }
        )
        for row, (name, numbers) in enumerate(rows.items()):
            place = row * layers + column + 1
            known = numbers[column][np.isfinite(numbers[column])]
            share = np.histogram(known, edges)[0] / max(1, known.size)
            bottom, top = _room(len(rows) - 1 - row, len(rows))
            layout[f"xaxis{place}"] = {
                "domain": [left, right],
                "anchor": f"y{place}",
                "range": [-reach, reach],
                "nticks": 3,
                "showticklabels": row == len(rows) - 1,
                "ticks": "",
                "showgrid": False,
                "zeroline": True,
            }
            layout[f"yaxis{place}"] = {
                "domain": [bottom, top],
                "anchor": f"x{place}",
                "range": [0, 1.05 * max(share.max(), 1e-9)],
                "showticklabels": False,
                "ticks": "",
                "showgrid": False,
            }
            figure.add_bar(
                x=middles,
                y=share,
                width=edges[1] - edges[0],
                name=f"{name}, {titles[column]}",
                marker={"color": palette[colour], "line": {"width": 0}},
                xaxis=f"x{place}",
                yaxis=f"y{place}",
                hovertemplate="%{x:.3g}: %{y:.0%}<extra></extra>",
            )
    for row, name in enumerate(rows):
        middle = sum(_room(len(rows) - 1 - row, len(rows))) / 2
        notes.append(
            {
                "text": name,
                "x": 0,
                "y": middle,
                "yanchor": "middle",
                "xanchor": "right",
                "xshift": -8,
            }
        )
    shown = [
        {"xref": "paper", "yref": "paper", "xanchor": "center", "showarrow": False, **note}
        for note in notes
    ]
    figure.update_layout({**layout, "annotations": shown, "margin": {"l": 76, "r": 8, "t": 28}})
    return figure


def _reach(layers: Sequence[Array]) -> float:
    """How far from 0 the numbers of a column go."""
    known = np.abs(np.concatenate([np.ravel(layer) for layer in layers]))
    known = known[np.isfinite(known)]
    reach = float(known.max()) if known.size else 0.0
    return reach * 1.05 if reach > 0 else 1.0


def _room(place: int, places: int) -> tuple[float, float]:
    """From where to where one of several goes, as shares of the whole.

    >>> _room(0, 1), _room(1, 2)[1]
    ((0.0, 1.0), 1.0)
    """
    size = 1 / (places + GAP * (places - 1))
    start = place * size * (1 + GAP)
    return start, min(1.0, start + size)
