"""What can be looked at more closely in a network of the learner's own, one view at a time.

- ``shown``: the network as it is on the screen, which all of them look at
- ``checked``: every derivative beside two that know no chain rule
- ``landscape``: the cost around the weights, and on the way of the run
- ``race``: other optimizers from the same start
- ``first``: how the weights were drawn, and what that does to the size of what flows
- ``neurons``: which of them do no work
- ``samples``: the learner's own
- ``files``: the network to take away, and to bring back
"""

import streamlit as st

from ui.studio.own import checked, files, first, landscape, neurons, race, samples
from ui.studio.own.shown import Shown

__all__ = ["VIEWS", "Shown", "look_closer"]

VIEWS = {
    "Every derivative checked": checked.show,
    "The landscape": landscape.show,
    "Race": race.show,
    "First weights": first.show,
    "Neurons": neurons.show,
    "Samples of your own": samples.show,
    "Take it away": files.show,
}


def look_closer(network: Shown) -> None:
    """The choice of a view, and the one that is chosen; only what is looked at is computed."""
    view = st.segmented_control("Look closer", VIEWS, key="own-view")
    if view:
        VIEWS[view](network)
