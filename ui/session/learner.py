"""The learner's session as core's objects: the network, its values, the data and the descent."""

from collections.abc import Mapping
from functools import lru_cache

import streamlit as st

from core.datasets import dataset
from core.descent import Path, Recipe, follow
from core.functions import Array
from core.graph import Graph
from core.network import Dataset, network
from core.parsing import ParseError, parse
from core.tabular import DataError, decode_points
from ui.lessons.own import OWN
from ui.session import state
from ui.session.parameters import PARAMETERS, POINTS, TRAINABLE, refused_cost


def current_network(
    depth: int = 2, activation: str | None = None, data: Dataset | None = None
) -> Graph:
    """The lesson's network with the chosen activation and a cost that its targets allow.

    The frame tells the learner when their own y forbids the cost; of a data set this tells.
    """
    cost = state.value("cost")
    if data is None or not state.has_data():
        refused = refused_cost(cost, state.value("y"))
    else:
        outside = data.y[(data.y < 0) | (data.y > 1)]
        refused = refused_cost(cost, float(outside[0])) if outside.size else None
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
        return parse(st.session_state.get("last_good", PARAMETERS["f"].default)), error
    st.session_state.last_good = text
    return graph, None


def current_data() -> Dataset:
    """The chosen data set: the learner's own samples, a preset, or the one sample x, y."""
    if state.value("data") == OWN:
        try:
            st.session_state.last_points = decode_points(state.value("points"))
        except DataError as error:
            st.error(f"Your samples cannot be read: {error} The last good ones are used.")
        return st.session_state.get("last_points") or decode_points(POINTS.default)
    return dataset(state.value("data"), state.value("x"), state.value("y"))


def current_axes() -> tuple[str, str]:
    """The two parameters that the maps are over; the lesson's if one was chosen twice."""
    first, second = state.value("axis1"), state.value("axis2")
    return (first, second) if first != second else ("w1", "w2")


def current_train() -> tuple[str, ...]:
    """The parameters that descent moves."""
    return ("w1", "w2") if state.value("train") == "weights" else TRAINABLE


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


def way(graph: Graph, start: Mapping[str, float], recipe: Recipe) -> Path:
    """The path from a start, to be read: it is kept for the runs in which it stays the same."""
    return _way(graph, tuple((name, float(start[name])) for name in graph.inputs), recipe)


@lru_cache(maxsize=32)
def _way(graph: Graph, start: tuple[tuple[str, float], ...], recipe: Recipe) -> Path:
    return follow(graph, dict(start), recipe)
