"""The backward pass as it is done: which numbers are kept, what uses them again, what that saves.

A node that parameters enter has a δ, the derivative of the output with respect to it. Each δ is
made from the one before it, nearer to the output, and the derivatives with respect to the
parameters that enter there from the δ itself:

>>> from core.network import network
>>> [(d.node, d.before, [f.name for f in d.factors]) for d in deltas(network(2))]
[('z2', None, ['dJ/da2', 'da2/dz2']), ('z1', 'z2', ['dz2/da1', 'da1/dz1'])]
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from core.graph import Chain, Factor, Graph


class Delta(NamedTuple):
    """One δ of the backward pass.

    Attributes:
        node: d output / d node is the δ.
        before: the node of the δ that it is made from; None where it is made at the output.
        factors: what that is multiplied by, from there to here.
        entering: the last factor for each parameter that enters the node.
    """

    node: str
    before: str | None
    factors: Chain
    entering: Chain


class Multiplications(NamedTuple):
    """How many it takes to get some derivatives: each by itself, and all in one reverse sweep."""

    alone: int
    together: int


def deltas(graph: Graph) -> tuple[Delta, ...]:
    """Every δ, from the output back; none where a node reaches the output in several ways."""
    found: list[Delta] = []
    passed = 0  # factors from the output to the last δ
    for node in reversed(graph.nodes):
        own = [name for name in graph.parents(node.name) if graph[name].kind == "parameter"]
        if not own or graph.path_count(node.name) == 0:
            continue
        if graph.path_count(node.name) > 1:
            return ()
        (chain,) = graph.chains(node.name)
        before = found[-1].node if found else None
        if before and all(factor.parent != before for factor in chain):
            return ()
        entering = tuple(graph.factor(node.name, name) for name in own)
        found.append(Delta(node.name, before, chain[passed:], entering))
        passed = len(chain)
    return tuple(found)


def multiplications(graph: Graph, names: Iterable[str]) -> Multiplications:
    """The multiplications for the derivatives with respect to ``names``; one by 1 is none.

    >>> from core.network import network, parameters
    >>> multiplications(network(2), parameters(network(2)))
    Multiplications(alone=10, together=5)
    """
    names = tuple(names)
    alone = sum(_product(chain) for name in names for chain in graph.chains(name))
    return Multiplications(alone, len(_multiplied(graph, names)))


def to_json(graph: Graph) -> list[dict[str, Any]] | None:
    """The backward pass for the browser: each δ and what is made from it, with their costs.

    ``cost`` is the multiplications that this pass takes there, ``alone`` those for the one
    derivative without the others. None where there is no δ.
    """
    found = deltas(graph)
    names = [factor.parent for delta in found for factor in delta.entering]
    costly = _multiplied(graph, names)

    def cost(factors: Iterable[Factor]) -> int:
        return sum(factor.name in costly for factor in factors)

    return [
        {
            "node": delta.node,
            "before": delta.before,
            "factors": [factor.name for factor in delta.factors],
            "cost": cost(delta.factors),
            "entering": [
                {
                    "name": factor.parent,
                    "factor": factor.name,
                    "cost": cost([factor]),
                    "alone": multiplications(graph, [factor.parent]).alone,
                }
                for factor in delta.entering
            ],
        }
        for delta in found
    ] or None


def _product(chain: Chain) -> int:
    """The multiplications in a product of factors."""
    return max(len([factor for factor in chain if factor.expression != 1]) - 1, 0)


def _multiplied(graph: Graph, names: Iterable[str]) -> set[str]:
    """The factors that a reverse sweep multiplies an adjoint by, on the way back to ``names``."""
    needed = set(names)
    for node in graph.nodes:
        if needed.intersection(graph.parents(node.name)):
            needed.add(node.name)
    ones = {graph.output}  # nodes whose adjoint is 1, whatever the numbers are
    costly = set()
    for node in reversed(graph.nodes):
        factors = [
            graph.factor(child, node.name)
            for child in graph.children(node.name)
            if graph.path_count(child)
        ]
        if node.name not in needed:
            continue
        if [factor.child in ones and factor.expression == 1 for factor in factors] == [True]:
            ones.add(node.name)
        costly |= {
            factor.name for factor in factors if factor.child not in ones and factor.expression != 1
        }
    return costly
