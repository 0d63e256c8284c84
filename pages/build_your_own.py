"""A network of the learner's own: built on the diagram, trained, and every weight of it opened."""

import streamlit as st

from core.health import neurons, stuck
from core.network import layered
from ui.scenes import show_built
from ui.session import built
from ui.studio import own, training
from ui.words import guide

settings = built.now()
shape = built.architecture(settings)
graph, start = layered(shape), built.weights(settings)
recipe = built.recipe(settings)
_, held_out = built.samples(settings)
run = None
if settings["trained"]:
    run = training.at_once(settings) or training.trained(shape, start, recipe)
# A run that ends while this page is drawn is shown by the next one.
running = run is not None and not run.complete
path = run.path if run and not running else None
step = min(settings["at"], len(path) - 1) if path else 0
standing = path.at(step) if path else start

show_built(
    graph,
    settings,
    start,
    chosen=settings["opened"] if settings["opened"] in graph else None,
    path=path,
    step=step if path else None,
    notes={neuron.name: neuron.word for neuron in neurons(shape, standing, recipe.data)},
    held_cost=training.held_cost(graph, path, held_out) if path and held_out else None,
    training="running" if running else "trained" if run else "untrained",
)
if run and running:
    training.watch(run)
if run and run.refused:
    st.error(run.refused)
if path:
    st.markdown(f"**{path.regime.capitalize()}.** {path.reason}")
    if trouble := stuck(shape, path, recipe.data):
        st.markdown(trouble.sentence)
own.look_closer(own.Shown(settings, shape, start, recipe, path))
guide.end_of_page("build_your_own", graph, (layered,), built.carried(graph, recipe.data, start))
