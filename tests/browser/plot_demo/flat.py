import numpy as np
import plotly.graph_objects as go
import streamlit as st

from ui.plot import plot

w1 = st.session_state.w1
x = np.linspace(-6, 6, 121)
plot(go.Figure(go.Scatter(x=x, y=np.tanh(w1 * x))), key="curve", alt="tanh of w1 x", height=300)
contour = go.Figure(go.Contour(x=x, y=x, z=np.outer(np.tanh(w1 * x), x)))
plot(contour, key="contour", alt="A cost by colour", height=300)
