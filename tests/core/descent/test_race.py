"""Races: the paths are the descents, the table is what they say."""

import numpy as np
import pytest

from core.datasets import LESSON
from core.descent import Recipe, descend
from core.descent.race import race, read_entries, table, write_entries
from core.descent.rules import OPTIMIZERS
from core.network import Dataset, network

LINE = network(1, "identity")
POINTS = Dataset([1.0, 2.0], [2.0, 4.0])
FAR = {"w1": 5.0, "b1": 0.0}


def test_each_runner_goes_its_own_descent():
    entries = [(name, 0.1) for name in OPTIMIZERS]
    data = Dataset([-1.0, 0.0, 1.0], [0.2, 0.5, 0.9])
    paths = race(network(), LESSON, Recipe(data, steps=30, batch=2, seed=4), entries)
    for (name, rate), path in zip(entries, paths, strict=True):
        alone = descend(network(), LESSON, data, name, rate, 30, batch=2, seed=4)
        assert (path.cost == alone.cost).all()
        assert (path.optimizer, path.learning_rate) == (name, rate)
        for one, other in zip(path.batches, paths[0].batches, strict=True):
            assert (one == other).all()


def test_the_table_counts_steps_by_the_closed_form():
    # The cost is 11.25 · (1 − 2.5 η)²ᵏ.
    entries = [("gradient_descent", rate) for rate in (0.1, 0.2, 1.0)]
    paths = race(LINE, FAR, Recipe(POINTS, steps=50, train=("w1",)), entries)
    rows = table(paths, target=1e-3)
    expected = [int(np.ceil(np.log(11.25 / 1e-3) / (-2 * np.log(f)))) for f in (0.75, 0.5)]
    assert [row.steps_to_target for row in rows] == [*expected, None]
    assert [row.regime for row in rows] == ["converged", "converged", "diverging"]
    assert rows[2].lowest == paths[2].cost[0] < rows[2].cost


def test_who_starts_at_the_target_needs_no_step():
    recipe = Recipe(POINTS, steps=5, train=("w1",))
    (row,) = table(race(LINE, FAR, recipe, [("adam", 0.1)]), target=100.0)
    assert row.steps_to_target == 0


@pytest.mark.parametrize("count", [0, 7])
def test_a_race_has_one_to_six_entries(count):
    with pytest.raises(ValueError, match="1 to 6 entries"):
        race(LINE, FAR, Recipe(POINTS), [("adam", 0.1)] * count)


def test_runners_written_for_a_link_are_read_as_they_were():
    entries = [(name, 0.1 + k / 3) for k, name in enumerate(OPTIMIZERS)]
    assert read_entries(write_entries(entries)) == entries
    twice = [("adam", 1e-4), ("adam", 1000.0)]
    assert read_entries(write_entries(twice), (1e-4, 1000.0)) == twice


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "1 to 6 runners, not 0"),
        (",".join(["adam:1"] * 7), "1 to 6 runners, not 7"),
        ("adam:1,sprint:1", "Runner 2 must be one of gradient_descent, momentum"),
        ("adam", "Runner 1 needs a learning rate"),
        ("adam:fast", "Runner 1 needs a learning rate"),
        ("adam:0", "Runner 1 needs a learning rate"),
        ("adam:nan", "Runner 1 needs a learning rate"),
        ("adam:inf", "Runner 1 needs a learning rate"),
    ],
)
def test_what_is_no_race_is_refused_with_the_runner_that_is_wrong(text, said):
    with pytest.raises(ValueError, match=said):
        read_entries(text)


def test_a_rate_beyond_the_bounds_is_refused():
    with pytest.raises(ValueError, match=r"between 0.1 and 10, as in adam:0.5\.$"):
        read_entries("adam:11", (0.1, 10.0))
