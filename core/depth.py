"""How the first weight's derivative goes with the number of layers, and the most that it can be."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import sympy

from core.functions import ACTIVATIONS
from core.graph import Graph, symbol
from core.plain import computed
from core.printing import Tree, tree


def curved_activations() -> list[str]:
    """The activations that do more than hand on their z.

    >>> curved_activations()
    ['sigmoid', 'tanh', 'relu']
    """
    z = symbol("z")
    return [name for name, activation in ACTIVATIONS.items() if activation.of(z) != z]


def bound(graph: Graph) -> sympy.Expr:
    """The most that |∂J/∂w₁| can be in a chain of sigmoids, where each |σ′| is at most ¼.

    It is |∂J/∂ŷ| · |x| · |w₂ … w_n| / 4ⁿ, an expression of the graph's nodes.

    >>> from core.network import network
    >>> sorted(map(str, bound(network(2)).args))
    ['1/16', 'Abs(a2 - y)', 'Abs(w2)', 'Abs(x)']
    """
    (prediction,) = (name for name in graph.parents(graph.output) if name != "y")
    weights = [name for name in graph.inputs if name.startswith("w")]
    factors = [graph.local_derivative(graph.output, prediction), symbol("x")]
    factors += [symbol(name) for name in weights if name != "w1"]
    sizes = (sympy.Abs(factor, evaluate=False) for factor in factors)
    return sympy.Mul(sympy.Rational(1, 4 ** len(weights)), *sizes, evaluate=False)


def to_json(networks: Mapping[str, Sequence[Graph]]) -> dict[str, Any]:
    """What the browser computes the derivative from, by depth, as plain data.

    Args:
        networks: for each activation's name its networks, of one layer, of two, and so on. Those
            of ``sigmoid`` are among them.

    Returns:
        ``lines``, each with its ``activation`` and ``graphs``, and ``bounds``, the trees of
        :func:`bound` over the nodes of the sigmoid's graphs.
    """
    return {
        "lines": [
            {"activation": name, "graphs": [_computed(graph) for graph in graphs]}
            for name, graphs in networks.items()
        ],
        "bounds": [_bounded(graph) for graph in networks["sigmoid"]],
    }


@lru_cache(maxsize=16)
def _bounded(graph: Graph) -> Tree:
    return tree(bound(graph))


@lru_cache(maxsize=128)
def _computed(graph: Graph) -> dict[str, Any]:
    return computed(graph)
