"""The lesson's network against an oracle that shares nothing with it.

The oracle writes out the layers and the backward recursion by hand, in mpmath at 50 digits.
"""

import mpmath
import numpy as np
import pytest

from core.functions import ACTIVATIONS, COSTS
from core.network import DEEPEST, Dataset, network, parameters

DIGITS = 50
LESSON = {"x": 1.5, "y": 1.0, "w1": 0.8, "b1": -0.3, "w2": -1.4, "b2": 0.6}


def _activation(name, z):
    """An activation and its slope, from their textbook definitions."""
    if name == "sigmoid":
        return 1 / (1 + mpmath.exp(-z)), mpmath.exp(-z) / (1 + mpmath.exp(-z)) ** 2
    if name == "tanh":
        return mpmath.tanh(z), mpmath.sech(z) ** 2
    if name == "relu":
        return max(z, mpmath.mpf(0)), mpmath.mpf(1 if z > 0 else 0)
    return z, mpmath.mpf(1)


def _cost(name, a, y):
    """A cost and its slope by the prediction."""
    if name == "half_squared_error":
        return (a - y) ** 2 / 2, a - y
    if name == "squared_error":
        return (a - y) ** 2, 2 * (a - y)
    return -(y * mpmath.log(a) + (1 - y) * mpmath.log(1 - a)), (1 - y) / (1 - a) - y / a


def oracle(depth, activation, cost, values):
    """J and its derivative by x and by every weight and bias."""
    with mpmath.workdps(DIGITS):
        v = {name: mpmath.mpf(number) for name, number in values.items()}
        a, layers = v["x"], []
        for k in range(1, depth + 1):
            squash = "sigmoid" if cost == "cross_entropy" and k == depth else activation
            before = a
            a, slope = _activation(squash, v[f"w{k}"] * before + v[f"b{k}"])
            layers.append((k, before, slope))
        J, flow = _cost(cost, a, v["y"])
        found = {"J": J}
        for k, before, slope in reversed(layers):
            delta = flow * slope
            found |= {f"w{k}": delta * before, f"b{k}": delta}
            flow = delta * v[f"w{k}"]
        return found | {"x": flow}


def _relative_error(value, exact):
    return abs((mpmath.mpf(float(value)) - exact) / exact) if exact else abs(float(value))


def _random_networks(count):
    """Each depth, activation and cost in turn, at parameters drawn with a fixed seed."""
    rng = np.random.default_rng(20240229)
    kinds = [
        (depth, activation, cost)
        for depth in range(1, DEEPEST + 1)
        for activation in ACTIVATIONS
        for cost in COSTS
    ]
    for i in range(count):
        depth, activation, cost = kinds[i % len(kinds)]
        values = {"x": rng.uniform(-3, 3), "y": rng.uniform(0.01, 0.99)}
        for k in range(1, depth + 1):
            values |= {f"w{k}": rng.uniform(-2, 2), f"b{k}": rng.uniform(-1, 1)}
        yield depth, activation, cost, values


def test_a_thousand_random_networks_agree_with_50_digit_arithmetic():
    worst = 0.0
    for depth, activation, cost, values in _random_networks(1000):
        graph = network(depth, activation, cost)
        exact = oracle(depth, activation, cost, values)
        forward = graph.forward(values)
        backward = graph.backward(forward)
        names = ["x", *parameters(graph)]
        J, *slopes = graph.compiled_gradient(names)(*(np.float64(values[n]) for n in graph.inputs))
        errors = [_relative_error(forward["J"], exact["J"]), _relative_error(J, exact["J"])]
        errors += [_relative_error(backward[n], exact[n]) for n in names]
        errors += [_relative_error(s, exact[n]) for n, s in zip(names, slopes, strict=True)]
        assert max(errors) <= 1e-10, (depth, activation, cost, values)
        worst = max(worst, *errors)
    assert worst > 0  # the oracle is no copy of what it checks


def test_the_lesson_worked_by_hand():
    # z1 = 0.8 · 1.5 − 0.3 = 0.9, and so on, from a pocket calculator.
    values = network().forward(LESSON)
    expected = {"z1": 0.9, "a1": 0.7109495, "z2": -0.3953293, "a2": 0.4024350, "J": 0.1785419}
    for name, number in expected.items():
        assert float(values[name]) == pytest.approx(number, abs=5e-8)


@pytest.mark.parametrize("depth", range(1, DEEPEST + 1))
def test_a_chain_has_one_path_and_two_factors_a_layer(depth):
    graph = network(depth)
    (chain,) = graph.chains("x")
    assert len(chain) == 2 * depth + 1
    assert parameters(graph) == tuple(f"{p}{k}" for k in range(1, depth + 1) for p in "wb")


def test_the_last_activation_is_the_prediction():
    graph = network(3)
    assert graph["a3"].tex == r"\hat{y}"
    assert graph["a2"].tex == "a_{2}"


def test_cross_entropy_brings_its_own_sigmoid():
    graph = network(2, "tanh", "cross_entropy")
    assert 0 < float(graph.forward(LESSON)["a2"]) < 1
    assert float(graph.forward(LESSON)["a1"]) == pytest.approx(np.tanh(0.9))


@pytest.mark.parametrize("depth", [0, -1, 9])
def test_a_depth_out_of_range_is_refused(depth):
    with pytest.raises(ValueError, match="depth must be between 1 and 8"):
        network(depth)


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match="Unknown activation 'softmax'"):
        network(2, "softmax")
    with pytest.raises(ValueError, match="Unknown cost 'hinge'"):
        network(2, "sigmoid", "hinge")


@pytest.mark.parametrize(
    ("x", "y"),
    [([], []), ([1.0, 2.0], [1.0]), ([[1.0]], [[1.0]]), ([1.0], [1.0, 2.0])],
)
def test_a_data_set_pairs_every_input_with_a_target(x, y):
    with pytest.raises(ValueError, match="as many targets as inputs"):
        Dataset(x, y)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_data_set_holds_finite_numbers(bad):
    with pytest.raises(ValueError, match="finite"):
        Dataset([1.0, bad], [0.5, 0.5])
    with pytest.raises(ValueError, match="finite"):
        Dataset([1.0, 2.0], [0.5, bad])


def test_a_data_set_makes_floats_of_integers():
    data = Dataset([1, 2, 3], [0, 1, 0])
    assert len(data) == 3
    assert data.x.dtype == data.y.dtype == np.float64
