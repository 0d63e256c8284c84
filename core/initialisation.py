r"""Where the training of a network starts, and how large its numbers are there, layer by layer.

Every weight is drawn from a normal distribution around 0, whose standard deviation is all that the
ways of :data:`INITIALISATIONS` differ in; the same seed draws the same numbers in all of them, only
larger or smaller. Every bias starts at 0.

>>> from core.network import Layer
>>> xor = Architecture(2, (Layer(2),), classes=True)
>>> start = initial(xor, "xavier", seed=0)
>>> round(start["w1_11"], 4), start["b1_1"]
(0.0889, 0.0)
"""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from core.network import Architecture, Dataset, layered, parameters
from core.seeds import generator
from core.surface import inputs

Floats = npt.NDArray[np.float64]


class Initialisation(NamedTuple):
    """A way to draw the weights of a layer.

    Attributes:
        label: what it is called.
        formula: how a weight is drawn, in LaTeX.
        source: where it was published, or why it is here.
        deviation: the standard deviation, from how many signals come in and go out.
    """

    label: str
    formula: str
    source: str
    deviation: Callable[[int, int], float]


INITIALISATIONS: Mapping[str, Initialisation] = MappingProxyType(
    {
        "zeros": Initialisation(
            "Zeros",
            "w = 0",
            "What not to do: the neurons of a layer start as twins, and stay so.",
            lambda fan_in, fan_out: 0.0,
        ),
        "normal": Initialisation(
            "Normal",
            r"w \sim \mathcal{N}(0,\, 1)",
            "The plainest way, which knows nothing of how wide the layers are.",
            lambda fan_in, fan_out: 1.0,
        ),
        "xavier": Initialisation(
            "Xavier",
            r"w \sim \mathcal{N}\!\left(0,\, \frac{2}{n_{\text{in}} + n_{\text{out}}}\right)",
            "Glorot and Bengio, “Understanding the difficulty of training deep feedforward neural "
            "networks”, 2010: their variance, here of a normal distribution; they draw from a "
            "uniform one.",
            lambda fan_in, fan_out: math.sqrt(2 / (fan_in + fan_out)),
        ),
        "he": Initialisation(
            "He",
            r"w \sim \mathcal{N}\!\left(0,\, \frac{2}{n_{\text{in}}}\right)",
            "He, Zhang, Ren and Sun, “Delving deep into rectifiers: surpassing human-level "
            "performance on ImageNet classification”, 2015; made for relu.",
            lambda fan_in, fan_out: math.sqrt(2 / fan_in),
        ),
    }
)
"""The ways by name. 𝒩(μ, σ²) is the normal distribution, with its variance."""


def initial(architecture: Architecture, how: str = "xavier", seed: int = 0) -> dict[str, float]:
    """A number for every parameter of ``layered(architecture)``, in its order.

    Args:
        architecture: the network's shape.
        how: a key of :data:`INITIALISATIONS`.
        seed: of ``numpy.random.default_rng``, whose standard normal numbers the weights are made
            from, one after the other.

    Raises:
        ValueError: for an unknown way or a seed that is no whole number from 0.

    >>> from core.network import Layer
    >>> set(initial(Architecture(1, (Layer(2),)), "zeros").values())
    {0.0}
    """
    if how not in INITIALISATIONS:
        raise ValueError(f"Unknown initialisation {how!r}; known: {', '.join(INITIALISATIONS)}.")
    draw = generator(seed).standard_normal
    sizes = architecture.sizes
    start = {}
    for name in parameters(layered(architecture)):
        if name.startswith("b"):
            start[name] = 0.0
        else:
            layer = int(name[1 : name.index("_")])
            deviation = INITIALISATIONS[how].deviation(sizes[layer - 1], sizes[layer])
            start[name] = float(draw()) * deviation + 0.0  # no −0
    return start


class Spread(NamedTuple):
    """A layer's numbers over the samples, both of shape (samples, neurons).

    ``activations`` are the a of its neurons, ``derivatives`` the ∂J/∂z of each sample's own cost.
    """

    activations: Floats
    derivatives: Floats


def spread(
    architecture: Architecture, values: Mapping[str, float], data: Dataset
) -> tuple[Spread, ...]:
    """What flows through each layer and back, from the first to the output: for histograms.

    Args:
        architecture: the network's shape.
        values: a number for each parameter; other keys are ignored.
        data: the samples.

    Raises:
        ValueError: for a parameter without a number, or data of another number of inputs.

    >>> from core.network import Layer
    >>> line = Architecture(1, (Layer(2),))
    >>> first, output = spread(line, initial(line), Dataset([0.0, 1.0, 2.0], [0.0, 1.0, 2.0]))
    >>> first.activations.shape, output.derivatives.shape
    ((3, 2), (3, 1))
    """
    graph = layered(architecture)
    arguments = inputs(graph, values, data, ndim=1).values()
    layers = [architecture.signals(k) for k in range(1, len(architecture.sizes))]
    signals = [name for layer in layers for name in layer]
    sums = [f"z{name.removeprefix('a')}" for name in signals]
    with np.errstate(all="ignore"):
        activations = graph.compiled(signals)(*arguments)
        _, *derivatives = graph.compiled_gradient(sums, real=True)(*arguments)
    cuts = np.cumsum([len(layer) for layer in layers])[:-1]
    flows = (np.split(np.array(part), cuts) for part in (activations, derivatives))
    return tuple(Spread(a.T, d.T) for a, d in zip(*flows, strict=True))
