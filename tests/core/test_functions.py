"""Activations and costs: their derivatives against SymPy's, their digits against mpmath's."""

import warnings

import mpmath
import numpy as np
import pytest
import sympy

from core.functions import (
    ACTIVATIONS,
    COSTS,
    FUNCTIONS,
    NUMPY,
    REAL,
    Named,
    expanded,
    relu,
    sigmoid,
    softplus,
    stable,
    step,
)
from core.graph import symbol
from core.network import network
from core.numeric import code, compiled
from core.printing import latex, tree

FAR = [-700.0, -350.0, -37.0, -1.0, -1e-300, 0.0, 1e-300, 1.0, 37.0, 350.0, 700.0]


def _elementary(expression):
    """Only functions that SymPy itself knows how to differentiate."""
    expression = expression.replace(sigmoid, lambda z: 1 / (1 + sympy.exp(-z)))
    expression = expression.replace(relu, lambda z: sympy.Piecewise((z, z > 0), (0, True)))
    return expression.replace(step, lambda z: sympy.Piecewise((1, z > 0), (0, True)))


@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_local_derivative_is_sympys(activation, cost):
    graph = network(2, activation, cost)
    inputs = [symbol(name) for name in graph.inputs]
    places = [
        {s: sympy.Rational(n, 10) for s, n in zip(inputs, p, strict=True)}
        for p in [(15, 10, 8, -3, -14, 6), (-7, 3, 11, 9, 5, -2), (20, 7, -6, 4, 13, 8)]
    ]
    for node in graph.nodes:
        for parent in graph.parents(node.name):
            ours = _elementary(graph.local_derivative(node.name, parent))
            theirs = sympy.diff(_elementary(node.expression), symbol(parent))
            for place in places:
                # The parents' numbers need not come from the network: any in the domain will do.
                inner = {symbol(f"{s}{k}"): place[symbol("x")] / 4 for s in "z" for k in (1, 2)}
                inner |= {
                    symbol(f"a{k}"): place[symbol("y")] / 3 + k * place[symbol("y")] / 7
                    for k in (1, 2)
                }
                at = place | inner
                gap = (ours.subs(at) - theirs.subs(at)).evalf(30)
                assert abs(gap) < 1e-25, (node.name, parent)
                value = graph.factor(node.name, parent).value(
                    graph.forward({s.name: float(v) for s, v in place.items()})
                )
                assert np.isfinite(value)


@pytest.mark.parametrize("function", [sigmoid, softplus, relu])
def test_a_functions_derivative_is_that_of_its_definition(function):
    z = sympy.Symbol("z", real=True)
    definition = {
        sigmoid: 1 / (1 + sympy.exp(-z)),
        softplus: sympy.log(1 + sympy.exp(z)),
        relu: sympy.Max(z, 0),
    }[function]
    for at in (sympy.Rational(-13, 10), sympy.Rational(7, 10)):
        ours = function(z).diff(z).replace(step, lambda u: sympy.Heaviside(u))
        ours = ours.replace(sigmoid, lambda u: 1 / (1 + sympy.exp(-u)))
        assert abs((ours - definition.diff(z)).subs(z, at).evalf(30)) < 1e-28


@pytest.mark.parametrize("y", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_nothing_overflows_however_far_an_activation_saturates(activation, cost, y):
    graph = network(2, activation, cost)
    with warnings.catch_warnings(), np.errstate(all="warn"):
        warnings.simplefilter("error")
        for z in FAR:
            # Both pre-activations at z, or the second at a1 = f(z).
            for w2, b2 in ((0.0, z), (1.0, 0.0)):
                at = {"x": 1.0, "y": y, "w1": z, "b1": 0.0, "w2": w2, "b2": b2}
                values = graph.forward(at)
                slopes = graph.backward(values)
                assert all(np.isfinite(v).all() for v in values.values()), at
                assert all(np.isfinite(v).all() for v in slopes.values()), at


@pytest.mark.parametrize("y", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("z", FAR)
def test_cross_entropy_keeps_its_digits_where_the_prediction_rounds_to_0_or_1(z, y):
    graph = network(1, "sigmoid", "cross_entropy")
    values = graph.forward({"x": 1.0, "y": y, "w1": z, "b1": 0.0})
    slope = graph.backward(values)["z1"]
    _, quick = graph.compiled_gradient(["b1"])(1.0, y, np.float64(z), 0.0)
    with mpmath.workdps(400):
        a = 1 / (1 + mpmath.exp(-mpmath.mpf(z)))
        one_minus_a = mpmath.exp(-mpmath.mpf(z)) * a
        exact = -(y * mpmath.log(a) + (1 - y) * mpmath.log(one_minus_a))
        exact_slope = (1 - y) * a - y * one_minus_a
        assert abs(float(values["J"]) - exact) <= 1e-14 * abs(exact)
        assert abs(float(slope) - exact_slope) <= 1e-14 * abs(exact_slope)
        assert abs(float(quick) - exact_slope) <= 1e-14 * abs(exact_slope)


@pytest.mark.parametrize("z", [-1e4, -800.0, 800.0, 1e4])
def test_descent_passes_through_cross_entropy_beyond_the_range_of_exp(z):
    with np.errstate(over="ignore"):
        cost, slope = network(1, "sigmoid", "cross_entropy").compiled_gradient(["b1"])(
            1.0, 0.25, np.float64(z), 0.0
        )
    assert cost == pytest.approx(0.75 * z if z > 0 else -0.25 * z, rel=1e-14)
    assert slope == (0.75 if z > 0 else -0.25)


@pytest.mark.parametrize("z", FAR)
def test_slopes_of_saturated_activations_keep_their_digits(z):
    for activation in ("sigmoid", "tanh"):
        graph = network(1, activation)
        factor = graph.factor("a1", "z1")
        value = factor.value(graph.forward({"x": 1.0, "y": 0.5, "w1": z, "b1": 0.0}))
        with mpmath.workdps(700):
            u = mpmath.mpf(z)
            sigma = 1 / (1 + mpmath.exp(-u))
            exact = sigma * (1 - sigma) if activation == "sigmoid" else mpmath.sech(u) ** 2
            assert abs(float(value) - exact) <= 1e-14 * exact + 1e-307


def test_a_stable_form_is_the_same_quantity():
    z = sympy.Symbol("z", real=True)
    forms = [
        1 - sigmoid(z),
        sigmoid(z) * (1 - sigmoid(z)),
        sympy.log(sigmoid(z)),
        sympy.log(1 - sigmoid(z)),
        1 - sympy.tanh(z) ** 2,
    ]
    for form in forms:
        kept = stable(form).replace(softplus, lambda u: sympy.log(1 + sympy.exp(u)))
        for at in (-2, sympy.Rational(3, 7), 5):
            gap = (_elementary(kept) - _elementary(form)).subs(z, at)
            assert abs(gap.evalf(40)) < 1e-35


@pytest.mark.parametrize("name", NUMPY)
def test_the_complex_step_passes_through_every_function(name):
    function = NUMPY[name]
    z = np.array([-900.0, -3.0, -0.5, 0.5, 3.0, 900.0])
    h = 1e-3
    with np.errstate(over="ignore"):  # as where the graph evaluates
        value, central = function(z), (function(z + h) - function(z - h)) / (2 * h)
    nudged = function(z + 1e-100j)
    assert np.allclose(np.real(nudged), value, rtol=1e-14, atol=1e-15)
    assert np.allclose(np.imag(nudged) / 1e-100, central, rtol=1e-5, atol=1e-12)


@pytest.mark.parametrize("row", [row for row in FUNCTIONS.values() if row.real and row.number])
def test_arrays_and_single_numbers_get_the_same_value(row):
    z = np.random.default_rng(8).normal(scale=20, size=1000)
    assert np.allclose(row.real(z), [row.number(one) for one in z], rtol=1e-14, atol=0)


@pytest.mark.parametrize("name", ["sigmoid", "softplus", "relu"])
def test_the_form_for_numpy_is_the_definition(name):
    z, at = sympy.Symbol("z", real=True), np.random.default_rng(9).uniform(-30, 30, 1000)
    written = FUNCTIONS[name].symbolic.definition(z).replace(step, sympy.Heaviside)
    exact = sympy.lambdify(z, written, "mpmath")
    with mpmath.workdps(40):
        assert np.allclose(REAL[name](at), [float(exact(mpmath.mpf(u))) for u in at], rtol=1e-14)


class halfway(Named):  # noqa: N801
    @staticmethod
    def definition(z):
        return z * sigmoid(z) / 2


def test_a_function_with_nothing_but_a_definition_is_computed_everywhere():
    z, at = symbol("z"), np.random.default_rng(10).normal(size=1000)
    by_hand = at / (1 + np.exp(-at)) / 2
    assert np.allclose(compiled([z], [], halfway(z))(at), by_hand, rtol=1e-14)
    assert np.allclose(eval(code(halfway(z)), {"np": np, "z": at, **REAL}), by_hand, rtol=1e-14)
    assert latex(halfway(z)) == r"\operatorname{halfway}\left(z\right)"
    assert tree(halfway(z)) == tree(expanded(halfway(z)))
    h = 1e-6
    slope = (compiled([z], [], halfway(z))(at + h) - compiled([z], [], halfway(z))(at - h)) / 2 / h
    assert np.allclose(compiled([z], [], halfway(z).diff(z))(at), slope, rtol=1e-6, atol=1e-9)


def test_no_two_rows_are_called_the_same():
    for table in (ACTIVATIONS, COSTS):
        assert len({row.label for row in table.values()}) == len(table)


def test_relu_is_flat_at_its_kink():
    graph = network(1, "relu")
    values = graph.forward({"x": 1.0, "y": 1.0, "w1": 0.0, "b1": 0.0})
    assert graph.factor("a1", "z1").value(values) == 0
