"""Training in the background: who waits is told for how many."""

import time
from collections import OrderedDict
from collections.abc import Callable
from itertools import pairwise

import pytest

from core.descent import Recipe
from core.descent.run import HEARD_EVERY
from core.initialisation import initial
from core.network import Architecture, Layer, layered, parameters
from core.toys import toy
from ui.studio import training

SHAPE = Architecture(2, (Layer(4), Layer(4), Layer(4)), classes=True)
DATA, _ = toy("spiral", count=200)
START = initial(SHAPE, "normal", 1)


def long_run(seed: int) -> training.Run:
    recipe = Recipe(DATA, "adam", 0.001, 2000, train=parameters(layered(SHAPE)), batch=7, seed=seed)
    (run,) = training.begun(SHAPE, START, [recipe])
    return run


def until(met: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not met():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_as_many_runs_are_kept_as_are_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "_runs", OrderedDict())
    names = parameters(layered(SHAPE))
    recipes = [
        Recipe(DATA, "adam", 0.001 * k, steps=1, train=names) for k in range(1, training.KEPT + 5)
    ]
    for recipe in recipes:
        (run,) = training.begun(SHAPE, START, [recipe])
        assert run.over.wait(60)
    newest = recipes[-training.KEPT :]
    assert all(run.over.is_set() for run in training.begun(SHAPE, START, newest)), "no run is anew"
    assert len(training._runs) == training.KEPT


def test_who_waits_for_a_worker_has_a_place_that_comes_nearer() -> None:
    runs = [long_run(seed) for seed in range(training.WORKERS + 3)]
    try:
        until(lambda: all(run.done for run in runs[: training.WORKERS]))
        *_, first, second, third = runs
        assert [training.place(run) for run in runs] == [0] * training.WORKERS + [0, 1, 2]
        first.cancelled = True  # whoever is before it and has given up is not counted
        assert training.place(third) == 1
        runs[0].cancelled = True
        until(lambda: second.done > 0)
        assert training.place(third) == 0
    finally:
        for run in runs:
            run.cancelled = True
        until(lambda: all(run.over.is_set() for run in runs))


def test_training_stands_aside_for_others_all_along(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = []
    run = long_run(training.WORKERS + 99)
    monkeypatch.setattr(training, "let_others", lambda: steps.append(run.done))
    assert run.over.wait(120)
    # It may have begun before it was listened to.
    assert max(after - before for before, after in pairwise(steps)) <= HEARD_EVERY
    assert run.steps - steps[-1] <= HEARD_EVERY
