"""The digits on the left of a sign give what the sign says, read as they stand on screen."""

import re
from functools import cache

import mpmath
import numpy as np
import pytest

from core.formatting import last_place, latex_number
from core.graph import Graph
from core.network import network, parameters
from core.parsing import parse
from ui.formula import unmarked
from ui.theme import COLORS
from ui.words import equations, quotes, substitution

LIGHT = COLORS["light"]
FUNCTIONS = {
    r"\log": lambda z: mpmath.log(z) if z > 0 else (mpmath.ninf if z == 0 else mpmath.nan),
    r"\sigma": lambda z: 1 / (1 + mpmath.exp(-z)),
    r"\operatorname{relu}": lambda z: max(z, mpmath.mpf(0)),
    r"\operatorname{step}": lambda z: mpmath.mpf(1 if z > 0 else 0),
    **{rf"\{name}": getattr(mpmath, name) for name in ("sin", "cos", "tan", "tanh", "sqrt")},
}
TOKEN = re.compile(
    r"(?P<number>\d+\.?\d*(?: ?\\times 10\^\{-?\d+\})?)|(?P<frac>\\frac)|(?P<times>\\cdot)"
    r"|(?P<name>\\operatorname\{\w+\}|\\[a-z]+)|(?P<sign>[-+^(){}])"
)


@cache
def value_of(latex: str) -> mpmath.mpf:
    """The value of typeset numbers, found as one finds it with a calculator."""
    text = re.sub(r"\\left|\\right|\\infty", "", latex)
    tokens = [match[0] for match in TOKEN.finditer(text)]

    def group() -> mpmath.mpf:
        assert tokens.pop(0) in "({"
        value = total()
        assert tokens.pop(0) in ")}"
        return value

    def atom() -> mpmath.mpf:
        token = tokens[0]
        if token[0].isdigit():
            tokens.pop(0)
            value = mpmath.mpf(re.sub(r" ?\\times 10\^\{(-?\d+)\}", r"e\1", token))
        elif token == r"\frac":
            tokens.pop(0)
            value = group() / group()
        elif token in "({":
            value = group()
        else:
            function = FUNCTIONS[tokens.pop(0)]
            value = function(group())
        if tokens and tokens[0] == "^":
            tokens.pop(0)
            value = value ** group()
        return value

    def product() -> mpmath.mpf:
        sign = 1
        while tokens[0] in "+-":
            sign *= -1 if tokens.pop(0) == "-" else 1
        value = atom()
        while tokens and tokens[0] == r"\cdot":
            tokens.pop(0)
            value *= atom()
        return sign * value

    def total() -> mpmath.mpf:
        value = product()
        while tokens and tokens[0] in "+-":
            value += product()
        return value

    with mpmath.workdps(40):
        value = total()
    assert not tokens, (latex, tokens)
    return value


def rows(latex: str) -> list[tuple[str, str, str]]:
    """What is put in, the sign, the result: of each row that says all three."""
    text = re.sub(r"\\textcolor\{#\w+\}", "", unmarked(latex)).replace(r"\end{aligned}", "")
    found = []
    for row in text.replace(r" \\[8pt]", "\n").replace("&", "").split("\n"):
        parts = re.split(r"(\\approx|=)", row)
        if len(parts) >= 4 and re.match(r"[\s{(]*[-\d\\+]", parts[-3]) and parts[-3].strip():
            found.append((parts[-3], parts[-2], parts[-1]))
    return found


def states(graph: Graph, count: int, seed: int) -> list[dict[str, float]]:
    """From gentle to saturated; a target at times on 0 or 1, or where the prediction is."""
    random = np.random.default_rng(seed)
    drawn = []
    for _ in range(count):
        size = random.choice([0.5, 2, 5, 10])
        state = {name: float(random.uniform(-size, size)) for name in graph.inputs}
        if "y" in state:
            state["y"] = float(random.choice([0, 1, round(random.uniform(), 2)]))
        drawn.append(state)
    return drawn


def is_tie(value: mpmath.mpf) -> bool:
    """Whether the next digit of a double would decide to which side it is rounded."""
    return len({latex_number(float(value * (1 + step))) for step in (-1e-12, 1e-12)}) > 1


def check(latex: str, counts: dict[str, int]) -> None:
    for put_in, sign, result in rows(latex):
        if not re.search(r"\d", result) or re.search("[a-z]_|hat|partial|undefined|infty", put_in):
            continue
        given, shown = value_of(put_in), value_of(result)
        if 0 < abs(given) < 1e-300:  # a double has fewer digits there, or none
            continue
        text = latex_number(float(given))
        same = text == result.strip().removeprefix("{").removesuffix("}").removeprefix("+")
        assert same == (sign == "=") or is_tie(given), (put_in, sign, result, text)
        away = abs(value_of(text) - shown)
        assert away <= (substitution.FAR + 0.2) * last_place(float(shown)), (put_in, sign, result)
        counts["rows"] += 1
        counts["about"] += sign != "="
        counts["more digits"] += bool(re.search(r"\d\.\d{4,}|0\.\d*[1-9]\d{4,}", put_in))


@pytest.mark.parametrize("cost", ["half_squared_error", "squared_error", "cross_entropy"])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "identity"])
@pytest.mark.parametrize("count", [30, pytest.param(90, marks=pytest.mark.thorough)])
def test_what_is_put_in_gives_the_result_to_a_few_units_of_its_last_digit(
    activation: str, cost: str, count: int
) -> None:
    graph = network(2, activation, cost)
    counts = {"rows": 0, "about": 0, "more digits": 0}
    for state in states(graph, count, len(activation + cost)):
        values = graph.forward(state)
        check(equations.forward_pass(graph, values, LIGHT), counts)
        check(equations.local_derivatives(graph, values, LIGHT), counts)
        for name in parameters(graph):
            check(equations.derivation(graph, name, values, LIGHT), counts)
    assert counts["rows"] > 7.8 * count
    assert min(counts.values()) > 0, counts


TYPED = ("log(x)", "sqrt(x)", "1/x", "x^x", "exp(x^3)", "log(2 + cos(x))", "asin(x)", "tan(x)/x")


@pytest.mark.parametrize("text", TYPED)
def test_where_there_is_no_result_nothing_is_about_it(text: str) -> None:
    graph = parse(text)
    undefined = 0
    for x in np.linspace(-10, 10, 161):
        values = graph.forward({"x": x})
        for block in (
            equations.forward_pass(graph, values, LIGHT),
            equations.local_derivatives(graph, values, LIGHT),
            equations.derivation(graph, "x", values, LIGHT),
        ):
            undefined += "undefined" in block
            shown = re.sub(r"\\textcolor\{#\w+\}", "", unmarked(block))
            assert not re.search(r"\\approx [{+-]*\\(text|infty)", shown), shown
    assert undefined or text in ("exp(x^3)", "log(2 + cos(x))")


def test_a_slope_that_the_function_lacks_is_undefined_and_its_formula_a_number() -> None:
    graph = parse("log(x)")
    shown = unmarked(equations.local_derivatives(graph, graph.forward({"x": -1.0}), {**LIGHT}))
    assert r"-1.000" in shown
    assert r"\mathrel{\text{but}}" in shown


@pytest.mark.parametrize("cost", ["half_squared_error", "squared_error"])
def test_a_product_in_a_lessons_words_is_what_its_digits_give_or_about_it(cost: str) -> None:
    graph, about = network(2, "sigmoid", cost), 0
    for state in states(graph, 1000, 3):
        values = graph.forward(state)
        words = quotes.quoted("dJ/da2 × da2/dz2 = dJ/dz2", graph, values)
        first, second, sign, result = re.split(r" × | (?=[=≈])|(?<=[=≈]) ", words)
        numbers = [mpmath.mpf(power_of_ten(text)) for text in (first, second, result)]
        given, shown = numbers[0] * numbers[1], numbers[2]
        same = latex_number(float(given)) == latex_number(float(shown))
        assert same == (sign == "=") or is_tie(given), words
        about += sign == "≈"
    assert 300 < about < 1000


def power_of_ten(text: str) -> str:
    """A number from a sentence as Python reads it."""
    mantissa, _, power = text.replace("−", "-").partition("×10")
    return f"{mantissa}e{power.translate(str.maketrans('⁻⁰¹²³⁴⁵⁶⁷⁸⁹', '-0123456789')) or 0}"
