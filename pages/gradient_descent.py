"""Descent from where the learner stands: its path, its cost, and why it goes so."""

import streamlit as st

from core.descent import follow
from core.descent.rules import source
from ui import surface
from ui.formula import formulas
from ui.scenes import show
from ui.session import state
from ui.session.learner import (
    carried,
    current_axes,
    current_data,
    current_network,
    current_recipe,
    way,
)
from ui.studio import views
from ui.theme import colors
from ui.words import guide, updates

data, axes = current_data(), current_axes()
graph = current_network(data=data)
recipe = current_recipe(data)
path = way(graph, state.numbers(graph.inputs), recipe)
step = min(state.value("at"), len(path) - 1)
standing = carried(graph, data) | path.at(step)

view = views.choose()
critical = views.critical(view, graph, data)
words = show(
    "gradient_descent",
    graph,
    further=("rate",),
    data=data,
    path=path,
    axes=axes,
    step=step,
    rate=state.value("rate"),
    walk="descent",
    recipe=recipe.to_json(graph),
    surface=surface.on_stage(graph, standing, data, axes, path),
    **views.on_stage(view, graph, data, critical),
)
if state.value("at") > step:
    st.caption(f"The path has no step {state.value('at')}: you stand at its end, step {step}.")
if not set(path.train) <= set(axes):
    st.caption(f"More than the two axes move: this is the surface at step {step}.")
st.markdown(f"**{path.regime.capitalize()}.** {path.reason}")
views.show(view, graph, data, path, critical)

st.subheader("One step, in numbers")
st.markdown(updates.step_taken(path, step))
if len(path) > 1:
    last = min(step, len(path) - 2)
    lit = words.lit if words else ()
    averaged = len(data) > 1
    update = updates.update_rule(path, last, graph, colors(), lit, averaged=averaged)
    formulas(update, key="update")
    st.caption(updates.convention(path.optimizer))

guide.end_of_page("gradient_descent", graph, (source(path.optimizer), follow), carried(graph, data))
