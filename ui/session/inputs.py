"""The inputs made from the table of parameters, sharing, and the notices that stand above them."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.parsing import LONGEST
from ui.lessons import GALLERY, Lesson, own
from ui.server import address, whole
from ui.server.again import again, unseen
from ui.session import course, state
from ui.session.parameters import (
    BUILT,
    DEEPER,
    LESSON,
    MARK,
    NETWORK,
    PARAMETERS,
    SHAPE,
    STEP,
    Choice,
    Encoded,
    Formula,
    Number,
    refused_cost,
)

whole.refuse_infinite_ones()


def inputs(lesson: Lesson | None) -> None:
    """Exact inputs on every page, so that the URL always holds the whole state.

    The ones that the lesson is about stand on the page, the others in the sidebar. Most of those
    have their defaults, of which the URL says nothing: once Streamlit has bound them to it, in the
    first run, they are drawn when they are asked for. One that it has not bound by then would not
    come into the URL with the first value that it is given. The browser, which would have half of
    its first work with them, hears nothing of it.
    """
    bound = st.session_state.get("bound", False)
    shown, settings = (lesson.inputs, lesson.settings) if lesson else ((), ())
    page = st.container(horizontal=True, key="inputs", vertical_alignment="center")
    last = page.container(horizontal=True, key="last", width="content")
    share = last.popover("Share", key="share", on_change="rerun")
    further = None
    if settings:
        further = last.popover("More settings", key="further", on_change="rerun")
    opened = further.container() if further and further.open else None
    with st.sidebar:
        of_data = carries_data(lesson)
        again("all the numbers", partial(say_whose, of_data, shown), of_data, shown)
        left, right = st.columns(2)
        # A change of the step makes a new entry of the browser's history, so it is told first.
        told = st.container(key="told")
        widget(STEP.name, told)
        widget(MARK, told)
        for parameter in NETWORK:
            widget(
                parameter.name,
                left if parameter.name in ("x", "w1", "w2") else right,
                disabled=of_data and parameter.name in ("x", "y"),
            )
        # Where the network is the lesson, its shape is chosen beside it.
        beside = lesson is not None and not {"f", "optimizer"} & set(shown)
        for choice in SHAPE:
            widget(choice.name, page if beside else st.sidebar)
        again("for the lesson", partial(for_the_lesson, lesson), lesson and lesson.name)
        others, all_others = drawer("Other lessons' settings")
        deeper, all_deeper = drawer("Deeper layers")
    differing = state.differing()
    untold = others if bound else others.container(key="unseen")
    if "f" in shown:
        with page:
            gallery()
    for name in (parameter.name for parameter in (*LESSON, *BUILT)):
        on_change = course.take_data if name == "data" else None
        if name in shown:
            widget(name, page, on_change)
        elif name in settings and opened:
            widget(name, opened, on_change)
        elif all_others or name in differing:
            widget(name, others, on_change)
        elif not bound:
            unseen(partial(_draw, name, on_change, False), untold)
    seen = [one.name for one in DEEPER if all_deeper or one.name in differing]
    columns = deeper.columns(2) if seen else ()
    for index, parameter in enumerate(DEEPER):
        if parameter.name in seen:
            widget(parameter.name, columns[index % 2])
        elif not bound:
            unseen(partial(_draw, parameter.name, None, False), untold)
    st.session_state.bound = True
    with told:  # now that every input has taken what the address gives it
        address.tidy(state.value("step"), state.all_numbers())
    if share.open:
        share.write("This link holds every value you see.")
        share.code(state.share_link(), language=None, wrap_lines=True)


def widget(
    name: str,
    place: DeltaGenerator,
    on_change: Callable[[], None] | None = None,
    *,
    disabled: bool = False,
) -> None:
    """Draw the parameter's input, bound to the URL."""
    again(name, partial(_draw, name, on_change, disabled), on_change, disabled, place=place)


def _draw(name: str, on_change: Callable[[], None] | None, disabled: bool) -> None:
    if name == MARK:
        st.text_input("version of the link", key=MARK, bind="query-params")
        return
    parameter = PARAMETERS[name]
    match parameter:
        case Number():
            kind = int if parameter.whole else float
            st.number_input(
                parameter.label,
                kind(parameter.minimum),
                kind(parameter.maximum),
                kind(parameter.default),
                kind(parameter.step),
                format="%d" if parameter.whole else "%g",
                key=name,
                bind="query-params",
                disabled=disabled,
            )
        case Choice():
            options = list(parameter.options)
            st.selectbox(
                parameter.label,
                options,
                options.index(parameter.default),
                format_func=lambda key: parameter.options[key],
                key=name,
                bind="query-params",
                on_change=on_change or "rerun",
            )
        case Encoded():
            st.text_input(parameter.label, parameter.default, key=name, bind="query-params")
        case Formula():
            st.text_input(
                parameter.label,
                parameter.default,
                max_chars=LONGEST,
                key=name,
                bind="query-params",
            )


def say_whose(of_data: bool, shown: tuple[str, ...]) -> None:
    """Above all the numbers, what they are the numbers of."""
    st.markdown("**All the numbers**")
    if of_data:
        st.caption("x and y are your one sample. Here the network carries one of the data's.")
    if "toy" in shown:
        st.caption("These are the chain's. Your own network's numbers stand on its diagram.")
    elif "rate" in shown:
        st.caption("Here the path starts. The sliders show the step that the player is on.")


def for_the_lesson(lesson: Lesson | None) -> None:
    """Below them, what changes many of them at once, and what does not change them."""
    st.button("Back to the lesson's values", on_click=course.reset, args=(lesson,), width="stretch")
    st.toggle("Keys N and B go on and back", value=True, key="keys")


def drawer(label: str) -> tuple[DeltaGenerator, bool]:
    """A place for inputs that seldom matter, and whether the learner wants to see them all."""
    # What a popover that tells of its opening holds is not in the browser while it is closed.
    inside = st.popover(label, width="stretch")
    key = f"all-{label}"
    again(key, partial(say_what_is_inside, key), place=inside)
    return inside, bool(st.session_state[key])


def say_what_is_inside(key: str) -> None:
    """In a drawer, that it holds what differs, and whether it is to hold all."""
    st.caption("What differs from its default is listed here.")
    st.toggle("All of them", key=key)


def gallery() -> None:
    """Functions to begin with, a click each."""
    # At the first run the input, which is drawn after this, takes what the link says.
    asked = "" if st.session_state.get("bound") else st.query_params.get("f", "")
    now = asked or state.value("f")
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
        course.set_values({"f": text}, "")


def carries_data(lesson: Lesson | None) -> bool:
    """Whether the page's network carries a sample of a data set, and not x and y."""
    return lesson is not None and "data" in lesson.inputs and state.has_data()


def notify(place: DeltaGenerator, lesson: Lesson | None) -> None:
    """Say what a link got wrong, until the learner has read it, and what cannot be computed."""
    sentences = st.session_state.problems
    if sentences:
        box = place.container(border=True)
        box.markdown("**Some of this link could not be used**")
        for sentence in sentences:
            # A link is somebody else's text: shown as it is, never as markup.
            box.text(sentence)
        box.button("All right", on_click=sentences.clear)
    if not lesson:
        notify_home(place)
    refused = refused_cost(state.value("cost"), state.value("y"))
    # A network of the learner's own has a cost and targets of its own.
    if refused and not carries_data(lesson) and not (lesson and lesson.name == own.PAGE):
        place.warning(refused)


def notify_home(place: Any) -> None:
    """Beside no lesson, what was set for the learner, once, with a way back."""
    if said := st.session_state.pop("said", "").strip():
        with place.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(said)
            if st.session_state.get("mine"):
                st.button("Put mine back", on_click=course.restore_values)
