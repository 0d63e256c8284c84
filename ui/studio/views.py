"""Which view of the descent is chosen, and what it shows below the stage and on it."""

from typing import Any

import numpy as np
import streamlit as st

from core.descent import Path
from core.descent.rates import CriticalRates, critical_rates, sweep
from core.formatting import number, short
from core.graph import Graph
from core.network import Dataset
from ui.figures.rates import rate_sweep
from ui.lessons.gradient_descent import RACE
from ui.plot import plot
from ui.session import looks, state
from ui.session.learner import cost_name, current_recipe, current_train
from ui.studio import runners, samples, starts, takeaway
from ui.theme import colors

RATES = np.geomspace(1e-3, 100, 80)
NO_MINIMUM = (
    "Downhill from here no lowest point was found round which the ground curves up, as it takes "
    "for a rate to stand out: the ground may sink on and on, be level, or have a kink."
)


def choose() -> str:
    """What to look at more closely: it stands above the stage, which may show it too."""
    return looks.choose(looks.DESCENT, "view")


def show(
    view: str, graph: Graph, data: Dataset, path: Path, critical: CriticalRates | None
) -> None:
    """The chosen view; only what is looked at is computed."""
    if view == "rate":
        learning_rate(graph, data, critical)
    elif view == "race":
        runners.race(graph, data)
    elif view == "starts":
        starts.starts(graph, data)
    elif view == "data":
        samples.samples(data)
    elif view == "files":
        takeaway.exports(graph, data, path)


def on_stage(
    view: str, graph: Graph, data: Dataset, critical: CriticalRates | None
) -> dict[str, Any]:
    """What the chosen view adds to the stage."""
    return {
        "marks": critical.rates if critical else (),
        "race": runners.on_stage() if view == "race" else None,
        "wide": RACE if view == "race" else "",
        "starts": starts.on_stage(graph, data) if view == "starts" else None,
    }


def critical(view: str, graph: Graph, data: Dataset) -> CriticalRates | None:
    """The rates at which behaviour changes, while the learner looks at them."""
    if view != "rate":
        return None
    return critical_rates(
        graph, state.numbers(graph.inputs), data, current_train(), state.value("optimizer")
    )


def learning_rate(graph: Graph, data: Dataset, critical: CriticalRates | None) -> None:
    """What 80 rates come to, and what the special ones among them mean."""
    recipe = current_recipe(data)
    rate = recipe.learning_rate
    swept = sweep(graph, state.numbers(graph.inputs), recipe, RATES)
    if recipe.batch:
        st.caption("In the chart every step sees all the samples, which those of your path do not.")
    plot(
        rate_sweep(swept, rate, critical.rates if critical else (), colors(), cost_name(data)),
        key="plot-sweep",
        alt=f"The final cost against the learning rate for {len(RATES)} rates. The rate now is "
        f"{short(rate)}.",
        height=340,
    )
    if critical is None:
        st.markdown(NO_MINIMUM)
        return
    st.markdown(
        f"At the minimum downhill from here the curvature is between {number(critical.least)} and "
        f"{number(critical.most)}. {critical.note}"
    )
    if critical.rates:
        st.markdown(
            "The slider of the learning rate has these marks. What they say holds close to this "
            "minimum:\n\n"
            + "\n".join(
                f"- **{mark.label} = {number(mark.value)}.** {mark.sentence}"
                for mark in critical.rates
            )
        )
