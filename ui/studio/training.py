"""Training in the background: one learner's long run does not keep the others waiting.

A run is a pure function of its network, start and recipe, so its path is kept for whoever asks for
the same one. What is under way can be watched and cancelled.
"""

import sys
import threading
from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import streamlit as st

from core.descent import Path, Recipe, follow
from core.descent.run import Floats, costs_along
from core.graph import Graph
from core.network import Architecture, Dataset, layered
from ui.lessons import own

SOON = 0.3
"""Seconds that a page waits for a run before it shows that it is under way."""
KEPT = 12
"""Paths of at most 2,000 steps of 57 parameters: about four megabytes each."""
WORKERS = 2

Key = tuple[Architecture, tuple[float, ...], tuple[object, ...]]


@dataclass(eq=False)
class Run:
    """A run that is under way or over: how far it has come, and what it came to.

    ``refused`` says why it could not begin.
    """

    steps: int
    done: int = 0
    path: Path | None = None
    refused: str = ""
    cancelled: bool = False
    over: threading.Event = field(default_factory=threading.Event)


_runs: OrderedDict[Key, Run] = OrderedDict()
_lock = threading.Lock()
_pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="training")
# A page that waits for Python's lock gets it this soon, however busy training is: by default it
# would wait five times as long, at every step at which it has let go of it.
sys.setswitchinterval(0.001)


def trained(shape: Architecture, start: Mapping[str, float], recipe: Recipe) -> Run:
    """The run from this start: begun if it is new, and waited for, but no longer than SOON."""
    key = _key(shape, start, recipe)
    with _lock:
        run = _runs.get(key)
        if run is None or run.cancelled:
            run = _runs[key] = Run(recipe.steps)
            _pool.submit(_work, run, shape, dict(start), recipe)
        _runs.move_to_end(key)
        for old in [k for k, one in _runs.items() if one.over.is_set()][: len(_runs) - KEPT]:
            del _runs[old]
    previous: Run | None = st.session_state.get("training")
    if previous and previous is not run and not previous.over.is_set():
        previous.cancelled = True  # whoever else waits for it has it begun anew
    st.session_state.training = run
    run.over.wait(SOON)
    return run


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
    if path not in _held:
        _held[path] = {}
    key = data.x.tobytes() + data.y.tobytes()
    if key not in _held[path]:
        _held[path][key] = costs_along(graph, path, data)
    return _held[path][key]


_held: WeakKeyDictionary[Path, dict[bytes, Floats]] = WeakKeyDictionary()


def _work(run: Run, shape: Architecture, start: Mapping[str, float], recipe: Recipe) -> None:
    def heard(step: int) -> bool:
        run.done = step
        return not run.cancelled

    try:
        run.path = follow(layered(shape), start, recipe, heard)
    except ValueError as error:
        run.refused = str(error)
    finally:
        run.over.set()


def _key(shape: Architecture, start: Mapping[str, float], recipe: Recipe) -> Key:
    data = recipe.data
    told = (
        *(data.x.tobytes(), data.y.tobytes(), recipe.optimizer, recipe.learning_rate, recipe.steps),
        *(recipe.tolerance, recipe.batch_size, recipe.seed, recipe.decay),
    )
    return shape, tuple(start.values()), told


@st.fragment(run_every=0.25)
def watch(run: Run) -> None:
    """How far a run has come; the page follows when it is over."""
    if run.over.is_set():
        st.rerun()
    with st.container(key="training"):
        st.progress(run.done / run.steps, f"Training: step {run.done} of {run.steps}")
