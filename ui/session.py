"""The learner's session as core's objects: the network and its values now, and the live stage."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st

from core.datasets import dataset
from core.descent import Recipe
from core.functions import COSTS, Array, sigmoid
from core.graph import Graph
from core.network import Dataset, network
from core.parsing import ParseError, parse
from core.surface import cost_surface
from core.tabular import DataError, decode_points
from ui import state
from ui.stage import Commit, stage


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


def grids(axes: tuple[str, str], cells: int = 65) -> tuple[Array, Array]:
    """Where the surface over two parameters is computed: as far as their inputs reach."""
    first, second = (
        np.linspace(parameter.minimum, parameter.maximum, cells)
        for parameter in map(state.number, axes)
    )
    return first, second


def standing(
    graph: Graph, values: Mapping[str, float], data: Dataset, axes: tuple[str, str]
) -> tuple[float, float, float]:
    """Where the learner stands on the surface: the two parameters and the mean cost there."""
    first, second = (float(values[name]) for name in axes)
    at = (np.array([first]), np.array([second]))
    return first, second, float(cost_surface(graph, values, data, axes, at)[0, 0])


def live(
    graph: Graph,
    key: str,
    panels: tuple[str, ...],
    further: tuple[str, ...] = (),
    data: Dataset | None = None,
    **options: Any,
) -> None:
    """The stage on the learner's numbers; what is dragged comes back into the session.

    ``further`` names what can be dragged beside the graph's inputs. Over a data set, x and y are
    those of one of its samples, and which one is chosen instead.
    """
    of_data = len(data) if data is not None and state.has_data() else None

    def take(commit: Commit) -> None:
        if commit.seq > st.session_state.get("acknowledged", 0):
            state.apply(commit.values)
            st.session_state.acknowledged = commit.seq
            if commit.values.keys() - {"rate", "sample"}:
                st.session_state.at = 0  # the path starts anew from what was let go

    def choose(name: str) -> None:
        if name in state.BY:
            st.session_state.by = name

    def stand(step: int) -> None:
        st.session_state.at = step

    stage(
        graph,
        carried(graph, data),
        key=key,
        controls=state.controls((*graph.inputs, *further), of_data),
        panels=panels,
        data=data,
        sample=state.value("sample") if of_data else None,
        acknowledged=st.session_state.get("acknowledged", 0),
        on_commit=take,
        on_choose=choose,
        on_step=stand,
        **options,
    )
    if any(node.kind == "cost" for node in graph.nodes):
        st.caption(squashes(graph, state.value("activation"), state.value("cost")))


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
