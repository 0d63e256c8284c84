"""Any function of x, taken apart: each stage, each factor, the product, and h with its tangent."""

import streamlit as st

from core.graph import Graph
from core.parsing import domain_reason
from ui import equations, figures, guide, state
from ui.formula import formulas
from ui.plot import plot
from ui.session import current_function, current_values, live
from ui.theme import colors

graph, problem = current_function()
guide.gallery()
with st.container():  # what comes and goes moves nothing that follows
    if problem:
        guide.misread(state.value("f"), problem)
values = current_values(graph)
focus = guide.tell("chain_rule", graph, values)
panels = ("network", "lines", "factors", "curves", "sliders")
live(graph, "stage-chain", panels, chosen="x", focus=focus)
with st.container():
    if reason := domain_reason(graph, values):
        st.warning(reason)
    guide.corners(graph, values)

left, right = st.columns(2)
with left:
    st.subheader("Stages, slopes, product")
    closed = equations.closed_form(graph, "x", colors())
    formulas(
        equations.forward_pass(graph, values, colors()),
        equations.local_derivatives(graph, values, colors()),
        equations.derivation(graph, "x", values, colors()),
        *([closed] if closed else []),
        key="stages",
    )
    st.caption(equations.ROUNDED)
with right:
    st.subheader("h and its tangent")
    x = state.value("x")
    plot(
        figures.curve_and_tangent(graph, x, (-10, 10), colors()),
        key="plot-function",
        alt=f"h over x from −10 to 10, with the tangent at x = {x:g}.",
    )

guide.more("chain_rule", graph, (Graph.chains, Graph.backward))
