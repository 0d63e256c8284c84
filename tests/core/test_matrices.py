"""The matrix form, the paths and reverse mode: three ways to the same derivatives."""

import random

import numpy as np
import pytest

from core.functions import ACTIVATIONS
from core.matrices import (
    Matrix,
    by_name,
    entries,
    equations,
    formulas,
    multiplications,
    passes,
    terms,
    weights,
)
from core.network import Architecture, Layer, layered, parameters
from core.paths import open_parameter
from core.reverse import multiplications as multiplications_in_the_graph

XOR = Architecture(2, (Layer(2, "sigmoid"),), classes=True)
LARGEST = Architecture(2, (Layer(4), Layer(4), Layer(4)))


def random_networks(count):
    """Architectures of every kind, each with a number for every input."""
    rng = random.Random(20240229)
    for _ in range(count):
        hidden = [
            Layer(rng.randint(1, 4), rng.choice(list(ACTIVATIONS)))
            for _ in range(rng.randint(1, 3))
        ]
        shape = Architecture(rng.choice([1, 2]), tuple(hidden), rng.choice([True, False]))
        numbers = {name: rng.uniform(-1.5, 1.5) for name in layered(shape).inputs}
        yield shape, numbers | {"y": float(rng.choice([0, 1]))}


def in_the_graph(graph, values, derivatives, name):
    """A node's value, a derivative of the cost (dJ/dw1_11), or a factor (da1_1/dz1_1)."""
    of, _, by = name.partition("/d")
    if not by:
        return values[name]
    return derivatives[by] if of == "dJ" else graph.factor(of[1:], by).value(values)


def test_matrices_reverse_mode_and_paths_agree_on_a_hundred_random_networks():
    for shape, numbers in random_networks(100):
        graph = layered(shape)
        values = graph.forward(numbers)
        derivatives = graph.backward(values)
        matrices = passes(shape, numbers)
        for key, names in entries(shape).items():
            for name, number in zip(np.ravel(names), matrices[key].ravel(), strict=True):
                exact = in_the_graph(graph, values, derivatives, name)
                assert number == pytest.approx(exact, rel=1e-13, abs=1e-13), (shape, name)
        for name in random.Random(1).sample(parameters(graph), 1):
            opened = open_parameter(graph, name, values)
            assert opened.derivative == pytest.approx(derivatives[name], rel=1e-13, abs=1e-13)
            assert len(opened.paths) == graph.path_count(name)


@pytest.mark.parametrize(("z", "expected"), [(-800, -1), (-40, -1), (40, 0), (800, 0)])
def test_a_saturated_output_still_has_its_delta(z, expected):
    one = Architecture(1, (Layer(1, "identity"),), classes=True)
    numbers = {"x": 1, "y": 1, "w1_11": z, "b1_1": 0, "w2_11": 1, "b2_1": 0}
    assert passes(one, numbers)["delta2"] == pytest.approx(expected, abs=1e-15)


def test_the_equations_of_xor_are_those_of_the_textbook():
    assert formulas(XOR) == {
        "z1": r"z^{(1)} = W^{(1)} x + b^{(1)}",
        "a1": r"a^{(1)} = \sigma\left( z^{(1)} \right)",
        "z2": r"z^{(2)} = W^{(2)} a^{(1)} + b^{(2)}",
        "a2": r"\hat{y} = \sigma\left( z^{(2)} \right)",
        "delta2": r"\delta^{(2)} = \hat{y} - y",
        "dW2": r"\frac{\partial J}{\partial W^{(2)}} = \delta^{(2)} a^{(1)\top}",
        "db2": r"\frac{\partial J}{\partial b^{(2)}} = \delta^{(2)}",
        "delta1": r"\delta^{(1)} = \left( W^{(2)\top} \delta^{(2)} \right) \odot \sigma'(z^{(1)})",
        "dW1": r"\frac{\partial J}{\partial W^{(1)}} = \delta^{(1)} x^{\top}",
        "db1": r"\frac{\partial J}{\partial b^{(1)}} = \delta^{(1)}",
    }


def test_an_activation_is_written_by_its_own_name_and_the_identity_has_no_slope_to_multiply():
    deep = Architecture(1, (Layer(1, "tanh"), Layer(1, "relu"), Layer(1, "identity")))
    written = formulas(deep)
    assert written["delta1"].endswith(r"\odot \tanh'(z^{(1)})")
    assert written["delta2"].endswith(r"\odot \operatorname{relu}'(z^{(2)})")
    assert written["delta3"] == r"\delta^{(3)} = W^{(4)\top} \delta^{(4)}"
    assert written["a3"] == "a^{(3)} = z^{(3)}"


def test_every_filled_equation_holds():
    for shape, numbers in random_networks(10):
        for equation in equations(shape, numbers):
            left, *right = (
                np.array([[entry.number for entry in row] for row in part.rows])
                for part in equation.filled
                if isinstance(part, Matrix)
            )
            match equation.key[:-1], right:
                case "z", [weight, before, bias]:
                    expected = weight @ before + bias
                case "a", [_]:
                    expected = passes(shape, numbers)[equation.key]
                case "delta", [prediction, target] if "-" in equation.filled:
                    expected = prediction - target
                case "delta", [weight, above]:
                    expected = weight @ above
                case "delta", [weight, above, slope]:
                    expected = (weight @ above) * slope
                case "dW", [delta, before]:
                    expected = delta @ before
                case "db", [delta]:
                    expected = delta
            np.testing.assert_allclose(left, expected, rtol=1e-13, atol=1e-13)


def test_each_entry_says_which_weight_it_is():
    numbers = {name: float(k) for k, name in enumerate(layered(XOR).inputs)}
    filled = {equation.key: equation.filled for equation in equations(XOR, numbers)}
    weight, transposed = filled["z2"][2], filled["delta1"][3]
    assert [entry.name for entry in weight.rows[0]] == ["w2_11", "w2_12"]
    assert [row[0].name for row in transposed.rows] == ["w2_11", "w2_12"]
    assert weight.rows[0][1].number == numbers["w2_12"]
    assert transposed.latex == r"W^{(2)\top}"
    assert [row[0].name for row in filled["delta1"][-1].rows] == ["da1_1/dz1_1", "da1_2/dz1_2"]


def test_every_computed_matrix_has_an_equation():
    given = {"a0", "y", *weights(LARGEST, dict.fromkeys(layered(LARGEST).inputs, 1.0))}
    slopes = {key for key in entries(LARGEST) if key.startswith("slope")}
    assert terms(LARGEST).keys() == entries(LARGEST).keys() - given - slopes


def test_weights_go_into_matrices_and_back():
    for shape, numbers in random_networks(10):
        own = {name: numbers[name] for name in parameters(layered(shape))}
        assert by_name(shape, weights(shape, numbers)) == own


def test_a_matrix_of_another_shape_is_refused():
    matrices = weights(XOR, dict.fromkeys(layered(XOR).inputs, 1.0))
    with pytest.raises(ValueError, match=r"W1 must have the shape \(2, 2\), not \(1, 2\)"):
        by_name(XOR, matrices | {"W1": [[1, 2]]})
    with pytest.raises(KeyError, match="b2"):
        by_name(XOR, {key: matrices[key] for key in ("W1", "b1", "W2")})


# ---- multiplications


@pytest.mark.parametrize(
    ("parameter", "by_paths", "by_reverse"),
    [
        ("w1_21", 3, 3),  # (ŷ − y) · w2_12 · σ′ · x1
        ("b1_2", 2, 2),  # (ŷ − y) · w2_12 · σ′
        ("w2_12", 1, 1),  # (ŷ − y) · a1_2
        ("b2_1", 0, 0),  # ŷ − y
        # Four weights, two biases, two weights, by paths: 4 · 3 + 2 · 2 + 2 · 1. In matrices:
        # Wᵀδ 2, ⊙ 2, δxᵀ 4, δaᵀ 2.
        ("", 18, 10),
    ],
)
def test_the_multiplications_of_xor_counted_by_hand(parameter, by_paths, by_reverse):
    assert multiplications(XOR, parameter) == (by_paths, by_reverse)


def test_three_layers_of_four_show_what_reverse_mode_saves():
    # A weight of layer 1: 4 · 4 paths of 8 factors. In matrices: Wᵀδ and ⊙ for two whole layers,
    # for the one entry of δ⁽¹⁾ that is needed, and the signal.
    assert multiplications(LARGEST, "w1_11") == (16 * 7, (4 + 4) + (16 + 4) + (4 + 1) + 1)
    assert multiplications(LARGEST) == (1724, 92)


def test_the_count_is_that_of_the_paths_and_of_the_sweep_in_the_graph():
    for shape, _ in random_networks(20):
        graph = layered(shape)
        for name in random.Random(2).sample(parameters(graph), 3):
            chains = [graph.cancelled(chain) for chain in graph.chains(name)]
            factors = [sum(factor.expression != 1 for factor in chain) for chain in chains]
            assert multiplications(shape, name).by_paths == sum(n - 1 for n in factors)
            if not shape.classes:  # there the graph takes the sigmoid as a factor of its own
                assert multiplications(shape, name) == multiplications_in_the_graph(graph, [name])
        if not shape.classes:
            everything = multiplications_in_the_graph(graph, parameters(graph))
            assert multiplications(shape) == everything


def test_an_unknown_parameter_has_no_count():
    with pytest.raises(KeyError, match="w4_11"):
        multiplications(XOR, "w4_11")
