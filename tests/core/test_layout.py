"""Formulas as text and as MathML: read back they are what was written."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest
import sympy

from core.functions import ACTIVATIONS, COSTS, FUNCTIONS, step
from core.graph import evaluate, symbol
from core.layout import label, mathml, text
from core.network import network
from core.parsing import parse
from tests.core.formula.textbook import TEXTBOOK

X, U1, U2 = symbol("x"), symbol("u1"), symbol("u2")
RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"
MORE = ["x^(2/3)", "x^(-3/2)", "√(x+1)/2", "3x/2", "(1/2)^x", "x/(2x+1)^2", "2^x*3", "abs(x)^3"]


@pytest.mark.parametrize(
    ("expression", "written"),
    [
        (X ** sympy.Rational(2, 3), "x^(2/3)"),
        (1 / (2 * sympy.sqrt(X)), "1/(2√x)"),
        (sympy.Rational(2, 3) / X ** sympy.Rational(1, 3), "2/(3 ³√x)"),
        (sympy.Rational(3, 2) * X, "3x/2"),
        (sympy.Rational(-1, 2), "−½"),
        (U2**2 / 2, "½u₂²"),
        (X * sympy.log(X) ** 2, "x log²(x)"),
        (sympy.Mul(3, sympy.Pow(2, X), evaluate=False), "3·2^x"),
        (sympy.Float(2.5e-7) * X, "2.5·10⁻⁷x"),
        (sympy.exp(U1) ** 2, "e^(2u₁)"),
        (X * (1 - U1), "x(1 − u₁)"),
        (sympy.Abs(U1) / X, "|u₁|/x"),
    ],
)
def test_a_formula_on_one_line(expression, written):
    assert text(expression) == written


def test_a_name_is_a_letter_with_its_subscript():
    assert [label(name) for name in ("w1", "a12", "x", "yhat")] == [
        ("w", "1"),
        ("a", "12"),
        ("x", ""),
        ("ŷ", ""),
    ]


def test_a_symbol_keeps_its_class_under_a_power():
    assert mathml(U1**2, kinds={U1: "signal"}) == (
        '<msubsup><mi class="signal">u</mi><mn class="signal">1</mn><mn>2</mn></msubsup>'
    )


def test_a_hat_is_set_over_its_letter():
    assert mathml(U1, {U1: "yhat"}, {U1: "signal"}) == (
        '<mover class="signal"><mi>y</mi><mo>^</mo></mover>'
    )


def calculated(written: str, values: dict[str, float]) -> float:
    """What a line of text comes to, read by the lab's own grammar."""
    words = "|".join(sorted([*FUNCTIONS, *values], key=len, reverse=True))
    plain = str.maketrans(RAISED, "0123456789-")
    for pattern, instead in {
        words: lambda found: f"({values[found[0]]})" if found[0] in values else found[0],
        f"([{RAISED}]+)√(\\([^()]*\\))": lambda found: (
            f"{found[2]}^(1/{found[1].translate(plain)})"
        ),
        f"(?<=[a-z])[{RAISED}]+(?=\\()": lambda found: f"^{found[0].translate(plain)}",
        f"[{RAISED}]+": lambda found: f"^({found[0].translate(plain)})",
        r"\|([^|]*)\|": r"abs(\1)",
    }.items():
        written = re.sub(pattern, instead, written)
    written = written.replace("σ", "sigmoid").replace("½", "(1/2)")
    return float(parse(written).forward({"x": 0.0})["h"])


@pytest.mark.parametrize("typed", [*(row[0] for row in TEXTBOOK), *MORE])
def test_every_line_of_text_is_the_quantity_that_it_stands_for(typed):
    graph = parse(typed)
    slopes = [graph.factor(n.name, p).shown for n in graph.nodes for p in graph.parents(n.name)]
    for expression in [*slopes, *(node.expression for node in graph.nodes[1:])]:
        if expression.atoms(step, sympy.sign):
            continue  # these cannot be typed
        values = {s: 0.25 + 0.1 * k for k, s in enumerate(sorted(expression.free_symbols, key=str))}
        by_name = {text(s): value for s, value in values.items()}
        expected = float(evaluate(expression, {s.name: value for s, value in values.items()}))
        if np.isfinite(expected):
            assert calculated(graph.text(expression), by_name) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("cost", COSTS)
def test_the_networks_mathml_is_well_formed(activation, cost):
    data = network(3, activation, cost).to_json()
    for part in (*data["nodes"], *data["edges"], *data["cancelled"]):
        ElementTree.fromstring(f"<math>{part['mathml']}</math>")
