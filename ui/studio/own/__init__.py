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

from ui.session import looks
from ui.studio.own import checked, files, first, landscape, neurons, race, samples
from ui.studio.own.shown import Shown

__all__ = ["Shown", "look_closer"]

SHOW = {
    "checked": checked.show,
    "landscape": landscape.show,
    "race": race.show,
    "first": first.show,
    "neurons": neurons.show,
    "samples": samples.show,
    "files": files.show,
}


def look_closer(network: Shown) -> None:
    """The choice of a view, and the one that is chosen; only what is looked at is computed."""
    view = looks.choose(looks.OWN, "own-view")
    if view:
        SHOW[view](network)
