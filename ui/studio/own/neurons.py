"""What can be said of each hidden neuron, and whether training is stuck because of some."""

import streamlit as st

from core.formatting import number
from core.health import neurons, stuck
from ui.studio.own.shown import Shown


def show(network: Shown) -> None:
    """The neurons that do no work, and how the run ended."""
    found = neurons(network.shape, network.values, network.data)
    wrong = [neuron for neuron in found if not neuron.well]
    samples = len(network.data)
    over = f"all {samples} samples" if samples > 1 else "the one sample"
    st.markdown(f"**The hidden neurons**, {network.when}, over {over}:")
    if wrong:
        st.markdown("\n".join(f"- {neuron.sentence}" for neuron in wrong))
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
    st.markdown("**The run**")
    path = network.path
    if path is None:
        st.markdown("It has not been trained yet. Press **Train**, and here stands how it ended.")
        return
    ended = stuck(network.shape, path, network.data)
    if ended:
        st.markdown(f"At its end, step {len(path) - 1}: {ended.sentence}")
    else:
        st.markdown(
            f"It is not stuck. At its end, step {len(path) - 1}, {network.cost} is "
            f"{number(float(path.cost[-1]))}. **{path.regime.capitalize()}.** {path.reason}"
        )
