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

from core.checking import on_a_kink
from core.datasets import DATASETS
from core.formatting import as_shown, gives, number
from core.functions import relu
from core.graph import Graph, evaluate
from core.network import Dataset, parameters
from core.parsing import ParseError
from core.reverse import multiplications
from core.script import numpy_script
from core.surface import curvature, gradient
from core.terrain import name_place
from ui import state
from ui.equations import Numbers, rule
from ui.lessons import GALLERY, LESSONS, Lesson, Preset, Step, data_set
from ui.theme import colors

PAGES = Path(__file__).resolve().parent.parent / "pages"
BY_NAME = {lesson.name: lesson for lesson in LESSONS}
SPOKEN_OF = ("f", "activation", "cost", "data", "optimizer", "train", "batch")
"""Parameters that a step's words take for granted; numbers are quoted, so they may differ."""

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


# ---- where the learner stands


def position(lesson: Lesson) -> int:
    """The index of the step that the learner stands on: the URL's, or else the first."""
    names = [f"{lesson.name}-{step.name}" for step in lesson.steps]
    return names.index(state.value("step")) if state.value("step") in names else 0


def begin() -> None:
    """A link to a step brings the step's own state, except for what the link spells out."""
    if st.session_state.setdefault("begun", False):
        return
    st.session_state.begun = True
    query = st.query_params.to_dict()
    # Of what could not be read the learner is told that its default is used.
    spelt_out = query.keys() | set(st.session_state.get("refused", ()))
    for lesson in LESSONS:
        for index, step in enumerate(lesson.steps):
            if query.get("step") == f"{lesson.name}-{step.name}":
                preset = settings(lesson, index)
                st.session_state.update({n: v for n, v in preset.items() if n not in spelt_out})


def settings(lesson: Lesson, index: int) -> dict[str, float | str]:
    """All that the steps up to this one have set."""
    together: dict[str, float | str] = {}
    for step in lesson.steps[: index + 1]:
        together |= step.preset
    return together


def go_to(lesson: Lesson, index: int) -> None:
    """Enter a step. Going back also takes back what the steps that are left had set."""
    left = lesson.steps[index + 1 : position(lesson) + 1]
    undone = {name for step in (*left, lesson.steps[index]) for name in step.preset}
    so_far = settings(lesson, index)
    st.session_state.step = f"{lesson.name}-{lesson.steps[index].name}"
    put({name: so_far[name] for name in so_far if name in undone or name in SPOKEN_OF}, "")


def astray(lesson: Lesson, index: int) -> list[str]:
    """What the step's words are about that the learner has chosen otherwise."""
    so_far = settings(lesson, index)
    other = [name for name in SPOKEN_OF if name in so_far and state.value(name) != so_far[name]]
    if not other and state.refused_cost(str(so_far.get("cost")), state.value("y")):
        return ["y"]  # with which the page shows another cost
    return other


def put(preset: Preset, why: str) -> None:
    """Give parameters their values, say which of the learner's own that changed, and keep those."""
    mine = {name: state.value(name) for name, new in preset.items() if state.value(name) != new}
    st.session_state.update(preset)
    st.session_state.at = preset.get("at", 0)  # a path starts anew
    changes = ", ".join(
        f"{name} = {state.plain(preset[name])} (was {state.plain(old)})"
        for name, old in mine.items()
    )
    st.session_state.said = f"{why} Set for you: {changes}." if changes else why
    st.session_state.mine = mine


def put_back() -> None:
    """Undo the last :func:`put`."""
    st.session_state.update(st.session_state.pop("mine", {}))


def take_data() -> None:
    """Move to the start that the chosen data set is made for, and say so."""
    name = state.value("data")
    if name == state.OWN:
        put({}, "Your own samples. Change them under Look closer, Data.")
        return
    data = DATASETS[name]
    put(data_set(name) if data.data else {}, f"**{data.title}.** {data.description}")


# ---- what is drawn


def say(place: Any) -> None:
    """What was set for the learner, once, with a way back."""
    if said := st.session_state.pop("said", ""):
        with place.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(said.strip())
            if st.session_state.get("mine"):
                st.button("Put mine back", on_click=put_back)


def spoken(name: str) -> Step | None:
    """The step whose words stand on the lesson's page; None where the learner went elsewhere."""
    lesson = BY_NAME[name]
    index = position(lesson)
    return None if astray(lesson, index) else lesson.steps[index]


def tell(name: str, graph: Graph, values: Numbers) -> tuple[str, ...]:
    """Draw the step that the learner stands on, with the way back and on; return its focus."""
    lesson = BY_NAME[name]
    index, count = position(lesson), len(lesson.steps)
    step = lesson.steps[index]
    other = astray(lesson, index)
    with st.container(border=True, key="guide"):
        with st.container(horizontal=True, vertical_alignment="center"):
            move("‹ Back", lesson, index - 1, "B")
            progress = "▰" * (index + 1) + "▱" * (count - index - 1)
            st.markdown(f"{progress}   **{index + 1} of {count} · {step.title}**")
            move("Next ›", lesson, index + 1, "N")
        if other:
            labels = " and ".join(state.PARAMETERS[name].label for name in other)
            st.markdown(f"You have chosen your own {labels}; explore it freely.")
            st.button("Back to this step", on_click=go_to, args=(lesson, index))
        else:
            task = f" *{step.go_on}*" if step.go_on else ""
            st.markdown(filled(step.text, graph, values) + task)
            if step.lit:
                st.latex(rule(state.value("optimizer"), colors(), step.lit))
    return () if other else step.focus


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
        put({"f": text}, "")


def misread(text: str, error: ParseError) -> None:
    """What is wrong with a typed function, with a caret under the place."""
    st.error(str(error))
    st.code(f"{text}\n{' ' * error.position}^", language=None)
    st.caption("The last function that could be read stays in the picture.")


def corners(graph: Graph, values: Numbers) -> None:
    """Say which slope is used where a function has a corner and stands on it."""
    for node in graph.nodes:
        if isinstance(node.expression, (relu, sympy.Abs)):
            inner = float(evaluate(node.expression.args[0], values))
            if inner == 0:
                st.caption(
                    f"{node.name} stands exactly on its corner, where it has no single slope. "
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
    return any(on_a_kink(graph, graph.forward(sample), axis) for sample in samples for axis in axes)


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
        on_click=go_to,
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
                on_click=put,
                args=(prompt.preset, prompt.text),
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
        st.page_link(PAGES / f"{after.name}.py", label=f"Next lesson: **{after.title}** ›")
