"""The cost as a surface in 3D, and the side from which it is looked at first."""

import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from core.descent import Path
from core.functions import Array
from core.printing import LAYERED
from ui.theme import SCALE, Colors

Point = tuple[float, float, float]

FLOOR = 0.35
"""So far below the lowest place the floor lies, as a share of the surface's height."""
ROOF = 0.1
"""So far above the highest place the box ends."""
BALL = 0.05
"""So far above the ground is the middle of the point, which rests on it."""
BOX = (1.0, 1.0, 0.85)
"""The sides of the box that a surface is drawn in, its middle at the origin."""
PARTS = 24
"""At so many places of a line of sight, as far as there is ground under it, it is looked at."""
CUSTOMARY = math.radians(-112.5)
"""The side that is preferred: nearly that of the map, with the first axis to the right."""
DIRECTIONS = CUSTOMARY + math.radians(22.5) * np.array([0, 2, 3, 4, 6, 7, 8, 10, 11, 12, 14, 15])
"""The first look at a surface comes from one of these sides. Not from one that it faces: there
Plotly draws the name of the axis that leads away beyond the edge of the picture."""
DISTANCE, ELEVATION = 2.0, math.radians(34)
DARK = "#14171c"
"""Round what is white, in both themes: the surface's colours are the same in both."""
LIGHT = {"ambient": 0.75, "diffuse": 0.5, "specular": 0.05, "roughness": 0.9}
RADIUS = 0.045
"""Of the point, in units of the box."""
ENOUGH = 0.6
"""Where the line of sight rises so far above the ground, nothing is gained by more."""


def cost_surface(
    axes: tuple[str, str],
    grids: tuple[Array, Array],
    costs: Array,
    palette: Colors,
    cost: str = "J",
    at: Mapping[str, float] | None = None,
    *,
    walked: bool = True,
) -> dict[str, Any]:
    """The cost as a surface over two parameters: plain data that Plotly reads as it does its own
    figures.

    The browser lays the learner's point and path on it, draws contours on the floor, and colours
    all as the map; ``meta`` tells it which trace is which.

    Args:
        axes: the names of the two parameters.
        grids: their values.
        costs: the heights, of shape ``(len(grids[1]), len(grids[0]))``.
        palette: the colours of the theme.
        cost: the cost's name, which has a bar where it is a mean.
        at: the inputs at which the surface holds; elsewhere the browser computes its own.
        walked: whether there is a path.
    """
    (first, second), (g1, g2) = axes, grids
    heights = np.where(np.isfinite(costs), costs, np.nan)
    ink, white = palette["ink"], "#ffffff"

    def line(role: str, color: str, width: float, **more: Any) -> dict[str, Any]:
        return {
            "type": "scatter3d",
            "name": role,
            "mode": "lines",
            "line": {"color": color, "width": width},
            "hoverinfo": "skip",
            "meta": {"role": role},
            **more,
        }

    def words(height: str) -> str:
        return (
            f"{first} %{{x:.3g}}<br>{second} %{{y:.3g}}<br>{cost} %{{{height}:.4g}}<extra></extra>"
        )

    surface = {
        "type": "surface",
        "x": g1,
        "y": g2,
        "z": heights,
        "name": cost,
        "colorscale": SCALE,
        "showscale": False,
        "lighting": LIGHT,
        "hovertemplate": words("z"),
        "meta": {"role": "surface", "at": dict(at or {})},
    }
    lines = [
        line("contours", palette["mute"], 2.5),
        line("drop", ink, 3),
        line("edge", DARK, 11),
    ]
    if walked:
        # As on the map: all of it thin, what has been walked thick.
        lines += [
            line("path", "rgba(255, 255, 255, 0.75)", 2.5, hoverinfo="none"),
            line("walked", white, 6),
        ]
    ends = {
        "type": "scatter3d",
        "name": "ends",
        "mode": "markers",
        "marker": {
            "size": [7, 6],
            "symbol": ["circle", "square"],
            "color": [DARK, white],
            "line": {"color": [white, DARK], "width": 3},
        },
        "hoverinfo": "skip",
        "meta": {"role": "ends"},
    }
    here = {
        "type": "scatter3d",
        "name": "here",
        "mode": "markers",
        "marker": {"size": 7, "color": palette["cost"], "line": {"color": white, "width": 2}},
        "hovertemplate": words("customdata"),
        "meta": {"role": "here"},
    }
    titles = (sign(first), sign(second), cost)
    return {
        "data": [surface, *lines, ends, here],
        "layout": {
            **box(titles, grids, reach(heights)),
            "meta": {"floor": FLOOR, "roof": ROOF, "ball": BALL},
        },
    }


def laid_on(
    axes: tuple[str, str], grids: tuple[Array, Array], point: Point, path: Path | None = None
) -> dict[str, tuple[Array, Array, Array]]:
    """By their roles, what the browser lays on a surface, where it is over it: the ``path``, and
    the point ``here``.

    ``point`` is where the learner stands: the two parameters and the cost there.
    """
    laid = {}
    if path is not None:
        laid["path"] = _over(grids, path.parameters[axes[0]], path.parameters[axes[1]], path.cost)
    x, y, z = (np.array([value]) for value in point)
    return laid | {"here": _over(grids, x, y, z)}


def box(
    titles: tuple[str, str, str],
    grids: tuple[Array, Array],
    heights: tuple[float, float],
) -> dict[str, Any]:
    """The layout of a surface: three axes without spikes. From where it is looked at is added as
    :func:`camera` says."""
    axis = {
        "showspikes": False,
        "zeroline": False,
        "showbackground": False,
        "ticks": "",
        "tickfont": {"size": 12},
    }
    level = {
        f"{name}axis": {
            "title": {"text": title},
            "range": [grid[0], grid[-1]],
            "tickvals": between(grid),
            "tickformat": ".3~g",
            **axis,
        }
        for name, title, grid in zip("xy", titles, grids, strict=False)
    }
    return {
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "showlegend": False,
        "scene": {
            **level,
            "zaxis": {
                "title": {"text": titles[2]},
                "range": list(heights),
                "exponentformat": "power",
                **axis,
            },
            "aspectmode": "manual",
            "aspectratio": dict(zip("xyz", BOX, strict=True)),
        },
    }


def camera(eye: Point) -> dict[str, Any]:
    """Plotly's camera at such a place; it looks a little below the middle of the box."""
    return {"eye": dict(zip("xyz", eye, strict=True)), "center": {"x": 0, "y": 0, "z": -0.17}}


def between(grid: Array) -> list[float]:
    """Numbers to write along an axis: none at its ends, where those of two axes would meet.

    >>> between(np.array([-10.0, 10.0]))
    [-5.0, 0.0, 5.0]
    """
    return [float(one) for one in np.linspace(grid[0], grid[-1], 5)[1:-1]]


def sign(name: str) -> str:
    """A parameter's name as Plotly writes it.

    >>> sign("w1"), sign("w2_13")
    ('w<sub>1</sub>', 'w<sup>(2)</sup><sub>13</sub>')
    """
    if layered := LAYERED.fullmatch(name):
        letter, layer, place = layered.groups()
        return f"{letter}<sup>({layer})</sup><sub>{place}</sub>"
    return re.sub(r"(\d+)$", r"<sub>\1</sub>", name)


def extent(heights: Array) -> tuple[float, float]:
    """The lowest and the highest place; of level ground two that differ.

    >>> extent(np.array([[2.0, np.nan], [4.0, 3.0]])), extent(np.array([[2.0]]))
    ((2.0, 4.0), (2.0, 3.0))
    """
    known = heights[np.isfinite(heights)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    return (low, high) if high > low else (low, low + max(1.0, 1e-9 * abs(low)))


def reach(heights: Array) -> tuple[float, float]:
    """From where to where the box round a surface reaches."""
    low, high = extent(heights)
    return low - FLOOR * (high - low), high + ROOF * (high - low)


def first_eye(
    grids: tuple[Array, Array],
    heights: Array,
    here: tuple[Array, Array, Array],
    along: tuple[Array, Array, Array] | None = None,
) -> Point:
    """From where nothing hides the point, and as little as can be of the path.

    Of these sides it is the one from which the lines of sight stay farthest above the ground; of
    those that are clear, the one nearest to the map's.
    """
    level, up = DISTANCE * math.cos(ELEVATION), DISTANCE * math.sin(ELEVATION)
    eyes = np.array(
        [level * np.cos(DIRECTIONS), level * np.sin(DIRECTIONS), np.full(len(DIRECTIONS), up)]
    ).T
    score = 1e-3 * np.cos(DIRECTIONS - CUSTOMARY)
    few, weights = [np.empty((0, 3))], [np.empty(0)]
    for weight, given in ((3, here), (1, along)):
        points = np.empty((0, 3)) if given is None else np.array(given, float).T
        points = points[np.isfinite(points).all(axis=1)]
        count = min(12, len(points))
        few.append(points[np.linspace(0, len(points) - 1, count).astype(int)])
        weights.append(np.full(count, weight / max(1, count)))
    looked_at, of_each = np.concatenate(few), np.concatenate(weights)
    if len(looked_at):
        clear = np.minimum(ENOUGH, clearance(eyes, looked_at, grids, heights))
        score = score + clear @ of_each
    x, y, z = eyes[np.argmax(score)].tolist()
    return x, y, z


def clearance(eyes: Array, points: Array, grids: tuple[Array, Array], heights: Array) -> Array:
    """How far lines of sight rise above the ground, at the least, for their length.

    A point is a ball that rests on the ground: one line goes to its middle, one to each side. What
    is negative is hidden.

    Args:
        eyes: shape ``(e, 3)``, in the units of :data:`BOX`.
        points: shape ``(p, 3)``, in the figure's.
        grids: the values of the two parameters.
        heights: of the surface over them.

    Returns:
        Shape ``(e, p)``; infinite where the ground is unknown.

    >>> level = (np.array([0.0, 1.0]), np.array([0.0, 1.0])), np.zeros((2, 2))
    >>> clearance(np.array([[2.0, 0, 1]]), np.array([[0.5, 0.5, 0]]), *level) > 0
    array([[ True]])
    """
    (g1, g2), (bottom, top), (low, high) = grids, reach(heights), extent(heights)
    origin = np.array([g1[0], g2[0], bottom - BALL * (high - low)])
    sides = np.array([g1[-1] - g1[0], g2[-1] - g2[0], top - bottom])
    start = ((points - origin) / sides - 0.5) * np.array(BOX)
    way = eyes[:, None] - start
    level = np.hypot(way[..., 0], way[..., 1])
    aside = RADIUS * np.stack([-way[..., 1], way[..., 0], 0 * level], axis=-1) / level[..., None]
    starts = start + np.array([-1, 0, 1])[:, None, None, None] * aside
    ways = eyes[:, None] - starts
    parts = np.linspace(0, 1, PARTS)[:, None, None, None] * _leaves(starts, ways)
    x, y, z = (starts[..., axis] + parts * ways[..., axis] for axis in range(3))
    columns, rows = (x + 0.5) * (len(g1) - 1), (y + 0.5) * (len(g2) - 1)
    i = np.clip(columns.astype(int), 0, len(g1) - 2)
    j = np.clip(rows.astype(int), 0, len(g2) - 2)
    u, v = columns - i, rows - j
    ground = (heights[j, i] * (1 - u) + heights[j, i + 1] * u) * (1 - v) + (
        heights[j + 1, i] * (1 - u) + heights[j + 1, i + 1] * u
    ) * v
    ground = ((ground - bottom) / (top - bottom) - 0.5) * BOX[2]
    rise = (z - ground) / (np.maximum(0.02, parts) * np.linalg.norm(ways, axis=-1))
    over = (np.abs(x) <= 0.5) & (np.abs(y) <= 0.5) & np.isfinite(ground)
    return np.asarray(np.where(over, rise, np.inf).min(axis=(0, 1)))


def _leaves(starts: Array, ways: Array) -> Array:
    """The part of each way after which it is no longer over the ground."""
    start, way = starts[..., :2], ways[..., :2]
    with np.errstate(divide="ignore", invalid="ignore"):
        leaves = (np.copysign(0.5, way) - start) / way
    return np.asarray(np.clip(np.nanmin(leaves, axis=-1), 0, 1))


def _over(grids: tuple[Array, Array], x: Array, y: Array, z: Array) -> tuple[Array, Array, Array]:
    """The points over the grid; the others leave a gap and are never drawn to the edge."""
    (g1, g2) = grids
    inside = (x >= g1[0]) & (x <= g1[-1]) & (y >= g2[0]) & (y <= g2[-1])
    return x, y, np.where(inside, z, np.nan)
