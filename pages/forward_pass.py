"""From the input to the cost: the network with the value of every node, and the equations."""

import streamlit as st

from ui import equations
from ui.session import current_network, current_values, live
from ui.theme import colors

graph = current_network()
live(graph, "stage-forward", ("network", "sliders"))

st.subheader("The same numbers by hand")
st.latex(equations.forward_pass(graph, current_values(graph), colors()))
st.caption("Shown with four significant digits; computed without rounding.")
