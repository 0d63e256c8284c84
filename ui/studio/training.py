"""Training in the background: one learner's long run does not keep the others waiting.

A run is a pure function of its network, start and recipe, so its path is kept for whoever asks for
the same one. What is under way can be watched and cancelled, and what nobody watches any more ends.
"""

import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary, WeakSet

import streamlit as st

from core.descent import Path, Recipe, follow
from core.descent.run import Floats, costs_along
from core.graph import Graph
from core.network import Architecture, Dataset, layered
from ui.lessons import own
from ui.server.turns import let_others

SOON = 0.3
"""Seconds that a page waits for a run before it shows that it is under way."""
KEPT = 18
"""Paths of at most 2,000 steps of 57 parameters: about four megabytes each. Six are one race."""
WORKERS = 2
UNASKED = 10.0
"""Seconds after which nobody is taken to wait for a run any more, if nobody has asked for it."""

Key = tuple[Architecture, tuple[float, ...], tuple[object, ...]]


@dataclass(eq=False)
class Run:
    """A run that is under way or over: how far it has come, and what it came to.

    ``refused`` says why it could not begin, ``asked`` when somebody was last seen to wait for it.
    """

    steps: int
    done: int = 0
    path: Path | None = None
    refused: str = ""
    cancelled: bool = False
    asked: float = field(default_factory=time.monotonic)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def complete(self) -> bool:
        """Over, and not because it was given up on its way."""
        return self.over.is_set() and not self.cancelled


_runs: OrderedDict[Key, Run] = OrderedDict()
_waiting: list[Run] = []
"""Those that no worker has begun, in the order of their turns."""
_lock = threading.Lock()
_pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="training")
# A page that waits for Python's lock gets it this soon, however busy training is: by default it
# would wait five times as long, at every step at which it has let go of it.
sys.setswitchinterval(0.001)


def trained(shape: Architecture, start: Mapping[str, float], recipe: Recipe) -> Run:
    """The run from this start: begun if it is new, and waited for, but no longer than SOON."""
    (run,) = _asked_for(shape, start, [recipe], "training")
    return run


def raced(shape: Architecture, start: Mapping[str, float], recipes: Sequence[Recipe]) -> list[Run]:
    """Several runs from one start, begun as they are new, and waited for no longer than SOON."""
    return _asked_for(shape, start, recipes, "racing")


def _asked_for(
    shape: Architecture, start: Mapping[str, float], recipes: Sequence[Recipe], purpose: str
) -> list[Run]:
    """The runs; what the session had under way for the same purpose, and needs no more, ends."""
    runs = begun(shape, start, recipes)
    for previous in st.session_state.get(purpose, ()):
        if previous not in runs and not previous.over.is_set():
            previous.cancelled = True  # whoever else waits for it has it begun anew
    # Weakly, or a session would keep the paths of those that are over.
    st.session_state[purpose] = WeakSet(runs)
    until = time.monotonic() + SOON
    for run in runs:
        run.over.wait(max(0.0, until - time.monotonic()))
    return runs


def begun(shape: Architecture, start: Mapping[str, float], recipes: Sequence[Recipe]) -> list[Run]:
    """Runs from one start: those that are known, and new ones that wait for a worker."""
    with _lock:
        runs = [_run(shape, start, recipe) for recipe in recipes]
        over = [key for key, run in _runs.items() if run.over.is_set()]
        for old in over[: max(0, len(_runs) - KEPT)]:
            del _runs[old]
    return runs


def _run(shape: Architecture, start: Mapping[str, float], recipe: Recipe) -> Run:
    key = _key(shape, start, recipe)
    run = _runs.get(key)
    if run is None or run.cancelled:
        run = _runs[key] = Run(recipe.steps)
        _waiting.append(run)
        _pool.submit(_work, run, shape, dict(start), recipe)
    run.asked = time.monotonic()
    _runs.move_to_end(key)
    return run


def place(run: Run) -> int:
    """How many runs have their turn before it; 0 for one that is next, under way, or over."""
    with _lock:
        before = _waiting[: _waiting.index(run)] if run in _waiting else []
    return sum(not other.cancelled for other in before)


def at_once(settings: own.Settings) -> Run | None:
    """A run so short that the page is better off waiting, as the lesson's words do.

    None for any other, and for one that cannot begin.
    """
    try:
        path = own.run(settings) if own.brief(settings) else None
    except ValueError:
        path = None
    if path is None:
        return None
    run = Run(len(path) - 1, len(path) - 1, path)
    run.over.set()
    return run


def held_cost(graph: Graph, path: Path, data: Dataset) -> Floats:
    """The mean cost over samples that are held out, at each step of a run; kept with the run."""
    key = data.x.tobytes() + data.y.tobytes()
    known, costs = _held.get(path, (b"", None))
    if costs is None or known != key:
        costs = costs_along(graph, path, data)
        _held[path] = key, costs
    return costs


_held: WeakKeyDictionary[Path, tuple[bytes, Floats]] = WeakKeyDictionary()
"""For each run the costs over the samples that were asked for last."""


def _work(run: Run, shape: Architecture, start: Mapping[str, float], recipe: Recipe) -> None:
    def heard(step: int) -> bool:
        run.done = step
        let_others()
        return _is_wanted(run)

    with _lock:
        _waiting.remove(run)
    try:
        if not _is_wanted(run):
            return
        run.path = follow(layered(shape), start, recipe, heard)
    except ValueError as error:
        run.refused = str(error)
    finally:
        run.over.set()


def _is_wanted(run: Run) -> bool:
    """Whether a run goes on: it ends if it was cancelled, or if all who waited for it have left.

    Who comes back has it begun anew.
    """
    with _lock:
        if time.monotonic() - run.asked > UNASKED:
            run.cancelled = True
        return not run.cancelled


def _key(shape: Architecture, start: Mapping[str, float], recipe: Recipe) -> Key:
    data = recipe.data
    told = (
        *(data.x.tobytes(), data.y.tobytes(), recipe.optimizer, recipe.learning_rate, recipe.steps),
        *(recipe.tolerance, recipe.batch_size, recipe.seed, recipe.decay),
    )
    return shape, tuple(start.values()), told


@st.fragment(run_every=0.25)
def watch(*runs: Run, what: str = "Training") -> None:
    """How far runs have come; the page follows when they are over.

    That this is drawn again and again says that somebody waits for them.
    """
    for run in runs:
        run.asked = time.monotonic()
    if all(run.over.is_set() for run in runs):
        st.rerun()
    done, steps = sum(run.done for run in runs), sum(run.steps for run in runs)
    before = min(place(run) for run in runs)
    turn = f", after {before} other {'run' if before == 1 else 'runs'}" if before else ""
    with st.container(key=what.lower().replace(" ", "-")):
        st.progress(done / steps, f"{what}: step {done} of {steps}{turn}")
