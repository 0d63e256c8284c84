"""The first weight's derivative by depth, and the most that sigmoids can give."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pytest
import sympy

from core.depth import bound, to_json
from core.functions import COSTS
from core.graph import Graph
from core.network import DEEPEST, network

DEPTHS = range(1, DEEPEST + 1)


def bounded(graph: Graph, values: Mapping[str, npt.NDArray[np.float64]]) -> npt.ArrayLike:
    expression = bound(graph)
    symbols = list(expression.free_symbols)
    computed: npt.ArrayLike = sympy.lambdify(symbols, expression)(
        *(values[s.name] for s in symbols)
    )
    return computed


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("cost", COSTS)
def test_no_chain_of_sigmoids_has_a_larger_derivative_than_its_bound(cost: str, depth: int) -> None:
    rng = np.random.default_rng(depth)
    graph = network(depth, cost=cost)
    given = {name: rng.uniform(-4, 4, 100) for name in graph.inputs}
    values = graph.forward(given | {"y": rng.uniform(0, 1, 100)})
    assert np.all(np.abs(graph.backward(values)["w1"]) <= bounded(graph, values) * (1 + 1e-9))


def test_the_bound_is_reached_where_every_sigmoid_is_steepest() -> None:
    values = network(2).forward({"x": 2.0, "y": 1.0, "w1": 0, "b1": 0, "w2": 2.0, "b2": -1.0})
    slope = float(network(2).backward(values)["w1"])  # (½ − 1) · ¼ · 2 · ¼ · 2
    assert slope == -0.125
    assert bounded(network(2), values) == 0.125


def test_the_browser_is_given_every_network_and_every_bound() -> None:
    names = ("sigmoid", "relu")
    plain = to_json({name: [network(depth, name) for depth in DEPTHS] for name in names})
    assert [line["activation"] for line in plain["lines"]] == ["sigmoid", "relu"]
    for line in plain["lines"]:
        assert [len(graph["inputs"]) for graph in line["graphs"]] == [2 + 2 * n for n in DEPTHS]
    assert len(plain["bounds"]) == DEEPEST
