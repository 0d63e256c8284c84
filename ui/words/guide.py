"""The guide through a lesson: its steps, its prompts, the code behind it. One renderer for all."""

import inspect
from collections.abc import Callable, Mapping
from copy import copy
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import streamlit as st

from core import layout
from core.descent.rules import assignments
from core.graph import Graph
from core.script import numpy_script
from ui.lessons import LESSONS, NAME, WELCOME, Lesson, Step
from ui.server.again import again
from ui.session import course, state
from ui.session.course import BY_NAME
from ui.session.parameters import PARAMETERS, Number
from ui.words.pieces import pieces

PAGES = Path(__file__).resolve().parents[2] / "pages"


def pages() -> dict[str, Any]:
    """The pages for Streamlit's navigation by their names, the home page first.

    Streamlit looks up each one's file, so they are made once; a run has copies of its own, for it
    notes in them which one it may still run.
    """
    return {name: copy(page) for name, page in _pages().items()}


@lru_cache(maxsize=1)
def _pages() -> dict[str, Any]:
    home = st.Page(PAGES / "home.py", title="Home", default=True)
    lessons = {one.name: st.Page(PAGES / f"{one.name}.py", title=one.title) for one in LESSONS}
    return {"home": home, **lessons}


def words(name: str, graph: Graph) -> tuple[dict[str, Any], Step | None]:
    """What the lesson says where the learner stands, for the stage, and the step that says it.

    They are the step's words, or those of the prompt that was tried; words that are not true of
    what the page shows are not said, and no step says them.
    """
    lesson = BY_NAME[name]
    kinds = {graph.text(node.symbol): node.kind for node in graph.nodes}
    here = state.all_values()
    index, now = course.position(lesson), course.now(lesson, here)
    step, prompt = lesson.steps[index], course.trying(lesson, now)
    speaks = not prompt and course.speaks(lesson, index, now)
    if prompt:
        said = _said(f"Try this · {prompt.title}", prompt.text, "", kinds)
    elif speaks:
        said = _of_step(lesson, index, kinds)
    elif course.done(lesson, index, now):
        said = _said(_heading(lesson, index), step.after, "", kinds)
    else:
        # What is asked for stays in view until it is done, if it is that which leads elsewhere.
        said = _said(_heading(lesson, index), ELSEWHERE, step.go_on if step.done else "", kinds)
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
        "tries": st.session_state.get("tries", 0),
        "back": _beside(lesson, index - 1, kinds, here),
        "next": _beside(lesson, index + 1, kinds, here),
    }, step if speaks else None


ELSEWHERE = "This step speaks of other settings than these. Explore freely."


def _said(heading: str, text: str, task: str, kinds: Mapping[str, str]) -> dict[str, Any]:
    return {"heading": heading, "text": pieces(text, kinds), "task": pieces(task, kinds)}


def _heading(lesson: Lesson, index: int) -> str:
    return f"{index + 1} of {len(lesson.steps)} · {lesson.steps[index].title}"


def _of_step(lesson: Lesson, index: int, kinds: Mapping[str, str]) -> dict[str, Any]:
    step = lesson.steps[index]
    said = _said(_heading(lesson, index), step.text, step.go_on, kinds)
    optimizer = str(course.settings(lesson, index).get("optimizer", ""))
    rules = assignments(optimizer) if step.lit else ()
    said_of = [(name, renewed) for name, renewed in rules if name in step.lit]
    for count, (name, renewed) in enumerate(said_of):
        rule = f"<mi>{name}</mi><mo>←</mo>{layout.mathml(renewed)}"
        said["text"] += [["text", ", " if count else " "], ["math", rule]]
    return said


def _beside(
    lesson: Lesson, index: int, kinds: Mapping[str, str], here: dict[str, Any]
) -> dict[str, Any] | None:
    """What the stage shows of a step as soon as the learner goes there, before Python answers."""
    if not 0 <= index < len(lesson.steps):
        return None
    fresh = course.entering(lesson, index, here)
    changes = {name: value for name, value in fresh.items() if value != here[name]}
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
        "title": NAME,
        "at": 0,
        "count": 0,
        "own": [],
        "mine": False,
        "anew": False,
        "back": None,
        "next": None,
        "keys": False,
        "tries": 0,
        "begin": f"Begin: {LESSONS[0].title}",
    }


ABREAST = 4
"""How many lessons the home page lists in a row."""


def all_lessons() -> None:
    """The lessons, each with the way to it and what it is about."""
    for first in range(0, len(LESSONS), ABREAST):
        row = LESSONS[first : first + ABREAST]
        for column, lesson in zip(st.columns(ABREAST), row, strict=False):
            with column.container(border=True):
                title = f"**{LESSONS.index(lesson) + 1} · {lesson.title}**"
                st.page_link(PAGES / f"{lesson.name}.py", label=title)
                st.caption(lesson.teaser)


def go(way: str) -> None:
    """What the stage asks for: the step before or after, the step's own numbers, or the last."""
    if way == "begin":
        st.session_state.opening = LESSONS[0].name
        return
    lesson = BY_NAME.get(st.session_state.get("lesson", ""))
    if lesson is None:
        return  # the home page has no steps
    index = course.position(lesson)
    if way == "mine":
        course.restore_values()
    elif way == "anew":
        course.back_to(lesson, index)
    else:
        to = index + (1 if way == "next" else -1)
        if 0 <= to < len(lesson.steps):
            course.go_to(lesson, to)


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
    again(f"prompts-{name}", partial(_prompts, lesson))
    # What is closed is not made: it would travel with every rerun.
    if st.toggle("Show the code", key=f"code-{name}"):
        st.markdown("These lines of `core` made the numbers above.")
        for piece in shown:
            text = piece if isinstance(piece, str) else inspect.getsource(piece)
            st.code(text, language="python")
        st.markdown("The same numbers with NumPy alone; run it anywhere.")
        carried = inputs or state.numbers(graph.inputs)
        st.code(numpy_script(graph, carried), language="python")
    again(f"after-{name}", partial(_lesson_after, lesson))


def _prompts(lesson: Lesson) -> None:
    st.subheader("Try this")
    columns = st.columns(len(lesson.prompts))
    for column, prompt in zip(columns, lesson.prompts, strict=True):
        with column:
            st.button(
                prompt.title,
                key=f"try-{lesson.name}-{prompt.title}",
                on_click=course.take_prompt,
                args=(lesson, prompt),
                width="stretch",
            )
            st.caption(prompt.text)


def _lesson_after(lesson: Lesson) -> None:
    after = LESSONS[(LESSONS.index(lesson) + 1) % len(LESSONS)]
    if after is not LESSONS[0]:
        st.page_link(
            PAGES / f"{after.name}.py",
            label=f"Next lesson: **{after.title}** ›",
            query_params={"step": f"{after.name}-{after.steps[0].name}"},  # it begins anew
        )
