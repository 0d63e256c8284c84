r"""The lesson's network: one input, one node a layer, one output, at any depth.

.. math:: z_k = w_k a_{k-1} + b_k, \quad a_k = \sigma(z_k), \quad a_0 = x, \quad a_n = \hat y

and the cost J(y, ŷ) after the last layer.

>>> graph = network(depth=2)
>>> values = graph.forward({"x": 1.5, "y": 1, "w1": 0.8, "b1": -0.3, "w2": -1.4, "b2": 0.6})
>>> round(float(values["J"]), 4), round(float(graph.backward(values)["w1"]), 5)
(0.1785, 0.06202)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import sympy

from core.functions import ACTIVATIONS, COSTS, sigmoid
from core.graph import Graph, Node, symbol

DEEPEST = 8


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


def parameters(graph: Graph) -> tuple[str, ...]:
    """The names of a graph's weights and biases, layer by layer.

    >>> parameters(network(2))
    ('w1', 'b1', 'w2', 'b2')
    """
    return tuple(name for name in graph.inputs if graph[name].kind == "parameter")


@dataclass(frozen=True, eq=False)
class Dataset:
    """Samples (x, y) that a cost is averaged over: two float arrays of one length.

    Raises ``ValueError`` if they are empty, differ in length or hold a value that is not finite.
    """

    x: npt.NDArray[np.float64]
    y: npt.NDArray[np.float64]

    def __init__(self, x: Sequence[float] | npt.ArrayLike, y: Sequence[float] | npt.ArrayLike):
        xs, ys = np.atleast_1d(np.asarray(x, float)), np.atleast_1d(np.asarray(y, float))
        if xs.ndim != 1 or xs.shape != ys.shape or xs.size == 0:
            raise ValueError("A data set needs as many targets as inputs, and at least one.")
        if not (np.isfinite(xs).all() and np.isfinite(ys).all()):
            raise ValueError("Every input and target of a data set must be a finite number.")
        object.__setattr__(self, "x", xs)
        object.__setattr__(self, "y", ys)

    def __len__(self) -> int:
        return int(self.x.size)
