"""LaTeX blocks say what core computes, in the notation of the lesson."""

import math
import re

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from core.datasets import DATASETS, dataset
from core.descent import descend
from core.descent.rules import OPTIMIZERS
from core.formatting import latex_number, number
from core.graph import Graph
from core.network import network, parameters
from core.parsing import ParseError, parse
from tests.core.formula.test_parsing import EXPRESSIONS
from ui.formula import unmarked
from ui.lessons import GALLERY
from ui.theme import COLORS
from ui.words import equations, updates

LIGHT = COLORS["light"]
LESSON = {"x": 1.5, "y": 1.0, "w1": 0.8, "b1": -0.3, "w2": -1.4, "b2": 0.6}


def plain(latex: str) -> str:
    """The LaTeX without its marks and colours."""
    return re.sub(r"\\textcolor\{#\w+\}", "", unmarked(latex))


@pytest.fixture
def lesson() -> Graph:
    return network(2)


def test_the_forward_pass_is_written_as_taught(lesson: Graph) -> None:
    text = plain(equations.forward_pass(lesson, lesson.forward(LESSON), LIGHT))
    assert "{z_{1}} & = {w_{1}} {x} + {b_{1}}" in text
    assert r"{0.8000} \cdot {1.500} + {(-0.3000)} = {0.9000}" in text
    assert r"\sigma\left({-0.3953}\right) = {0.4024}" in text
    assert r"\frac{\left({\hat{y}} - {y}\right)^{2}}{2}" in text


def test_a_derivation_goes_from_symbols_to_formulas_to_numbers_to_the_result(lesson: Graph) -> None:
    text = plain(equations.derivation(lesson, "w2", lesson.forward(LESSON), LIGHT))
    symbols, formulas, numbers, result = text.split(r"\\[8pt]")
    assert r"\frac{\partial J}{\partial \hat{y}} \cdot \frac{\partial \hat{y}}" in symbols
    assert r"\left({\hat{y}} - {y}\right) \cdot {\hat{y}} \left(1 - {\hat{y}}\right)" in formulas
    assert r"(-0.5976) \cdot 0.2405 \cdot 0.7109" in numbers
    assert "-0.1022" in result


@pytest.mark.parametrize("name", ["w1", "b1", "w2", "b2", "x", "y", "z1", "J"])
def test_the_shown_result_is_reverse_modes(lesson: Graph, name: str) -> None:
    values = lesson.forward(LESSON)
    exact = float(lesson.backward(values)[name])
    assert latex_number(exact, sign=True) in equations.derivation(lesson, name, values, LIGHT)


def test_two_paths_are_a_sum_of_two_products() -> None:
    graph = parse("x*sin(x)")
    text = plain(equations.derivation(graph, "x", graph.forward({"x": 2.0}), LIGHT))
    assert text.split(r"\\[8pt]")[0].count("+") == 1
    assert r"\frac{d h}{d x}" in text  # the whole derivative
    assert r"\frac{\partial h}{\partial x}" in text  # with the other stage held still


def test_many_paths_are_counted_not_listed() -> None:
    graph = parse("(x+sin(x))*(x+cos(x))*(x+exp(x))*(x+tan(x))*(x+sinh(x))")
    text = equations.derivation(graph, "x", graph.forward({"x": 0.3}), LIGHT)
    assert f"the sum over {graph.path_count('x')} paths" in text


def test_a_function_that_does_not_use_x_has_the_derivative_zero() -> None:
    graph = parse("3")
    assert "= " in equations.derivation(graph, "x", graph.forward({"x": 1.0}), LIGHT)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "identity"])
@pytest.mark.parametrize("cost", ["half_squared_error", "squared_error", "cross_entropy"])
def test_every_block_is_balanced_latex(activation: str, cost: str) -> None:
    graph = network(2, activation, cost)
    values = graph.forward(LESSON | {"y": 0.25})
    blocks = [
        equations.forward_pass(graph, values, LIGHT),
        equations.local_derivatives(graph, values, LIGHT),
        equations.gradients(graph, parameters(graph), values, LIGHT),
        *(equations.derivation(graph, name, values, LIGHT) for name in parameters(graph)),
    ]
    for block in blocks:
        assert block.count("{") == block.count("}")
        assert block.count(r"\left(") == block.count(r"\right)")


def test_numbers_have_four_significant_digits_and_a_real_minus() -> None:
    rng = np.random.default_rng(1)
    for value in rng.normal(size=500) * 10.0 ** rng.integers(-12, 12, 500):
        text = number(value)
        digits = text.replace("−", "-")
        if "×10" in digits:
            mantissa, power = digits.split("×10")
            digits = f"{mantissa}e{power.translate(str.maketrans('⁻⁰¹²³⁴⁵⁶⁷⁸⁹', '-0123456789'))}"
        assert math.isclose(float(digits), value, rel_tol=5.001e-4)
        assert text.startswith("−") == (value < 0)


def test_numbers_that_are_none_are_named() -> None:
    assert number(math.nan) == "undefined"
    assert number(-math.inf) == "−∞"
    assert number(-0.0, sign=True) == "0"


def read(latex: str) -> float:
    """A shown number as a learner types it into a calculator."""
    text = latex.strip("()").replace(r" \times 10^{", "e").replace("}", "").replace("+", "")
    return float(text)


def test_the_shown_factors_multiply_out_to_the_shown_product_or_the_page_says_about() -> None:
    rng = np.random.default_rng(7)
    names = ("x", "y", "w1", "b1", "w2", "b2")
    about = 0
    for _ in range(1000):
        graph = network(2, rng.choice(["sigmoid", "tanh"]), rng.choice(["half_squared_error"]))
        values = graph.forward(dict(zip(names, rng.uniform(-3, 3, 6), strict=True)))
        rows = plain(equations.derivation(graph, "w1", values, LIGHT)).split(r"\\[8pt]")
        factors = rows[2].split("= ")[1].strip().strip("{}").split(r" \cdot ")
        sign, result = re.search(r"(=|\\approx) \{(.*)\} \\end", rows[3]).groups()  # type: ignore[union-attr]
        by_hand = latex_number(math.prod(read(factor) for factor in factors), sign=True)
        assert (by_hand == result) == (sign == "=")
        assert math.isclose(read(by_hand), read(result), rel_tol=5e-3)
        about += sign != "="
    assert 0 < about < 1000


@pytest.mark.parametrize("text", GALLERY)
def test_the_gallerys_functions_are_written_out(text: str) -> None:
    graph = parse(text)
    closed = equations.closed_form(graph, "x", LIGHT)
    assert closed is not None
    assert "u_" not in closed


def test_the_lessons_closed_form_is_the_textbooks() -> None:
    closed = plain(str(equations.closed_form(parse("log(2 + cos(x))"), "x", LIGHT)))
    assert r"- \frac{\sin{\left({x} \right)}}{2 + \cos{\left({x} \right)}}" in closed


@settings(deadline=None, max_examples=100)
@given(expression=EXPRESSIONS, x=st.floats(-3, 3))
def test_any_function_can_be_shown(expression: tuple[str, object], x: float) -> None:
    try:
        graph = parse(expression[0])
    except ParseError:  # too long, or a constant beyond the limits
        reject()
    values = graph.forward({"x": x})
    blocks = [
        equations.forward_pass(graph, values, LIGHT),
        equations.derivation(graph, "x", values, LIGHT),
        equations.closed_form(graph, "x", LIGHT) or "",
    ]
    if graph.path_count("x"):
        blocks.append(equations.local_derivatives(graph, values, LIGHT))
    for block in blocks:
        assert block.count("{") == block.count("}")
        assert block.count(r"\left") == block.count(r"\right")


# ---- the update rule


def update_rows(optimizer: str, step: int, rate: float = 0.1) -> list[str]:
    """Of the first of two trained parameters, w1: its rows, without colours."""
    graph, train = network(2), ["w1", "b2"]
    path = descend(graph, LESSON, DATASETS["bowl"].data, optimizer, rate, step + 1, train)
    text = plain(updates.update_rule(path, step, graph, LIGHT))
    assert text.count("{") == text.count("}")
    assert text.count(r"\left(") == text.count(r"\right)")
    rows = text.removeprefix(r"\begin{aligned}").removesuffix(r"\end{aligned}").split(r"\\[8pt]")
    assert len(rows) % 2 == 1  # the two blocks, and the gap between them
    return [row.strip() for row in rows[: len(rows) // 2]]


def test_plain_descent_is_shown_as_it_is_taught() -> None:
    slope, rule, numbers = update_rows("gradient_descent", 0)
    assert slope.startswith(r"{g} & = {\frac{\partial J}{\partial w_{1}}} = {")
    assert rule == r"{w_{1}} & \leftarrow {w_{1}} - \eta {g}"
    assert numbers.startswith(r"& = {0.8000} - {0.1000} \cdot ")


@pytest.mark.parametrize(
    ("data", "batch", "cost"),
    [
        ("bowl", None, r"\bar{J}"),
        ("bowl", 9, r"\bar{J}"),
        ("bowl", 3, r"\bar{J}_{\text{batch}}"),
        ("one_sample", None, "J"),
    ],
)
def test_the_cost_of_an_update_has_a_bar_where_it_is_a_mean(
    data: str, batch: int | None, cost: str
) -> None:
    graph, samples = network(2), dataset(data, 1.5, 1.0)
    path = descend(graph, LESSON, samples, steps=2, batch=batch)
    text = plain(updates.update_rule(path, 0, graph, LIGHT, averaged=len(samples) > 1))
    slopes = [row for row in text.split(r"\\[8pt]") if r"\partial" in row]
    assert [
        f"{{\\frac{{\\partial {cost}}}{{\\partial w_{{{k}}}}}}}" in slopes[k - 1] for k in (1, 2)
    ]
    assert all(row.count(cost + "}") == 1 for row in slopes)


def test_the_memory_is_renewed_before_the_parameter() -> None:
    _, velocity, _, rule, _ = update_rows("momentum", 3)
    assert velocity == r"{v} & \leftarrow 0.9 v + {g}"
    assert rule == r"{w_{1}} & \leftarrow {w_{1}} - \eta v"


def test_adams_constants_and_counter_are_shown_as_in_the_paper() -> None:
    rows = update_rows("adam", 4)
    assert r"{t} & \leftarrow t + 1" in rows
    assert "& = {4} + 1 = {5}" in rows
    assert r"\frac{m}{\sqrt{\frac{s}{1 - {0.999}^{t}}} + 10^{-8}}" in rows[-2]


def calculated(latex: str) -> float:
    """What a learner's calculator makes of the numbers put in."""
    text = latex.replace(r"\left", "").replace(r"\right", "").replace("{", "(").replace("}", ")")
    text = text.replace(")(", ")/(").replace(r"\frac", "").replace(r"\sqrt", "math.sqrt")
    text = text.replace(r"\cdot", "*").replace(r"\times", "*").replace("^", "**")
    return float(eval(text))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_shown_update_adds_up_or_the_page_says_about(optimizer: str) -> None:
    signs = []
    for step in range(12):
        for rate in (0.001, 0.1, 3.0):
            for row in update_rows(optimizer, step, rate)[2::2]:
                parts = re.fullmatch(r"& = (.*) (=|\\approx) \{(.*)\}", row)
                assert parts
                by_hand = calculated(parts[1])
                signs.append(parts[2])
                if re.search(r"t\b", row) is None and "." in parts[3]:
                    assert (latex_number(by_hand) == parts[3]) == (parts[2] == "=")
                assert math.isclose(by_hand, read(parts[3]), rel_tol=0.02, abs_tol=2e-4)
    assert {"=", r"\approx"} <= set(signs)


def test_a_constant_is_shown_with_the_digits_that_it_computes_with() -> None:
    rng = np.random.default_rng(11)
    for constant in rng.uniform(1, 10, 1000) * 10.0 ** rng.integers(-3, 9, 1000):
        graph = parse(f"x*{constant:.9f}")
        tree = graph.to_json()["nodes"][-1]["value"]
        factor = next(part for part in tree[1:] if part != "x")
        shown = graph.text(graph["h"].expression).replace("x", "").strip("·() ")
        assert float(read_power(shown)) == factor


def read_power(shown: str) -> str:
    digits = shown.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-"))
    return digits.replace("·10", "e").replace(" ", "")


def test_the_lessons_constant_multiplies_to_the_value_beside_it() -> None:
    graph = parse("x*123456.789")
    row = plain(equations.forward_pass(graph, graph.forward({"x": 0.2}), LIGHT))
    assert "123456.789" in row
    assert "24691" in row


@pytest.mark.parametrize(
    ("optimizer", "lit"),
    [("momentum", ("v",)), ("rmsprop", ("s",)), ("adam", ("m", "t")), ("gradient_descent", ())],
)
def test_what_an_optimizer_adds_is_lit_by_a_box_and_by_weight(
    optimizer: str, lit: tuple[str, ...]
) -> None:
    graph = network(2)
    data = DATASETS["bowl"].data
    assert data is not None
    path = descend(graph, LESSON, data, optimizer, 0.1, steps=3)
    plainly = plain(updates.update_rule(path, 1, graph, LIGHT))
    shown = plain(updates.update_rule(path, 1, graph, LIGHT, lit))
    assert r"\boxed" not in plainly
    assert shown.count(r"\boxed{") == 2 * len(lit)  # for each of two weights
    for name in lit:
        assert rf"{{\boldsymbol{{{name}}}}} & \;\boxed{{\leftarrow" in shown
    last = [row for row in shown.split(r"\\[8pt]") if r"\boxed" not in row and "w_{1}" in row]
    assert all(any(rf"\boldsymbol{{{name}}}" in row for row in last) for name in lit)
    # Apart from that it is the same equation.
    assert re.sub(r"\\;|\\boxed|\\boldsymbol|[{}]", "", shown) == re.sub("[{}]", "", plainly)
    assert shown.count("{") == shown.count("}")
