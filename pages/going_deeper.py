"""A chain of up to eight layers: every factor of the first weight's derivative, and its size."""

import streamlit as st

from core.graph import Graph
from core.network import DEEPEST
from ui import figures
from ui.plot import plot
from ui.scenes import show
from ui.session import state
from ui.session.learner import current_network
from ui.theme import colors
from ui.words import guide, remarks

graph = current_network(state.value("depth"))
show("going_deeper", graph, chosen="w1")
remarks.multiplications_saved(graph)

st.subheader("The first weight's derivative, by depth")
numbers = state.numbers(current_network(DEEPEST).inputs)
plot(
    figures.derivative_by_depth(numbers, current_network, colors()),
    key="plot-depth",
    alt="The size of the derivative of J by w1 against the number of layers, on a log axis, for "
    f"{', '.join(figures.curved_activations())} with the same weights.",
    height=380,
)
st.caption(
    "The same weights with each activation. Grey: the most that sigmoids with these weights can "
    "give, for each of them multiplies by at most ¼."
)
guide.end_of_page("going_deeper", graph, (Graph.chains, Graph.backward))
