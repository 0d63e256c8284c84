import numpy as np
import plotly.graph_objects as go
import streamlit as st

from ui.plot import plot

x = np.linspace(-6, 6, 41)
surface = go.Surface(x=x, y=x, z=np.outer(np.tanh(st.session_state.w1 * x), x))
plot(go.Figure(surface), key="surface", alt="The cost over two weights", height=450)
