"""Plotly figures from core's results: pure functions, numbers in, a figure out."""

from collections.abc import Callable, Mapping, Sequence
from itertools import cycle

import numpy as np
import plotly.graph_objects as go

from core.descent import Path
from core.descent.rates import Rate, Sweep
from core.descent.regimes import REGIMES
from core.functions import ACTIVATIONS, Array
from core.graph import Graph, symbol
from core.network import DEEPEST
from ui.theme import LINES, SCALE, Colors


def cost_surface(
    axes: tuple[str, str],
    grids: tuple[Array, Array],
    costs: Array,
    point: tuple[float, float, float],
    palette: Colors,
    path: Path | None = None,
    cost: str = "J",
) -> go.Figure:
    """The cost as a surface over two parameters, with the point and, if given, a path.

    ``cost`` is its name, which has a bar where it is a mean.
    """
    (first, second), (g1, g2) = axes, grids
    figure = go.Figure(
        layout={
            "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
            "showlegend": False,
            "scene": {
                "xaxis": {"title": {"text": first}, "range": [g1[0], g1[-1]]},
                "yaxis": {"title": {"text": second}, "range": [g2[0], g2[-1]]},
                "zaxis": {"title": {"text": cost}},
                "camera": {"eye": {"x": -1.3, "y": -1.2, "z": 1.4}},
                "aspectratio": {"x": 1, "y": 1, "z": 0.7},
            },
        }
    )
    figure.add_surface(
        x=g1,
        y=g2,
        z=np.where(np.isfinite(costs), costs, np.nan),
        name=cost,
        colorscale=SCALE,
        contours={"z": {"show": True, "usecolormap": True, "width": 1}},
        colorbar={"title": {"text": cost}, "thickness": 12, "len": 0.7},
        hovertemplate=(
            f"{first} %{{x:.3g}}<br>{second} %{{y:.3g}}<br>{cost} %{{z:.4g}}<extra></extra>"
        ),
    )
    if path is not None:
        x, y, z = _over(grids, path.parameters[first], path.parameters[second], path.cost)
        figure.add_scatter3d(
            x=x,
            y=y,
            z=z,
            name="path",
            mode="lines+markers",
            line={"color": palette["derivative"], "width": 5},
            marker={"size": 2.5, "color": palette["derivative"]},
        )
    x, y, z = _over(grids, *(np.array([value]) for value in point))
    figure.add_scatter3d(
        x=x,
        y=y,
        z=z,
        name="here",
        mode="markers",
        marker={"size": 7, "color": palette["cost"], "line": {"color": "#fff", "width": 2}},
        meta={"follows": {"x": first, "y": second, "z": "J"}},
    )
    return figure


def _over(grids: tuple[Array, Array], x: Array, y: Array, z: Array) -> tuple[Array, Array, Array]:
    """The points over the grid; the others leave a gap and are never drawn to the edge."""
    (g1, g2) = grids
    inside = (x >= g1[0]) & (x <= g1[-1]) & (y >= g2[0]) & (y <= g2[-1])
    return x, y, np.where(inside, z, np.nan)


def derivative_by_depth(
    inputs: Mapping[str, float], networks: Callable[[int, str], Graph], palette: Colors
) -> go.Figure:
    """|∂J/∂w₁| against the number of layers, for each activation that bends, with the same weights.

    The bound is what |σ′| ≤ ¼ allows: |∂J/∂ŷ| · |x| · |w₂ … w_n| / 4ⁿ. A derivative of exactly 0
    has no place on a log axis and leaves a gap.
    """
    depths = list(range(1, DEEPEST + 1))
    figure = go.Figure(
        layout={
            "xaxis": {"title": {"text": "layers"}, "dtick": 1},
            "yaxis": {"title": {"text": "|∂J/∂w1|"}, "type": "log", "exponentformat": "power"},
        }
    )
    for activation, (dash, marker) in zip(bending(), cycle(LINES), strict=False):
        sizes = [_size(networks(depth, activation), inputs, "w1") for depth in depths]
        figure.add_scatter(
            x=depths,
            y=sizes,
            name=activation,
            mode="lines+markers",
            line={"color": palette["derivative"], "dash": dash},
            marker={"symbol": marker, "size": 9},
        )
    weights = np.cumprod([abs(inputs["x"]), *(abs(inputs[f"w{k}"]) for k in depths[1:])])
    outer = [_size(networks(depth, "sigmoid"), inputs, f"a{depth}") for depth in depths]
    bound = np.array(outer) * weights / 4.0 ** np.array(depths)
    figure.add_scatter(
        x=depths,
        y=np.where(bound > 0, bound, np.nan),
        name="bound for sigmoid",
        line={"color": palette["mute"], "dash": "dash"},
    )
    return figure


def bending() -> list[str]:
    """The activations that do more than hand on their z.

    >>> bending()
    ['sigmoid', 'tanh', 'relu']
    """
    z = symbol("z")
    return [name for name, activation in ACTIVATIONS.items() if activation.of(z) != z]


def _size(graph: Graph, inputs: Mapping[str, float], name: str) -> float:
    derivative = float(graph.backward(graph.forward(inputs))[name])
    return abs(derivative) if np.isfinite(derivative) and derivative else np.nan


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
