"""How the first weights are drawn, and what that does to the size of all that flows."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from core.formatting import number
from core.functions import Array
from core.initialisation import INITIALISATIONS, Spread, initial, spread
from ui.figures.spread import histograms
from ui.formula import formulas
from ui.plot import plot
from ui.studio.own.shown import Shown
from ui.theme import colors
from ui.words import tables

NOW = "now"
ROW = 70
"""Pixels of a row of histograms."""
TWICE = 2.0
"""From such a ratio on, sizes are said to shrink or to grow."""


def show(network: Shown) -> None:
    """The formula and its source, the histograms, the standard deviations."""
    how, seed = network.settings["init"], int(network.settings["seed"])
    chosen = INITIALISATIONS[how]
    drawn = initial(network.shape, how, seed)
    untouched = dict(network.values) == drawn
    st.markdown(f"**{chosen.label}.** {chosen.source}")
    formulas(rf"{chosen.formula}, \qquad b = 0", key="own-first")
    if "n_" in chosen.formula:
        out = " n out: how many go out of it." if "out" in chosen.formula else ""
        st.caption(f"n in: how many signals come into a layer.{out}")
    st.markdown(
        f"“{NOW}” is the network on the screen: drawn in this way."
        if untouched
        else f"“{NOW}” is the network on the screen, {network.when}: its weights are no longer "
        f"those that {chosen.label} draws with seed {seed}."
    )
    ways = {NOW: network.values} | {
        row.label: initial(network.shape, name, seed)
        for name, row in INITIALISATIONS.items()
        if not (untouched and name == how)
    }
    flows = {label: spread(network.shape, values, network.data) for label, values in ways.items()}
    st.markdown(" ".join(sizes(flows[NOW])))
    height = ROW * len(flows) + 80
    for column, part, colour, title in zip(
        st.columns(2),
        ("activations", "derivatives"),
        ("signal", "derivative"),
        ("The activations a of each layer", "The derivatives ∂J/∂z of each layer"),
        strict=True,
    ):
        numbers = {label: [getattr(layer, part) for layer in flow] for label, flow in flows.items()}
        with column:
            st.markdown(f"**{title}**, over the samples")
            plot(
                histograms(numbers, colour, colors()),
                key=f"own-{part}-{len(flows)}-{len(network.shape.sizes)}",
                alt=f"{title}, over the samples, as a histogram for each layer and each way to "
                "draw the first weights.",
                height=height,
            )
            st.markdown(deviations(numbers))
    st.caption(
        "The tables hold the standard deviation of each layer's numbers; the histograms of a "
        "column share one axis, and the highest bar of each has the same height."
    )


def deviations(rows: dict[str, list[Array]]) -> str:
    """The standard deviation of each layer's numbers as a table."""
    layers = len(next(iter(rows.values())))
    head = ["", *(f"layer {k}" for k in range(1, layers)), "output"]
    return tables.table(
        head, [[label, *(number(deviation(n)) for n in row)] for label, row in rows.items()]
    )


def deviation(numbers: Array) -> float:
    """The standard deviation; NaN where a number is not finite.

    >>> deviation(np.array([1.0, 3.0])), deviation(np.array([0.1, 0.1, 0.1]))
    (1.0, 0.0)
    """
    if not np.isfinite(numbers).all():
        return float("nan")
    return 0.0 if np.ptp(numbers) == 0 else float(np.std(numbers))


def sizes(flow: Sequence[Spread]) -> list[str]:
    """What the weights do to the size of what flows, forward and back, in sentences."""
    forward = [deviation(layer.activations) for layer in flow]
    back = [deviation(layer.derivatives) for layer in flow]
    if not np.isfinite([*forward, *back]).all():
        return ["Some of the numbers are too large to be finite, so nothing is said of their size."]
    said = []
    same = [k for k, layer in enumerate(flow[:-1], 1) if not _differ(layer.activations)]
    if same:
        said.append(
            f"In {_layers(same)} every neuron says the same whatever the sample: nothing of the "
            "inputs is passed on."
        )
    elif len(flow) > 2:
        said.append(
            _compared(
                "Forward, the activations",
                forward[0],
                forward[-2],
                "layer 1",
                f"layer {len(flow) - 1}",
            )
        )
    still = [k for k, layer in enumerate(flow[:-1], 1) if not layer.derivatives.any()]
    if still:
        said.append(f"No derivative comes back to {_layers(still)}: a step changes nothing there.")
    elif back[0] and back[-1]:
        said.append(_compared("Back, the derivatives", back[-1], back[0], "the output", "layer 1"))
    return said


def _differ(activations: Array) -> bool:
    """Whether any neuron of a layer tells two samples apart."""
    return len(activations) == 1 or bool((np.ptp(activations, axis=0) > 0).any())


def _compared(what: str, before: float, after: float, there: str, here: str) -> str:
    """How the size of something changes on its way.

    >>> _compared("Forward, the activations", 0.5, 0.1, "layer 1", "layer 3")
    'Forward, the activations shrink: their standard deviation is 0.5000 in layer 1 and 0.1000 in
    layer 3.'
    """
    how = "keep about their size"
    if after * TWICE < before:
        how = "shrink"
    elif after > TWICE * before:
        how = "grow"
    at = "at" if there == "the output" else "in"
    return (
        f"{what} {how}: their standard deviation is {number(before)} {at} {there} and "
        f"{number(after)} in {here}."
    )


def _layers(which: Sequence[int]) -> str:
    """Layers by number.

    >>> _layers([2]), _layers([1, 2])
    ('layer 2', 'layers 1 and 2')
    """
    *first, last = map(str, which)
    return f"layers {', '.join(first)} and {last}" if first else f"layer {last}"
