"""The presets hold what their descriptions promise."""

import numpy as np
import pytest

from core.datasets import DATASETS, LESSON, dataset
from core.descent import descend
from core.functions import ACTIVATIONS, COSTS
from core.network import network, parameters
from core.surface import GRID, cost_surface, curvature, gradient, slices

WITH_DATA = [name for name, preset in DATASETS.items() if preset.data is not None]


def _minimum(name):
    """The lowest point over w1 and w2: the lowest of the grid, then Newton's method."""
    preset = DATASETS[name]
    graph, data = network(2, preset.activation, preset.cost), dataset(name, 0, 0)
    surface = cost_surface(graph, preset.start, data)
    row, column = np.unravel_index(surface.argmin(), surface.shape)
    point = {**preset.start, "w1": GRID[column], "w2": GRID[row]}
    for _ in range(20):
        slope = gradient(graph, point, data, ["w1", "w2"])
        step = np.linalg.solve(curvature(graph, point, data), list(slope.values()))
        point |= {"w1": point["w1"] - step[0], "w2": point["w2"] - step[1]}
    return graph, data, point, surface, (row, column)


@pytest.mark.parametrize("name", DATASETS)
def test_a_preset_names_what_exists(name):
    preset = DATASETS[name]
    assert preset.title
    assert preset.description.endswith(".")
    assert preset.activation in ACTIVATIONS
    assert preset.cost in COSTS
    assert set(preset.start) == set(parameters(network(2)))
    assert all(-10 <= value <= 10 for value in preset.start.values())


@pytest.mark.parametrize("name", WITH_DATA)
def test_a_data_set_has_five_to_twenty_points_within_the_apps_ranges(name):
    preset = DATASETS[name]
    assert 5 <= len(preset.data) <= 20
    assert np.abs([preset.data.x, preset.data.y]).max() <= 10
    if preset.activation == "sigmoid":
        assert preset.data.y.min() > 0
        assert preset.data.y.max() < 1


@pytest.mark.parametrize("name", WITH_DATA)
def test_shared_samples_cannot_be_overwritten(name):
    with pytest.raises(ValueError, match="read-only"):
        DATASETS[name].data.x[0] = 3.0


def test_one_sample_is_the_learners_own():
    data = dataset("one_sample", 2.0, 0.25)
    assert (data.x.tolist(), data.y.tolist()) == ([2.0], [0.25])
    assert dataset("bowl", 2.0, 0.25) is DATASETS["bowl"].data
    assert DATASETS["one_sample"].start == LESSON
    with pytest.raises(KeyError):
        dataset("spiral", 0, 0)


@pytest.mark.parametrize("name", ["bowl", "valley"])
def test_the_lowest_point_lies_inside_the_map(name):
    graph, data, point, surface, (row, column) = _minimum(name)
    assert 0 < row < len(GRID) - 1
    assert 0 < column < len(GRID) - 1
    # Newton's method stayed at the grid's lowest point, and found a true minimum there.
    assert abs(point["w1"] - GRID[column]) < 0.1
    assert abs(point["w2"] - GRID[row]) < 0.1
    assert max(map(abs, gradient(graph, point, data, ["w1", "w2"]).values())) < 1e-15
    assert np.linalg.eigvalsh(curvature(graph, point, data)).min() > 1e-4
    assert slices(graph, point, data, "w1", [point["w1"]])[0] <= surface.min()


def test_the_valleys_floor_is_forty_times_gentler_than_its_walls():
    graph, data, point, *_ = _minimum("valley")
    gentle, steep = np.linalg.eigvalsh(curvature(graph, point, data))
    assert 35 < steep / gentle < 50
    bowl, its_data, there, *_ = _minimum("bowl")
    gentle, steep = np.linalg.eigvalsh(curvature(bowl, there, its_data))
    assert steep / gentle < 4


def _descend(name, **options):
    preset = DATASETS[name]
    graph = network(2, preset.activation, preset.cost)
    return descend(graph, preset.start, dataset(name, 1.5, 1.0), **options)


@pytest.mark.parametrize(
    ("name", "regime"),
    [
        ("one_sample", "still descending"),
        ("bowl", "still descending"),
        ("valley", "still descending"),
        ("plateau", "stuck on a plateau"),
        ("steep", "diverging"),
    ],
)
def test_what_each_preset_does_at_the_apps_defaults(name, regime):
    path = _descend(name, learning_rate=0.5, steps=200)
    assert path.regime == regime


def test_from_the_plateau_a_descent_hardly_moves():
    path = _descend("plateau")
    assert np.ptp(path.cost) < 0.01 * path.cost[0]
    assert abs(path.parameters["w1"][-1] - 8) < 0.1
    assert abs(path.parameters["w2"][-1] - 8) < 0.1


def test_the_steep_walls_can_be_descended_at_the_rate_that_is_advised():
    path = _descend("steep", learning_rate=0.1)
    assert path.cost[-1] < 0.02 * path.cost[0]
    blown = _descend("steep", learning_rate=0.5)
    assert blown.cost[-1] > 1000 * blown.cost[0]
    assert len(blown) >= 4  # long enough to be watched


def test_the_bowl_is_reached_at_a_fitting_rate():
    _, _, lowest, *_ = _minimum("bowl")
    path = _descend("bowl", learning_rate=20.0)
    assert path.regime == "converged"
    assert path.at(-1) == pytest.approx(lowest, abs=1e-3)
