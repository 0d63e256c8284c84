"""Figures show core's numbers, and nothing that is not there."""

import numpy as np
import plotly.graph_objects as go
import pytest

from core.datasets import DATASETS
from core.descent import descend
from core.network import Dataset, network
from core.surface import cost_surface
from ui import figures
from ui.session.parameters import PARAMETERS
from ui.theme import COLORS

PALETTE = COLORS["light"]
GRIDS = (np.linspace(-10, 10, 21), np.linspace(-10, 10, 21))


def trace(figure: go.Figure, name: str) -> go.Scatter:
    return next(one for one in figure.data if one.name.startswith(name))


def test_a_path_that_leaves_the_surface_leaves_a_gap_and_is_never_clipped() -> None:
    steep = DATASETS["steep"]
    graph = network(2, steep.activation, steep.cost)
    assert steep.data is not None
    path = descend(graph, steep.start, steep.data, learning_rate=0.5)
    costs = cost_surface(graph, steep.start, steep.data, ("w1", "w2"), GRIDS)
    here = (path.parameters["w1"][0], path.parameters["w2"][0], path.cost[0])
    figure = figures.cost_surface(("w1", "w2"), GRIDS, costs, here, PALETTE, path)
    drawn = trace(figure, "path")
    outside = np.abs(np.array(drawn.x)) > 10
    assert outside.any()
    assert np.isnan(np.array(drawn.z, float)[outside]).all()
    assert np.array_equal(drawn.x, path.parameters["w1"])


PRESETS = {**DATASETS, "lesson": None}


@pytest.mark.parametrize("name", PRESETS)
def test_nothing_hides_the_point_at_first(name: str) -> None:
    """Along the line of sight from the point to the eye the surface is always lower."""
    preset = PRESETS[name]
    lesson = {n: p.default for n, p in PARAMETERS.items() if n in network(2).inputs}
    graph = network(2, preset.activation, preset.cost) if preset else network(2)
    start = {**lesson, **(preset.start if preset else {})}
    data = (preset and preset.data) or Dataset([start["x"]], [start["y"]])
    costs = cost_surface(graph, start, data, ("w1", "w2"), GRIDS)
    here = (start["w1"], start["w2"])
    height = cost_surface(graph, start, data, ("w1", "w2"), ([here[0]], [here[1]]))[0, 0]
    figure = figures.cost_surface(("w1", "w2"), GRIDS, costs, (*here, float(height)), PALETTE)

    scene = figure.layout.scene
    bottom, top = scene.zaxis.range
    box = np.array([scene.aspectratio[axis] for axis in "xyz"])
    low, wide = np.array([-10, -10, bottom]), np.array([20, 20, top - bottom])
    ball = figure.layout.meta["ball"] * np.ptp(costs)
    eye = np.array([scene.camera.eye[axis] for axis in "xyz"])
    point = (np.array([*here, height + ball]) - low) / wide * box - box / 2
    for part in np.linspace(0, 1, 200):
        x, y, z = (point + part * (eye - point) + box / 2) / box * wide + low
        if max(abs(x), abs(y)) <= 10:
            along_rows = [np.interp(x, GRIDS[0], row) for row in costs]
            assert z > np.interp(y, GRIDS[1], along_rows)
