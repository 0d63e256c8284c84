"""Which neurons of a network do no work, and whether that is why training is stuck.

Three things are looked for, and each is only what its condition says:

dead
    A neuron of relu whose z is not above 0 for any sample: nothing of it is passed on, and no
    derivative comes back. It can only revive if the layers before it change.
saturated
    A neuron of the sigmoid or tanh whose slope is below :data:`FLAT` of its steepest, for at least
    :data:`MOST` of the samples. In a network that fits its data that is no fault: it is how a
    neuron says yes or no.
twin
    A neuron with the weights, in and out, and the bias of another one of its layer, to
    :data:`SAME`. Both get the same derivatives, so they stay twins and do the work of one.

>>> from core.network import Layer
>>> line = Architecture(1, (Layer(2),))
>>> values = {"w1_11": 0.5, "b1_1": 0, "w1_21": 0.5, "b1_2": 0, "w2_11": 1, "w2_12": 1, "b2_1": 0}
>>> [neuron.twins for neuron in neurons(line, values, Dataset([1.0, 2.0], [1.0, 2.0]))]
[('a1_2',), ('a1_1',)]
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from core.descent.regimes import PLATEAU_DROP, PLATEAU_SLOPE
from core.descent.run import Path
from core.formatting import number
from core.functions import ACTIVATIONS
from core.graph import evaluate, symbol
from core.network import Architecture, Dataset, layered
from core.surface import inputs

FLAT = 0.01
"""The share of an activation's steepest slope, that at 0, below which a sample is on its flat part:
for tanh where |z| > 3, for the sigmoid where |z| > 6."""
MOST = 0.95
"""The share of the samples on the flat part from which a neuron is saturated."""
SAME = 1e-9
"""The difference between two weights that count as the same; relative to weights above 1."""
HIGH = 0.5
"""The share of the cost of always saying the same, above which a cost is high."""

SQUASHING = frozenset({"sigmoid", "tanh"})
"""The activations with a flat part on both sides."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Neuron:
    """What can be said of one hidden neuron.

    Attributes:
        name: its activation in the graph, such as ``a1_2``.
        layer: from 1; ``place`` is its number there, from 1.
        place: see ``layer``.
        dead: see the module.
        saturated: see the module; ``flat`` is the share of the samples on the flat part.
        flat: see ``saturated``; 0 for other activations than the sigmoid and tanh.
        twins: the names of those that are the same as this one.
        sentence: all this in words.
    """

    name: str
    layer: int
    place: int
    dead: bool
    saturated: bool
    flat: float
    twins: tuple[str, ...]
    sentence: str

    @property
    def word(self) -> str:
        """The first of the three that it is, in a word; nothing if it is none."""
        return "dead" if self.dead else "twin" if self.twins else "saturated" * self.saturated

    @property
    def well(self) -> bool:
        """Whether it is none of the three."""
        return not (self.dead or self.saturated or self.twins)


@dataclass(frozen=True)
class Stuck:
    """That training is stuck, in words, and the neurons with which something is wrong."""

    sentence: str
    neurons: tuple[Neuron, ...]


def neurons(
    architecture: Architecture, values: Mapping[str, float], data: Dataset
) -> tuple[Neuron, ...]:
    """Each hidden neuron's condition on some samples, layer by layer.

    ValueError for a parameter without a number, or data of another number of inputs.
    """
    graph = layered(architecture)
    forward = graph.forward(inputs(graph, values, data, ndim=1))
    found = []
    for k, layer in enumerate(architecture.hidden, 1):
        names = architecture.signals(k)
        weights = _weights(architecture, values, k)
        for j, name in enumerate(names):
            z = f"z{name.removeprefix('a')}"
            dead = layer.activation == "relu" and bool((forward[z] <= 0).all())
            flat = 0.0
            if layer.activation in SQUASHING:
                slope = graph.factor(name, z).value(forward)
                flat = float(np.mean(slope < FLAT * _steepest(layer.activation)))
            close = np.abs(weights - weights[j]) <= SAME * np.maximum(1, np.abs(weights[j]))
            twins = tuple(other for i, other in enumerate(names) if i != j and bool(close[i].all()))
            saturated = flat >= MOST
            said = _sentence(k, j + 1, dead, saturated, flat, twins)
            found.append(Neuron(name, k, j + 1, dead, saturated, flat, twins, said))
    return tuple(found)


def stuck(architecture: Architecture, path: Path, data: Dataset) -> Stuck | None:
    """Whether training ended stuck, and with which neurons something is wrong there; else None.

    It is stuck if its regime is the plateau (see :mod:`core.descent.regimes`). And it is if all of
    these hold, at a local minimum for example: the slope at the end is at most 0.005, the last half
    of the path changed the cost by less than 1 %, and the cost is more than half of what it would
    be if the network always said the same, the best that it can say. A path that blew up is not
    stuck, nor is one whose steps swing to and fro.

    That a neuron is dead, saturated or a twin may be the reason; it is no proof. Nor is a high cost
    the proof of a bad minimum: noisy samples, or a network too small for them, allow no lower one.
    """
    if path.stopped is not None or path.regime in ("diverging", "oscillating"):
        return None
    cost = float(path.cost[-1])
    if path.regime != "stuck on a plateau":
        slope = float(np.linalg.norm([slopes[-1] for slopes in path.gradients.values()]))
        halfway = path.cost[(len(path) - 1) // 2]
        stayed = abs(halfway - cost) < PLATEAU_DROP * abs(cost)
        if not (
            slope <= PLATEAU_SLOPE and stayed and cost > HIGH * constant_cost(data, architecture)
        ):
            return None
    wrong = tuple(n for n in neurons(architecture, path.at(len(path) - 1), data) if not n.well)
    said = f"Training is stuck at a cost of {number(cost)}."
    if wrong:
        why = " ".join(neuron.sentence for neuron in wrong)
        return Stuck(f"{said} This may be why: {why}", wrong)
    return Stuck(
        f"{said} No hidden neuron is dead, saturated or a twin: it is a flat place or a minimum "
        "that is not the lowest, or the network is too small. Another seed or one more neuron "
        "would tell.",
        (),
    )


def constant_cost(data: Dataset, architecture: Architecture) -> float:
    """The least mean cost of a network that says the same whatever its inputs: the mean target.

    >>> constant_cost(Dataset([0.0, 1.0], [0.0, 1.0]), Architecture(1, classes=True))
    0.6931471805599453
    """
    mean = float(np.mean(data.y))
    if architecture.classes and mean in (0.0, 1.0):
        return 0.0  # which takes an infinite z
    graph = layered(architecture)
    costs = evaluate(
        graph["J"].expression,
        {graph.parents("J")[-1]: np.float64(mean), "y": data.y},
    )
    return float(np.mean(costs))


def _weights(architecture: Architecture, values: Mapping[str, float], layer: int) -> Floats:
    """For each neuron of a layer a row of its weights in, its bias and its weights out."""
    sizes = architecture.sizes
    return np.array(
        [
            [
                *(values[f"w{layer}_{j}{i}"] for i in range(1, sizes[layer - 1] + 1)),
                values[f"b{layer}_{j}"],
                *(values[f"w{layer + 1}_{i}{j}"] for i in range(1, sizes[layer + 1] + 1)),
            ]
            for j in range(1, sizes[layer] + 1)
        ],
        float,
    )


@lru_cache(maxsize=16)
def _steepest(activation: str) -> float:
    z = symbol("z")
    return float(evaluate(ACTIVATIONS[activation].of(z).diff(z), {"z": 0.0}))


def _sentence(
    layer: int, place: int, dead: bool, saturated: bool, flat: float, twins: tuple[str, ...]
) -> str:
    who = f"Neuron {place} of layer {layer}"
    said = []
    if dead:
        said.append(
            f"{who} is dead: its z is not above 0 for any sample, so relu passes nothing on and no "
            "derivative back."
        )
    if saturated:
        share = "every sample" if flat == 1 else f"{100 * flat:.0f} % of the samples"
        said.append(
            f"{who} is saturated: for {share} its activation is on a flat part, where hardly any "
            "derivative comes back."
        )
    if twins:
        others = _listed([name.rpartition("_")[2] for name in twins])
        said.append(
            f"{who} is a twin of {others}: the same weights in and out get the same derivatives, "
            "so they stay the same."
        )
    return " ".join(said) or f"Nothing is wrong with neuron {place} of layer {layer}."


def _listed(places: list[str]) -> str:
    *first, last = places
    return f"neurons {', '.join(first)} and {last}" if first else f"neuron {last}"
