"""One derivative of the cost as a product of factors, checked by a nudge; then all of them."""

import streamlit as st

from core.checking import check
from core.formatting import number
from core.graph import Graph
from core.network import parameters
from ui.formula import formulas
from ui.scenes import show
from ui.session import state
from ui.session.learner import current_network, current_values
from ui.theme import colors
from ui.words import equations, guide, remarks, substitution, tables

graph = current_network()
values = current_values(graph)
by = state.value("by")
show("backpropagation", graph, chosen=by)

left, right = st.columns([3, 2])
with left:
    st.subheader("Every factor")
    formulas(
        *(equations.factor_rows(chain, graph, values, colors()) for chain in graph.chains(by)),
        equations.derivation(graph, by, values, colors()),
        key="every-factor",
    )
    remarks.cancellation(graph, values)
with right:
    st.subheader("Is it true?")
    nudged = graph.cut(by)  # a node inside the network is held in the hand, too
    result = check(nudged, {name: float(values[name]) for name in nudged.inputs}, by)
    st.markdown(tables.check(result))
    st.caption(
        f"The nudge is ±{number(result.step)}: smaller loses digits in the subtraction, larger "
        "sees the curve bend. The complex step subtracts nothing, so it loses none."
    )
    remarks.zero_factors(graph, by, values)

st.subheader("All the gradients of this network")
formulas(equations.gradients(graph, parameters(graph), values, colors()), key="gradients")
st.caption(substitution.ROUNDED)
remarks.corners(graph, values)

guide.end_of_page("backpropagation", graph, (Graph.chains, Graph.backward))
