import numpy as np
import pytest

from core.datasets import DATASETS, LESSON
from core.descent import costs_along, descend
from core.initialisation import initial
from core.landscape import Directions, along, directions, plane, project
from core.network import Architecture, Dataset, Layer, layered, network, parameters
from core.surface import cost_surface
from core.toys import toy

BOWL = DATASETS["bowl"].data
SHAPE = Architecture(2, (Layer(3), Layer(2, "relu")), classes=True)
GRAPH = layered(SHAPE)
NAMES = parameters(GRAPH)
MOONS, _ = toy("moons", count=20)
G1, G2 = np.linspace(-1, 1, 7), np.linspace(-0.5, 2, 4)


def _neuron(point, layer, j):
    return [v for n, v in point.items() if n == f"b{layer}_{j}" or n.startswith(f"w{layer}_{j}")]


def test_each_neurons_part_of_a_direction_is_as_long_as_the_neuron():
    centre = initial(SHAPE, seed=1) | {"b1_2": 3.0}
    for direction in directions(GRAPH, centre, seed=4):
        assert tuple(direction) == NAMES
        for layer, size in enumerate(SHAPE.sizes[1:], 1):
            for j in range(1, size + 1):
                length = np.linalg.norm(_neuron(direction, layer, j))
                assert length == pytest.approx(np.linalg.norm(_neuron(centre, layer, j)))


def test_larger_weights_are_moved_further():
    centre = initial(SHAPE, seed=1)
    once, twice = (
        directions(GRAPH, {n: factor * v for n, v in centre.items()}) for factor in (1, 2)
    )
    for one, other in zip(once, twice, strict=True):
        assert [2 * one[n] for n in NAMES] == pytest.approx([other[n] for n in NAMES])


def test_a_neuron_of_zeros_does_not_move():
    centre = initial(SHAPE, seed=1) | {n: 0.0 for n in NAMES if n.startswith(("w1_1", "b1_1"))}
    for direction in directions(GRAPH, centre):
        assert _neuron(direction, 1, 1) == [0, 0, 0]
        assert any(_neuron(direction, 1, 2))


def test_a_seed_gives_the_same_directions_and_the_two_differ():
    centre = initial(SHAPE, seed=1)
    assert directions(GRAPH, centre, 2) == directions(GRAPH, centre, 2)
    assert directions(GRAPH, centre, 2) != directions(GRAPH, centre, 3)
    first, second = directions(GRAPH, centre, 2)
    assert first != second


def test_a_plane_along_two_axes_is_the_cost_surface():
    axes = Directions(*({n: float(n == own) for n in LESSON} for own in ("w1", "b2")))
    found = plane(network(), LESSON, BOWL, axes, (G1, G2))
    grids = (LESSON["w1"] + G1, LESSON["b2"] + G2)
    assert np.allclose(found, cost_surface(network(), LESSON, BOWL, ("w1", "b2"), grids))


def test_every_cell_is_the_mean_cost_at_its_point():
    centre = initial(SHAPE, seed=1)
    spanned = directions(GRAPH, centre)
    found = plane(GRAPH, centre, MOONS, spanned, (G1, G2))
    assert found.shape == (4, 7)
    for i, j in [(0, 0), (3, 2), (2, 6)]:
        first, second = spanned
        point = {n: centre[n] + G1[j] * first[n] + G2[i] * second[n] for n in NAMES}
        cost = np.mean(GRAPH.forward(point | dict(MOONS.columns))["J"])
        assert found[i, j] == pytest.approx(cost, rel=1e-13)


def test_a_plane_in_small_groups_is_the_same(monkeypatch):
    centre = initial(SHAPE, seed=1)
    spanned = directions(GRAPH, centre)
    whole = plane(GRAPH, centre, MOONS, spanned, (G1, G2))
    monkeypatch.setattr("core.surface.CHUNK", 60)
    assert (plane(GRAPH, centre, MOONS, spanned, (G1, G2)) == whole).all()


def test_the_path_is_projected_to_the_nearest_point_of_the_plane():
    start = initial(SHAPE, seed=1)
    path = descend(GRAPH, start, MOONS, "adam", 0.05, 20, NAMES)
    centre = path.at(len(path) - 1)
    spanned = directions(GRAPH, centre)
    g1, g2 = project(path, centre, spanned)
    assert g1.shape == g2.shape == (21,)
    assert (g1[-1], g2[-1]) == (0, 0)
    first, second = (np.array([direction[n] for n in NAMES]) for direction in spanned)
    for k in range(21):
        away = np.array([path.parameters[n][k] - centre[n] for n in NAMES])
        rest = away - g1[k] * first - g2[k] * second
        assert [rest @ first, rest @ second] == pytest.approx([0, 0], abs=1e-9)


def test_a_point_of_the_plane_is_projected_to_itself():
    centre = initial(SHAPE, seed=1)
    first, second = directions(GRAPH, centre)
    start = {n: centre[n] + 0.5 * first[n] - 2 * second[n] for n in NAMES}
    path = descend(GRAPH, start, MOONS, steps=1, train=NAMES)
    g1, g2 = project(path, centre, Directions(first, second))
    assert (g1[0], g2[0]) == pytest.approx((0.5, -2))


def test_the_line_runs_from_the_start_to_the_end():
    path = descend(GRAPH, initial(SHAPE, seed=1), MOONS, "adam", 0.05, 20, NAMES)
    costs = along(GRAPH, path.at(0), path.at(20), MOONS, [0, 1, 0.5])
    assert costs[:2] == pytest.approx(costs_along(GRAPH, path, MOONS)[[0, 20]], rel=1e-13)
    middle = {n: (path.at(0)[n] + path.at(20)[n]) / 2 for n in NAMES}
    cost = np.mean(GRAPH.forward(middle | dict(MOONS.columns))["J"])
    assert costs[2] == pytest.approx(cost, rel=1e-12)


def test_what_overflows_warns_nobody():
    far = Directions(*({"w1": 1e200, "b1": 0.0},) * 2)
    data = Dataset([1.0], [0.0])
    assert np.isinf(plane(network(1, "identity"), {"w1": 0, "b1": 0}, data, far)).any()


def test_what_is_missing_is_told():
    with pytest.raises(ValueError, match=r"A value is missing for b1\."):
        directions(network(1), {"w1": 1.0})
    with pytest.raises(ValueError, match="whole number from 0, not -1"):
        directions(network(1), {"w1": 1.0, "b1": 0.0}, -1)
