"""Sentences that a page says of a graph and its values, where they are true."""

from functools import lru_cache

import numpy as np
import streamlit as st
import sympy

from core import checking
from core.formatting import number
from core.functions import COSTS, sigmoid
from core.graph import Graph
from core.network import Dataset, parameters
from core.parsing import ParseError
from core.reverse import Multiplications, multiplications
from core.surface import curvature, gradient
from core.terrain import name_place
from ui.session import state
from ui.words.substitution import Numbers


def misread(text: str, error: ParseError) -> None:
    """Where a typed function is wrong, with a caret under the place."""
    st.code(f"{text}\n{' ' * error.position}^", language=None)
    st.caption("The last function that could be read stays in the picture.")


def corners(graph: Graph, values: Numbers) -> None:
    """Say which slope is used where a function has a corner and stands on it."""
    for name in checking.corners(graph, values):
        st.caption(
            f"{name} stands exactly on its corner, where it has no single slope. "
            "Here it is taken to be 0."
        )


def zero_factors(graph: Graph, by: str, values: Numbers) -> None:
    """Where a derivative is 0 because a factor is, say which factor, and what it is made of."""
    if float(graph.backward(values)[by]) != 0:  # a factor of 0 can be cancelled by one of ∞
        return
    for chain in graph.chains(by):
        zeros = [factor for factor in chain if float(factor.value(values)) == 0]
        if zeros:
            named = " and ".join(f"${factor.latex} = {factor.formula}$" for factor in zeros)
            st.caption(f"The product is 0 because of {named}: one factor of 0 is enough.")


def cancellation(graph: Graph, values: Numbers) -> None:
    """With cross-entropy, say what the first two factors are together."""
    (output,) = (n for n in graph.parents(graph.output) if graph[n].kind == "signal")
    (inner,) = graph.parents(output)
    cost = graph[graph.output].expression
    if cost is not None and cost.has(sympy.log):
        first, second = graph.factor(graph.output, output), graph.factor(output, inner)
        together = number(float(graph.backward(values)[inner]), sign=True)
        st.caption(
            f"In ${first.latex} \\cdot {second.latex}$ the ŷ(1 − ŷ) of the sigmoid's slope cancels "
            f"the one that cross-entropy divides by. What is left is ŷ − y, here {together}. The "
            "page computes with that, so the derivative is right even where ŷ rounds to 0 or 1 and "
            "the two numbers alone would give 0 · ∞."
        )


def multiplications_saved(graph: Graph) -> None:
    """Say what a backward pass saves: the multiplications, counted on the graph."""
    count, (alone, together) = _multiplications(graph)
    st.caption(
        f"The {count} derivatives with respect to weights and biases take {alone} "
        f"multiplications if each is worked out alone, and {together} in one backward pass. "
        "Multiplying by 1 is not counted."
    )


@lru_cache(maxsize=64)
def _multiplications(graph: Graph) -> tuple[int, Multiplications]:
    names = parameters(graph)
    return len(names), multiplications(graph, names)


def activations_used(graph: Graph, activation: str, cost: str) -> str:
    """What the nodes apply; with a cost of probabilities the output is a sigmoid, whatever is set.

    >>> from core.network import network
    >>> activations_used(network(2, "relu"), "relu", "half_squared_error")
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


TERRAIN = {
    "minimum": "**A minimum:** hardly any slope, and the ground curves up every way.",
    "maximum": "**A top:** hardly any slope, and the ground curves down every way.",
    "saddle": "**A saddle:** hardly any slope, and the ground curves up one way and down another.",
    "plateau": "**A plateau:** hardly any slope, and hardly any curvature.",
    "valley": "**The floor of a valley:** the ground curves up to the sides, far less along it.",
    "ridge": "**A ridge:** the ground curves down to the sides, far less along it.",
    "slope": "**A slope:** the arrow shows the way down.",
    "kink": "**A kink:** here the slope changes at once, so slope and curvature say only what one "
    "side is like.",
    "undefined": "**Undefined:** the cost has no number here.",
}


def on_kink(graph: Graph, here: dict[str, float], data: Dataset, axes: tuple[str, ...]) -> bool:
    """Whether the cost of a sample has a kink right here."""
    samples = (here | {"x": float(x), "y": float(y)} for x, y in zip(data.x, data.y, strict=True))
    return any(
        checking.on_a_kink(graph, graph.forward(sample), axis)
        for sample in samples
        for axis in axes
    )


def name_terrain(graph: Graph, data: Dataset, axes: tuple[str, str]) -> None:
    """Name the place on the cost surface where the learner stands, with its numbers."""
    here = state.numbers(graph.inputs)
    slopes = gradient(graph, here, data, axes)
    place = name_place(
        np.array([slopes[name] for name in axes]), curvature(graph, here, data, axes)
    )
    low, high = place.curvatures
    name = "kink" if on_kink(graph, here, data, axes) else place.name
    st.markdown(
        f"{TERRAIN[name]} Steepness {number(place.steepness)}, curvature from {number(low)} "
        f"to {number(high)}."
    )
