"""The descent studio: what can be looked at more closely, one view at a time."""

import time
from collections.abc import Sequence

import numpy as np
import streamlit as st

from core.descent import Path
from core.graph import Graph
from core.network import Dataset
from core.optimizers import OPTIMIZERS
from core.race import race
from core.race import table as race_table
from core.rates import CriticalRates, critical_rates, sweep
from core.starts import starts_map
from core.surface import cost_surface
from ui import figures, samples, state, tables, takeaway
from ui.formatting import number
from ui.plot import plot
from ui.session import current_axes, current_train, grids
from ui.theme import colors

VIEWS = ("Learning rate", "Race", "Where you start", "Data", "Take it away")
CELLS = 61
"""Starts along each axis of the map of starts."""
REST = 1e-3
"""The slope at which a path of that map counts as at rest, if the learner sets none."""
PATIENCE = 0.5  # seconds without a progress bar
RATES = np.geomspace(1e-3, 100, 80)
NO_MINIMUM = (
    "Downhill from here there is no lowest point to come to rest at, so there is no rate at which "
    "its neighbourhood behaves otherwise."
)


def show(graph: Graph, data: Dataset, path: Path, critical: CriticalRates | None) -> None:
    """The chosen view; only what is looked at is computed."""
    view = st.segmented_control("Look closer", VIEWS, key="view")
    if view == "Learning rate":
        learning_rate(graph, data, critical)
    elif view == "Race":
        runners(graph, data)
    elif view == "Where you start":
        starts(graph, data, path)
    elif view == "Data":
        samples.samples(data)
    elif view == "Take it away":
        takeaway.exports(graph, data, path)


def critical(graph: Graph, data: Dataset) -> CriticalRates | None:
    """The rates at which behaviour changes, while the learner looks at them."""
    if st.session_state.get("view") != "Learning rate":
        return None
    return critical_rates(
        graph, state.numbers(graph.inputs), data, current_train(), state.value("optimizer")
    )


def learning_rate(graph: Graph, data: Dataset, critical: CriticalRates | None) -> None:
    """What 80 rates come to, and what the special ones among them mean."""
    start, rate = state.numbers(graph.inputs), state.value("rate")
    swept = sweep(
        graph, start, data, state.value("optimizer"), RATES, state.value("steps"), current_train()
    )
    plot(
        figures.rate_sweep(swept, rate, critical.rates if critical else (), colors()),
        key="plot-sweep",
        alt=f"The final cost against the learning rate for {len(RATES)} rates. The rate now is "
        f"{rate:g}.",
        height=340,
    )
    if critical is None:
        st.markdown(NO_MINIMUM)
        return
    st.markdown(
        f"At the minimum downhill from here the curvature is between {number(critical.least)} and "
        f"{number(critical.most)}. {critical.note} The slider of the learning rate has these marks:"
    )
    st.markdown(
        "\n".join(
            f"- **{mark.label} = {number(mark.value)}.** {mark.sentence}" for mark in critical.rates
        )
    )


def runners(graph: Graph, data: Dataset) -> None:
    """All six optimizers from one start, at the chosen rate or at rates of the learner's own."""
    rates = st.columns(len(OPTIMIZERS))
    entries = [
        (
            name,
            rates[index].number_input(
                state.LABELS[name],
                1e-4,
                1000.0,
                value=float(state.value("rate")),
                format="%g",
                key=f"race-{name}-{state.value('rate')}",
            ),
        )
        for index, name in enumerate(OPTIMIZERS)
    ]
    start, axes = state.numbers(graph.inputs), current_axes()
    paths = race(graph, start, data, entries, state.value("steps"), current_train())
    names = [state.LABELS[name] for name in OPTIMIZERS]
    costs = cost_surface(graph, start, data, axes, grids(axes))
    left, right = st.columns(2)
    with left:
        plot(
            figures.race_map(axes, grids(axes), costs, paths, names, colors()),
            key="plot-race-map",
            alt=f"The paths of {', '.join(names)} over {axes[0]} and {axes[1]}.",
        )
    with right:
        plot(
            figures.race_costs(paths, names, colors()),
            key="plot-race-cost",
            alt=f"The cost of {', '.join(names)} against the step.",
        )
    target = 1.1 * min(float(path.cost.min()) for path in paths)
    st.markdown(standings(paths, names, target))


def standings(paths: Sequence[Path], names: Sequence[str], target: float) -> str:
    """The race as a table: steps to come within a tenth of the lowest cost, the end, the regime."""
    head = ["", f"steps to J ≤ {number(target)}", "final J", "regime"]
    rows = [
        [
            name,
            "—" if row.steps_to_target is None else str(row.steps_to_target),
            number(row.cost),
            row.regime,
        ]
        for name, row in zip(names, race_table(paths, target), strict=True)
    ]
    return tables.table(head, rows)


def starts(graph: Graph, data: Dataset, path: Path) -> None:
    """The regime for a grid of starts, computed anew only if what it rests on changed."""
    axes, held = current_axes(), state.numbers(graph.inputs)
    settings = [state.value(name) for name in ("optimizer", "rate", "steps", "tolerance")]
    resting = {name: value for name, value in held.items() if name not in (*axes, "x", "y")}
    rests_on = (axes, *settings, *resting.items(), path.train, data.x.tobytes(), data.y.tobytes())
    rests_on += (state.value("activation"), state.value("cost"))
    bar, began = st.empty(), time.monotonic()

    def progress(share: float) -> None:
        # Drawing lets Streamlit end this run if the learner has changed something meanwhile.
        if time.monotonic() - began > PATIENCE:
            bar.progress(share, f"Descending from {CELLS * CELLS} starts …")

    if st.session_state.get("starts", (None,))[0] != rests_on:
        found = starts_map(
            graph,
            held,
            data,
            axes,
            grids(axes, CELLS),
            settings[0],
            settings[1],
            settings[2],
            settings[3] or REST,
            path.train,
            progress,
        )
        st.session_state.starts = (rests_on, found)
    bar.empty()
    plot(
        figures.starts_figure(axes, grids(axes, CELLS), st.session_state.starts[1], path, colors()),
        key="plot-starts",
        alt=f"How descent ends from {CELLS} by {CELLS} starts over {axes[0]} and {axes[1]}.",
        height=460,
    )
    st.caption(
        f"{CELLS} by {CELLS} starts, {settings[2]} steps each with all samples; a path rests where "
        f"its slope is at most {settings[3] or REST:g}. The line is the path from where you stand."
    )
