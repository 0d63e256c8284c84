"""The cost surface in 3D as a panel of the stage, with the learner's point and path."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from core.descent import Path
from core.functions import Array
from core.graph import Graph
from core.network import Dataset
from core.surface import cost_surface, costs_at
from ui.figures import solid
from ui.plot import code
from ui.plot.payload import payload
from ui.plot.table import tables
from ui.session import state
from ui.session.learner import cost_name
from ui.session.parameters import number_parameter
from ui.theme import COLORS, colors, template


def on_stage(
    graph: Graph,
    values: Mapping[str, float],
    data: Dataset,
    axes: tuple[str, str],
    path: Path | None = None,
) -> dict[str, Any]:
    """What the stage's panel ``surface`` draws; see :class:`ui.stage.Scene`.

    ``values`` hold a number for each of the graph's inputs, where the learner stands.
    """
    sampled = {"x", "y"} if state.has_data() else set()
    others = [name for name in graph.inputs if name not in sampled.union(axes)]
    held = tuple((name, float(values[name])) for name in others)
    theme = "dark" if colors() is COLORS["dark"] else "light"
    ground = _ground(graph, held, data, axes, theme, cost_name(data), walked=path is not None)
    here = standing(graph, values, data, axes)
    laid = solid.laid_on(axes, grids(axes), here, path)
    heights = _heights(graph, held, data, axes)
    eye = solid.first_eye(grids(axes), heights, laid["here"], laid.get("path"))
    layout = ground["figure"]["layout"]
    scene = {**layout["scene"], "camera": solid.camera(eye)}
    return {
        **ground,
        "figure": {**ground["figure"], "layout": {**layout, "scene": scene}},
        "tables": [*ground["tables"], *_tables(layout, laid)],
    }


def _tables(layout: dict[str, Any], laid: Mapping[str, tuple[Array, ...]]) -> list[dict[str, Any]]:
    """What is laid on the surface, in numbers, with the titles of its axes."""
    traces = [
        {"type": "scatter3d", "name": role, **dict(zip("xyz", numbers, strict=True))}
        for role, numbers in laid.items()
    ]
    return tables({"data": traces, "layout": layout})


@lru_cache(maxsize=64)
def _ground(
    graph: Graph,
    held: tuple[tuple[str, float], ...],
    data: Dataset,
    axes: tuple[str, str],
    theme: str,
    cost: str,
    *,
    walked: bool,
) -> dict[str, Any]:
    """The chart without what stands on it: it stays the same while the learner moves over it."""
    palette = COLORS[theme]
    what = "the path of the descent" if walked else "the point where you stand"
    return {
        "library": code.PLOTLY.path,
        **payload(
            solid.cost_surface(
                *(axes, grids(axes), _heights(graph, held, data, axes), palette, cost, dict(held)),
                walked=walked,
            ),
            key=f"surface over {' and '.join(axes)}",
            alt=f"The cost {cost} as a surface over {' and '.join(axes)}, with {what}.",
            height=None,
            template=template(palette),
        ),
    }


@lru_cache(maxsize=64)
def _heights(
    graph: Graph, held: tuple[tuple[str, float], ...], data: Dataset, axes: tuple[str, str]
) -> Array:
    at = {**dict.fromkeys(graph.inputs, 0.0), **dict(held)}
    heights = cost_surface(graph, at, data, axes, grids(axes))
    heights.setflags(write=False)
    return heights


def grids(axes: tuple[str, str], cells: int = 65) -> tuple[Array, Array]:
    """Where the surface over two parameters is computed: as far as their inputs reach."""
    first, second = (
        np.linspace(parameter.minimum, parameter.maximum, cells)
        for parameter in map(number_parameter, axes)
    )
    return first, second


def standing(
    graph: Graph, values: Mapping[str, float], data: Dataset, axes: tuple[str, str]
) -> tuple[float, float, float]:
    """Where the learner stands on the surface: the two parameters and the mean cost there."""
    first, second = (float(values[name]) for name in axes)
    here = {name: np.array([values[name]], float) for name in graph.inputs}
    return first, second, float(costs_at(graph, here, data)[0])
