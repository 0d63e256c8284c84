import math
import re
import sys
import time

import mpmath
import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from core.graph import Graph
from core.parsing import LONGEST, MOST_STAGES, ParseError, domain_reason, parse
from tests.core.formula.hostile import HOSTILE
from tests.core.formula.textbook import TEXTBOOK


def value(text: str, x: float) -> float:
    return float(parse(text).forward({"x": x})["h"])


def derivative(text: str, x: float) -> float:
    graph = parse(text)
    return float(graph.backward(graph.forward({"x": x}))["x"])


def stages(text: str) -> list[str]:
    """Every stage as it is typeset."""
    graph = parse(text)
    return [
        f"{node.tex} = {graph.latex(node.expression)}"
        for node in sorted(
            graph.nodes, key=lambda node: (node.name == "h", len(node.name), node.name)
        )
        if node.expression is not None
    ]


def reason(text: str, x: float) -> str | None:
    graph = parse(text)
    return domain_reason(graph, graph.forward({"x": x}))


def outcome(text: str) -> Graph | ParseError:
    try:
        return parse(text)
    except ParseError as error:
        return error


def refusal(text: str) -> ParseError:
    error = outcome(text)
    assert isinstance(error, ParseError), f"{text!r} was read"
    return error


def assert_explains(error: ParseError, text: str) -> None:
    assert str(error).isprintable()
    assert str(error).endswith((".", "?"))
    assert 0 <= error.position <= len(text)


# ---- what a formula means


@pytest.mark.parametrize(("text", "f", "df", "points"), TEXTBOOK, ids=[row[0] for row in TEXTBOOK])
def test_a_textbook_function_has_its_value_and_its_derivative(text, f, df, points):
    with mpmath.workdps(30):
        for x in points:
            assert value(text, x) == pytest.approx(float(f(mpmath.mpf(x))), rel=1e-12, abs=0)
            assert derivative(text, x) == pytest.approx(float(df(mpmath.mpf(x))), rel=1e-10, abs=0)


def test_the_table_holds_sixty_functions_and_two_hundred_hostile_strings():
    assert len(TEXTBOOK) >= 60
    assert len(set(HOSTILE)) >= 200


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("-x^2", lambda x: -(x**2)),
        ("2^-x", lambda x: 2**-x),
        ("x^2^3", lambda x: x**8),
        ("2^3^2", lambda x: 512),
        ("1/2x", lambda x: x / 2),
        ("6/2(1+2)", lambda x: 9),
        ("2/3/x", lambda x: 2 / 3 / x),
        ("x-1-2", lambda x: x - 3),
        ("2x^2", lambda x: 2 * x**2),
        ("2^3x", lambda x: 8 * x),
        ("2^-3x", lambda x: x / 8),
        ("--x", lambda x: x),
        ("+-+x", lambda x: -x),
        ("x*-2", lambda x: -2 * x),
        ("x--2", lambda x: x + 2),
        ("x - -2x", lambda x: 3 * x),
        ("-x sin(x)", lambda x: -x * math.sin(x)),
        ("2 x x", lambda x: 2 * x * x),
        ("x/x/x", lambda x: 1 / x),
        ("sin(x)x", lambda x: x * math.sin(x)),
        ("xsin(x)", lambda x: x * math.sin(x)),
        ("x(x+1)", lambda x: x * x + x),
        ("sin(x)^2", lambda x: math.sin(x) ** 2),
        ("sin^2(x)", lambda x: math.sin(x) ** 2),
        ("2pi x", lambda x: 2 * math.pi * x),
        ("πx", lambda x: math.pi * x),
        ("√2x", lambda x: math.sqrt(2) * x),
        ("x√2", lambda x: math.sqrt(2) * x),
        ("√x^2", lambda x: x),
        ("√√x", lambda x: x**0.25),
        ("√(x+1)", lambda x: math.sqrt(x + 1)),
        ("√exp(x)", lambda x: math.exp(x / 2)),
        ("2e", lambda x: 2 * math.e),
        ("2ex", lambda x: 2 * math.e * x),
        ("2exp(x)", lambda x: 2 * math.exp(x)),
        ("2e3x", lambda x: 2000 * x),
        ("2e-3x", lambda x: 0.002 * x),
        ("2e-x", lambda x: 2 * math.e - x),
        ("2e - 3", lambda x: 2 * math.e - 3),
        ("1E2", lambda x: 100),
        (".5x", lambda x: 0.5 * x),
        ("2.x", lambda x: 2 * x),
        ("x÷2·3×x−1", lambda x: x / 2 * 3 * x - 1),
        ("\tx  +\t1 ", lambda x: x + 1),
        ("ln(x)", lambda x: math.log(x)),
        ("e^x", lambda x: math.exp(x)),
        ("1^9999999999", lambda x: 1),
        ("0^0 + x", lambda x: 1 + x),
        ("0x", lambda x: 0),
        ("0.1 + 0.2", lambda x: 0.3),
        ("(1+2)/(2+2)", lambda x: 0.75),
        ("12345678901 x", lambda x: 12345678901 * x),
        ("1e-100x", lambda x: 1e-100 * x),
        ("sin(pi)", lambda x: 0),
        ("relu(-2) + relu(2.5)", lambda x: 2.5),
        ("sigmoid(-3)", lambda x: 1 / (1 + math.exp(3))),
        ("abs(-2.5)", lambda x: 2.5),
        ("1.0000001^10000000", lambda x: math.exp(1e7 * math.log1p(1e-7))),
    ],
)
def test_a_formula_means_what_the_docstring_says(text, meaning):
    assert value(text, 1.3) == pytest.approx(meaning(1.3), rel=1e-9)


DIGITS = st.sampled_from(["x", "1", "2", "3.5", "0.25", "7"])
POWERS = st.builds(
    lambda base, n: f"{base}^{n}", DIGITS, st.sampled_from(["2", "3", "-1", "-2", "2^2"])
)
SIGNED = st.builds(str.__add__, st.sampled_from(["", "", "-", "+", "--"]), DIGITS | POWERS)


@given(first=SIGNED, rest=st.lists(st.tuples(st.sampled_from("+-*/"), SIGNED), max_size=8))
def test_arithmetic_is_read_as_python_reads_it(first, rest):
    text = first + "".join(sign + term for sign, term in rest)
    expected = eval(text.replace("^", "**"), {"x": 1.3})
    assert value(text, 1.3) == pytest.approx(expected, rel=1e-9, abs=1e-9)


# Expressions beside what they mean, and beside each of their parts without x, which is folded to a
# number; every function here is defined everywhere.
LEAVES = st.one_of(
    st.just(("x", lambda x: x, [])),
    st.just(("pi", lambda x: mpmath.pi, [])),
    st.just(("e", lambda x: mpmath.e, [])),
    st.integers(1, 9).map(lambda n: (str(n), lambda x: mpmath.mpf(n), [])),
    st.decimals("0.01", "9.99", places=2).map(
        lambda d: (str(d), lambda x: mpmath.mpf(float(d)), [])
    ),
)


def square(u):
    return u**2


# What is done one after the other.
UNARY = {
    "sin({})": [mpmath.sin],
    "cos({})": [mpmath.cos],
    "atan({})": [mpmath.atan],
    "tanh({})": [mpmath.tanh],
    "sigmoid({})": [lambda u: 1 / (1 + mpmath.exp(-u))],
    "exp(-({})^2)": [square, lambda u: mpmath.exp(-u)],
    "log(2 + cos({}))": [lambda u: mpmath.log(2 + mpmath.cos(u))],
    "√(1 + ({})^2)": [square, lambda u: mpmath.sqrt(1 + u)],
    "2^sin({})": [lambda u: mpmath.mpf(2) ** mpmath.sin(u)],
    "1/(3 + sin({}))": [lambda u: 1 / (3 + mpmath.sin(u))],
    "-({})": [lambda u: -u],
    "({})^2": [square],
}
BINARY = {
    "({}) + ({})": lambda u, v: u + v,
    "({})−({})": lambda u, v: u - v,
    "({}) * ({})": lambda u, v: u * v,
    "({})({})": lambda u, v: u * v,
    "({})×({})": lambda u, v: u * v,
    "({}) / (2 + sin({}))": lambda u, v: u / (2 + mpmath.sin(v)),
}


def constant(text):
    return "x" not in text.replace("exp", "")


def then(step, meaning):
    return lambda x: step(meaning(x))


def unary(pattern, inner):
    text, meaning, constants = inner
    for step in UNARY[pattern]:
        meaning = then(step, meaning)
        constants = [*constants, meaning] if constant(text) else constants
    return pattern.format(text), meaning, constants


def binary(pattern, left, right):
    def meaning(x):
        return BINARY[pattern](left[1](x), right[1](x))

    text = pattern.format(left[0], right[0])
    return text, meaning, [*left[2], *right[2], *([meaning] if constant(text) else [])]


EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(unary, st.sampled_from(sorted(UNARY)), inner),
        st.builds(binary, st.sampled_from(sorted(BINARY)), inner, inner),
    ),
    max_leaves=8,
)
FOUR = ("4", lambda x: mpmath.mpf(4), [])


def assert_refused_for_its_size(error, sizes):
    sentence = (
        r"The number at .* is too (small|large): sizes from 10\^−100 to 10\^100 can be used\."
    )
    found = re.fullmatch(sentence, str(error))
    assert found, error
    if found[1] == "small":
        assert any(0 < size < 1e-100 for size in sizes)
    else:
        assert any(size > 1e100 for size in sizes)


@settings(deadline=None)
@given(expression=EXPRESSIONS, x=st.floats(-3, 3).map(lambda x: round(x, 3)))
@example(expression=unary("exp(-({})^2)", unary("({})^2", FOUR)), x=0.0)
def test_any_expression_has_the_value_and_derivative_mpmath_finds(expression, x):
    text, meaning, constants = expression
    assume(len(text) <= LONGEST)
    graph = outcome(text)
    with mpmath.workdps(40):
        sizes = (abs(part(mpmath.mpf(x))) for part in constants)
        if isinstance(graph, ParseError):
            assert_refused_for_its_size(graph, sizes)
            return
        values = graph.forward({"x": x})
        # Of a larger number's sine too few digits are right.
        assume(all(abs(number) < 1e3 for number in [*values.values(), *sizes]))
        expected, slope = meaning(mpmath.mpf(x)), mpmath.diff(meaning, mpmath.mpf(x))
        assert float(values["h"]) == pytest.approx(float(expected), rel=1e-9, abs=1e-9)
        assert float(graph.backward(values)["x"]) == pytest.approx(float(slope), rel=1e-7, abs=1e-7)


# ---- the stages


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x", ["h = x"]),
        ("pi", [r"h = \pi"]),
        ("2", ["h = 2"]),
        ("1/3", [r"h = \frac{1}{3}"]),
        (
            "log(2+cos(x))",
            [r"u_{1} = \cos{\left(x \right)}", "u_{2} = 2 + u_{1}", r"h = \log\left(u_{2}\right)"],
        ),
        ("x sin(x)", [r"u_{1} = \sin{\left(x \right)}", "h = x u_{1}"]),
        ("2cos(x)", [r"u_{1} = \cos{\left(x \right)}", "h = 2 u_{1}"]),
        ("exp(-x^2)", ["u_{1} = x^{2}", "u_{2} = - u_{1}", "h = e^{u_{2}}"]),
        ("x^2 - 3x + 2", ["u_{1} = x^{2}", "u_{2} = 3 x", "h = u_{1} - u_{2} + 2"]),
        ("5 - x", ["h = 5 - x"]),
        ("-x + 1", ["h = - x + 1"]),
        ("-2x", ["h = - 2 x"]),
        ("-x sin(x)", [r"u_{1} = \sin{\left(x \right)}", "h = - x u_{1}"]),
        ("x/2", [r"h = \frac{x}{2}"]),
        ("1/2x", [r"h = \frac{x}{2}"]),
        ("2.0x", ["h = 2 x"]),
        ("0.5x", ["h = 0.5 x"]),
        ("2pi x", [r"h = 2 \pi x"]),
        ("√2 x", [r"h = \sqrt{2} x"]),
        ("x*x", ["u_{1} = x", "h = x u_{1}"]),
        ("x*x*x*x*x", ["h = x^{5}"]),
        ("√x", [r"h = \sqrt{x}"]),
        ("x^(1/3)", [r"h = \sqrt[3]{x}"]),
        ("e^x", ["h = e^{x}"]),
        ("(x+1)(x-1)", ["u_{1} = x + 1", "u_{2} = x - 1", "h = u_{1} u_{2}"]),
        ("1/(2x)", ["u_{1} = 2 x", r"h = \frac{1}{u_{1}}"]),
        ("sin(x + pi/4)", [r"u_{1} = x + \frac{\pi}{4}", r"h = \sin{\left(u_{1} \right)}"]),
    ],
)
def test_each_operation_is_a_stage_typeset_in_the_order_typed(text, expected):
    assert stages(text) == expected


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("x^2", "2 x"),
        ("x/2", r"\frac{1}{2}"),
        ("sqrt(x)", r"\frac{1}{2 \sqrt{x}}"),
        ("1/x", r"- \frac{1}{x^{2}}"),
        ("2pi x", r"2 \pi"),
        ("exp(x)", "h"),
        ("log(x)", r"\frac{1}{x}"),
        ("2^x", r"2^{x} \log\left(2\right)"),
        ("x - 3", "1"),
    ],
)
def test_a_local_derivative_reads_as_in_a_textbook(text, formula):
    assert parse(text).factor("h", "x").formula == formula


def test_a_product_of_x_and_a_stage_has_two_paths_that_add_up():
    graph = parse("x sin(x)")
    values = graph.forward({"x": 0.7})
    products = [math.prod(float(f.value(values)) for f in chain) for chain in graph.chains("x")]
    assert len(products) == 2
    assert sum(products) == pytest.approx(math.sin(0.7) + 0.7 * math.cos(0.7))


def test_a_subexpression_written_twice_is_one_stage():
    graph = parse("sin(2x) + exp(sin(2 x))·sin(2*x)")
    assert [graph.latex(node.expression) for node in graph.nodes if node.expression].count(
        r"\sin{\left(u_{1} \right)}"
    ) == 1
    assert len(graph.chains("x")) == 3


def test_every_stage_leads_to_the_output_named_h():
    for text, *_ in TEXTBOOK:
        graph = parse(text)
        assert graph.inputs == ("x",)
        assert graph.output == "h"
        assert {node.name for node in graph.nodes} == {
            "x",
            "h",
            *(f"u{k}" for k in range(1, len(graph.nodes) - 1)),
        }
        assert all(graph.path_count(node.name) for node in graph.nodes if node.name.startswith("u"))


OPERATIONS = {*"+*^", "exp", "log", "sigmoid", "softplus", "step", "relu", "abs", "sign"} | {
    *("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh")
}


def assert_plain(tree, names):
    if isinstance(tree, list):
        assert tree[0] in OPERATIONS
        assert len(tree) >= 3 if tree[0] in "+*^" else len(tree) == 2
        for argument in tree[1:]:
            assert_plain(argument, names)
    elif isinstance(tree, str):
        assert tree in names
    else:
        assert type(tree) is float
        assert math.isfinite(tree)


@pytest.mark.parametrize("text", [*(row[0] for row in TEXTBOOK), "1e100x^1000 - 1e100^x", "0x/x^0"])
def test_the_browser_gets_finite_numbers_names_and_known_operations(text):
    data = parse(text).to_json()
    names = {node["name"] for node in data["nodes"]}
    for node in data["nodes"]:
        if node["value"] is not None:
            assert_plain(node["value"], names)
    for edge in data["edges"]:
        assert_plain(edge["derivative"], names)


def test_abs_and_relu_have_derivative_0_at_the_kink():
    for text in ("abs(x)", "relu(x)"):
        assert derivative(text, 0.0) == 0
        assert reason(text, 0.0) is None


def test_values_come_for_whole_arrays_with_nan_outside_the_domain():
    values = parse("log(x) / sqrt(x)").forward({"x": np.array([-1.0, 0.0, 1.0])})["h"]
    assert np.isnan(values[0])
    assert values[2] == 0


def test_a_formula_read_before_is_not_read_again():
    assert parse("x + sin(x)") is parse("x + sin(x)")
    assert parse.cache_info().maxsize is not None


# ---- wrong input


@pytest.fixture(scope="module")
def audit():
    """What Python compiles, runs, imports, or opens while ``audit["on"]`` is set."""
    record = {"on": False, "events": []}
    watched = ("compile", "exec", "import", "open", "os.", "subprocess.", "socket.", "ctypes.")

    def hook(event, arguments):
        if record["on"] and event.startswith(watched):
            record["events"].append((event, arguments))

    sys.addaudithook(hook)
    return record


def test_hostile_text_is_refused_with_a_sentence_within_half_a_second_and_nothing_runs(audit):
    for text in HOSTILE:  # SymPy imports some of itself when it is first used
        refusal(text)
    slowest = 0.0
    for text in HOSTILE:
        start, audit["on"] = time.perf_counter(), True
        error = outcome(text)
        audit["on"] = False
        slowest = max(slowest, time.perf_counter() - start)
        assert isinstance(error, ParseError), text
        assert_explains(error, text)
    assert slowest < 0.5
    assert audit["events"] == []


@pytest.mark.parametrize(
    ("text", "position", "sentence"),
    [
        ("", 0, "Type a formula in x, such as log(2 + cos(x))."),
        ("2 + sn(x)", 4, "There is no function called sn (at character 5). Did you mean sin?"),
        (
            "max(x, 0)",
            0,
            "There is no function called max (at character 1): write relu(x) for the larger of x "
            "and 0.",
        ),
        ("Sin(x)", 0, "There is no function called Sin (at character 1). Did you mean sin?"),
        ("sec(x)", 0, "There is no function called sec (at character 1): write 1/cos(x)."),
        ("x + y", 4, "Only the variable x can be used; y is not known (at character 5)."),
        (
            "2X",
            1,
            "Only the variable x can be used; X is not known (at character 2). Did you mean x?",
        ),
        ("log(", 3, "The bracket opened at character 4 is never closed."),
        ("x + 1)", 5, "The bracket at character 6 closes nothing."),
        ("log()", 4, "log needs something in its brackets (at character 5)."),
        ("2 + ()", 5, "There is nothing in these brackets (at character 6)."),
        ("sin x", 4, "sin needs brackets after it, as in sin(x) (at character 5)."),
        (
            "log2(x)",
            3,
            "log is the natural logarithm (at character 4): for base 10 write log(x)/log(10).",
        ),
        (
            "sin^-1(x)",
            4,
            "Write a power after the brackets, as in sin(x)^2 (at character 5). "
            "The inverse function is asin(x).",
        ),
        ("x +", 3, "Something is missing after + (at character 4)."),
        ("* x", 0, "Something is missing before * (at character 1)."),
        ("x + * 2", 4, "* cannot follow + directly (at character 5)."),
        ("x2", 1, "Write an operation, such as *, before the number 2 (at character 2)."),
        (
            "1,5x",
            1,
            "The character “,” cannot be used (at character 2): decimals have a point, as in 0.5.",
        ),
        ("x²", 1, "The character “²” (superscript two) cannot be used (at character 2): write ^2."),
        ("2⋅x", 1, "The character “⋅” (dot operator) cannot be used (at character 2): write *."),
        (
            "sin(х)",
            4,
            "The character “х” (cyrillic small letter ha) cannot be used (at character 5): "
            "write x.",
        ),
        ("x\0", 1, "The character (code U+0000) cannot be used (at character 2)."),
        ("1/0", 1, "This divides by 0 (at character 2)."),
        (
            "x + log(-1)",
            4,
            "log needs a number greater than 0, but it is given −1 (at character 5).",
        ),
        ("x^1000000", 1, "The power at character 2 is too large: at most 1000 can be used."),
        (
            "9**9**9",
            1,
            "The number at character 2 is too large: sizes from 10^−100 to 10^100 can be used.",
        ),
        (
            "(-2)^x",
            4,
            "A power with x in it needs a base greater than 0, "
            "but this one is −2 (at character 5).",
        ),
        ("x" * 201, 200, "This formula has 201 characters; at most 200 can be read."),
        ("√" * 199 + "x", 0, "This formula has 199 steps; at most 60 can be shown."),
    ],
)
def test_a_mistake_is_explained_and_located(text, position, sentence):
    error = refusal(text)
    assert (error.position, str(error)) == (position, sentence)
    assert isinstance(error, ValueError)


def test_the_limits_themselves_are_allowed():
    assert value("x" * LONGEST, 1.0) == 1
    assert value("√" * MOST_STAGES + "x", 1.0) == 1
    assert value("(" * 20 + "x" + ")" * 20, 1.0) == 1
    assert value("x^1000", 1.0) == 1
    assert value("1e100 x", 1.0) == 1e100


FRAGMENTS = st.sampled_from(
    [*"xe0123456789+-*/^().,√πy _ ", "**", "sin", "log(", "exp(", "x)", "1e"]
)


@settings(deadline=None, max_examples=300)
@given(text=st.text() | st.lists(FRAGMENTS, max_size=30).map("".join))
@example(text="2^" * 99 + "2")
@example(text="e" * 200)
def test_any_text_at_all_gives_a_graph_or_a_parse_error(text):
    read = outcome(text)
    if isinstance(read, ParseError):
        assert_explains(read, text)
    else:
        assert read.output == "h"


# ---- where there is no value


@pytest.mark.parametrize(
    ("text", "x", "sentence"),
    [
        ("log(x)", 2.0, None),
        ("log(x)", 0.0, "log needs a number greater than 0, but x is 0, so h has no value."),
        (
            "log(x - 2)",
            1.5,
            "log needs a number greater than 0, but u1 is −0.5, so h has no value.",
        ),
        (
            "sin(log(x))",
            -3.0,
            "log needs a number greater than 0, but x is −3, so u1 has no value.",
        ),
        ("1/(x - 1)", 1.0, "Division by 0: u1 is 0, so h has no value."),
        ("x^-2", 0.0, "Division by 0: x is 0, so h has no value."),
        ("2 + x/x", 0.0, "Division by 0: u1 is 0, so u2 has no value."),
        ("√x", -2.0, "sqrt needs a number that is not negative, but x is −2, so h has no value."),
        (
            "x^0.5",
            -2.0,
            "sqrt needs a number that is not negative, but x is −2, so h has no value.",
        ),
        ("x^1.5", -2.0, "A negative number has only whole powers, but x is −2, so h has no value."),
        ("x^x", -1.5, "A negative number has only whole powers, but x is −1.5, so h has no value."),
        (
            "asin(x)",
            1.2345678,
            "asin needs a number from −1 to 1, but x is 1.235, so h has no value.",
        ),
        ("acos(x)", -2.0, "acos needs a number from −1 to 1, but x is −2, so h has no value."),
        ("exp(exp(x))", 9.0, "h is too large to compute here."),
        ("1/exp(x^3)", 20.0, "u2 is too large to compute here."),
        ("x", math.nan, "x is not a finite number."),
        ("√x", 0.0, "h has a value, but its derivative by x is infinite where x is 0."),
        ("√(x - 1)", 1.0, "h has a value, but its derivative by u1 is infinite where u1 is 0."),
        ("√(x^2)", 0.0, "h has a value, but its derivative by u1 is infinite where u1 is 0."),
        ("x^(1/3)", 0.0, "h has a value, but its derivative by x is infinite where x is 0."),
        ("asin(x)", 1.0, "h has a value, but its derivative by x is infinite where x is 1."),
        ("x^x", -1.0, "h has a value, but its derivative by u1 does not exist where u1 is −1."),
        ("x^pi", 0.0, None),
        ("x^2", 0.0, None),
        ("7", 0.0, None),
    ],
)
def test_a_missing_value_or_derivative_is_explained_by_its_stage(text, x, sentence):
    assert reason(text, x) == sentence


# ---- the same operand twice

TWICE = {
    "x*x": (2, lambda x: x * x),
    "x+x": (2, lambda x: x + x),
    "x - x": (2, lambda x: x - x),
    "x/x": (2, lambda x: x / x),
    "x^x": (2, lambda x: x**x),
    "x*x*x": (3, lambda x: x**3),
    "(x + 1)(x + 1)": (2, lambda x: (x + 1) ** 2),
    "sin(x)*sin(x)": (2, lambda x: mpmath.sin(x) ** 2),
    "x x + x x": (4, lambda x: 2 * x * x),
    "sigmoid(x)^sigmoid(x)": (
        2,
        lambda x: (1 / (1 + mpmath.exp(-x))) ** (1 / (1 + mpmath.exp(-x))),
    ),
}


@pytest.mark.parametrize("text", TWICE)
def test_an_operand_taken_twice_has_two_ways_whose_products_add(text: str) -> None:
    """Against mpmath's numerical derivative, at many places."""
    ways, function = TWICE[text]
    graph = parse(text)
    assert graph.path_count("x") == ways
    random = np.random.default_rng(8)
    for x in random.uniform(0.05, 4, 100):
        values = graph.forward({"x": x})
        assert float(values["h"]) == pytest.approx(float(function(mpmath.mpf(x))), rel=1e-12)
        chains = graph.chains("x")
        assert len(chains) == ways
        total = sum(math.prod(float(f.value(values)) for f in chain) for chain in chains)
        exact = float(mpmath.diff(function, mpmath.mpf(x)))
        assert total == pytest.approx(exact, rel=1e-9, abs=1e-9)
        assert total == pytest.approx(float(graph.backward(values)["x"]), rel=1e-12, abs=1e-14)


def test_a_logarithm_of_a_power_is_computed_though_the_power_is_too_large() -> None:
    assert value("cos(log(x^1000))", -10) == pytest.approx(math.cos(1000 * math.log(10)), rel=1e-12)
    exact = -math.sin(1000 * math.log(10)) * 1000 / -10
    assert derivative("cos(log(x^1000))", -10) == pytest.approx(exact, rel=1e-10)
    random = np.random.default_rng(9)
    for power in (2, 3, -1, -2, 0.5, 999, 1000):
        for x in random.uniform(-10, 10, 150):
            with mpmath.workdps(30):
                raised = mpmath.mpf(x) ** power if x > 0 or power != 0.5 else mpmath.nan
                exact = float(mpmath.log(raised)) if raised.real > 0 else math.nan
            assert value(f"log(x^{power})", x) == pytest.approx(exact, rel=1e-12, nan_ok=True)
            slope = power / x if exact == exact else math.nan
            assert derivative(f"log(x^{power})", x) == pytest.approx(slope, rel=1e-12, nan_ok=True)


@pytest.mark.parametrize("text", ["(log(x))^0", "1^log(x)", "(x/x)^log(x)", "log(x)^0 * x"])
def test_no_power_of_what_has_no_value_has_one(text: str) -> None:
    for x in np.linspace(-10, -0.1, 50):
        assert math.isnan(value(text, float(x)))
        assert math.isnan(derivative(text, float(x)))
    assert value("(log(x))^0", 3) == 1
