"""Every derivative by the chain rule, beside two that know nothing of it."""

import math
from collections.abc import Mapping

import streamlit as st

from core.checking import Check, checks
from core.formatting import number
from ui.session import built
from ui.studio.own.shown import Shown
from ui.words import tables

CLOSE = 1e-6
"""Two derivatives agree if they differ by less than this share of the largest number in play."""


def show(network: Shown) -> None:
    """The sentence, and a row for each weight and bias."""
    inputs = built.carried(network.graph, network.data, network.values)
    cost = float(network.graph.forward(inputs)[network.graph.output])
    found = checks(network.graph, inputs, network.names)
    written = {name: network.written(name) for name in network.names}
    k = min(int(network.settings["point"]), len(network.data))
    st.markdown(
        f"The derivatives of J for sample {k}, {network.when}. The **nudge** moves a weight a "
        "little up and a little down and divides how far J moves; the **complex step** moves it "
        "along the imaginary axis, where nothing is subtracted. Neither knows the chain rule."
    )
    st.markdown(verdict(cost, found, written))
    st.markdown(table(found, written))


def verdict(cost: float, found: Mapping[str, Check], written: Mapping[str, str]) -> str:
    """Whether the three ways agree, and where they differ the most.

    >>> one = Check(0.5, 0.5, 0.5, 1e-5, 0.0, 0.0)
    >>> verdict(1.0, {"w1_11": one, "b1_1": one}, {"w1_11": "w", "b1_1": "b"})
    'All 2 derivatives agree, to the last digit.'
    """
    if not all(math.isfinite(one.chain_rule) for one in found.values()) or not math.isfinite(cost):
        return "J or a derivative of it has no finite number here, so there is nothing to compare."
    undefined = [written[name] for name, one in found.items() if math.isnan(one.complex_step)]
    apart = {
        name: one.absolute_error if math.isfinite(one.central) else math.inf
        for name, one in found.items()
    }
    worst = max(apart, key=lambda name: apart[name])
    one, scale = found[worst], max(abs(cost), *(abs(one.chain_rule) for one in found.values()))
    beside = {
        name: abs(one.complex_step - one.chain_rule)
        for name, one in found.items()
        if not math.isnan(one.complex_step)
    }
    far = max(beside, key=lambda name: beside[name], default=None)
    differs = far is not None and not beside[far] <= CLOSE * scale
    all_agree = f"All {len(found)} derivatives agree{' with the nudge' * differs}"
    said = []
    if apart[worst] == 0:
        said.append(f"{all_agree}, to the last digit.")
    elif apart[worst] <= CLOSE * scale:
        said.append(
            f"{all_agree}. The largest difference between the chain rule "
            f"and the nudge is {number(apart[worst])}, at {written[worst]}: so much a nudge of "
            f"{number(one.step)} leaves, with numbers of 16 digits."
        )
    else:
        many = sum(error > CLOSE * scale for error in apart.values())
        said.append(
            f"{len(found) - many} of {len(found)} derivatives agree with the nudge. The largest "
            f"difference is {number(apart[worst])}, at {written[worst]}."
        )
        if math.isnan(one.complex_step):
            said.append(
                "There J has a corner: up and down it has different slopes, of which the chain "
                "rule takes one and the nudge the middle."
            )
        elif abs(one.complex_step - one.chain_rule) <= CLOSE * scale:
            said.append(
                "The complex step agrees with the chain rule there, so it is the nudge that is "
                "off: J bends too much within it, or it reaches over a corner."
            )
    if far is not None and differs:
        said.append(
            f"The complex step differs from the chain rule by {number(beside[far])}, at "
            f"{written[far]}."
        )
    if undefined:
        names = undefined[0] if len(undefined) == 1 else f"{len(undefined)} of them"
        said.append(
            f"For {names} the complex step has no answer: a relu is exactly at its corner (z = 0) "
            "for this sample, and there is no single slope at a corner."
        )
    return " ".join(said)


def table(found: Mapping[str, Check], written: Mapping[str, str]) -> str:
    """The three ways side by side, and how far the two are off the chain rule's."""
    return tables.table(
        ["by", "chain rule", "nudge", "off by", "complex step", "off by"],
        [
            [
                written[name],
                number(one.chain_rule, sign=True),
                number(one.central, sign=True),
                number(one.absolute_error),
                *_imaginary(one),
            ]
            for name, one in found.items()
        ],
    )


def _imaginary(one: Check) -> tuple[str, str]:
    if math.isnan(one.complex_step):
        return "none", "—"
    return number(one.complex_step, sign=True), number(abs(one.complex_step - one.chain_rule))
