"""The race on a network of the learner's own: the same start, samples and steps, other optimizers.

Every run is one that the page could train; those that take long are trained in the background.
"""

from dataclasses import replace

import streamlit as st

from ui.figures.racing import racing_costs
from ui.plot import plot
from ui.studio import runners, training
from ui.studio.own.shown import Shown
from ui.theme import colors, runner_looks


def show(network: Shown) -> None:
    """Who runs, how the cost of each falls, and what became of each."""
    runners.choose()
    racing = runners.entries()
    recipes = [replace(network.recipe, optimizer=name, learning_rate=rate) for name, rate in racing]
    runs = training.raced(network.shape, network.start, recipes)
    if not all(run.complete for run in runs):
        training.watch(*runs, what="The race")
        return
    if refused := next((run.refused for run in runs if run.refused), ""):
        st.error(refused)
        return
    paths = [run.path for run in runs if run.path]
    names = runners.names(racing)
    plot(
        racing_costs(paths, names, runner_looks(), colors(), network.cost),
        key="own-race",
        alt=f"The cost {network.cost} of each runner against the step. The table below says how "
        "many steps each took, and where it ended.",
        height=360,
    )
    runners.results(paths, racing, network.cost)
    st.caption(
        "All start from the weights before any training, with the samples, the batches and the "
        "weight decay that you have set; each has its own learning rate η."
    )
