"""The network that a learner builds: what its settings mean, as core's objects.

``settings`` gives each parameter its value, by its name in the link; every text in it can be read.
"""

import threading
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from core.descent import Path, Recipe, follow
from core.functions import Array
from core.graph import Graph
from core.initialisation import initial
from core.network import Architecture, Dataset, layered, parameters
from core.tabular import decode_cloud
from core.toys import toy
from core.weights import read_hidden, read_weights

Settings = Mapping[str, Any]
PAGE = "build_your_own"
"""The lesson that it is for."""
OWN = "own"
"""The choice of data that means the learner's own samples."""
FIRST = "2x-2_-1_0_1_2_0"
"""Samples to begin with, before the learner has any."""
NAMES = (
    *("toy", "cloud", "count", "noise", "drawn", "hidden", "init", "weights", "seed"),
    *("optimizer", "rate", "steps", "batch", "decay", "trained", "point", "at", "opened"),
)
"""The parameters that make the network and its training, and say what is looked at."""
RUN = NAMES[: NAMES.index("trained")]
"""Those that a run depends on."""


def architecture(settings: Settings) -> Architecture:
    """The network's shape: the samples say what goes in and what comes out."""
    train, _ = samples(settings)
    planar = train.x.ndim == 2
    return Architecture(2 if planar else 1, read_hidden(settings["hidden"]), classes=planar)


def samples(settings: Settings) -> tuple[Dataset, Dataset | None]:
    """What the network is trained on, and what is held out; of the learner's own samples nothing.

    >>> train, held = samples({"toy": "own", "cloud": "2x0_1_1_2"})
    >>> len(train), held
    (2, None)
    """
    if settings["toy"] == OWN:
        return decode_cloud(settings["cloud"] or FIRST), None
    drawn = int(settings["count"]), float(settings["noise"]), int(settings["drawn"])
    return _drawn(settings["toy"], *drawn)


@lru_cache(maxsize=64)
def _drawn(name: str, count: int, noise: float, seed: int) -> tuple[Dataset, Dataset]:
    return toy(name, count=count, noise=noise, seed=seed)


def weights(settings: Settings) -> dict[str, float]:
    """The weights and biases that the network starts from: the learner's, or else those drawn.

    Those that fit another shape are left aside.
    """
    shape = architecture(settings)
    names = parameters(layered(shape))
    kept = read_weights(settings["weights"]) if settings["weights"] else ()
    if len(kept) == len(names):
        return dict(zip(names, kept, strict=True))
    return initial(shape, settings["init"], int(settings["seed"]))


def recipe(settings: Settings) -> Recipe:
    """How it is trained."""
    train, _ = samples(settings)
    return Recipe(
        train,
        optimizer=settings["optimizer"],
        learning_rate=float(settings["rate"]),
        steps=int(settings["steps"]),
        train=parameters(layered(architecture(settings))),
        batch=int(settings["batch"]) or None,
        seed=int(settings["seed"]),
        decay=float(settings["decay"]),
    )


def brief(settings: Settings) -> bool:
    """Whether a run is over in some tenths of a second."""
    return int(settings["steps"]) <= 500 and len(samples(settings)[0]) <= 100


def run(settings: Settings) -> Path:
    """What training comes to: meant for brief runs, and kept for whoever asks again.

    Raises:
        ValueError: if the cost or its slope at the start is not a finite number.
    """
    key = tuple((name, settings[name]) for name in RUN)
    with _one_at_a_time(key):
        return _run(key)


@lru_cache(maxsize=64)
def _one_at_a_time(key: tuple[tuple[str, Any], ...]) -> threading.Lock:
    """Who asks for a run that somebody else waits for, waits for the same one."""
    return threading.Lock()


@lru_cache(maxsize=32)
def _run(settings: tuple[tuple[str, Any], ...]) -> Path:
    chosen = dict(settings)
    return follow(layered(architecture(chosen)), weights(chosen), recipe(chosen))


def over(graph: Graph, numbers: Mapping[str, float], data: Dataset) -> dict[str, Array]:
    """Every node's value over samples, with these weights and biases.

    >>> shape = Architecture(1)
    >>> graph = layered(shape)
    >>> over(graph, initial(shape, "zeros"), Dataset([0.0, 1.0], [0.0, 2.0]))["J"].tolist()
    [0.0, 2.0]
    """
    values = graph.forward({**numbers, **data.columns})
    return {name: np.broadcast_to(value, (len(data),)) for name, value in values.items()}
