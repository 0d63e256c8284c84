"""From the input to the cost: the network with the value of every node, and the equations."""

import streamlit as st

from core.graph import Graph
from core.network import network
from ui.formula import formulas
from ui.scenes import show
from ui.session.learner import current_network, current_values
from ui.theme import colors
from ui.words import equations, guide, remarks, substitution

graph = current_network()
values = current_values(graph)
show("forward_pass", graph)

st.subheader("The same numbers by hand")
formulas(equations.forward_pass(graph, values, colors()), key="equations")
st.caption(substitution.ROUNDED)
remarks.corners(graph, values)

guide.end_of_page("forward_pass", graph, (network, Graph.forward))
