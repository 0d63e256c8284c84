"""Races: the paths are the descents, the table is what they say."""

import numpy as np
import pytest

from core.datasets import LESSON
from core.descent import descend
from core.network import Dataset, network
from core.optimizers import OPTIMIZERS
from core.race import race, table

LINE = network(1, "identity")
POINTS = Dataset([1.0, 2.0], [2.0, 4.0])
FAR = {"w1": 5.0, "b1": 0.0}


def test_each_runner_goes_its_own_descent():
    entries = [(name, 0.1) for name in OPTIMIZERS]
    data = Dataset([-1.0, 0.0, 1.0], [0.2, 0.5, 0.9])
    paths = race(network(), LESSON, data, entries, 30, batch=2, seed=4)
    for (name, rate), path in zip(entries, paths, strict=True):
        alone = descend(network(), LESSON, data, name, rate, 30, batch=2, seed=4)
        assert (path.cost == alone.cost).all()
        assert (path.optimizer, path.learning_rate) == (name, rate)
        for one, other in zip(path.batches, paths[0].batches, strict=True):
            assert (one == other).all()


def test_the_table_counts_steps_by_the_closed_form():
    # The cost is 11.25 · (1 − 2.5 η)²ᵏ.
    paths = race(LINE, FAR, POINTS, [("gradient_descent", r) for r in (0.1, 0.2, 1.0)], 50, ["w1"])
    rows = table(paths, target=1e-3)
    expected = [int(np.ceil(np.log(11.25 / 1e-3) / (-2 * np.log(f)))) for f in (0.75, 0.5)]
    assert [row.steps_to_target for row in rows] == [*expected, None]
    assert [row.regime for row in rows] == ["converged", "converged", "diverging"]
    assert rows[2].lowest == paths[2].cost[0] < rows[2].cost


def test_who_starts_at_the_target_needs_no_step():
    (row,) = table(race(LINE, FAR, POINTS, [("adam", 0.1)], 5, ["w1"]), target=100.0)
    assert row.steps_to_target == 0


@pytest.mark.parametrize("count", [0, 7])
def test_a_race_has_one_to_six_entries(count):
    with pytest.raises(ValueError, match="1 to 6 entries"):
        race(LINE, FAR, POINTS, [("adam", 0.1)] * count)
