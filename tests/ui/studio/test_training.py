"""Training in the background: who waits is told for how many, who has left is left out."""

import gc
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from weakref import ref

import pytest
from streamlit.testing.v1 import AppTest

from core.descent import Path, Recipe
from core.descent.run import HEARD_EVERY
from core.initialisation import initial
from core.network import Architecture, Layer, layered, parameters
from core.toys import toy
from ui.studio import training

SHAPE = Architecture(2, (Layer(4), Layer(4), Layer(4)), classes=True)
DATA, _ = toy("spiral", count=200)
START = initial(SHAPE, "normal", 1)


@pytest.fixture(autouse=True)
def _everybody_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow this machine is: who has left is said by :func:`leave`."""
    monkeypatch.setattr(training, "UNASKED", 1e9)


def long_run(seed: int) -> training.Run:
    recipe = Recipe(DATA, "adam", 0.001, 2000, train=parameters(layered(SHAPE)), batch=7, seed=seed)
    (run,) = training.begun(SHAPE, START, [recipe])
    return run


def leave(run: training.Run) -> None:
    """Nobody has asked for the run in a long time."""
    run.asked = -math.inf


def until(met: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not met():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@contextmanager
def under_way(seeds: Iterable[int]) -> Iterator[list[training.Run]]:
    """Runs that take longer than the test; they end with it, and so do those added to the list."""
    runs = [long_run(seed) for seed in seeds]
    try:
        yield runs
    finally:
        for run in runs:
            run.cancelled = True
        until(lambda: all(run.over.is_set() for run in runs))


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
    with under_way(range(training.WORKERS + 3)) as runs:
        until(lambda: all(run.done for run in runs[: training.WORKERS]))
        *_, first, second, third = runs
        assert [training.place(run) for run in runs] == [0] * training.WORKERS + [0, 1, 2]
        first.cancelled = True  # whoever is before it and has given up is not counted
        assert training.place(third) == 1
        runs[0].cancelled = True
        until(lambda: second.done > 0)
        assert training.place(third) == 0


def test_what_those_asked_for_who_have_left_is_not_begun_and_what_is_under_way_ends() -> None:
    with under_way(range(200, 202 + training.WORKERS)) as runs:
        *working, waiting, last = runs
        until(lambda: all(run.done for run in working))
        for run in (*working, waiting):
            leave(run)
        until(lambda: last.done > 0 and all(run.over.is_set() for run in (*working, waiting)))
        assert all(run.done < run.steps for run in working)
        assert (waiting.done, waiting.path) == (0, None)
        assert not any(run.complete for run in (*working, waiting))
        again = long_run(200)
        assert again is not runs[0]
        assert not again.cancelled
        runs.append(again)


def test_who_comes_back_before_its_turn_finds_the_run_where_it_was() -> None:
    with under_way(range(300, 301 + training.WORKERS)) as runs:
        until(lambda: all(run.done for run in runs[:-1]))
        leave(runs[-1])
        assert long_run(300 + training.WORKERS) is runs[-1]
        leave(runs[0])
        until(lambda: runs[-1].done > 0)


def test_who_watches_a_run_waits_for_it() -> None:
    def script() -> None:
        import streamlit as st

        from ui.studio import training

        training.watch(st.session_state.run)

    app, run = AppTest.from_function(script), training.Run(100)
    leave(run)
    app.session_state["run"] = run
    app.run()
    assert not app.exception
    assert run.asked > 0


def test_a_session_keeps_no_path_that_is_kept_for_nobody_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(training, "_runs", OrderedDict())
    monkeypatch.setattr(training.st, "session_state", {})

    def paths() -> list[ref[Path]]:
        names = parameters(layered(SHAPE))
        recipes = [Recipe(DATA, "adam", rate, steps=1, train=names) for rate in (0.1, 0.2)]
        runs = training.raced(SHAPE, START, recipes)
        until(lambda: all(run.complete for run in runs))
        return [ref(run.path) for run in runs if run.path]

    kept = paths()
    assert len(kept) == 2
    assert len(training.st.session_state["racing"]) == 2
    training._runs.clear()
    gc.collect()
    until(lambda: all(path() is None for path in kept))
    assert len(training.st.session_state["racing"]) == 0


def test_training_stands_aside_for_others_all_along(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = []
    run = long_run(training.WORKERS + 99)
    monkeypatch.setattr(training, "let_others", lambda: steps.append(run.done))
    assert run.over.wait(120)
    # It may have begun before it was listened to.
    assert max(after - before for before, after in pairwise(steps)) <= HEARD_EVERY
    assert run.steps - steps[-1] <= HEARD_EVERY
