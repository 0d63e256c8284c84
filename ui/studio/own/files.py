"""The network to take away as code and as numbers, and to bring back."""

from dataclasses import replace

import numpy as np
import streamlit as st

from core.descent import Path
from core.formatting import number
from core.scratch import Saved, notebook, numpy_script, read_network, torch_script, weights_json
from core.surface import costs_at
from core.weights import LARGEST, write_hidden
from ui.files import File, download, upload
from ui.session import built, state
from ui.studio.own.shown import Shown
from ui.studio.takeaway import NOTEBOOK

FILE, SAID = "own-file", "own-brought"
CODE = 420
"""Pixels: as high as the charts; the script scrolls in it."""


def show(network: Shown) -> None:
    """The files, the script as it is, and the way back."""
    path = network.path
    steps = network.step or (len(path) - 1 if path else network.recipe.steps)
    task = (network.shape, network.start, network.recipe, steps)
    whole = shown_path(network)
    cost = float(whole.cost[-1])
    st.markdown(
        f"**Your network, from scratch.** The programs start from its first weights and train it "
        f"for {steps} step{'s' * (steps != 1)}{_agreement(network, cost)}. The weights as JSON "
        f"are those on the screen, {network.when}"
        + (f": {network.cost} = {number(cost)}." if np.isfinite(cost) else ".")
    )
    script = numpy_script(*task)
    files = [
        ("A NumPy script", "network.py", "text/x-python", script),
        ("The same in PyTorch", "network_torch.py", "text/x-python", torch_script(*task)),
        ("A Jupyter notebook", "network.ipynb", NOTEBOOK, notebook(*task)),
    ]
    if np.isfinite(cost):
        saved = weights_json(network.shape, network.start, network.recipe, whole)
        files.append(("Its weights as JSON", "network.json", "application/json", saved))
    with st.container(horizontal=True):
        for label, name, kind, text in files:
            download(label, name, kind, text, key=f"own-{name}")
    if not np.isfinite(cost):
        st.caption(f"There are no weights as JSON, as {network.cost} has no finite number here.")
    st.code(script, language="python", height=CODE)
    upload("Bring a network back: its weights as JSON", ["json"], key=FILE, on_file=bring)
    said, of = st.session_state.get(SAID, ("", None))
    if said and of == _now():
        st.markdown(said)


def _agreement(network: Shown, cost: float) -> str:
    """What the programs come to, if it is on the screen."""
    if network.path is None:
        return ", as the button Train does"
    if network.step == 0:
        return ", all of the run"
    return f", to the numbers on the screen: {network.cost} = {number(cost)}"


def shown_path(network: Shown) -> Path:
    """The run up to the step on the screen; of a network that is not trained its start alone."""
    path = network.path
    if path is None:
        point = {name: np.array([value]) for name, value in network.values.items()}
        cost = costs_at(network.graph, point, network.data)
        return Path(network.names, point, cost, {}, "still descending", "No step was taken.")
    end = network.step + 1
    return replace(
        path,
        parameters={name: values[:end] for name, values in path.parameters.items()},
        cost=path.cost[:end],
    )


def bring(file: File) -> None:
    """Take over the network in a file, or say why not, for as long as it is so."""
    try:
        said = take(read_network(file.text()))
    except ValueError as error:
        said = f"{error} Your network stays as it was."
    st.session_state[SAID] = said, _now()


def _now() -> tuple[object, ...]:
    """The network and its start, by which it is known again."""
    return tuple(state.value(name) for name in ("hidden", "weights", "trained"))


def take(saved: Saved) -> str:
    """Have the network be this one, and say so; ValueError with a sentence if it cannot be."""
    shape = saved.architecture
    if shape.classes != (shape.inputs == 2):
        raise ValueError("Here a network with one input fits a curve, one with two parts classes.")
    if any(abs(value) > LARGEST for value in saved.end.values()):
        raise ValueError(f"A weight in this file is beyond ±{LARGEST:.0f}.")
    said = "This is the network of the file."
    if built.architecture(built.now()).inputs != shape.inputs:
        built.use_samples(saved.recipe.data)
        said += " Its samples came with it, as yours are for another number of inputs."
    st.session_state.hidden = write_hidden(shape.hidden)
    built.begin_from(saved.end)
    return said
