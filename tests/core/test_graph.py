"""The computation graph: how it is built, what it says in LaTeX, and the chain rule on it."""

import math

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from core.checking import complex_step
from core.functions import sigmoid
from core.graph import Graph, Node, symbol
from core.network import network

X = symbol("x")
DERANDOMIZED = settings(max_examples=40, deadline=None, derandomize=True)


def _nested_logarithm():
    """h(x) = log(2 + cos x), node by node."""
    return Graph(
        [
            Node("x"),
            Node("u1", sympy.cos(X)),
            Node("u2", 2 + symbol("u1")),
            Node("h", sympy.log(symbol("u2"))),
        ]
    )


# ---- building


def test_two_nodes_of_one_name_are_refused():
    with pytest.raises(ValueError, match="Two nodes are called u1"):
        Graph([Node("x"), Node("u1", 2 * X), Node("u1", 3 * X)])


def test_a_cycle_is_refused_and_shown():
    with pytest.raises(ValueError, match=r"A cycle: .*u[12] → u[12]"):
        Graph([Node("u1", symbol("u2") + 1), Node("u2", symbol("u1") + 1)])


def test_an_unknown_parent_is_refused_by_name():
    with pytest.raises(ValueError, match="u1 uses q, which is not a node"):
        Graph([Node("x"), Node("u1", X * symbol("q"))])


def test_an_ambiguous_or_unknown_output_is_refused():
    two_ends = [Node("x"), Node("u1", 2 * X), Node("u2", 3 * X)]
    with pytest.raises(ValueError, match="Which node is the output: u1, u2"):
        Graph(two_ends)
    with pytest.raises(ValueError, match="There is no node called J"):
        Graph(two_ends, output="J")
    assert Graph(two_ends, output="u2").output == "u2"


def test_nodes_stand_in_topological_order_whatever_order_they_were_given_in():
    graph = Graph([Node("h", symbol("u1") ** 2), Node("u1", X + 1), Node("x")])
    assert [node.name for node in graph.nodes] == ["x", "u1", "h"]
    assert (graph.inputs, graph.output) == (("x",), "h")
    assert (graph.parents("h"), graph.children("x")) == (("u1",), ("u1",))


def test_forward_names_the_inputs_that_are_missing():
    with pytest.raises(KeyError, match="y, w1"):
        network(1).forward({"x": 1, "b1": 0})


def test_a_local_derivative_needs_an_edge():
    with pytest.raises(KeyError, match="J does not depend directly on w1"):
        network(1).local_derivative("J", "w1")


# ---- LaTeX


@pytest.mark.parametrize(
    ("name", "formula"),
    [
        ("z1", r"w_{1} x + b_{1}"),
        ("a1", r"\sigma\left(z_{1}\right)"),
        ("z2", r"w_{2} a_{1} + b_{2}"),
        ("a2", r"\sigma\left(z_{2}\right)"),
        ("J", r"\frac{\left(\hat{y} - y\right)^{2}}{2}"),
    ],
)
def test_the_lessons_formulas_are_typeset_as_they_were_written(name, formula):
    graph = network()
    assert graph.latex(graph[name].expression) == formula


@pytest.mark.parametrize(
    ("child", "parent", "fraction", "formula"),
    [
        ("J", "a2", r"\frac{\partial J}{\partial \hat{y}}", r"\hat{y} - y"),
        ("z2", "a1", r"\frac{\partial z_{2}}{\partial a_{1}}", "w_{2}"),
        ("z2", "w2", r"\frac{\partial z_{2}}{\partial w_{2}}", "a_{1}"),
        ("z2", "b2", r"\frac{\partial z_{2}}{\partial b_{2}}", "1"),
        ("z1", "w1", r"\frac{\partial z_{1}}{\partial w_{1}}", "x"),
    ],
)
def test_the_lessons_factors_are_typeset(child, parent, fraction, formula):
    factor = network().factor(child, parent)
    assert (factor.name, factor.latex) == (f"d{child}/d{parent}", fraction)
    assert factor.formula == formula


def test_the_sigmoids_slope_is_written_in_its_own_value():
    assert network().factor("a1", "z1").formula == r"a_{1} \left(1 - a_{1}\right)"


def test_a_function_of_one_variable_is_derived_with_an_upright_fraction():
    assert _nested_logarithm().derivative_latex("h", "x") == r"\frac{d h}{d x}"
    assert network().derivative_latex("J", "w1") == r"\frac{\partial J}{\partial w_{1}}"


# ---- the chain rule


def test_the_derivative_of_log_of_2_plus_cos_x():
    graph = _nested_logarithm()
    x = np.linspace(-7, 7, 101)
    values = graph.forward({"x": x})
    assert values["h"] == pytest.approx(np.log(2 + np.cos(x)), rel=1e-14, abs=1e-15)
    exact = -np.sin(x) / (2 + np.cos(x))
    assert graph.backward(values)["x"] == pytest.approx(exact, rel=1e-13, abs=1e-15)
    (chain,) = graph.chains("x")
    assert [factor.name for factor in chain] == ["dh/du2", "du2/du1", "du1/dx"]
    product = math.prod(factor.value(values) for factor in chain)
    assert product == pytest.approx(exact, rel=1e-13, abs=1e-15)
    (slope,) = graph.compiled_gradient(["x"])(x)[1:]
    assert slope == pytest.approx(exact, rel=1e-13, abs=1e-15)


def test_two_paths_of_x_sin_x_are_the_product_rule():
    graph = Graph([Node("x"), Node("u1", sympy.sin(X)), Node("h", X * symbol("u1"))])
    values = graph.forward({"x": 2.0})
    terms = sorted(float(math.prod(f.value(values) for f in chain)) for chain in graph.chains("x"))
    assert terms == pytest.approx([2 * math.cos(2), math.sin(2)])


@st.composite
def _random_graphs(draw):
    """A graph of up to seven nodes, each a smooth function of one to three earlier ones."""
    names = ["x", "w"][: draw(st.integers(1, 2))]
    nodes = [Node(name) for name in names]
    for i in range(draw(st.integers(2, 5))):
        # Every node uses the one before, so that there is one output and there are many paths.
        parents = {names[-1], *draw(st.lists(st.sampled_from(names), max_size=2))}
        symbols = [symbol(name) for name in sorted(parents)]
        mixed = draw(st.sampled_from([sympy.Add, sympy.Mul]))(*symbols)
        squash = draw(st.sampled_from([sympy.sin, sympy.tanh, sigmoid, lambda u: u + u**2 / 4]))
        names = [*names, f"u{i + 1}"]
        nodes.append(Node(names[-1], squash(mixed) + symbols[0] / 2))
    return Graph(nodes, output=names[-1])


@given(_random_graphs(), st.floats(-2, 2), st.floats(-2, 2))
@DERANDOMIZED
def test_the_sum_over_paths_of_products_is_reverse_mode(graph, x, w):
    inputs = {name: {"x": x, "w": w}[name] for name in graph.inputs}
    values = graph.forward(inputs)
    backward = graph.backward(values)
    for name in inputs:
        chains = graph.chains(name)
        assert len(chains) == graph.path_count(name)
        terms = [math.prod(float(f.value(values)) for f in chain) for chain in chains]
        # Terms of opposite sign cancel, so the error is relative to their sizes.
        size = sum(abs(term) for term in terms) + 1e-12
        assert abs(sum(terms) - float(backward[name])) <= 1e-12 * size
        assert abs(complex_step(graph, inputs, name) - float(backward[name])) <= 1e-11 * size
        _, slope = graph.compiled_gradient([name])(*map(np.float64, inputs.values()))
        assert abs(slope - float(backward[name])) <= 1e-12 * size


def test_the_number_of_paths_is_counted_without_walking_them():
    # Twelve diamonds in a row: 2^12 paths.
    nodes, last = [Node("x")], X
    for k in range(12):
        left, right = symbol(f"l{k}"), symbol(f"r{k}")
        nodes += [Node(f"l{k}", 2 * last), Node(f"r{k}", sympy.sin(last))]
        last = symbol(f"u{k}")
        nodes.append(Node(f"u{k}", left + right))
    graph = Graph(nodes)
    assert graph.path_count("x") == 4096
    assert graph.path_count("u11") == 1
    with pytest.raises(ValueError, match="4096 paths lead from x to u11; at most 4000 are listed"):
        graph.chains("x", most=4000)


def test_a_node_off_the_path_has_no_chain_and_no_derivative():
    graph = Graph([Node("x"), Node("w"), Node("h", X**2), Node("u", 3 * symbol("w"))], output="h")
    assert graph.chains("w") == ()
    values = graph.forward({"x": 3.0, "w": 1.0})
    assert graph.backward(values)["w"] == 0
    assert graph.compiled_gradient(["w", "x"])(3.0, 1.0) == [9.0, 0, 6.0]


# ---- numbers


def test_a_compiled_part_computes_only_what_it_is_asked_for():
    graph = network(2)
    values = graph.forward({"x": 1.5, "y": 1, "w1": 0.8, "b1": -0.3, "w2": -1.4, "b2": 0.6})
    whole = graph.compiled(["a1", "J"])(*(values[name] for name in graph.inputs))
    assert whole == [values["a1"], values["J"]]
    (rest,) = graph.compiled(["J"], given=["a1", "w2", "b2", "y"])(
        *(values[name] for name in ("a1", "w2", "b2", "y"))
    )
    assert rest == values["J"]


def test_each_node_keeps_the_smallest_shape_its_inputs_need():
    graph = network(2)
    values = graph.forward(
        {
            "x": np.ones((3, 1, 1)),
            "y": 0.5,
            "w1": np.ones(4),
            "b1": 0,
            "w2": np.ones((5, 1)),
            "b2": 0,
        }
    )
    assert values["a1"].shape == (3, 1, 4)
    assert values["J"].shape == (3, 5, 4)


def test_outside_its_domain_a_function_is_nan_without_a_warning():
    with np.errstate(all="raise"):
        values = Graph([Node("x"), Node("h", sympy.log(X))]).forward({"x": [-1.0, 1.0]})
    assert np.isnan(values["h"][0])
    assert values["h"][1] == 0


def test_json_names_every_node_and_edge_once():
    data = network().to_json()
    assert [n["name"] for n in data["nodes"]] == [n.name for n in network().nodes]
    assert len({e["name"] for e in data["edges"]}) == len(data["edges"]) == 10
    assert all(e["derivative"] is not None for e in data["edges"])


def test_where_a_function_has_no_value_it_has_no_slope() -> None:
    x, u = symbol("x"), symbol("u1")
    graph = Graph([Node("x"), Node("u1", sympy.log(x)), Node("h", u**2)])
    values = graph.forward({"x": np.array([-1.0, 1.0, np.e])})
    assert np.isnan(graph.backward(values)["x"]).tolist() == [True, False, False]
    inner = graph.factor("u1", "x").value(values)
    assert np.isnan(inner[0])
    assert np.allclose(inner[1:], [1.0, 1 / np.e])


# ---- far from where the sigmoid bends


def test_cross_entropys_derivatives_hold_however_far_the_sigmoid_saturates():
    """Against 500 digits, at a thousand states with |z2| up to 1000."""
    rng = np.random.default_rng(3)
    count = 1000
    z2 = rng.uniform(-1000, 1000, count) * rng.choice([1e-3, 1e-2, 0.1, 1], count)
    given = {name: rng.uniform(-3, 3, count) for name in ("x", "w1", "b1", "w2")}
    given["y"] = rng.choice([0.0, 1.0, 0.25, 0.9], count)
    given["b2"] = z2 - given["w2"] * (given["w1"] * given["x"] + given["b1"])
    graph = network(2, "identity", "cross_entropy")
    values = graph.forward(given)
    derivatives = graph.backward(values)
    with mpmath.workdps(500):  # e^1000 has 435 digits
        for k in range(count):
            x, w1, w2, a1, y, z = (
                mpmath.mpf(float(values[n][k])) for n in ("x", "w1", "w2", "a1", "y", "z2")
            )
            delta = 1 / (1 + mpmath.exp(-z)) - y
            slopes = {"z2": 1, "b2": 1, "w2": a1, "w1": w2 * x, "b1": w2, "x": w2 * w1}
            for name, slope in slopes.items():
                # A target between 0 and 1 may lie near ŷ: there the subtraction loses digits.
                lost = abs(slope) * mpmath.mpf(10) ** -15 if 0 < y < 1 else 0
                allowed = abs(delta * slope) * mpmath.mpf(10) ** -13 + lost + mpmath.mpf(10) ** -300
                assert abs(float(derivatives[name][k]) - delta * slope) <= allowed, (name, float(z))


def test_the_derivative_by_the_prediction_is_still_the_factors():
    graph = network(2, "sigmoid", "cross_entropy")
    values = graph.forward({"x": 1.5, "y": 0.25, "w1": 0.8, "b1": -0.3, "w2": -1.4, "b2": 0.6})
    derivatives = graph.backward(values)
    factor = graph.factor("J", "a2").value(values)
    assert float(derivatives["a2"]) == pytest.approx(float(factor), rel=1e-14)
    product = derivatives["a2"] * graph.factor("a2", "z2").value(values)
    assert float(derivatives["z2"]) == pytest.approx(float(product), rel=1e-14)


def test_an_output_that_others_are_computed_past_has_the_derivative_one_by_itself():
    a = symbol("a")
    graph = Graph([Node("x"), Node("a", sigmoid(X)), Node("u", sympy.log(a))], output="a")
    derivatives = graph.backward(graph.forward({"x": 0.5}))
    assert [float(derivatives[name]) for name in ("a", "u")] == [1.0, 0.0]
    assert float(derivatives["x"]) == pytest.approx(math.exp(-0.5) / (1 + math.exp(-0.5)) ** 2)
