"""What this is in one sentence, the network alive, and the way in."""

import streamlit as st

from ui.lessons import LESSONS
from ui.scenes import show_welcome
from ui.words.guide import PAGES

show_welcome()

for row in (LESSONS[:3], LESSONS[3:]):
    for column, lesson in zip(st.columns(3), row, strict=True):
        with column.container(border=True):
            title = f"**{LESSONS.index(lesson) + 1} · {lesson.title}**"
            st.page_link(PAGES / f"{lesson.name}.py", label=title)
            st.caption(lesson.teaser)
