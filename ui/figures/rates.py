"""The final cost of a descent against its learning rate."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from core.descent.rates import Rate, Sweep
from core.descent.regimes import REGIMES
from ui.theme import Colors


def rate_sweep(
    swept: Sweep, now: float, marks: Sequence[Rate], palette: Colors, cost: str = "J"
) -> go.Figure:
    """The final cost against the learning rate; where it behaves otherwise, a mark."""
    figure = go.Figure(
        layout={
            "xaxis": {"title": {"text": "learning rate"}, "type": "log", "exponentformat": "power"},
            "yaxis": {"title": {"text": f"final {cost}"}, "type": "log", "exponentformat": "power"},
        }
    )
    final = np.where(swept.cost > 0, swept.cost, np.nan)
    figure.add_scatter(
        x=swept.rates,
        y=final,
        name="after all steps",
        mode="lines+markers",
        marker={"size": 5},
        line={"color": palette["cost"]},
        customdata=[REGIMES[code] for code in swept.regime],
        hovertemplate=f"rate %{{x:.3g}}<br>{cost} %{{y:.4g}}<br>%{{customdata}}<extra></extra>",
    )
    figure.add_vline(x=now, line={"color": palette["ink"], "width": 2})
    for mark in marks:
        figure.add_vline(
            x=mark.value, line={"color": palette["derivative"], "dash": "dash", "width": 1.5}
        )
    return figure
