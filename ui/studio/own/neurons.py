"""What can be said of each hidden neuron at the step on the screen; the page tells of the run."""

import streamlit as st

from core.health import neurons
from ui.studio.own.shown import Shown


def show(network: Shown) -> None:
    """The neurons that do no work."""
    found = neurons(network.shape, network.values, network.data)
    wrong = [neuron for neuron in found if not neuron.well]
    # Of twins the first says it.
    told = [one for one in wrong if one.dead or one.saturated or one.name < min(one.twins)]
    samples = len(network.data)
    over = f"all {samples} samples" if samples > 1 else "the one sample"
    st.markdown(f"**The hidden neurons**, {network.when}, over {over}:")
    if wrong:
        st.markdown("\n".join(f"- {neuron.sentence}" for neuron in told))
        if well := len(found) - len(wrong):
            st.markdown(f"Nothing is wrong with the other {well if well > 1 else 'one'}.")
    else:
        st.markdown(
            "None is dead, saturated or a twin of another."
            if len(found) > 1
            else "The only one is neither dead nor saturated."
        )
    if any(neuron.saturated for neuron in wrong):
        st.caption(
            "A saturated neuron is no fault where the network fits its samples: it is how a "
            "neuron says yes or no."
        )
