"""A graph as plain data for the browser: expression trees, never code."""

from typing import TYPE_CHECKING, Any

from core import layout
from core.node import Factor
from core.printing import tree

if TYPE_CHECKING:
    from core.graph import Graph


def plain(graph: "Graph") -> dict[str, Any]:
    """The graph as plain data for the browser: expression trees, never code.

    ``nodes`` (topological order) hold name, latex, label, kind, parents and ``value``, the tree of
    the node's formula (None for an input), and ``pulls``, pairs of a child and a tree that reverse
    mode takes where they are not the edges' (else None); ``edges`` hold child, parent, name, latex,
    formula and ``derivative``, the tree of the local derivative. ``text`` is a formula on one line,
    ``mathml`` a node's symbol or an edge's formula. A tree is a number, a node's name, or
    ``[operation, argument, …]``; see :func:`core.printing.tree`. ``cancelled`` are pairs of factors
    that reverse mode takes as one; see :meth:`core.graph.Graph.across`.
    """
    nodes = [
        {
            "name": node.name,
            "latex": node.tex,
            "label": layout.label(node.written or node.name),
            "text": "" if node.expression is None else graph.text(node.expression),
            "mathml": graph.mathml(node.symbol),
            "kind": node.kind,
            "parents": list(graph.parents(node.name)),
            "value": None if node.expression is None else tree(graph.formula(node.name)),
            "pulls": _own_pulls(graph, node.name),
        }
        for node in graph.nodes
    ]
    edges = [
        {
            "name": factor.name,
            "child": factor.child,
            "parent": factor.parent,
            "latex": factor.latex,
            "formula": factor.formula,
            **_printed(graph, factor),
            "derivative": tree(factor.numeric),
        }
        for node in graph.nodes
        for factor in (graph.factor(node.name, parent) for parent in graph.parents(node.name))
    ]
    across = [
        (middle, both)
        for node in graph.nodes
        for middle in graph.parents(node.name)
        for parent in graph.parents(middle)
        if (both := graph.across(graph.factor(node.name, middle), graph.factor(middle, parent)))
    ]
    return {
        "inputs": list(graph.inputs),
        "output": graph.output,
        "nodes": nodes,
        "edges": edges,
        "cancelled": [
            {
                "factors": [f"d{both.child}/d{middle}", f"d{middle}/d{both.parent}"],
                "child": both.child,
                "parent": both.parent,
                "formula": both.formula,
                **_printed(graph, both),
                "derivative": tree(both.numeric),
            }
            for middle, both in across
        ],
    }


def computed(graph: "Graph") -> dict[str, Any]:
    """What of :func:`plain` a graph's numbers are computed from, without how it is written."""
    return {
        "inputs": list(graph.inputs),
        "output": graph.output,
        "nodes": [
            {
                "name": node.name,
                "value": None if node.expression is None else tree(graph.formula(node.name)),
                "pulls": _own_pulls(graph, node.name),
            }
            for node in graph.nodes
        ],
        "edges": [
            {
                "name": f"d{node.name}/d{parent}",
                "child": node.name,
                "parent": parent,
                "derivative": tree(graph.factor(node.name, parent).numeric),
            }
            for node in graph.nodes
            for parent in graph.parents(node.name)
        ],
    }


def _printed(graph: "Graph", factor: Factor) -> dict[str, str]:
    return {"text": graph.text(factor.shown), "mathml": graph.mathml(factor.shown)}


def _own_pulls(graph: "Graph", name: str) -> list[list[Any]] | None:
    pulls = graph.pulls[name]
    if pulls == graph.slopes(name):
        return None
    return [[child, tree(slope)] for child, slope in pulls.items()]
