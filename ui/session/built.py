"""The network that the learner builds, as the session has it, and what the learner does to it.

What the settings mean is in :mod:`ui.lessons.own`.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st

from core.functions import ACTIVATIONS
from core.graph import Graph
from core.network import MOST_LAYERS, MOST_NEURONS, Dataset, Layer, layered, parameters
from core.tabular import MOST_SAMPLES, decode_cloud, encode_cloud
from core.toys import TOYS
from core.weights import LARGEST, read_hidden, read_weights, write_hidden, write_weights
from ui.lessons.own import NAMES, OWN, Settings, architecture, recipe, samples, weights
from ui.session import state
from ui.session.looks import LAST_SEED
from ui.session.parameters import PARAMETERS, Number

__all__ = ["architecture", "recipe", "samples", "weights"]

WIDEST = 20.0
"""As far as a weight is dragged; training may take it further."""
DECIMALS = 3
"""Of a sample that is dragged: finer than a pixel, and short in a link."""


def now() -> dict[str, Any]:
    """The learner's settings; where their own samples cannot be read, the first ones."""
    chosen = {name: state.value(name) for name in NAMES}
    for name, stand_in in (
        ("cloud", ""),
        ("hidden", PARAMETERS["hidden"].default),
        ("weights", ""),
    ):
        try:
            PARAMETERS[name].read(chosen[name])
        except ValueError:
            chosen[name] = stand_in
    return chosen


def carried(graph: Graph, data: Dataset, start: Mapping[str, float]) -> dict[str, float]:
    """What goes in: the weights, and one of the samples."""
    k = min(state.value("point"), len(data)) - 1
    return {**start, **{name: float(column[k]) for name, column in data.columns.items()}}


def controls(graph: Graph, data: Dataset) -> dict[str, Number]:
    """What can be dragged: every weight and bias; and which sample goes through is chosen."""
    entries = {name: Number(name, name, 0.0, -WIDEST, WIDEST, 0.1) for name in parameters(graph)}
    which = PARAMETERS["point"]
    return entries | {"sample": Number("sample", which.label, 1, 1, len(data), 1, whole=True)}


def drop_misfit() -> None:
    """Leave out weights that fit another shape than the network's: they would be told of again."""
    kept = state.value("weights")
    try:
        fits = not kept or len(read_weights(kept)) == len(weights(now()))
    except ValueError:
        return  # which is told where it is typed
    if not fits:
        st.session_state.weights = ""


# ---- what the learner does


def take(values: Mapping[str, float]) -> None:
    """Weights and biases that were dragged, from which training begins anew; or another sample."""
    settings = now()
    if math.isfinite(which := values.get("sample", math.nan)):
        st.session_state.point = round(min(max(which, 1), MOST_SAMPLES))
    names = parameters(layered(architecture(settings)))
    moved = {n: v for n, v in values.items() if n in names and math.isfinite(v)}
    if not moved:
        return
    begin_from({**weights(settings), **moved})


def begin_from(start: Mapping[str, float]) -> None:
    """Have the network start from these weights and biases, untrained."""
    names = parameters(layered(architecture(now())))
    bounded = [min(max(float(start[name]), -LARGEST), LARGEST) for name in names]
    st.session_state.update(weights=write_weights(bounded), trained=0, at=0)


def begin_anew() -> None:
    """Go back to the weights that were drawn; from there, draw others."""
    if not state.value("weights") and not (state.value("trained") and state.value("at")):
        st.session_state.seed = (int(state.value("seed")) + 1) % (LAST_SEED + 1)
    st.session_state.update(weights="", trained=0, at=0)


def cancel() -> None:
    """End the run that is under way, and go back to before it was asked for."""
    for run in st.session_state.get("training", ()):
        run.cancelled = True
    st.session_state.update(trained=0, at=0)


def reshape(wanted: Any) -> None:
    """Another shape, asked for on the diagram: what the networks have in common keeps its weights.

    ``wanted`` is what the browser sent, a list of pairs of an activation and a number of neurons.
    """
    hidden = read_shape(wanted)
    if hidden is None:
        return
    settings = now()
    before = weights(settings)
    after = {**settings, "hidden": write_hidden(hidden)}
    st.session_state.update(hidden=after["hidden"], trained=0, at=0)
    if settings["weights"]:
        fresh = weights({**after, "weights": ""})
        names = list(fresh)
        # Where a layer comes or goes, the output's weights are another layer's.
        old = read_hidden(settings["hidden"])
        common = len(old) + 1 if len(old) == len(hidden) else min(len(old), len(hidden))
        kept = {name: before[name] for name in names if name in before and int(name[1]) <= common}
        st.session_state.weights = write_weights([kept.get(name, fresh[name]) for name in names])


def read_shape(wanted: Any) -> tuple[Layer, ...] | None:
    """Hidden layers from what the browser sent, or None.

    >>> read_shape([["tanh", 2], ["relu", 9]]), read_shape([["tanh", 2]])
    (None, (Layer(neurons=2, activation='tanh'),))
    >>> read_shape([[["tanh"], 2]])
    """
    if not isinstance(wanted, list) or not 1 <= len(wanted) <= MOST_LAYERS:
        return None
    layers = []
    for one in wanted:
        if not isinstance(one, list) or len(one) != 2 or not isinstance(one[0], str):
            return None
        if one[0] not in ACTIVATIONS:
            return None
        if isinstance(one[1], bool) or not isinstance(one[1], int):
            return None
        if not 1 <= one[1] <= MOST_NEURONS:
            return None
        layers.append(Layer(one[1], one[0]))
    return tuple(layers)


def take_samples(sent: Any) -> None:
    """Samples that were dragged or added in the picture: from now on they are the learner's own.

    ``sent`` is what the browser sent, a row of numbers for each sample.
    """
    try:
        table = np.array(sent, float).round(DECIMALS)
        if table.ndim != 2 or table.shape[1] not in (2, 3) or len(table) > MOST_SAMPLES:
            return
        use_samples(Dataset(table[:, :2] if table.shape[1] == 3 else table[:, 0], table[:, -1]))
    except (TypeError, ValueError, OverflowError):
        return


def use_samples(data: Dataset) -> None:
    """Have the network learn these samples, untrained; DataError if a link cannot hold them."""
    text = encode_cloud(data)
    decode_cloud(text)
    # Whose weights they are does not change with the samples, if the network's inputs stay.
    settings = now()
    fits = architecture(settings).inputs == len(data.columns) - 1
    st.session_state.update(toy=OWN, cloud=text, trained=0, at=0)
    st.session_state.weights = settings["weights"] if fits else ""


def title(settings: Settings) -> str:
    """What the samples are called."""
    return "Your own" if settings["toy"] == OWN else TOYS[settings["toy"]].title
