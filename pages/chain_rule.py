"""Any function of x, taken apart: each stage, each factor, the product, and h with its tangent."""

import streamlit as st

from core.graph import Graph
from core.parsing import domain_reason
from ui.formula import formulas
from ui.scenes import NOTICES, show
from ui.session import state
from ui.session.learner import current_function, current_values
from ui.theme import colors
from ui.words import equations, guide, remarks, substitution
from ui.words.literal import literal

graph, problem = current_function()
values = current_values(graph)
show("chain_rule", graph, chosen="x")
if problem:
    NOTICES.get().error(literal(str(problem)))
with st.container():  # what comes and goes moves nothing that follows
    if problem:
        remarks.misread(state.value("f"), problem)
    else:  # of the function that was read before, nothing is said beside the one that was not
        if reason := domain_reason(graph, values):
            st.warning(reason)
        remarks.corners(graph, values)

left, right = st.columns(2)
with left:
    st.subheader("Stage by stage")
    closed = equations.closed_form(graph, "x", colors())
    formulas(
        equations.forward_pass(graph, values, colors()),
        *([closed] if closed else []),
        key="stages",
    )
with right:
    st.subheader("Slopes and product")
    formulas(
        equations.local_derivatives(graph, values, colors()),
        equations.derivation(graph, "x", values, colors()),
        key="slopes",
    )
    st.caption(substitution.ROUNDED)

guide.end_of_page("chain_rule", graph, (Graph.chains, Graph.backward))
