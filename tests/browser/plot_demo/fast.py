import plotly.graph_objects as go
import streamlit as st

from ui.plot import plot


@st.fragment(run_every=0.03)
def ticking() -> None:
    step = st.session_state["step"] = st.session_state.get("step", 0) + 1
    plot(go.Figure(go.Scatter(y=[0, step])), key="fast", alt=f"step {step}", height=250)


ticking()
