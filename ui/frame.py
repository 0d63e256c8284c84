"""The main script: page config, navigation, the parameter inputs, sharing; runs the chosen page."""

from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui import course, guide, session, state, web
from ui.lessons import LESSONS, Lesson
from ui.server import address
from ui.session import SHOWN
from ui.stage import stage

ICON = str(web.HERE / "icon.svg")
STYLES = Path(__file__).parent / "server" / "page.css"


def main() -> None:
    st.set_page_config(
        "Chain Rule Lab", page_icon=ICON, layout="wide", initial_sidebar_state="collapsed"
    )
    st.html(STYLES)
    state.begin()
    lessons = {
        st.Page(guide.PAGES / f"{lesson.name}.py", title=lesson.title): lesson for lesson in LESSONS
    }
    home = st.Page(guide.PAGES / "home.py", title="Home", default=True)
    page = st.navigation([home, *lessons], position="top")
    state.leave_out_what_cannot_be_read()
    lesson = lessons.get(page)
    if opening := st.session_state.pop("opening", None):
        st.switch_page(guide.PAGES / f"{opening}.py")
    if lesson:
        st.set_page_config(f"{lesson.title} · Chain Rule Lab")
    course.arrive(lesson)
    state.keep_sample()
    state.keep_address()
    notices = st.container()
    inputs(lesson)
    if course.linked():
        st.rerun()
    notify(notices, lesson)
    live = st.container(key="scene")
    if lesson:
        st.markdown(lesson.lead)
    SHOWN.set(None)
    page.run()
    # Drawn by the frame, in one place, the stage stays while pages change.
    scene = SHOWN.get()
    if scene:
        with live:
            stage(
                scene,
                acknowledged=st.session_state.get("acknowledged", 0),
                on_commit=session.take,
                on_choose=session.choose,
                on_step=session.stand if lesson else None,
                on_go=guide.go,
            )
            if any(node.kind == "cost" for node in scene.graph.nodes):
                kind, cost = state.value("activation"), state.value("cost")
                st.caption(session.squashes(scene.graph, kind, cost))


def inputs(lesson: Lesson | None) -> None:
    """Exact inputs on every page, so that the URL always holds the whole state.

    The ones that the lesson is about stand on the page, the others in the sidebar. Most of those
    have their defaults, of which the URL says nothing: once Streamlit has bound them to it, in the
    first run, they are drawn when they are asked for.
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
        st.markdown("**All the numbers**")
        of_data = carries_data(lesson)
        if of_data:
            st.caption("x and y are your one sample. Here the network carries one of the data's.")
        if "rate" in shown:
            st.caption("Here the path starts. The sliders show the step that the player is on.")
        left, right = st.columns(2)
        # A change of the step makes a new entry of the browser's history, so it is told first.
        told = st.container(key="told")
        state.widget(state.STEP.name, told)
        state.widget(state.MARK, told)
        for parameter in state.NETWORK:
            state.widget(
                parameter.name,
                left if parameter.name in ("x", "w1", "w2") else right,
                disabled=of_data and parameter.name in ("x", "y"),
            )
        # Where the network is the lesson, its shape is chosen beside it.
        beside = lesson is not None and not {"f", "optimizer"} & set(shown)
        for choice in state.SHAPE:
            state.widget(choice.name, page if beside else st.container())
        st.button(
            "Back to the lesson's values",
            on_click=course.reset,
            args=(lesson,),
            width="stretch",
        )
        st.toggle("Keys N and B go on and back", value=True, key="keys")
        others, all_others = drawer("Other lessons' settings")
        deeper, all_deeper = drawer("Deeper layers")
    unseen = others if bound else others.container(key="unseen")
    if "f" in shown:
        with page:
            guide.gallery()
    for name in (parameter.name for parameter in state.LESSON):
        on_change = course.take_data if name == "data" else None
        if name in shown:
            state.widget(name, page, on_change)
        elif name in settings and opened:
            state.widget(name, opened, on_change)
        elif all_others or state.differs(name):
            state.widget(name, others, on_change)
        elif not bound:
            state.widget(name, unseen, on_change)
    columns = deeper.columns(2)
    for index, parameter in enumerate(state.DEEPER):
        if all_deeper or state.differs(parameter.name):
            state.widget(parameter.name, columns[index % 2])
        elif not bound:
            state.widget(parameter.name, unseen)
    st.session_state.bound = True
    with told:  # now that every input has taken what the address gives it
        address.tidy(state.value("step"), state.all_numbers())
    if share.open:
        share.write("This link holds every value you see.")
        share.code(state.share_link(), language=None, wrap_lines=True)


def drawer(label: str) -> tuple[DeltaGenerator, bool]:
    """A place for inputs that seldom matter, and whether the learner wants to see them all."""
    # What a popover that tells of its opening holds is not in the browser while it is closed.
    inside = st.popover(label, width="stretch")
    inside.caption("What differs from its default is listed here.")
    return inside, inside.toggle("All of them", key=f"all-{label}")


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
        guide.say(place)
    refused = state.refused_cost(state.value("cost"), state.value("y"))
    if refused and not carries_data(lesson):
        place.warning(refused)


main()
