"""The cost over a plane through all of a network's weights, and along a line through them."""

from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go

from core.functions import Array
from ui.figures.solid import DARK, LIGHT, box, camera, extent, first_eye
from ui.theme import SCALE, Colors

WHITE = "#ffffff"
SHARE = 0.8
"""Of the places, the lower ones, whose heights are told apart at least."""
LIFT = 0.02
"""So far above the surface a path is drawn, as a share of its height: else it would sink in."""


class Ground(NamedTuple):
    """The cost over a plane.

    Attributes:
        titles: of the two axes and of the cost, as Plotly writes them.
        grids: how far along each axis.
        heights: of shape ``(len(grids[1]), len(grids[0]))``, infinite or NaN where there is none.
    """

    titles: tuple[str, str, str]
    grids: tuple[Array, Array]
    heights: Array


class Way(NamedTuple):
    """Where the points of a path lie on the plane, and how high that is there; the step shown."""

    x: Array
    y: Array
    z: Array
    at: int


def cut(ground: Ground, way: Way) -> float:
    """The height at which a surface is cut off, so that what is low can be seen.

    All of the path is below it, and so are most of the places; infinite if all places are.

    >>> level = Ground(("x", "y", "J"), (np.arange(5.0),) * 2, np.arange(25.0).reshape(5, 5))
    >>> round(cut(level, Way(*np.zeros((3, 1)), at=0)), 9)
    19.2
    """
    known = ground.heights[np.isfinite(ground.heights)]
    if not known.size:
        return np.inf
    walked = way.z[np.isfinite(way.z)]
    height = max(float(np.quantile(known, SHARE)), float(walked.max()) if walked.size else -np.inf)
    low, high = float(known.min()), float(known.max())
    return height if low < height < high else np.inf


def cost_map(ground: Ground, way: Way, palette: Colors) -> go.Figure:
    """The plane as a map in the colours of every cost map, with the path and where it stands."""
    first, second, cost = ground.titles
    low, high = extent(np.minimum(ground.heights, cut(ground, way)))
    figure = go.Figure(
        layout={
            "xaxis": {"title": {"text": first}, "range": _ends(ground.grids[0])},
            "yaxis": {"title": {"text": second}, "range": _ends(ground.grids[1])},
            "showlegend": False,
        }
    )
    figure.add_contour(
        x=ground.grids[0],
        y=ground.grids[1],
        z=np.where(np.isfinite(ground.heights), ground.heights, np.nan),
        name="cost",
        colorscale=SCALE,
        zmin=low,
        zmax=high,
        contours={"start": low, "end": high, "size": (high - low) / 16},
        line={"width": 0.5, "color": "rgba(255, 255, 255, 0.4)"},
        colorbar={"title": {"text": cost}, "thickness": 12, "tickformat": ".3~g"},
        hovertemplate=_hover(ground, "z"),
    )
    many = len(way.x) > 1
    if many:
        for color, width in ((DARK, 5), (WHITE, 2.5)):
            figure.add_scatter(
                x=way.x,
                y=way.y,
                name="path" if color == WHITE else "edge of the path",
                mode="lines",
                line={"color": color, "width": width},
                hoverinfo="skip" if color == DARK else None,
                customdata=way.z,
                hovertemplate=_hover(ground, "customdata"),
            )
        figure.add_scatter(
            x=way.x[[0, -1]],
            y=way.y[[0, -1]],
            name="ends",
            mode="markers",
            marker={
                "symbol": ["circle", "square"],
                "size": [9, 8],
                "color": [DARK, WHITE],
                "line": {"color": [WHITE, DARK], "width": 2},
            },
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=way.x[[way.at]],
        y=way.y[[way.at]],
        name="here",
        mode="markers",
        marker={"size": 13, "color": palette["cost"], "line": {"color": WHITE, "width": 2}},
        customdata=way.z[[way.at]],
        hovertemplate=_hover(ground, "customdata"),
    )
    return figure


def cost_solid(ground: Ground, way: Way, palette: Colors) -> go.Figure:
    """The same plane in 3D, cut off at :func:`cut`, the path laid on it."""
    top = cut(ground, way)
    heights = np.where(np.isfinite(ground.heights), np.minimum(ground.heights, top), np.nan)
    low, high = extent(heights)
    inside = np.all(
        [(g[0] <= p) & (p <= g[-1]) for g, p in zip(ground.grids, way[:2], strict=True)], axis=0
    )
    lifted = np.where(inside, way.z + LIFT * (high - low), np.nan)
    x, y = way.x, way.y
    here = (x[[way.at]], y[[way.at]], lifted[[way.at]])
    eye = first_eye(ground.grids, heights, here, (x, y, lifted))
    figure = go.Figure(layout=box(ground.titles, ground.grids, (low, high + 0.1 * (high - low))))
    figure.layout.scene.camera = camera(eye)
    figure.add_surface(
        x=ground.grids[0],
        y=ground.grids[1],
        z=heights,
        name="cost",
        colorscale=SCALE,
        cmin=low,
        cmax=high,
        showscale=False,
        lighting=LIGHT,
        hovertemplate=_hover(ground, "z"),
    )
    if len(x) > 1:
        for color, width in ((DARK, 9), (WHITE, 5)):
            figure.add_scatter3d(
                x=x,
                y=y,
                z=lifted,
                name="path" if color == WHITE else "edge of the path",
                mode="lines",
                line={"color": color, "width": width},
                hoverinfo="skip",
            )
    figure.add_scatter3d(
        x=here[0],
        y=here[1],
        z=here[2],
        name="here",
        mode="markers",
        marker={"size": 7, "color": palette["cost"], "line": {"color": WHITE, "width": 2}},
        customdata=way.z[[way.at]],
        hovertemplate=_hover(ground, "customdata"),
    )
    return figure


class Line(NamedTuple):
    """The cost on the straight line from the start (0) to the end (1) of a run, and of the run.

    ``run`` are the points of the run: how far along the line the nearest place is, and their cost.
    """

    shares: Array
    costs: Array
    run: tuple[Array, Array]
    at: int


def cost_along(line: Line, palette: Colors, cost: str) -> go.Figure:
    """The cost on the line, and the run's beside it."""
    along, height = line.run
    known = np.concatenate([line.costs, height])
    low, high = extent(np.minimum(known, _ceiling(line)))
    figure = go.Figure(
        layout={
            "xaxis": {
                "title": {"text": "part of the way from start (0) to end (1)"},
                "range": _ends(line.shares),
            },
            "yaxis": {
                "title": {"text": cost},
                "exponentformat": "power",
                "range": [low - 0.05 * (high - low), high + 0.05 * (high - low)],
            },
        }
    )
    drawn: tuple[tuple[str, Array, Array, dict[str, Any]], ...] = (
        ("on the straight line", line.shares, line.costs, {"color": palette["cost"], "width": 2.5}),
        ("on the run", along, height, {"color": palette["signal"], "width": 2, "dash": "dot"}),
    )
    for name, x, y, style in drawn:
        figure.add_scatter(
            x=x,
            y=np.where(np.isfinite(y), y, np.nan),
            name=name,
            mode="lines",
            line=style,
            hovertemplate=f"%{{x:.3g}} of the way<br>{cost} %{{y:.4g}}<extra>{name}</extra>",
        )
    figure.add_scatter(
        x=along[[line.at]],
        y=height[[line.at]],
        name="the step shown",
        mode="markers",
        marker={"size": 11, "color": palette["cost"], "line": {"color": WHITE, "width": 2}},
        hovertemplate=f"%{{x:.3g}} of the way<br>{cost} %{{y:.4g}}<extra>the step shown</extra>",
    )
    return figure


def _ceiling(line: Line) -> float:
    """Beyond the ends the line may rise without bound: its part between them is what matters."""
    between = line.costs[(line.shares >= 0) & (line.shares <= 1)]
    known = np.concatenate([between, line.run[1]])
    known = known[np.isfinite(known)]
    if not known.size:
        return np.inf
    low, high = float(known.min()), float(known.max())
    return high + (high - low) if high > low else np.inf


def _ends(grid: Array) -> list[float]:
    return [float(grid[0]), float(grid[-1])]


def _hover(ground: Ground, height: str) -> str:
    first, second, cost = ground.titles
    return f"{first} %{{x:.3g}}<br>{second} %{{y:.3g}}<br>{cost} %{{{height}:.4g}}<extra></extra>"
