"""What this is in one sentence, the network, and the way in."""

import streamlit as st

from ui.guide import PAGES
from ui.lessons import LESSONS
from ui.session import current_network, show_alone

st.title("Chain Rule Lab")
st.markdown(
    "A tiny neural network that you can take in your hands: move a number, and see how the "
    "network computes, how the chain rule gives every derivative, and how gradient descent "
    "uses them."
)
show_alone(current_network(), ("network", "sliders"))

for row in (LESSONS[:3], LESSONS[3:]):
    for column, lesson in zip(st.columns(3), row, strict=True):
        with column.container(border=True):
            title = f"**{LESSONS.index(lesson) + 1} · {lesson.title}**"
            st.page_link(PAGES / f"{lesson.name}.py", label=title)
            st.caption(lesson.teaser)
