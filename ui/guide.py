"""The guide through a lesson: its steps, its prompts, the code behind it. One renderer for all."""

import inspect
import math
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
import sympy

from core import checking
from core.formatting import as_shown, gives, number
from core.functions import COSTS, sigmoid
from core.graph import Graph
from core.network import Dataset, parameters
from core.parsing import ParseError
from core.reverse import multiplications
from core.script import numpy_script
from core.surface import curvature, gradient
from core.terrain import name_place
from ui.equations import Numbers
from ui.lessons import LESSONS, Lesson, Step
from ui.session import course, state
from ui.session.course import BY_NAME
from ui.session.parameters import PARAMETERS, Number
from ui.stage.words import pieces

PAGES = Path(__file__).resolve().parent.parent / "pages"

QUOTED = re.compile(r"\[\[([\w/×= ]+)\]\]")


def filled(text: str, graph: Graph, values: Numbers) -> str:
    """The text with the numbers that it quotes put in; ``KeyError`` if one is not in the graph.

    >>> from core.parsing import parse
    >>> graph = parse("x^2")
    >>> filled("h is [[h]], its slope [[dh/dx]].", graph, graph.forward({"x": 3.0}))
    'h is **9.000**, its slope **+6.000**.'
    """

    def put_in(match: re.Match[str]) -> str:
        return f"**{quoted(match[1], graph, values)}**"

    return QUOTED.sub(put_in, text)


def quoted(text: str, graph: Graph, values: Numbers) -> str:
    """A number as it is shown, or a product of numbers and what it gives.

    >>> from core.parsing import parse
    >>> graph = parse("sin(3*x)")
    >>> quoted("dh/du1 × du1/dx = dh/dx", graph, graph.forward({"x": 0.7}))
    '−0.5048 × +3.000 ≈ −1.515'
    """
    product, _, result = text.partition(" = ")
    if not result:
        return _written(text, graph, values)
    factors = product.split(" × ")
    digits = " × ".join(_written(name, graph, values) for name in factors)
    by_hand = math.prod(as_shown(value_of(name, graph, values)) for name in factors)
    sign = "=" if gives(by_hand, value_of(result, graph, values)) else "≈"
    return f"{digits} {sign} {_written(result, graph, values)}"


def _written(name: str, graph: Graph, values: Numbers) -> str:
    return number(value_of(name, graph, values), sign="/" in name)


def value_of(name: str, graph: Graph, values: Numbers) -> float:
    """A node's value, a derivative of the output, or a local derivative.

    What else ``values`` holds, such as ``next w1``, can be quoted too.
    """
    if name in values:
        return float(values[name])
    child, parent = (part.removeprefix("d") for part in name.split("/"))
    if child == graph.output:
        return float(graph.backward(values)[parent])
    return float(graph.factor(child, parent).value(values))


# ---- what is drawn


def words(name: str, graph: Graph) -> tuple[dict[str, Any], Step | None]:
    """What the lesson says where the learner stands, for the stage, and the step that says it.

    They are the step's words, or those of the prompt that was tried; words that are not true of
    what the page shows are not said, and no step says them.
    """
    lesson = BY_NAME[name]
    kinds = {graph.text(node.symbol): node.kind for node in graph.nodes}
    index, now = course.position(lesson), course.now(lesson)
    step, prompt = lesson.steps[index], course.trying(lesson, now)
    speaks = not prompt and course.speaks(lesson, index, now)
    if prompt:
        said = _said(f"Try this · {prompt.title}", prompt.text, "", kinds)
    elif speaks:
        said = _of_step(lesson, index, kinds)
    else:
        said = _said(_heading(lesson, index), ELSEWHERE, "", kinds)
    theirs = course.yours(lesson)
    told = st.session_state.pop("said", "").strip()
    own = told or (f"Yours: {course.named(theirs)}." if theirs else "")
    return {
        **said,
        "title": lesson.title,
        "at": index,
        "count": len(lesson.steps),
        "own": pieces(own),
        "mine": bool(told and st.session_state.get("mine")),
        "anew": bool(theirs) or not speaks,
        "keys": st.session_state.get("keys", True),
        "back": _beside(lesson, index - 1, kinds),
        "next": _beside(lesson, index + 1, kinds),
    }, step if speaks else None


ELSEWHERE = "This step speaks of other settings than these. Explore freely."


def _said(heading: str, text: str, task: str, kinds: Mapping[str, str]) -> dict[str, Any]:
    return {"heading": heading, "text": pieces(text, kinds), "task": pieces(task, kinds)}


def _heading(lesson: Lesson, index: int) -> str:
    return f"{index + 1} of {len(lesson.steps)} · {lesson.steps[index].title}"


def _of_step(lesson: Lesson, index: int, kinds: Mapping[str, str]) -> dict[str, Any]:
    step = lesson.steps[index]
    return _said(_heading(lesson, index), step.text, step.go_on, kinds)


def _beside(lesson: Lesson, index: int, kinds: Mapping[str, str]) -> dict[str, Any] | None:
    """What the stage shows of a step as soon as the learner goes there, before Python answers."""
    if not 0 <= index < len(lesson.steps):
        return None
    fresh = course.entering(lesson, index)
    changes = {n: value for n, value in fresh.items() if value != state.value(n)}
    glide = all(isinstance(PARAMETERS[n], Number) or n == "by" for n in changes)
    return {
        **_of_step(lesson, index, kinds),
        "focus": sorted(lesson.steps[index].focus),
        "chosen": changes.get("by"),
        "numbers": {n: v for n, v in changes.items() if n != "by"} if glide else None,
    }


def welcome() -> dict[str, Any]:
    """The words of the home page, with the button that begins the course."""
    return {
        **_said("A neural network that you can take in your hands", WELCOME, "", {}),
        "title": "Chain Rule Lab",
        "at": 0,
        "count": 0,
        "own": [],
        "mine": False,
        "anew": False,
        "back": None,
        "next": None,
        "keys": False,
        "begin": f"Begin: {LESSONS[0].title}",
    }


WELCOME = (
    "Move a number, and see how the network computes, how the chain rule gives every derivative, "
    "and how gradient descent uses them."
)


def go(way: str) -> None:
    """What the stage asks for: the step before or after, the step's own numbers, or the last."""
    if way == "begin":
        st.session_state.opening = LESSONS[0].name
        return
    lesson = BY_NAME[st.session_state.lesson]
    index = course.position(lesson)
    if way == "mine":
        course.restore_values()
    elif way == "anew":
        course.back_to(lesson, index)
    else:
        to = index + (1 if way == "next" else -1)
        if 0 <= to < len(lesson.steps):
            course.go_to(lesson, to)


def misread(text: str, error: ParseError) -> None:
    """What is wrong with a typed function, with a caret under the place."""
    st.error(str(error))
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


def saved(graph: Graph) -> None:
    """Say what a backward pass saves: the multiplications, counted on the graph."""
    names = parameters(graph)
    alone, together = multiplications(graph, names)
    st.caption(
        f"The {len(names)} derivatives with respect to weights and biases take {alone} "
        f"multiplications if each is worked out alone, and {together} in one backward pass. "
        "Multiplying by 1 is not counted."
    )


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


def end_of_page(
    name: str,
    graph: Graph,
    shown: tuple[Callable[..., Any] | str, ...],
    inputs: Mapping[str, float] | None = None,
) -> None:
    """The end of a page: things to try, and the code that made its numbers.

    ``shown`` are functions of core, or code that core has printed; ``inputs`` what the network
    carries, if that is not what the learner's own inputs say.
    """
    lesson = BY_NAME[name]
    st.subheader("Try this")
    columns = st.columns(len(lesson.prompts))
    for column, prompt in zip(columns, lesson.prompts, strict=True):
        with column:
            st.button(
                prompt.title,
                key=f"try-{name}-{prompt.title}",
                on_click=course.take_prompt,
                args=(lesson, prompt),
                width="stretch",
            )
            st.caption(prompt.text)
    # What is closed is not made: it would travel with every rerun.
    if st.toggle("Show the code", key=f"code-{name}"):
        st.markdown("These lines of `core` made the numbers above.")
        for piece in shown:
            text = piece if isinstance(piece, str) else inspect.getsource(piece)
            st.code(text, language="python")
        st.markdown("The same numbers with NumPy alone; run it anywhere.")
        carried = inputs or state.numbers(graph.inputs)
        st.code(numpy_script(graph, carried), language="python")
    after = LESSONS[(LESSONS.index(lesson) + 1) % len(LESSONS)]
    if after is not LESSONS[0]:
        st.page_link(
            PAGES / f"{after.name}.py",
            label=f"Next lesson: **{after.title}** ›",
            query_params={"step": f"{after.name}-{after.steps[0].name}"},  # it begins anew
        )
