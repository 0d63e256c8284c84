"""Two pages of charts that follow one number."""

from pathlib import Path

import streamlit as st

PAGES = Path(__file__).resolve().parents[1]

page = st.navigation(
    [
        st.Page(PAGES / "flat.py", title="Flat", default=True),
        st.Page(PAGES / "solid.py", title="Solid", url_path="solid"),
        st.Page(PAGES / "fast.py", title="Fast", url_path="fast"),
    ]
)
st.sidebar.number_input("w1", value=0.5, step=0.1, key="w1")
st.sidebar.slider("rate", 0.0, 1.0, 0.3)
st.sidebar.selectbox("activation", ["sigmoid", "tanh"])
st.latex(r"\hat{y} = \sigma(w_1 x)")
page.run()
for line in range(30):
    st.text(f"Text to scroll past: {line}")
