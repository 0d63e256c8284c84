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
from core.graph import Graph
from core.network import Dataset, parameters
from core.parsing import ParseError
from core.reverse import multiplications
from core.script import numpy_script
from core.surface import curvature, gradient
from core.terrain import name_place
from ui import course, state
from ui.course import BY_NAME
from ui.equations import Numbers, rule
from ui.lessons import GALLERY, LESSONS, Lesson, Step
from ui.theme import colors

PAGES = Path(__file__).resolve().parent.parent / "pages"
NOTHING = "\u00a0"

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


def spoken(name: str) -> Step | None:
    """The step whose words stand on the lesson's page; None where the learner went elsewhere."""
    lesson = BY_NAME[name]
    index, now = course.position(lesson), course.now(lesson)
    away = course.trying(lesson, now) or not course.speaks(lesson, index, now)
    return None if away else lesson.steps[index]


def tell(name: str, graph: Graph, values: Numbers) -> tuple[str, ...]:
    """Draw the words of where the learner stands, with the way back and on; return their focus.

    They are the step's, or those of the prompt that was tried. Words that are not true of what
    the page shows are not said.
    """
    lesson = BY_NAME[name]
    index, count = course.position(lesson), len(lesson.steps)
    step, now = lesson.steps[index], course.now(lesson)
    prompt = course.trying(lesson, now)
    speaks = not prompt and course.speaks(lesson, index, now)
    title = f"Try this · {prompt.title}" if prompt else f"{index + 1} of {count} · {step.title}"
    with st.container(border=True, key="guide"):
        with st.container(horizontal=True, vertical_alignment="center"):
            move("‹ Back", lesson, index - 1, "B")
            progress = "▰" * (index + 1) + "▱" * (count - index - 1)
            st.markdown(f"{progress}   **{title}**")
            move("Next ›", lesson, index + 1, "N")
        if prompt:
            st.markdown(filled(prompt.text, graph, values))
        elif speaks:
            task = f" *{step.go_on}*" if step.go_on else ""
            st.markdown(filled(step.text, graph, values) + task)
            if step.lit:
                st.latex(rule(state.value("optimizer"), colors(), step.lit))
        else:
            st.markdown("This step speaks of other settings than these. Explore freely.")
        own(lesson, index, away=not speaks)
    return step.focus if speaks else ()


def own(lesson: Lesson, index: int, away: bool) -> None:
    """What is the learner's own on the page, or what was set for them, with the way back.

    The line is there even when there is nothing to say, so that nothing moves.
    """
    with st.container(horizontal=True, vertical_alignment="center", key="own"):
        said = st.session_state.pop("said", "").strip()
        yours = course.yours(lesson)
        st.markdown(said or (f"Yours: {course.named(yours)}." if yours else NOTHING))
        if said and st.session_state.get("mine"):
            st.button("Put mine back", on_click=course.put_back, type="tertiary")
        if yours or away:
            st.button(
                "Back to this step",
                on_click=course.back_to,
                args=(lesson, index),
                type="tertiary",
            )


def say(place: Any) -> None:
    """Beside no lesson, what was set for the learner, once, with a way back."""
    if said := st.session_state.pop("said", "").strip():
        with place.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(said)
            if st.session_state.get("mine"):
                st.button("Put mine back", on_click=course.put_back)


def gallery() -> None:
    """Functions to begin with, a click each."""
    now = state.value("f")
    st.session_state.gallery = now if now in GALLERY else None
    st.pills(
        "Functions to begin with",
        GALLERY,
        key="gallery",
        on_change=take_function,
        label_visibility="collapsed",
    )


def take_function() -> None:
    """Type the function that was chosen in the gallery."""
    if text := st.session_state.gallery:
        course.put({"f": text}, "")


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


def move(label: str, lesson: Lesson, index: int, shortcut: str) -> None:
    st.button(
        label,
        on_click=course.go_to,
        args=(lesson, index),
        disabled=not 0 <= index < len(lesson.steps),
        shortcut=shortcut,
    )


def more(
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
