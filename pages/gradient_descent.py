"""Descent from where the learner stands: the path on the map and the surface, the cost curve."""

import streamlit as st

from core.descent import descend
from core.optimizers import OPTIMIZERS
from core.surface import cost_surface
from ui import figures, guide, state
from ui.plot import plot
from ui.session import current_data, current_network, current_values, grids, live
from ui.theme import colors

AXES = ("w1", "w2")

graph, data = current_network(), current_data()
start = state.numbers(graph.inputs)
optimizer, rate, steps = (state.value(name) for name in ("optimizer", "rate", "steps"))
path = descend(graph, start, data, optimizer, rate, steps, train=AXES)
step = min(state.path_step(), len(path) - 1)

panels = ("map", "player", "network", "sliders")
focus = guide.tell("gradient_descent", graph, current_values(graph))
live(graph, "stage-descent", panels, data=data, path=path, axes=AXES, step=step, focus=focus)
st.markdown(f"**{path.regime.capitalize()}.** {path.reason}")

left, right = st.columns(2)
with left:
    st.subheader("The path on the surface")
    costs = cost_surface(graph, start, data, AXES, grids(AXES))
    here = (*(path.at(step)[name] for name in AXES), path.cost[step])
    plot(
        figures.cost_surface(AXES, grids(AXES), costs, here, colors(), path),
        key="plot-path",
        alt="The cost as a surface over w1 and w2, with the path of the descent on it.",
        height=460,
    )
with right:
    st.subheader("The cost at each step")
    plot(
        figures.cost_curve(path, step, colors()),
        key="plot-cost",
        alt=f"The cost against the step: from {path.cost[0]:.4g} to {path.cost[-1]:.4g}.",
        height=460,
    )

guide.more("gradient_descent", graph, (OPTIMIZERS[optimizer].update, descend))
