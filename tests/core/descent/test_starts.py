"""A map of starts, cell by cell against the single descent from there."""

import numpy as np
import pytest

from core.datasets import DATASETS, LESSON
from core.descent import Recipe, descend
from core.descent.regimes import REGIMES, UNDEFINED
from core.descent.rules import OPTIMIZERS
from core.descent.starts import starts_map
from core.network import Dataset, network

BOWL = DATASETS["bowl"].data
G1, G2 = np.linspace(-9, 9, 7), np.linspace(-8, 8, 5)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("tolerance", [None, 1e-3])
def test_a_cell_is_the_descent_from_there(optimizer, tolerance):
    rate = 5.0 if optimizer == "gradient_descent" else 0.1
    found = starts_map(
        network(), LESSON, Recipe(BOWL, optimizer, rate, 120, tolerance=tolerance), grids=(G1, G2)
    )
    assert found.cost.shape == found.steps.shape == found.regime.shape == (5, 7)
    for i, j in np.ndindex(5, 7):
        start = {**LESSON, "w1": G1[j], "w2": G2[i]}
        path = descend(network(), start, BOWL, optimizer, rate, 120, tolerance=tolerance)
        assert found.cost[i, j] == pytest.approx(path.cost[-1], rel=1e-6, abs=1e-9)
        assert REGIMES[found.regime[i, j]] == path.regime
        if path.reached is None:
            assert np.isnan(found.steps[i, j])
        else:
            assert found.steps[i, j] == path.reached
        assert found.ends["w2"][i, j] == pytest.approx(path.parameters["w2"][-1], abs=1e-6)


def test_a_steep_map_holds_the_starts_that_blow_up():
    steep = DATASETS["steep"]
    graph = network(2, "identity")
    recipe = Recipe(steep.data, learning_rate=0.05, steps=60, tolerance=1e-3)
    found = starts_map(graph, steep.start, recipe, grids=(G1, G2))
    seen = set()
    for i, j in np.ndindex(5, 7):
        start = {**steep.start, "w1": G1[j], "w2": G2[i]}
        path = descend(graph, start, steep.data, learning_rate=0.05, steps=60, tolerance=1e-3)
        assert REGIMES[found.regime[i, j]] == path.regime
        assert found.cost[i, j] == pytest.approx(path.cost[-1], rel=1e-6)
        seen.add(path.regime)
    assert {"diverging", "still descending", "stuck on a plateau"} <= seen


def test_other_parameters_can_be_trained_from_a_grid():
    data, grids = Dataset([0.0, 1.0], [1.0, 3.0]), ([0.0, 1.0], [-1.0, 0.0, 2.0])
    found = starts_map(
        network(2, "identity"),
        {"w2": 1.0, "b2": 0.5},
        Recipe(data, "momentum", 0.05, 400, ("w1", "b2"), 1e-6),
        ("w1", "b1"),
        grids,
    )
    for i, j in np.ndindex(3, 2):
        # ŷ = w1 x + b1 + b2 must be 2x + 1.
        assert found.ends["w1"][i, j] == pytest.approx(2, abs=1e-5)
        assert found.ends["b2"][i, j] == pytest.approx(1 - grids[1][i], abs=1e-5)


def test_a_chunked_map_is_the_same_map(monkeypatch):
    recipe = Recipe(BOWL, learning_rate=5.0, steps=80, tolerance=1e-3)
    whole = starts_map(network(), LESSON, recipe, grids=(G1, G2))
    monkeypatch.setattr("core.descent.many.CHUNK", 40)
    pieces = starts_map(network(), LESSON, recipe, grids=(G1, G2))
    assert np.allclose(whole.cost, pieces.cost, rtol=1e-12)
    assert (whole.regime == pieces.regime).all()


def test_progress_rises_to_one_and_an_exception_cancels():
    shares = []
    recipe = Recipe(BOWL, steps=50, tolerance=1e-3)
    starts_map(network(), LESSON, recipe, grids=(G1, G2), on_progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(shares) > 5

    def cancel(share):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        starts_map(network(), LESSON, recipe, grids=(G1, G2), on_progress=cancel)


def test_a_start_without_a_cost_is_undefined():
    recipe = Recipe(BOWL, learning_rate=0.01, steps=5, tolerance=1e-3)
    grids = ([1e200, 1.0], [1e200, 1.0])
    found = starts_map(network(2, "identity"), LESSON, recipe, grids=grids)
    assert found.regime[0, 0] == UNDEFINED
    assert np.isnan(found.cost[0, 0])
    assert found.regime[1, 1] != UNDEFINED


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"axes": ("w1", "w9")}, "w9 is not a parameter"),
        ({"axes": ("w1", "w1")}, "named twice"),
        ({"grids": ([], [1.0])}, "at least one number"),
        ({"grids": ([np.nan], [1.0])}, "finite"),
    ],
)
def test_an_argument_that_does_not_fit_is_refused_in_a_sentence(changed, sentence):
    with pytest.raises(ValueError, match=sentence):
        starts_map(network(), LESSON, Recipe(BOWL), **changed)
