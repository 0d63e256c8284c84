"""What this is in one sentence, the network alive, and the way in."""

import streamlit as st

from ui.lessons import LESSONS
from ui.scenes import show_welcome
from ui.words.guide import PAGES

show_welcome()

ABREAST = 4

for first in range(0, len(LESSONS), ABREAST):
    row = LESSONS[first : first + ABREAST]
    for column, lesson in zip(st.columns(ABREAST), row, strict=False):
        with column.container(border=True):
            title = f"**{LESSONS.index(lesson) + 1} · {lesson.title}**"
            st.page_link(PAGES / f"{lesson.name}.py", label=title)
            st.caption(lesson.teaser)
