"""Weight decay; that it is PyTorch's is in tests/core/test_layered.py."""

import numpy as np
import pytest

from core.datasets import DATASETS, LESSON
from core.descent import Recipe, descend, follow, recipe
from core.descent.many import descend_many
from core.descent.rates import sweep
from core.descent.regimes import REGIMES
from core.descent.rules import OPTIMIZERS
from core.network import Dataset, network
from core.surface import gradient

BOWL = DATASETS["bowl"].data
ALL = ("w1", "b1", "w2", "b2")
LINE = network(1, "identity")


def test_a_weight_without_slope_shrinks_by_its_share():
    path = descend(LINE, {"w1": 3, "b1": 2}, Dataset([0.0], [2.0]), learning_rate=0.5, steps=3,
                   train=["w1"], decay=0.2)  # fmt: skip
    assert path.parameters["w1"].tolist() == pytest.approx([3, 2.7, 2.43, 2.187])
    assert path.gradients["w1"].tolist() == pytest.approx([0.6, 0.54, 0.486, 0.4374])
    assert path.cost.tolist() == [0, 0, 0, 0]


def test_it_ends_where_the_slope_and_the_decay_cancel():
    # ½(w − 4)² + ½·0.25 w² is lowest at w = 4/1.25.
    path = descend(LINE, {"w1": 0, "b1": 0}, Dataset([1.0], [4.0]), learning_rate=0.5, steps=100,
                   train=["w1"], decay=0.25)  # fmt: skip
    assert path.parameters["w1"][-1] == pytest.approx(3.2)
    assert path.regime == "converged"
    assert path.cost[-1] == pytest.approx(0.32)


@pytest.mark.parametrize("batch", [None, 2])
def test_the_gradient_is_that_of_the_mean_cost_and_the_share_of_the_parameter(batch):
    path = descend(network(), LESSON, BOWL, "momentum", 0.3, 20, ALL, None, batch, 1, 0.05)
    told = Recipe(BOWL, batch=batch, seed=1).draw()
    for k in range(20):
        seen = next(told) if told else slice(None)
        slopes = gradient(network(), path.at(k), Dataset(BOWL.x[seen], BOWL.y[seen]), ALL)
        for name in ALL:
            decayed = slopes[name] + 0.05 * path.at(k)[name]
            assert path.gradients[name][k] == pytest.approx(decayed, rel=1e-9, abs=1e-13)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_without_decay_every_bit_is_as_before(name):
    plain = descend(network(), LESSON, BOWL, name, 0.1, 30, ALL)
    told = descend(network(), LESSON, BOWL, name, 0.1, 30, ALL, decay=0.0)
    assert all((plain.parameters[n] == told.parameters[n]).all() for n in ALL)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_many_at_once_decay_as_one_alone(name):
    told = Recipe(BOWL, name, 0.1, 60, ALL, decay=0.03)
    alone = follow(network(), LESSON, told)
    ends = descend_many(network(), LESSON, told, exact=True)
    assert ends.points[:, 0].tolist() == [alone.parameters[n][-1] for n in ALL]
    assert REGIMES[ends.regime[0]] == alone.regime
    rates = sweep(network(), LESSON, told, [0.1, 0.2])
    assert rates.cost[0] == alone.cost[-1]


def test_the_browser_is_told():
    told = recipe(LINE, Dataset([1.0], [4.0]), train=["w1"], decay=0.25)
    assert told["decay"] == 0.25
    assert recipe(LINE, Dataset([1.0], [4.0]), train=["w1"])["decay"] == 0


@pytest.mark.parametrize("decay", [-0.1, float("nan"), float("inf")])
def test_what_is_no_decay_is_refused(decay):
    with pytest.raises(ValueError, match="The weight decay must be finite and at least 0"):
        Recipe(BOWL, decay=decay)


def test_the_decay_keeps_weights_small():
    free, held = (
        descend(network(), LESSON, BOWL, "adam", 0.1, 300, ALL, decay=decay) for decay in (0, 0.1)
    )
    sizes = [np.hypot.reduce([path.parameters[n][-1] for n in ALL]) for path in (free, held)]
    assert sizes[1] < sizes[0] / 2
    assert held.cost[-1] > free.cost[-1]
