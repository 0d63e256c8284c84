"""Small histograms: the numbers of each layer, a row for each way to draw the first weights."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.formatting import short
from core.functions import Array
from ui.theme import Colors

BINS = 21
GAP = 0.05
"""Between two layers, as a share of the whole width."""
HIGH = 0.85
"""The highest bar of a histogram, as a share of the height of its row."""


def histograms(rows: Mapping[str, Sequence[Array]], colour: str, palette: Colors) -> go.Figure:
    """A histogram for each layer (a column) of each row, those of a column on one axis.

    Args:
        rows: for each row's name the numbers of its layers, from the first to the output.
        colour: a key of the palette.
        palette: the colours of the theme.

    Each is as high as its highest bar; what is not finite is left out.
    """
    layers = max(map(len, rows.values()))
    titles = [*(f"layer {k}" for k in range(1, layers)), "output"]
    bottoms = np.arange(len(rows), dtype=float)[::-1]  # the first row on top
    axes: dict[str, Any] = {}
    outlines = []
    for column, title in enumerate(titles):
        numbers = [layer[column][np.isfinite(layer[column])] for layer in rows.values()]
        reach = _reach(numbers)
        edges = np.linspace(-reach, reach, BINS + 1)
        heights = np.array([np.histogram(n, edges)[0] for n in numbers], float)
        heights *= HIGH / np.maximum(1, heights.max(axis=1, keepdims=True))
        start = column * (1 + GAP) / (layers + GAP * (layers - 1))
        mark = float(f"{0.75 * reach:.1g}")
        axes[f"xaxis{column + 1}"] = {
            "title": {"text": title},
            "domain": [start, min(1.0, start + 1 / (layers + GAP * (layers - 1)))],
            "range": [-reach, reach],
            "tickvals": [-mark, 0, mark],
            "ticktext": [short(-mark), "0", short(mark)],
            "zeroline": True,
            "showgrid": False,
        }
        outlines.append(
            {
                "name": title,
                "x": np.tile([*np.repeat(edges, 2), np.nan], len(rows)),
                "y": (_steps(heights) + bottoms[:, np.newaxis]).ravel(),
                "mode": "lines",
                "line": {"width": 0},
                "fill": "toself",
                "fillcolor": palette[colour],
                "xaxis": f"x{column + 1}",
                "hoverinfo": "skip",
            }
        )
    named = {"tickvals": bottoms + HIGH / 2, "ticktext": list(rows), "ticks": ""}
    levels = [
        {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": b, "y1": b} for b in bottoms
    ]
    return go.Figure(
        outlines,
        {
            **axes,
            "yaxis": {**named, "range": [0, len(rows)], "showgrid": False, "zeroline": False},
            "shapes": [{**level, "line": {"color": palette["line"]}} for level in levels],
            "showlegend": False,
        },
    )


def _steps(heights: Array) -> Array:
    """The outline of each row's bars over their edges, each edge twice, and a gap after it.

    >>> _steps(np.array([[1.0, 2.0]]))
    array([[ 0.,  1.,  1.,  2.,  2.,  0., nan]])
    """
    ends = np.zeros((len(heights), 1))
    return np.hstack([ends, np.repeat(heights, 2, axis=1), ends, np.nan + ends])


def _reach(layers: Sequence[Array]) -> float:
    """How far from 0 the numbers of a column go.

    >>> _reach([np.array([0.0]), np.array([])])
    1.0
    """
    reach = max((float(np.abs(layer).max()) for layer in layers if layer.size), default=0.0)
    return reach * 1.05 if reach > 0 else 1.0
