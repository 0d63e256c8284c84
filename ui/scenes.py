"""The scene of the page that runs, and what the stage's answers change in the session."""

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.descent import Recipe
from core.graph import Graph
from core.network import Dataset
from ui.lessons import Step, own
from ui.session import built, course, state
from ui.session.learner import carried, current_data, current_network, way
from ui.session.parameters import BY, Number, controls
from ui.stage import Commit, Scene
from ui.words import guide, matrices

SHOWN: ContextVar[Scene | None] = ContextVar("scene", default=None)
"""The scene of the page that runs; the frame, which holds the one stage, draws it."""

NOTICES: ContextVar[DeltaGenerator] = ContextVar("notices")
"""The place above the stage for what a learner must see at once."""


def show(
    name: str,
    graph: Graph,
    further: tuple[str, ...] = (),
    beside: Mapping[str, float] | None = None,
    wide: str = "",
    data: Dataset | None = None,
    **options: Any,
) -> Step | None:
    """Have a lesson's scene on the stage, with the learner's numbers; return the step that speaks.

    ``options`` are those of a :class:`ui.stage.Scene`.

    ``further`` names what can be dragged beside the graph's inputs, and ``beside`` gives numbers
    to what cannot and is computed with all the same. ``wide`` draws another scene than the
    lesson's. Over a data set, x and y are those of one of its samples, and which one is chosen
    instead.
    """
    of_data = len(data) if data is not None and state.has_data() else None
    return _show_lesson(
        name,
        graph,
        {**(beside or {}), **carried(graph, data)},
        controls((*graph.inputs, *further), of_data),
        wide,
        data=data,
        sample=state.value("sample") if of_data else None,
        **options,
    )


def show_built(
    graph: Graph, settings: dict[str, Any], start: dict[str, float], **options: Any
) -> Step | None:
    """Have the network that the learner builds on the stage; return the step that speaks."""
    train, held = built.samples(settings)
    shape = built.architecture(settings)
    return _show_lesson(
        own.PAGE,
        graph,
        built.carried(graph, train, start),
        built.controls(graph, train),
        data=train,
        sample=min(state.value("point"), len(train)),
        axes=None,
        shape=shape,
        matrices=matrices.on_stage(shape),
        held_out=held,
        **options,
    )


def _show_lesson(
    name: str,
    graph: Graph,
    values: Mapping[str, float],
    dragged: Mapping[str, Number],
    wide: str = "",
    **options: Any,
) -> Step | None:
    words, step = guide.words(name, graph)
    lesson = course.BY_NAME[name]
    drawn = lesson if step is None or not step.wide else step
    SHOWN.set(
        Scene(
            graph,
            values,
            dragged,
            panels=tuple(drawn.narrow.split()),
            wide=wide or drawn.wide,
            focus=step.focus if step else (),
            layers=lesson.layers,
            words=words,
            **options,
        )
    )
    return step


def show_welcome() -> None:
    """Have the home page's scene on the stage: the network, and the way down from its numbers."""
    graph, data, axes = current_network(), current_data(), ("w1", "w2")
    values = carried(graph)
    down = Recipe(data, learning_rate=5.0, steps=120, train=axes)
    SHOWN.set(
        Scene(
            graph,
            values,
            controls(graph.inputs, None),
            panels=("words", "network", "sliders", "map", "player"),
            wide=WELCOME,
            path=way(graph, values, down),
            recipe=down.to_json(graph),
            rate=down.learning_rate,
            axes=axes,
            step=0,
            walk="home",
            words=guide.welcome(),
        )
    )


WELCOME = """
    4 words   words   network network network network network
    4 sliders sliders map     map     map     map     map
    1 sliders sliders player  player  player  player  player
"""


def apply_commit(commit: Commit) -> None:
    """Take over a change that was made on the stage, once."""
    newest = st.session_state.get("acknowledged", 0)
    if commit.seq == newest:
        # It is sent again, so the run that answered may have been cut short by this one before
        # the inputs in the browser have heard of it, and they still send what they had.
        state.set_again(st.session_state.get("applied", {}))
    if commit.seq <= newest:
        return
    before = state.all_values()
    if st.session_state.get("lesson") == own.PAGE:
        built.take(commit.values)
    else:
        state.apply(commit.values)
    st.session_state.acknowledged = commit.seq
    if commit.values.keys() - {"rate", "sample"}:
        st.session_state.at = 0  # the path starts anew from what was let go
    st.session_state.applied = state.changes_since(before)


def choose_derivative(name: str) -> None:
    """Show the derivative with respect to the node that was chosen on the stage."""
    if st.session_state.get("lesson") == own.PAGE:
        st.session_state.opened = name
    elif name in BY:
        st.session_state.by = name


def build(what: str, sent: Any, standing: Mapping[str, float] | None) -> None:
    """What the learner does to the network that they build; it starts from what they saw."""
    if st.session_state.get("lesson") != own.PAGE:
        return
    if standing and what != "again":
        built.begin_from(standing)
    match what:
        case "shape":
            built.reshape(sent)
        case "samples":
            built.take_samples(sent)
        case "again":
            built.begin_anew()
        case "train":
            st.session_state.update(trained=1, at=0)
        case "cancel":
            built.cancel()


def stand_at(step: int) -> None:
    """Stand on the step of the path that the player came to rest on."""
    st.session_state.at = step
