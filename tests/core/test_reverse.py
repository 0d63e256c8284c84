"""The backward pass: each δ once, and the count of multiplications against doing them."""

import math
from itertools import pairwise

import numpy as np
import pytest

from core.functions import ACTIVATIONS, COSTS
from core.graph import Graph
from core.network import network, parameters
from core.parsing import parse
from core.reverse import deltas, multiplications, to_json


class Counted:
    """A number that counts, in all, how often two that are not a plain 1 were multiplied."""

    done = 0

    def __init__(self, value: float, plain_one: bool = False) -> None:
        self.value, self.plain_one = value, plain_one

    def __mul__(self, other: "Counted") -> "Counted":
        if self.plain_one:
            return other
        if other.plain_one:
            return self
        Counted.done += 1
        return Counted(self.value * other.value)


def counted(graph: Graph, values, child: str, parent: str) -> Counted:
    factor = graph.factor(child, parent)
    return Counted(float(factor.value(values)), factor.expression == 1)


def one_by_one(graph: Graph, names, values) -> tuple[dict[str, float], int]:
    """Each derivative by walking all ways from the output, multiplying as it goes."""
    Counted.done = 0

    def ways(name: str, source: str):
        if name == source:
            yield []
        for parent in graph.parents(name):
            for rest in ways(parent, source):
                yield [(name, parent), *rest]

    found = {}
    for source in names:
        found[source] = 0.0
        for way in ways(graph.output, source):
            product = Counted(1.0, plain_one=True)
            for child, parent in way:
                product = product * counted(graph, values, child, parent)
            found[source] += product.value
    return found, Counted.done


def in_one_sweep(graph: Graph, names, values) -> tuple[dict[str, float], int]:
    """Reverse mode, from the definition, over the nodes that lead from ``names``."""
    Counted.done = 0
    leads = set(names)
    for node in graph.nodes:
        if leads & set(graph.parents(node.name)):
            leads.add(node.name)
    adjoint = {graph.output: Counted(1.0, plain_one=True)}
    for node in reversed(graph.nodes):
        terms = [
            adjoint[child] * counted(graph, values, child, node.name)
            for child in graph.children(node.name)
            if child in adjoint and node.name in leads
        ]
        if len(terms) == 1:
            adjoint[node.name] = terms[0]
        elif terms:
            adjoint[node.name] = Counted(sum(term.value for term in terms))
    return {name: adjoint[name].value for name in names if name in adjoint}, Counted.done


NETWORKS = [
    pytest.param(network(depth, activation, cost), id=f"{depth}-{activation}-{cost}")
    for depth in (1, 2, 3, 5, 8)
    for activation in ACTIVATIONS
    for cost in COSTS
]


@pytest.mark.parametrize("graph", NETWORKS)
def test_the_counts_are_those_of_multiplying_it_out(graph: Graph) -> None:
    rng = np.random.default_rng(3)
    values = graph.forward({name: rng.uniform(0.1, 0.9) for name in graph.inputs})
    names = parameters(graph)
    alone, each = one_by_one(graph, names, values)
    swept, once = in_one_sweep(graph, names, values)
    assert multiplications(graph, names) == (each, once)
    assert swept == pytest.approx(alone, rel=1e-9)


@pytest.mark.parametrize(
    "text",
    [
        "log(2+cos(x))",
        "x*sin(x)",
        "1/(1+exp(-x))",
        "x*x*sin(x)*exp(x)",
        "x+sin(x)+cos(sin(x))",
        "x",
        "3",
    ],
)
def test_the_counts_hold_where_there_are_several_ways(text: str) -> None:
    graph = parse(text)
    values = graph.forward({"x": 0.7})
    _, each = one_by_one(graph, ["x"], values)
    _, once = in_one_sweep(graph, ["x"], values)
    assert multiplications(graph, ["x"]) == (each, once)


@pytest.mark.parametrize("depth", range(1, 9))
def test_one_pass_grows_with_the_depth_and_doing_each_alone_with_its_square(depth: int) -> None:
    # A layer brings two factors to all before it; a bias enters by a factor of 1.
    graph = network(depth)
    assert multiplications(graph, parameters(graph)) == (
        2 * depth**2 + depth,
        3 * depth - 1,
    )


@pytest.mark.parametrize("graph", NETWORKS)
def test_each_delta_is_made_of_the_one_before_it(graph: Graph) -> None:
    rng = np.random.default_rng(4)
    values = graph.forward({name: rng.uniform(0.1, 0.9) for name in graph.inputs})
    slopes = graph.backward(values)
    found = deltas(graph)
    assert [d.node for d in found] == [f"z{k}" for k in range(len(found), 0, -1)]
    assert [d.before for d in found] == [None, *(d.node for d in found[:-1])]
    for delta in found:
        start = 1.0 if delta.before is None else float(slopes[delta.before])
        product = start * math.prod(float(f.value(values)) for f in delta.factors)
        assert product == pytest.approx(float(slopes[delta.node]), rel=1e-9)
        for factor in delta.entering:
            assert float(slopes[factor.parent]) == pytest.approx(
                float(slopes[delta.node]) * float(factor.value(values)), rel=1e-9
            )


@pytest.mark.parametrize("graph", NETWORKS)
def test_what_the_browser_is_told_adds_up(graph: Graph) -> None:
    told = to_json(graph)
    assert told is not None
    total = multiplications(graph, parameters(graph))
    entering = [one for delta in told for one in delta["entering"]]
    assert {one["name"] for one in entering} == set(parameters(graph))
    assert sum(one["alone"] for one in entering) == total.alone
    costs = [delta["cost"] for delta in told] + [one["cost"] for one in entering]
    assert sum(costs) == total.together
    for earlier, later in pairwise(told):
        assert later["before"] == earlier["node"]


def test_without_parameters_there_is_no_delta() -> None:
    assert deltas(parse("x*sin(x)")) == ()
    assert to_json(parse("log(2 + cos(x))")) is None
