"""The main script: page config, navigation, the inputs, the chosen page and its stage."""

import streamlit as st

from ui import scenes
from ui.lessons import LESSONS, NAME, heading
from ui.session import built, course, state
from ui.session.inputs import inputs, notify
from ui.stage import stage
from ui.words import guide, remarks


def main() -> None:
    state.begin()
    pages = guide.pages()
    page = st.navigation([*pages.values()], position="top")
    lesson = next((one for one in LESSONS if pages[one.name] is page), None)
    title = heading(lesson) if lesson else NAME
    st.set_page_config(title, layout="wide", initial_sidebar_state="collapsed")
    state.leave_out_what_cannot_be_read()
    if opening := st.session_state.pop("opening", None):
        # With none at all Streamlit would refuse to clear what the inputs have written there.
        st.switch_page(guide.PAGES / f"{opening}.py", query_params={})
    course.arrive(lesson)
    state.keep_sample()
    built.drop_misfit()
    state.keep_address()
    notices = st.container()
    scenes.NOTICES.set(notices)
    inputs(lesson)
    if course.linked():
        st.rerun()
    notify(notices, lesson)
    live = st.container(key="scene")
    if lesson:
        st.markdown(lesson.lead)
    scenes.SHOWN.set(None)
    page.run()
    # Drawn by the frame, in one place, the stage stays while pages change.
    scene = scenes.SHOWN.get()
    if scene:
        with live:
            stage(
                scene,
                acknowledged=st.session_state.get("acknowledged", 0),
                on_commit=scenes.apply_commit,
                on_choose=scenes.choose_derivative,
                on_step=scenes.stand_at if lesson else None,
                on_build=scenes.build,
                on_go=guide.go,
            )
            # A network of layers says it of each on the stage.
            if not scene.shape and any(node.kind == "cost" for node in scene.graph.nodes):
                kind, cost = state.value("activation"), state.value("cost")
                st.caption(remarks.activations_used(scene.graph, kind, cost))


main()
