"""The learner's session as core's objects: the network and its values now, and the live stage."""

from contextvars import ContextVar
from typing import Any

import streamlit as st

from core.datasets import dataset
from core.descent import Recipe, follow
from core.functions import COSTS, Array, sigmoid
from core.graph import Graph
from core.network import Dataset, network
from core.parsing import ParseError, parse
from core.tabular import DataError, decode_points
from ui import course, guide, state
from ui.lessons import Step
from ui.stage import Commit, Scene


def current_network(
    depth: int = 2, activation: str | None = None, data: Dataset | None = None
) -> Graph:
    """The lesson's network with the chosen activation and a cost that its targets allow.

    The frame tells the learner when their own y forbids the cost; of a data set this tells.
    """
    cost = state.value("cost")
    if data is None or not state.has_data():
        refused = state.refused_cost(cost, state.value("y"))
    else:
        outside = data.y[(data.y < 0) | (data.y > 1)]
        refused = state.refused_cost(cost, float(outside[0])) if outside.size else None
        if refused:
            st.warning(refused)
    return network(
        depth,
        activation or state.value("activation"),
        "half_squared_error" if refused else cost,
    )


def carried(graph: Graph, data: Dataset | None = None) -> dict[str, float]:
    """What the network carries for the graph's inputs: x and y are those of the chosen sample."""
    values = state.numbers(graph.inputs)
    if data is None or not state.has_data():
        return values
    k = min(state.value("sample"), len(data)) - 1
    return values | {"x": float(data.x[k]), "y": float(data.y[k])}


def current_values(graph: Graph, data: Dataset | None = None) -> dict[str, Array]:
    """The forward pass of a graph at the numbers that it carries."""
    return graph.forward(carried(graph, data))


def cost_name(data: Dataset) -> str:
    """The cost on one line: J, and J̄ where it is a mean over samples."""
    return "J\u0304" if len(data) > 1 else "J"


def current_function() -> tuple[Graph, ParseError | None]:
    """The typed function as a graph; if it cannot be read, the last good one and the reason."""
    text = state.value("f")
    try:
        graph = parse(text)
    except ParseError as error:
        return parse(st.session_state.get("last_good", state.PARAMETERS["f"].default)), error
    st.session_state.last_good = text
    return graph, None


def current_data() -> Dataset:
    """The chosen data set: the learner's own samples, a preset, or the one sample x, y."""
    if state.value("data") == state.OWN:
        try:
            st.session_state.last_points = decode_points(state.value("points"))
        except DataError as error:
            st.error(f"Your samples cannot be read: {error} The last good ones are used.")
        return st.session_state.get("last_points") or decode_points(state.POINTS.default)
    return dataset(state.value("data"), state.value("x"), state.value("y"))


def current_axes() -> tuple[str, str]:
    """The two parameters that the maps are over; the lesson's if one was chosen twice."""
    first, second = state.value("axis1"), state.value("axis2")
    return (first, second) if first != second else ("w1", "w2")


def current_train() -> tuple[str, ...]:
    """The parameters that descent moves."""
    return ("w1", "w2") if state.value("train") == "weights" else state.TRAINABLE


def current_recipe(data: Dataset) -> Recipe:
    """How the learner descends."""
    return Recipe(
        data,
        optimizer=state.value("optimizer"),
        learning_rate=state.value("rate"),
        steps=state.value("steps"),
        train=current_train(),
        tolerance=state.value("tolerance") or None,
        batch=state.value("batch") or None,
        seed=state.value("seed"),
    )


SHOWN: ContextVar[Scene | None] = ContextVar("scene", default=None)
"""The scene of the page that runs; the frame, which holds the one stage, draws it."""


def show(
    name: str,
    graph: Graph,
    further: tuple[str, ...] = (),
    data: Dataset | None = None,
    **options: Any,
) -> Step | None:
    """Have a lesson's scene on the stage, with the learner's numbers; return the step that speaks.

    ``options`` are those of a :class:`ui.stage.Scene`.

    ``further`` names what can be dragged beside the graph's inputs. Over a data set, x and y are
    those of one of its samples, and which one is chosen instead.
    """
    of_data = len(data) if data is not None and state.has_data() else None
    words, step = guide.words(name, graph)
    lesson = course.BY_NAME[name]
    drawn = lesson if step is None or not step.wide else step
    SHOWN.set(
        Scene(
            graph,
            carried(graph, data),
            state.controls((*graph.inputs, *further), of_data),
            panels=tuple(drawn.narrow.split()),
            wide=drawn.wide,
            focus=step.focus if step else (),
            layers=lesson.layers,
            data=data,
            sample=state.value("sample") if of_data else None,
            words=words,
            **options,
        )
    )
    return step


def show_welcome() -> None:
    """Have the home page's scene on the stage: the network, and the way down from its numbers."""
    graph, data, axes = current_network(), current_data(), ("w1", "w2")
    values = carried(graph)
    way = Recipe(data, learning_rate=5.0, steps=120, train=axes)
    SHOWN.set(
        Scene(
            graph,
            values,
            state.controls(graph.inputs, None),
            panels=("words", "network", "sliders", "map", "player"),
            wide=WELCOME,
            path=follow(graph, values, way),
            recipe=way.to_json(graph),
            rate=way.learning_rate,
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


def take(commit: Commit) -> None:
    """Take over a change that was made on the stage, once."""
    if commit.seq > st.session_state.get("acknowledged", 0):
        state.apply(commit.values)
        st.session_state.acknowledged = commit.seq
        if commit.values.keys() - {"rate", "sample"}:
            st.session_state.at = 0  # the path starts anew from what was let go


def choose(name: str) -> None:
    """Show the derivative with respect to the node that was chosen on the stage."""
    if name in state.BY:
        st.session_state.by = name


def stand(step: int) -> None:
    """Stand on the step of the path that the player came to rest on."""
    st.session_state.at = step


def squashes(graph: Graph, activation: str, cost: str) -> str:
    """What the nodes are: a cost of probabilities has a sigmoid at the output, whatever was chosen.

    >>> squashes(network(2, "relu"), "relu", "half_squared_error")
    'Every node has the activation relu.'
    """
    (prediction,) = (n for n in graph.parents(graph.output) if graph[n].kind == "signal")
    output = graph[prediction].expression
    if activation != "sigmoid" and isinstance(output, sigmoid):
        return (
            f"With {COSTS[cost].label.lower()} the output node is a sigmoid, so that ŷ lies "
            f"between 0 and 1. Any node before it has the activation {activation}."
        )
    return f"Every node has the activation {activation}."
