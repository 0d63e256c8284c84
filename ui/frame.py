"""The main script: page config, navigation, the parameter inputs, sharing; runs the chosen page."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui import guide, state
from ui.lessons import LESSONS, Lesson

QUIET = """<style>
.stMainBlockContainer { padding-top: 4.5rem; padding-bottom: 4rem; max-width: 80rem; }
.st-key-guide { min-height: 10rem; }
.stLatex, .katex-display { overflow-x: auto; overflow-y: hidden; }
</style>"""
"""Less room above a page than Streamlit leaves; on a phone a wide equation scrolls by itself."""


def main() -> None:
    st.set_page_config("Chain Rule Lab", page_icon="∂", layout="wide")
    st.html(QUIET)
    state.begin()
    guide.begin()
    state.keep_address()
    lessons = {
        st.Page(guide.PAGES / f"{lesson.name}.py", title=lesson.title): lesson for lesson in LESSONS
    }
    home = st.Page(guide.PAGES / "home.py", title="Home", default=True)
    page = st.navigation([home, *lessons], position="sidebar")
    lesson = lessons.get(page)
    if lesson:
        st.title(lesson.title)
        st.markdown(lesson.lead)
    notices = st.container()
    inputs(lesson)
    notify(notices)
    page.run()


def inputs(lesson: Lesson | None) -> None:
    """Every parameter's exact input, on every page, so that the URL always holds the whole state.

    The ones that the lesson is about stand on the page, the others in the sidebar.
    """
    shown, settings = (lesson.inputs, lesson.settings) if lesson else ((), ())
    page = st.container(horizontal=True)
    further = st.expander("More settings").container(horizontal=True) if settings else page
    with st.sidebar:
        st.markdown("**The network, exactly**")
        left, right = st.columns(2)
        for parameter in state.NETWORK:
            state.widget(parameter.name, left if parameter.name in ("x", "w1", "w2") else right)
        for choice in state.SHAPE:
            state.widget(choice.name, st.container())
        st.button("Back to the lesson's values", on_click=state.reset, width="stretch")
        share = st.container()
        others = st.popover("Other lessons' settings", width="stretch")
        deeper = st.popover("Deeper layers", width="stretch").columns(2)
    for name in (parameter.name for parameter in (*state.LESSON, state.STEP)):
        on_change = guide.take_data if name == "data" else None
        place = page if name in shown else further if name in settings else others
        state.widget(name, place, on_change)
    for index, parameter in enumerate(state.DEEPER):
        state.widget(parameter.name, deeper[index % 2])
    with share.popover("Share", width="stretch"):
        st.write("This link holds every value you see.")
        st.code(state.share_link(), language=None, wrap_lines=True)


def notify(place: DeltaGenerator) -> None:
    """Say what a link got wrong, until the learner has read it, and what cannot be computed."""
    sentences = st.session_state.problems
    if sentences:
        box = place.container(border=True)
        box.markdown("**Some of this link could not be used**")
        for sentence in sentences:
            # A link is somebody else's text: shown as it is, never as markup.
            box.text(sentence)
        box.button("All right", on_click=sentences.clear)
    guide.say(place)
    refused = state.refused_cost(state.value("cost"), state.value("y"))
    if refused:
        place.warning(refused)


main()
