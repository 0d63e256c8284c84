"""Where you start: what descent comes to from each start on the map, which the stage draws."""

import base64
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import streamlit as st

from core.descent import Recipe
from core.descent.regimes import REGIMES
from core.descent.starts import StartsMap, starts_map
from core.formatting import short
from core.graph import Graph
from core.network import Dataset
from ui import theme
from ui.server.turns import let_others
from ui.session import state
from ui.session.learner import current_axes, current_recipe
from ui.surface import grids

CELLS = 61
"""Starts along each axis."""
REST = 1e-3
"""The slope at which a path is at rest where steps are counted and the learner set no tolerance."""
PATIENCE = 0.5  # seconds without a progress bar
BEAT = 0.1  # seconds from one sign of progress to the next
AT_ONCE = 2
"""Maps that are made at the same time, of all learners."""
WAYS = ("How it ends", "Steps to rest")
BOUNDS = (10, 30, 100, 300, 1000, 2000)
"""Of the classes of steps."""
SHADES = ("#440154", "#414487", "#2a788e", "#22a884", "#7ad151", "#fde725")

_turns = threading.BoundedSemaphore(AT_ONCE)


class Found(NamedTuple):
    """A map of starts and all that it rests on: what can be dragged apart from the rest."""

    dragged: dict[str, float]
    settings: tuple[Any, ...]
    axes: tuple[str, str]
    map: StartsMap


def rests_on(graph: Graph, data: Dataset) -> tuple[dict[str, float], tuple[Any, ...]]:
    """What the map depends on: the numbers that can be dragged on the stage, and all else."""
    values, axes = state.numbers(graph.inputs), current_axes()
    # Of a data set the map does not know the one sample; the one sample is dragged as x and y.
    one = data.x.tolist() == [values["x"]] and data.y.tolist() == [values["y"]]
    held = {n: v for n, v in values.items() if n not in axes and (one or n not in ("x", "y"))}
    recipe = current_recipe(data)
    kept = (recipe.optimizer, recipe.steps, recipe.train, at_rest(recipe))
    samples = () if one else (data.x.tobytes(), data.y.tobytes())
    return (
        held | {"rate": recipe.learning_rate},
        (axes, *kept, graph, samples),
    )


def chosen_way() -> str:
    """What the map's colours say."""
    way: str = st.session_state.get("starts-by") or WAYS[0]
    return way


def at_rest(recipe: Recipe) -> float | None:
    """The slope at which a path ends: the learner's, so that map and own path never disagree."""
    return recipe.tolerance or (REST if chosen_way() == WAYS[1] else None)


def on_stage(graph: Graph, data: Dataset) -> dict[str, Any] | None:
    """The last map that was found, if it is over these axes; the stage says if it is outdated."""
    found: Found | None = st.session_state.get("starts")
    if found is None or found.axes != current_axes():
        return None
    codes, classes = classified(found.map, chosen_way())
    return {
        "cells": base64.b64encode(codes.astype(np.uint8).tobytes()).decode("ascii"),
        "side": CELLS,
        "classes": classes,
        "at": found.dragged,
        "current": found.settings == rests_on(graph, data)[1],
    }


def classified(found: StartsMap, way: str) -> tuple[np.ndarray[Any, Any], list[dict[str, str]]]:
    """Each start's class, −1 where the cost is undefined, and what the classes are."""
    if way == WAYS[0]:
        looks = [{"name": name, "color": c, "pattern": p} for name, (c, p) in _regimes()]
        return found.regime, looks
    never = np.isnan(found.steps)
    bounds = [bound for bound in BOUNDS if bound < np.max(found.steps, where=~never, initial=0)]
    bounds.append(BOUNDS[len(bounds)])
    codes = np.where(never, len(bounds), np.searchsorted(bounds, found.steps))
    looks = [
        {"name": f"at most {bound} steps", "color": color, "pattern": "plain"}
        for bound, color in zip(bounds, SHADES, strict=False)
    ]
    looks.append({"name": "not at rest", "color": "#8b8f98", "pattern": "falling"})
    return np.where(found.regime < 0, -1, codes), looks


def _regimes() -> list[tuple[str, tuple[str, str]]]:
    return [(name, theme.REGIMES[name]) for name in REGIMES]


def starts(graph: Graph, data: Dataset) -> None:
    """The choice of what is shown, and the work, done anew only if what it rests on changed."""
    st.segmented_control(
        "The map's colours say", WAYS, key="starts-by", default=WAYS[0], required=True
    )
    recipe = current_recipe(data)
    rest = at_rest(recipe)
    ends = f"; a path is at rest where its slope is at most {short(rest)}" if rest else ""
    st.caption(
        f"The colours of the map above: {CELLS} by {CELLS} starts, each with your number of steps, "
        f"{recipe.steps}, and with all samples{ends}. Over it, your own path."
    )
    dragged, kept = rests_on(graph, data)
    found: Found | None = st.session_state.get("starts")
    if found and (found.dragged, found.settings) == (dragged, kept):
        return
    bar = st.empty()
    axes = current_axes()
    with turn(bar.progress):
        new = starts_map(
            graph,
            state.numbers(graph.inputs),
            replace(recipe, tolerance=rest),
            axes,
            grids(axes, CELLS),
            progress(bar.progress),
        )
    st.session_state.starts = Found(dragged, kept, axes, new)
    st.rerun()  # the stage stands above and was drawn before


@contextmanager
def turn(draw: Callable[[float, str], object]) -> Iterator[None]:
    """Wait until fewer than AT_ONCE maps are being made, and say so.

    As with :func:`progress`, whoever changes something or leaves waits no longer.
    """
    while not _turns.acquire(timeout=BEAT):
        draw(0.0, "Other learners' maps come first …")
    try:
        yield
    finally:
        _turns.release()


def progress(draw: Callable[[float, str], object]) -> Callable[[float], None]:
    """Draws the share that is done, now and then, once it has taken longer than one waits.

    Whenever something is drawn, Streamlit ends this run if the learner has changed something
    meanwhile: that is how the work is cancelled.
    """
    last = time.monotonic() + PATIENCE - BEAT

    def report(share: float) -> None:
        nonlocal last
        let_others()
        if time.monotonic() - last >= BEAT:
            last = time.monotonic()
            draw(share, f"Descending from {CELLS * CELLS} starts …")

    return report
