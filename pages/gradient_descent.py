"""Descent from where the learner stands: its path, its cost, and why it goes so."""

import numpy as np
import streamlit as st

from core.descent import follow
from core.descent.rules import source
from core.surface import cost_surface
from ui import equations, figures, guide, state, studio
from ui.formula import formulas
from ui.plot import plot
from ui.session import (
    carried,
    cost_name,
    current_axes,
    current_data,
    current_network,
    current_recipe,
    grids,
    live,
)
from ui.theme import colors

data, axes = current_data(), current_axes()
graph = current_network(data=data)
recipe = current_recipe(data)
path = follow(graph, state.numbers(graph.inputs), recipe)
step = min(state.value("at"), len(path) - 1)
here = path.at(step)

# The words speak of the numbers that the player stands on, as the network shows them.
values = graph.forward(carried(graph, data) | here)
after = path.at(min(step + 1, len(path) - 1))
ahead = {f"next {name}": np.asarray(value) for name, value in after.items()}
focus = guide.tell("gradient_descent", graph, values | ahead)
words = guide.spoken("gradient_descent")
view = studio.choose()
critical = studio.critical(view, graph, data)
live(
    graph,
    "stage-descent",
    ("network", "map", "cost", "player", "rate", "sliders", "mean"),
    further=("rate",),
    data=data,
    path=path,
    axes=axes,
    step=step,
    focus=focus,
    rate=state.value("rate"),
    recipe=recipe.to_json(graph),
    **studio.on_stage(view, graph, data, critical),
)
if state.value("at") > step:
    st.caption(f"The path has no step {state.value('at')}: you stand at its end, step {step}.")
st.markdown(f"**{path.regime.capitalize()}.** {path.reason}")
studio.show(view, graph, data, path, critical)

left, right = st.columns(2)
with left:
    st.subheader("The path on the surface")
    costs = cost_surface(graph, here, data, axes, grids(axes))
    point = (here[axes[0]], here[axes[1]], path.cost[step])
    plot(
        figures.cost_surface(axes, grids(axes), costs, point, colors(), path, cost_name(data)),
        key="plot-path",
        alt=f"The cost as a surface over {axes[0]} and {axes[1]}, with the path of the descent.",
        height=460,
    )
    if not set(path.train) <= set(axes):
        st.caption(f"More than the two axes move: this is the surface at step {step}.")
with right:
    st.subheader("One step, in numbers")
    st.markdown(equations.step_taken(path, step))
    if len(path) > 1:
        last = min(step, len(path) - 2)
        lit = words.lit if words else ()
        averaged = len(data) > 1
        update = equations.update_rule(path, last, graph, colors(), lit, averaged=averaged)
        formulas(update, key="update")
        st.caption(equations.convention(path.optimizer))

guide.more("gradient_descent", graph, (source(path.optimizer), follow), carried(graph, data))
