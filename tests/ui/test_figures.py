"""Figures show core's numbers, and nothing that is not there."""

import json
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from core.datasets import DATASETS
from core.descent import descend
from core.network import Dataset, network
from core.surface import cost_surface
from ui.figures import solid
from ui.figures.landscape import Ground, Line, Way, cost_along, cost_map, cost_solid, cut
from ui.figures.spread import BINS, HIGH, histograms
from ui.plot.payload import payload
from ui.session.parameters import PARAMETERS
from ui.theme import COLORS

PALETTE = COLORS["light"]
GRIDS = (np.linspace(-10, 10, 21), np.linspace(-10, 10, 21))


def trace(figure: go.Figure, name: str) -> go.Scatter:
    return next(one for one in figure.data if one.name.startswith(name))


def drawn_by_plotly(figure: dict[str, Any]) -> go.Figure:
    """Plain data as Plotly's figure, which refuses what it does not know."""
    return go.Figure(figure)


def test_a_path_that_leaves_the_surface_leaves_a_gap_and_is_never_clipped() -> None:
    steep = DATASETS["steep"]
    graph = network(2, steep.activation, steep.cost)
    assert steep.data is not None
    path = descend(graph, steep.start, steep.data, learning_rate=0.5)
    costs = cost_surface(graph, steep.start, steep.data, ("w1", "w2"), GRIDS)
    here = (path.parameters["w1"][0], path.parameters["w2"][0], path.cost[0])
    drawn_by_plotly(solid.cost_surface(("w1", "w2"), GRIDS, costs, PALETTE))  # refuses nothing
    x, _, z = solid.laid_on(("w1", "w2"), GRIDS, here, path)["path"]
    outside = np.abs(x) > 10
    assert outside.any()
    assert np.isnan(z[outside]).all()
    assert np.array_equal(x, path.parameters["w1"])


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
    figure = drawn_by_plotly(solid.cost_surface(("w1", "w2"), GRIDS, costs, PALETTE))
    laid = solid.laid_on(("w1", "w2"), GRIDS, (*here, float(height)))
    scene = figure.layout.scene
    scene.camera = solid.camera(solid.first_eye(GRIDS, costs, laid["here"]))
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


# ---- a network of layers

SIDE = np.linspace(-1, 1, 11)
BOWL = Ground(("a", "b", "J"), (SIDE, SIDE), SIDE**2 + 10 * SIDE[:, None] ** 2)
WALKED = Way(np.array([0.9, 0.5, 0.1]), np.array([0.5, 0.2, 0.0]), np.array([3.31, 0.65, 0.01]), 1)


def test_a_landscape_is_cut_above_the_path_and_most_places() -> None:
    top = cut(BOWL, WALKED)
    assert max(WALKED.z) <= top < BOWL.heights.max()
    assert np.mean(top >= BOWL.heights) >= 0.8
    high = WALKED._replace(z=np.array([50.0, 1.0, 0.0]))
    assert cut(BOWL, high) == np.inf  # the path needs all of it
    level = BOWL._replace(heights=np.full((11, 11), 2.0))
    assert cut(level, WALKED) == np.inf
    assert cut(BOWL._replace(heights=np.full((11, 11), np.nan)), WALKED) == np.inf


@pytest.mark.parametrize("draw", [cost_map, cost_solid])
def test_a_landscape_shows_cores_costs_the_path_and_the_step(draw: Any) -> None:
    figure = draw(BOWL, WALKED, PALETTE)
    top = cut(BOWL, WALKED)
    drawn = np.array(trace(figure, "cost").z, float)
    low = top >= BOWL.heights
    assert np.array_equal(drawn[low], BOWL.heights[low])
    assert np.array_equal(trace(figure, "path").x, WALKED.x)
    here = trace(figure, "here")
    assert (here.x[0], here.y[0], here.customdata[0]) == (0.5, 0.2, 0.65)


@pytest.mark.parametrize("draw", [cost_map, cost_solid])
@pytest.mark.parametrize("heights", [np.nan, np.inf, 0.0, 1e300])
def test_a_landscape_of_any_heights_can_be_sent(draw: Any, heights: float) -> None:
    ground = BOWL._replace(heights=np.full((11, 11), heights))
    alone = Way(np.zeros(1), np.zeros(1), np.full(1, heights), 0)
    sent = payload(draw(ground, alone, PALETTE), key="k", alt="A map.", height=300)
    json.dumps(sent, allow_nan=False)


def test_the_line_keeps_what_lies_between_start_and_end_in_view() -> None:
    shares = np.linspace(-0.5, 1.5, 9)
    line = Line(shares, np.where(shares > 1, 1e9, 1 - shares / 2), (SIDE[5:], SIDE[5:]), 2)
    figure = cost_along(line, PALETTE, "J")
    bottom, top = figure.layout.yaxis.range
    assert bottom < 0
    assert 1.25 < top < 10
    assert np.array_equal(trace(figure, "on the straight line").x, shares)


def test_every_histogram_counts_all_of_its_layer() -> None:
    rng = np.random.default_rng(0)
    rows = {name: [rng.normal(size=(40, 3)), np.full((40, 1), 0.5)] for name in ("now", "Zeros")}
    rows["Zeros"][0][:] = 0
    rows["now"][0][0, 0] = np.inf  # left out
    figure = histograms(rows, "signal", PALETTE)
    assert [outline.name for outline in figure.data] == ["layer 1", "output"]
    outlines = np.array(figure.data[0].y, float).reshape(2, -1) - [[1], [0]]  # the first on top
    assert np.isnan(outlines[:, -1]).all()  # each row's by itself
    first = outlines[:, 1:-2:2]
    assert np.array_equal(first, outlines[:, 2:-2:2])
    assert first.max(axis=1) == pytest.approx(HIGH)
    assert np.count_nonzero(first[1]) == 1  # zeros are one bar
    counts = np.histogram(rows["now"][0][np.isfinite(rows["now"][0])], BINS, _reach(figure))[0]
    assert first[0] == pytest.approx(counts * HIGH / counts.max())


def _reach(figure: go.Figure) -> tuple[float, float]:
    low, high = figure.layout.xaxis.range
    return low, high
