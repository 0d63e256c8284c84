"""What this is in one sentence, the network, and the way in."""

from pathlib import Path

import streamlit as st

from ui.lessons import LESSONS
from ui.session import current_network, live

st.title("Chain Rule Lab")
st.markdown(
    "A tiny neural network that you can take in your hands: move a number, and see how the "
    "network computes, how the chain rule gives every derivative, and how gradient descent "
    "uses them."
)
live(current_network(), "stage-home", ("network", "sliders"))

columns = st.columns(3)
for number, lesson in enumerate(LESSONS):
    with columns[number % 3].container(border=True):
        file = Path(__file__).with_name(f"{lesson.name}.py")
        st.page_link(file, label=f"**{number + 1} · {lesson.title}**")
        st.caption(lesson.teaser)
