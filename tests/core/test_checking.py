"""Finite differences and the complex step beside the chain rule."""

import math

import numpy as np
import pytest
import sympy

from core.checking import (
    central_difference,
    check,
    checks,
    complex_step,
    corners,
    nudge,
    nudge_size,
    ratios,
)
from core.functions import ACTIVATIONS, COSTS, relu
from core.graph import Graph, Node, symbol
from core.initialisation import INITIALISATIONS, initial
from core.network import Architecture, Layer, layered, network, parameters
from core.parsing import parse

LESSON = {"x": 1.5, "y": 1.0, "w1": 0.8, "b1": -0.3, "w2": -1.4, "b2": 0.6}
X = symbol("x")


def _of_x(expression):
    return Graph([Node("x"), Node("h", expression)])


@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_three_ways_to_a_derivative_agree(activation, cost):
    rng = np.random.default_rng(3)
    for depth in (1, 2, 5):
        graph = network(depth, activation, cost)
        inputs = {"x": 1.3, "y": 0.7} | {n: rng.uniform(0.3, 1.5) for n in parameters(graph)}
        for name in graph.inputs:
            result = check(graph, inputs, name)
            assert result.complex_step == pytest.approx(result.chain_rule, rel=1e-11, abs=1e-14)
            size = abs(float(graph.forward(inputs)["J"])) + abs(result.chain_rule) + 1
            assert result.absolute_error < 1e-9 * size
            assert result.absolute_error == abs(result.chain_rule - result.central)


def test_the_error_is_relative_to_the_larger_derivative():
    result = check(network(), LESSON, "w1")
    larger = max(abs(result.chain_rule), abs(result.central))
    assert result.relative_error == result.absolute_error / larger
    flat = check(network(2, "relu"), {**LESSON, "w1": -5.0, "w2": 0.0, "b2": -1.0}, "w1")
    assert (flat.chain_rule, flat.central, flat.relative_error) == (0, 0, 0)


def test_the_step_is_the_one_that_was_used():
    result = check(network(), LESSON, "w1")
    assert result.step == nudge_size(0.8)
    assert result.central == central_difference(network(), LESSON, "w1", result.step)


@pytest.mark.parametrize("value", [0.0, 0.1, 0.8, -1.4, 3.7, 1e3, -12345.6, 1e9])
def test_a_nudge_is_stored_exactly_and_sized_for_the_precision(value):
    size = nudge_size(value)
    assert (value + size) - value == size
    ideal = 2.0 ** (-52 / 3) * max(1.0, abs(value))
    assert 0.5 < size / ideal < 2


def test_a_tiny_step_ruins_a_difference_and_not_the_complex_step():
    # The defect of a step of 1e-12: eleven digits are lost in the subtraction.
    exact = check(network(), LESSON, "w1").chain_rule
    tiny = central_difference(network(), LESSON, "w1", step=1e-12)
    assert abs(tiny / exact - 1) > 1e-6
    assert check(network(), LESSON, "w1").relative_error < 1e-9
    assert abs(complex_step(network(), LESSON, "w1") / exact - 1) < 1e-14


@pytest.mark.parametrize("step", [0.0, 1e-30, math.nan, math.inf])
def test_a_step_that_moves_nothing_is_refused(step):
    with pytest.raises(ValueError, match="does not move"):
        central_difference(network(), LESSON, "w1", step=step)


def test_only_inputs_can_be_nudged():
    for call in (
        lambda: check(network(), LESSON, "a1"),
        lambda: complex_step(network(), LESSON, "w9"),
        lambda: nudge(network(), LESSON, "J", 0.1),
    ):
        with pytest.raises(KeyError, match="is not an input"):
            call()
    with pytest.raises(KeyError, match="x has no value"):
        central_difference(network(), {}, "x")


@pytest.mark.parametrize(
    ("expression", "at"),
    [
        (relu(X), 0.0),
        (sympy.Abs(X), 0.0),
        (sympy.sqrt(X), 0.0),
        (sympy.sqrt(X), -1.0),
        (sympy.log(X), 0.0),
        (sympy.log(X), -2.0),
        (1 / X, 0.0),
    ],
)
def test_there_is_no_complex_step_where_a_function_is_not_analytic(expression, at):
    assert math.isnan(complex_step(_of_x(expression), {"x": at}, "x"))


@pytest.mark.parametrize(
    ("expression", "at", "slope"),
    [
        (relu(X), 2.0, 1.0),
        (relu(X), -2.0, 0.0),
        (sympy.Abs(X), -3.0, -1.0),
        (sympy.sqrt(X), 4.0, 0.25),
        (sympy.log(2 + sympy.cos(X)), 1.5, -math.sin(1.5) / (2 + math.cos(1.5))),
    ],
)
def test_beside_a_kink_the_complex_step_is_exact(expression, at, slope):
    assert complex_step(_of_x(expression), {"x": at}, "x") == pytest.approx(slope, rel=1e-14)


def test_a_kink_elsewhere_does_not_hide_a_derivative():
    # z1 = 0 sits on relu's kink, which moving b2 does not touch.
    graph = network(2, "relu")
    inputs = {"x": 1.0, "y": 0.0, "w1": 0.0, "b1": 0.0, "w2": 1.0, "b2": 2.0}
    assert complex_step(graph, inputs, "b2") == 2.0
    assert math.isnan(complex_step(graph, inputs, "b1"))


# ---- nudges


def test_a_node_stands_on_its_corner_where_its_functions_argument_is_0():
    graph = network(2, "relu")
    inputs = {"x": 1.0, "y": 0.0, "w1": 2.0, "b1": -2.0, "w2": 1.0, "b2": 1.0}
    assert corners(graph, graph.forward(inputs)) == ("a1",)
    assert corners(graph, graph.forward({**inputs, "b1": -2.0, "b2": 0.0})) == ("a1", "a2")
    smooth = network(2, "tanh")
    assert corners(smooth, smooth.forward(inputs)) == ()


def test_a_nudge_moves_every_node_downstream_and_no_other():
    changes = nudge(network(), LESSON, "w2", 0.01)
    assert list(changes) == [node.name for node in network().nodes]
    still = {name for name, change in changes.items() if change == 0}
    assert still == {"x", "y", "w1", "b1", "b2", "z1", "a1"}
    assert changes["w2"] == pytest.approx(0.01, rel=1e-12)


def test_a_nudge_is_the_difference_of_two_forward_passes():
    after = network().forward({**LESSON, "w1": 1.3})
    before = network().forward(LESSON)
    for name, change in nudge(network(), LESSON, "w1", 0.5).items():
        assert change == float(after[name] - before[name])


def test_ratios_along_a_path_multiply_to_the_whole_ratio_for_any_nudge():
    (chain,) = network().chains("w1")
    for delta in (1.0, -0.3, 1e-4):
        changes = nudge(network(), LESSON, "w1", delta)
        steps = ratios(changes, chain)
        assert list(steps) == ["dJ/da2", "da2/dz2", "dz2/da1", "da1/dz1", "dz1/dw1"]
        assert math.prod(steps.values()) == pytest.approx(changes["J"] / changes["w1"], rel=1e-12)


def test_ratios_become_the_local_derivatives_as_the_nudge_shrinks():
    graph = network()
    (chain,) = graph.chains("w1")
    values = graph.forward(LESSON)
    gaps = []
    for delta in (0.1, 0.01, 0.001):
        steps = ratios(nudge(graph, LESSON, "w1", delta), chain)
        gaps.append(max(abs(steps[f.name] - float(f.value(values))) for f in chain))
    assert gaps[1] == pytest.approx(gaps[0] / 10, rel=0.2)
    assert gaps[2] == pytest.approx(gaps[1] / 10, rel=0.2)


def test_a_ratio_over_no_movement_is_nan():
    (chain,) = network(2, "relu").chains("w1")
    changes = nudge(network(2, "relu"), {**LESSON, "w1": -5.0}, "w1", 0.1)
    steps = ratios(changes, chain)
    assert steps["da1/dz1"] == 0
    assert math.isnan(steps["dz2/da1"])


def _same(one, other):
    assert other.chain_rule == pytest.approx(one.chain_rule, rel=1e-14, nan_ok=True)
    assert other.step == one.step
    assert other.complex_step == pytest.approx(one.complex_step, rel=1e-12, abs=1e-15, nan_ok=True)
    # What is subtracted may differ in its last bit.
    assert other.central == pytest.approx(one.central, rel=1e-9, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("how", INITIALISATIONS)
def test_all_checks_at_once_are_the_checks_one_by_one(activation, how):
    for inputs, hidden in ((1, (3,)), (2, (2, 4)), (2, (1, 2, 3))):
        shape = Architecture(inputs, tuple(Layer(n, activation) for n in hidden), inputs == 2)
        graph = layered(shape)
        here = {**initial(shape, how, seed=3), "x": 0.3, "x1": 0.3, "x2": -1.2, "y": 1.0}
        names = parameters(graph)
        found = checks(graph, here, names)
        assert tuple(found) == names
        for name in names:
            _same(check(graph, here, name), found[name])


@pytest.mark.parametrize(
    ("text", "x"),
    [
        ("2abs(x - 1)", 1.0),
        ("2abs(x - 1)", 1.5),
        ("log(x)", -1.0),
        ("log(x)", 0.0),
        ("sqrt(x)", 0.0),
        ("3", 1.0),
    ],
)
def test_all_at_once_is_the_same_where_the_complex_step_has_no_answer(text, x):
    graph = parse(text)
    _same(check(graph, {"x": x}, "x"), checks(graph, {"x": x}, ["x"])["x"])


def test_a_kink_concerns_only_what_moves_it():
    graph = layered(Architecture(1, (Layer(2, "relu"),)))
    here = dict.fromkeys(graph.inputs, 1.0) | {"b1_1": -1.0}  # z1_1 is 0
    found = checks(graph, here, parameters(graph))
    undefined = {name for name, result in found.items() if math.isnan(result.complex_step)}
    assert undefined == {"w1_11", "b1_1"}


def test_no_names_are_no_checks_and_a_wrong_one_is_told():
    assert checks(network(), LESSON, []) == {}
    with pytest.raises(KeyError, match="z1 is not an input"):
        checks(network(), LESSON, ["z1"])
    with pytest.raises(KeyError, match="w2 has no value"):
        checks(network(), {n: v for n, v in LESSON.items() if n != "w2"}, ["w1"])
