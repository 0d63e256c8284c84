r"""Networks as graphs: the lesson's chain at any depth, and layers of any width.

The chain has one input, one node a layer and one output,

.. math:: z_k = w_k a_{k-1} + b_k, \quad a_k = \sigma(z_k), \quad a_0 = x, \quad a_n = \hat y

and the cost J(y, ŷ) after the last layer; :func:`layered` has several neurons in a layer.

>>> graph = network(depth=2)
>>> values = graph.forward({"x": 1.5, "y": 1, "w1": 0.8, "b1": -0.3, "w2": -1.4, "b2": 0.6})
>>> round(float(values["J"]), 4), round(float(graph.backward(values)["w1"]), 5)
(0.1785, 0.06202)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import sympy

from core.functions import ACTIVATIONS, COSTS, sigmoid
from core.graph import Graph, Node, symbol

DEEPEST = 8
MOST_LAYERS = 3
"""Hidden layers of a network that a learner builds."""
MOST_NEURONS = 4
"""Neurons in one of them."""
SAMPLED = frozenset({"x", "x1", "x2", "y"})
"""The inputs that come from a sample; a network's other inputs are its parameters."""


@lru_cache(maxsize=128)
def network(depth: int = 2, activation: str = "sigmoid", cost: str = "half_squared_error") -> Graph:
    """A chain of ``depth`` layers of one node each, followed by the cost.

    Args:
        depth: layers, 1 to 8; 2 is the lesson's network.
        activation: a name in :data:`core.functions.ACTIVATIONS`, used in every layer.
        cost: a name in :data:`core.functions.COSTS`. One of probabilities needs a prediction
            between 0 and 1, so with it the output node is a sigmoid whatever the activation.

    Raises:
        ValueError: for a depth out of range or an unknown name.
    """
    if not 1 <= depth <= DEEPEST:
        raise ValueError(f"The depth must be between 1 and {DEEPEST}, not {depth}.")
    if activation not in ACTIVATIONS:
        raise ValueError(f"Unknown activation {activation!r}; known: {', '.join(ACTIVATIONS)}.")
    if cost not in COSTS:
        raise ValueError(f"Unknown cost {cost!r}; known: {', '.join(COSTS)}.")

    nodes = [Node("x"), Node("y", kind="target")]
    signal = symbol("x")
    for k in range(1, depth + 1):
        w, b, z, a = (symbol(f"{letter}{k}") for letter in "wbza")
        squash = ACTIVATIONS[activation].of
        if k == depth and COSTS[cost].probabilities:
            squash = sigmoid
        nodes += [
            Node(w.name, kind="parameter"),
            Node(b.name, kind="parameter"),
            Node(z.name, sympy.Add(sympy.Mul(w, signal, evaluate=False), b, evaluate=False)),
            Node(a.name, squash(z), written="yhat" if k == depth else ""),
        ]
        signal = a
    nodes.append(Node("J", COSTS[cost].of(signal, symbol("y")), kind="cost"))
    return Graph(nodes, output="J")


@dataclass(frozen=True)
class Layer:
    """A hidden layer: how many neurons it has, and their activation."""

    neurons: int
    activation: str = "tanh"


@dataclass(frozen=True)
class Architecture:
    """A network's shape: its inputs, its hidden layers, and what its output is for.

    Attributes:
        inputs: 1 (called x) or 2 (x1 and x2).
        hidden: 1 to :data:`MOST_LAYERS` layers of 1 to :data:`MOST_NEURONS` neurons.
        classes: whether the output is the probability of one of two classes, a sigmoid with the
            cross-entropy; else it is any number, the identity with half the squared error.

    Raises ``ValueError`` with a sentence for what is out of range or unknown.

    >>> Architecture(2, (Layer(2), Layer(3)), classes=True).sizes
    (2, 2, 3, 1)
    """

    inputs: int = 1
    hidden: tuple[Layer, ...] = (Layer(2),)
    classes: bool = False

    def __post_init__(self) -> None:
        if self.inputs not in (1, 2):
            raise ValueError(f"A network has 1 or 2 inputs, not {self.inputs}.")
        if not 1 <= len(self.hidden) <= MOST_LAYERS:
            raise ValueError(f"A network has 1 to {MOST_LAYERS} hidden layers.")
        for layer in self.hidden:
            if not 1 <= layer.neurons <= MOST_NEURONS:
                raise ValueError(f"A layer has 1 to {MOST_NEURONS} neurons, not {layer.neurons}.")
            if layer.activation not in ACTIVATIONS:
                known = ", ".join(ACTIVATIONS)
                raise ValueError(f"Unknown activation {layer.activation!r}; known: {known}.")

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many nodes each layer has, from the inputs to the output."""
        return (self.inputs, *(layer.neurons for layer in self.hidden), 1)

    @property
    def activations(self) -> tuple[str, ...]:
        """The activation of each layer, the output's last."""
        last = "sigmoid" if self.classes else "identity"
        return (*(layer.activation for layer in self.hidden), last)

    @property
    def cost(self) -> str:
        """The cost's name in :data:`core.functions.COSTS`."""
        return "cross_entropy" if self.classes else "half_squared_error"

    @property
    def input_names(self) -> tuple[str, ...]:
        """x, or x1 and x2."""
        return ("x",) if self.inputs == 1 else ("x1", "x2")

    def signals(self, layer: int) -> tuple[str, ...]:
        """What leaves a layer: the inputs for 0, then the activations.

        >>> Architecture(2, (Layer(2),)).signals(1)
        ('a1_1', 'a1_2')
        """
        if layer == 0:
            return self.input_names
        return tuple(f"a{layer}_{j}" for j in range(1, self.sizes[layer] + 1))


@lru_cache(maxsize=64)
def layered(architecture: Architecture) -> Graph:
    r"""A network of layers, each neuron fed by all of the layer before.

    .. math:: z^{(l)}_j = \sum_i w^{(l)}_{ji} a^{(l-1)}_i + b^{(l)}_j, \quad
              a^{(l)}_j = \sigma_l(z^{(l)}_j), \quad a^{(L)}_1 = \hat y

    In names ``w2_13`` is the weight of layer 2 to its neuron 1 from neuron 3 of the layer before;
    ``b2_1``, ``z2_1`` and ``a2_1`` are that neuron's bias, sum and activation. Every node is a
    scalar, as in :func:`network`; all that is done with a graph is done with this one.

    >>> xor = layered(Architecture(2, (Layer(2),), classes=True))
    >>> parameters(xor)
    ('w1_11', 'w1_12', 'b1_1', 'w1_21', 'w1_22', 'b1_2', 'w2_11', 'w2_12', 'b2_1')
    >>> xor.text(xor["z1_2"].expression)
    'w₂₁⁽¹⁾x₁ + w₂₂⁽¹⁾x₂ + b₂⁽¹⁾'
    """
    sizes = architecture.sizes
    nodes = [Node(name) for name in architecture.input_names] + [Node("y", kind="target")]
    for k, activation in enumerate(architecture.activations, 1):
        before = [symbol(name) for name in architecture.signals(k - 1)]
        for j in range(1, sizes[k] + 1):
            weights = [symbol(f"w{k}_{j}{i}") for i in range(1, len(before) + 1)]
            b, z, a = (symbol(f"{letter}{k}_{j}") for letter in "bza")
            terms = (
                sympy.Mul(w, signal, evaluate=False)
                for w, signal in zip(weights, before, strict=True)
            )
            nodes += [
                *(Node(w.name, kind="parameter") for w in weights),
                Node(b.name, kind="parameter"),
                Node(z.name, sympy.Add(*terms, b, evaluate=False)),
                Node(
                    a.name,
                    ACTIVATIONS[activation].of(z),
                    written="yhat" if k == len(sizes) - 1 else "",
                ),
            ]
    prediction = symbol(f"a{len(sizes) - 1}_1")
    nodes.append(Node("J", COSTS[architecture.cost].of(prediction, symbol("y")), kind="cost"))
    return Graph(nodes, output="J")


def parameters(graph: Graph) -> tuple[str, ...]:
    """The names of a graph's weights and biases, layer by layer.

    >>> parameters(network(2))
    ('w1', 'b1', 'w2', 'b2')
    """
    return tuple(name for name in graph.inputs if graph[name].kind == "parameter")


@dataclass(frozen=True, eq=False)
class Dataset:
    """Samples that a cost is averaged over: inputs ``x`` and targets ``y``, float arrays.

    ``x`` has shape ``(n,)``, or ``(n, 2)`` for a network with inputs x1 and x2; ``y`` has ``(n,)``.
    Raises ``ValueError`` if they are empty, differ in length or hold a value that is not finite.
    Two of the same samples in the same order are equal.
    """

    x: npt.NDArray[np.float64]
    y: npt.NDArray[np.float64]

    def __init__(self, x: Sequence[float] | npt.ArrayLike, y: Sequence[float] | npt.ArrayLike):
        xs, ys = np.atleast_1d(np.asarray(x, float)), np.atleast_1d(np.asarray(y, float))
        shaped = xs.ndim == 1 or (xs.ndim == 2 and xs.shape[1] == 2)
        if not shaped or ys.ndim != 1 or len(xs) != len(ys) or ys.size == 0:
            raise ValueError("A data set needs as many targets as inputs, and at least one.")
        if not (np.isfinite(xs).all() and np.isfinite(ys).all()):
            raise ValueError("Every input and target of a data set must be a finite number.")
        object.__setattr__(self, "x", xs)
        object.__setattr__(self, "y", ys)

    def __len__(self) -> int:
        return int(self.y.size)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Dataset) and self._content == other._content

    def __hash__(self) -> int:
        return hash(self._content)

    @property
    def _content(self) -> tuple[tuple[int, ...], bytes, bytes]:
        return self.x.shape, self.x.tobytes(), self.y.tobytes()

    @property
    def columns(self) -> Mapping[str, npt.NDArray[np.float64]]:
        """The samples by the names of a network's inputs.

        >>> list(Dataset([[0.0, 1.0]], [1.0]).columns)
        ['x1', 'x2', 'y']
        """
        if self.x.ndim == 1:
            return {"x": self.x, "y": self.y}
        return {"x1": self.x[:, 0], "x2": self.x[:, 1], "y": self.y}
