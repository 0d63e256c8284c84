"""The costs of a race, step by step."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from core.descent import Path
from ui.theme import Colors

Look = tuple[str, str]
"""A colour, and a dash as SVG writes it."""


def racing_costs(
    paths: Sequence[Path],
    names: Sequence[str],
    looks: Sequence[Look],
    palette: Colors,
    cost: str = "J",
) -> go.Figure:
    """The cost at each step of each runner, with the runner's number where it ends.

    A cost of 0, or one that is not finite, has no place on the axis of powers: the line has a gap.
    """
    figure = go.Figure(
        layout={
            "xaxis": {"title": {"text": "step"}, "rangemode": "tozero"},
            "yaxis": {"title": {"text": cost}, "type": "log", "exponentformat": "power"},
        }
    )
    for k, (path, name, (color, dash)) in enumerate(zip(paths, names, looks, strict=False), 1):
        seen = np.isfinite(path.cost) & (path.cost > 0)
        steps = np.arange(len(path.cost))
        figure.add_scatter(
            x=steps,
            y=np.where(seen, path.cost, np.nan),
            name=f"{k} · {name}",
            mode="lines",
            line={"color": color, "width": 2, "dash": dash.replace(" ", ",") or "solid"},
            hovertemplate=f"step %{{x}}<br>{cost} %{{y:.4g}}<extra>{k} · {name}</extra>",
        )
        if seen.any():
            last = int(np.flatnonzero(seen)[-1])
            figure.add_scatter(
                x=[last],
                y=[path.cost[last]],
                mode="text",
                text=[str(k)],
                textposition="middle right",
                textfont={"color": palette["ink"], "size": 13},
                showlegend=False,
                hoverinfo="skip",
                cliponaxis=False,
            )
    return figure
