"""The cost surface in 3D as a panel of the stage, with the learner's point and path."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from core.descent import Path
from core.functions import Array
from core.graph import Graph
from core.network import Dataset
from core.surface import cost_surface
from ui import figures
from ui.plot import code
from ui.plot.payload import payload
from ui.session import state
from ui.session.learner import cost_name
from ui.session.parameters import number_parameter
from ui.theme import colors, template


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
    held = {name: float(values[name]) for name in others}
    heights = _heights(graph, tuple(held.items()), data, axes)
    name = cost_name(data)
    figure = figures.cost_surface(
        axes,
        grids(axes),
        heights,
        standing(graph, values, data, axes),
        colors(),
        path,
        name,
        held,
    )
    what = "the point where you stand" if path is None else "the path of the descent"
    return {
        "library": code.PLOTLY.path,
        **payload(
            figure,
            key=f"surface over {' and '.join(axes)}",
            alt=f"The cost {name} as a surface over {' and '.join(axes)}, with {what}.",
            height=None,
            template=template(colors()),
        ),
    }


@lru_cache(maxsize=64)
def _heights(
    graph: Graph, held: tuple[tuple[str, float], ...], data: Dataset, axes: tuple[str, str]
) -> Array:
    """The surface, which stays the same while the learner moves over it."""
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
    at = (np.array([first]), np.array([second]))
    return first, second, float(cost_surface(graph, values, data, axes, at)[0, 0])
