"""Following a long run while it is computed, and looking at it with other data."""

import numpy as np
import pytest

from core.datasets import DATASETS, LESSON
from core.descent import Recipe, costs_along, descend, follow
from core.descent.run import HEARD_EVERY
from core.initialisation import initial
from core.network import Architecture, Dataset, Layer, layered, network, parameters
from core.surface import cost_surface
from core.toys import toy

BOWL = DATASETS["bowl"].data


def test_progress_is_heard_in_order_and_changes_nothing():
    told = Recipe(BOWL, steps=100)
    heard = []
    path = follow(network(), LESSON, told, lambda step: heard.append(step) or True)
    assert heard == list(range(HEARD_EVERY, 100, HEARD_EVERY))
    assert (path.cost == follow(network(), LESSON, told).cost).all()


@pytest.mark.parametrize("batch", [None, 2])
def test_a_run_that_is_cancelled_is_the_run_of_so_many_steps(batch):
    told = Recipe(BOWL, "adam", 0.1, 500, ("w1", "b2"), batch=batch)
    cancelled = follow(network(), LESSON, told, lambda step: step < 40)
    short = descend(network(), LESSON, BOWL, "adam", 0.1, 48, ("w1", "b2"), batch=batch)
    assert len(cancelled) == len(short) == 49
    assert (cancelled.cost == short.cost).all()
    assert (cancelled.regime, cancelled.reason) == (short.regime, short.reason)
    assert (cancelled.stopped, cancelled.reached) == (None, None)
    assert cancelled.update(47) == short.update(47)
    assert len(cancelled.batches or []) == len(short.batches or [])


def test_a_run_that_blows_up_says_so_whoever_listens():
    line, steep = network(2, "identity"), Recipe(BOWL, learning_rate=50.0, steps=2000)
    path = follow(line, LESSON, steep, lambda step: True)
    assert path.regime == "diverging"
    assert path.stopped == len(path)


def test_the_cost_along_a_path_on_its_own_data_is_its_cost():
    path = descend(network(), LESSON, BOWL, steps=50)
    assert np.allclose(costs_along(network(), path, BOWL), path.cost, rtol=1e-14)


def test_the_cost_on_what_is_held_out_is_the_surfaces_at_each_point():
    train, held_out = toy("moons", count=20)
    architecture = Architecture(2, (Layer(3),), classes=True)
    graph = layered(architecture)
    path = descend(graph, initial(architecture), train, "adam", 0.05, 30, parameters(graph))
    costs = costs_along(graph, path, held_out)
    for k in range(len(path)):
        at = path.at(k)
        grids = [at["w1_11"]], [at["w2_11"]]
        expected = cost_surface(graph, at, held_out, ("w1_11", "w2_11"), grids)
        assert costs[k] == pytest.approx(expected[0, 0], rel=1e-13)


def test_a_long_path_takes_no_more_memory_than_a_short_one(monkeypatch):
    path = descend(network(), LESSON, BOWL, steps=50)
    whole = costs_along(network(), path, BOWL)
    monkeypatch.setattr("core.surface.CHUNK", 20)
    assert (costs_along(network(), path, BOWL) == whole).all()


def test_data_of_another_shape_is_refused():
    path = descend(network(), LESSON, BOWL, steps=2)
    with pytest.raises(ValueError, match=r"The data has no x\."):
        costs_along(network(), path, Dataset([[0.0, 1.0]], [1.0]))
