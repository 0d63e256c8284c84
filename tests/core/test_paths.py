"""A weight opened: its paths, their products, and what each has of the whole."""

import math

import pytest

from core.network import Architecture, Layer, layered
from core.paths import open_parameter

# x = 2; one neuron feeds two, which are added: two ways from w1_11 to J.
TWO_WAYS = layered(Architecture(1, (Layer(1, "identity"), Layer(2, "identity"))))
NUMBERS = {
    "x": 2.0, "y": 0.0, "w1_11": 1.0, "b1_1": 0.0, "w2_11": 3.0, "b2_1": 0.0, "w2_21": 1.0,
    "b2_2": 0.0, "w3_11": 1.0, "w3_12": -1.0, "b3_1": 0.0,
}  # fmt: skip


def test_two_ways_worked_by_hand():
    # ŷ = 2 · 3 − 2 · 1 = 4; one way 4 · 1 · 3 · 2, the other 4 · (−1) · 1 · 2.
    opened = open_parameter(TWO_WAYS, "w1_11", TWO_WAYS.forward(NUMBERS))
    assert opened.derivative == 16
    assert [path.product for path in opened.paths] == [24, -8]
    assert [path.share for path in opened.paths] == [0.75, 0.25]
    first, second = opened.paths
    assert first.nodes == ("w1_11", "z1_1", "a1_1", "z2_1", "a2_1", "z3_1", "a3_1", "J")
    assert second.nodes == ("w1_11", "z1_1", "a1_1", "z2_2", "a2_2", "z3_1", "a3_1", "J")
    assert [factor.number for factor in first.factors] == [4, 1, 1, 1, 3, 1, 2]
    assert first.factors[0].name == "dJ/da3_1"
    assert first.factors[0].formula == r"\hat{y} - y"
    assert first.factors[2].formula == "w^{(3)}_{11}"


def test_the_largest_path_comes_first_whatever_its_sign():
    opened = open_parameter(TWO_WAYS, "w1_11", TWO_WAYS.forward(NUMBERS | {"w3_12": -5.0}))
    assert [path.product for path in opened.paths] == sorted(
        (path.product for path in opened.paths), key=abs, reverse=True
    )
    assert opened.paths[0].nodes[3] == "z2_2"


def test_where_nothing_flows_no_path_has_a_share():
    opened = open_parameter(TWO_WAYS, "w1_11", TWO_WAYS.forward(NUMBERS | {"x": 0.0}))
    assert opened.derivative == 0
    assert [path.share for path in opened.paths] == [0, 0]


def test_products_that_cancel_keep_their_shares():
    cancelling = {"w3_12": -1.0, "w2_11": 2.0, "w2_21": 2.0, "y": 1.0}
    opened = open_parameter(TWO_WAYS, "w1_11", TWO_WAYS.forward(NUMBERS | cancelling))
    assert opened.derivative == 0
    assert [path.share for path in opened.paths] == [0.5, 0.5]


def test_the_cross_entropy_starts_its_paths_with_one_factor_even_where_it_saturates():
    graph = layered(Architecture(1, (Layer(1, "identity"),), classes=True))
    numbers = {"x": 1.0, "y": 0.0, "w1_11": 900.0, "b1_1": 0.0, "w2_11": 1.0, "b2_1": 0.0}
    opened = open_parameter(graph, "w1_11", graph.forward(numbers))
    (path,) = opened.paths
    assert path.factors[0].name == "dJ/dz2_1"
    assert path.nodes[-3:] == ("z2_1", "a2_1", "J")
    assert opened.derivative == 1.0


def test_the_largest_network_has_sixteen_paths_from_a_first_weight():
    graph = layered(Architecture(2, (Layer(4), Layer(4), Layer(4)), classes=True))
    values = graph.forward({name: 0.1 * (k % 7 - 3) for k, name in enumerate(graph.inputs)})
    opened = open_parameter(graph, "w1_32", values)
    assert len(opened.paths) == 16
    assert sum(path.share for path in opened.paths) == pytest.approx(1)
    assert opened.derivative == pytest.approx(float(graph.backward(values)["w1_32"]), rel=1e-13)
    assert all(
        math.isclose(p.product, math.prod(f.number for f in p.factors)) for p in opened.paths
    )


def test_an_unknown_parameter_cannot_be_opened():
    with pytest.raises(KeyError):
        open_parameter(TWO_WAYS, "w9_11", TWO_WAYS.forward(NUMBERS))
