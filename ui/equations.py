r"""LaTeX blocks: the symbol, the formula, the numbers put in, the result.

Everything is printed from the graph's own expressions; each symbol and each number carries the
colour of its kind of quantity. The numbers are marked for :mod:`ui.formula`, so that they follow
what is dragged: ``v:z1`` is a node's value, ``f:dz2/da1`` a factor, ``d:w1`` a derivative.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import sympy

from core.descent import Move, Path
from core.graph import Chain, Factor, Graph, evaluate, symbol
from core.optimizers import RULES, assignments, counts
from core.printing import Tree, latex, tree
from core.formatting import as_shown, latex_number
from ui.formula import approximately, marked
from ui.theme import Colors

ROUNDED = (
    "Shown with four significant digits, computed without rounding. Where ≈ stands, the shown "
    "digits alone give another result: different in the last digit, or in more where nearly equal "
    "numbers are subtracted."
)

Numbers = Mapping[str, float | np.ndarray]


def colored(text: str, color: str) -> str:
    return rf"\textcolor{{{color}}}{{{text}}}"


def aligned(rows: Iterable[Sequence[str]]) -> str:
    """Rows of cells as one block: the first cell ends, the others start, at one place."""
    # In aligned, every second column is set to the right; an empty one between cells keeps
    # them all to the left.
    body = r" \\[8pt] ".join(f"{first} & {' && '.join(rest)}" for first, *rest in rows)
    return rf"\begin{{aligned}} {body} \end{{aligned}}"


def symbolic(graph: Graph, expression: sympy.Expr, palette: Colors) -> str:
    """The expression with its symbols in the colours of their kinds."""
    names = {
        node.symbol: colored(node.tex, palette[node.kind])
        for node in graph.nodes
        if node.symbol in expression.free_symbols
    }
    return latex(expression, names)


def substituted(graph: Graph, expression: sympy.Expr, values: Numbers, palette: Colors) -> str:
    """The expression with the numbers put in for its symbols, negative ones in brackets."""
    nodes = [node for node in graph.nodes if node.symbol in expression.free_symbols]
    return _put_in(
        expression,
        {node.symbol: palette[node.kind] for node in nodes},
        {node.name: (f"v:{node.name}", latex_number(float(values[node.name]))) for node in nodes},
    )


def _put_in(
    expression: sympy.Expr,
    colors: Mapping[sympy.Symbol, str],
    numbers: Mapping[str, tuple[str, str]],
) -> str:
    """The expression with marked numbers, by the symbols' names, in its symbols' places."""
    # First each symbol's name in brackets, wherever it stands; then those brackets go that others
    # make needless, whatever the numbers are; then the numbers come.
    places = {s: colored(f"({s.name})", color) for s, color in colors.items()}
    text = latex(expression, places, times=r" \cdot ")
    if expression.is_Symbol:
        text = _bare(text)
    text = _ALONE.sub(r"{\\textcolor{\1}{\2}}", text)
    text = _DOUBLE_BRACKET.sub(r"\\left(\\textcolor{\1}{\2}\\right)", text)

    def number(match: re.Match[str]) -> str:
        color, bracket, name = match.groups()
        mark, digits = numbers[name]
        return f"{color}{{{_bracketed(mark, digits) if bracket else marked(mark, digits)}}}"

    return _PLACE.sub(number, text)


def relation(graph: Graph, name: str, values: Numbers, palette: Colors) -> list[list[str]]:
    """The rows of one node: its formula, then the numbers put in and the value."""
    node = graph[name]
    color = palette[node.kind]
    value = float(values[name])
    mark = f"v:{name}"
    result = colored(marked(mark, latex_number(value)), color)
    if node.expression is None:
        return [[colored(node.tex, color), f"= {result}"]]
    sign = equals(_by_hand(node.expression, values), value)
    sign = approximately(sign, mark, _over_values(node.expression))
    return [
        [colored(node.tex, color), "= " + symbolic(graph, node.expression, palette)],
        ["", f"= {substituted(graph, node.expression, values, palette)} {sign} {result}"],
    ]


def forward_pass(graph: Graph, values: Numbers, palette: Colors) -> str:
    """Every relation of the graph, from the input to the output, as one block."""
    inner = [node.name for node in graph.nodes if node.expression is not None]
    return aligned(row for name in inner for row in relation(graph, name, values, palette))


def closed_form(graph: Graph, source: str, palette: Colors, most: int = 12) -> str | None:
    """The output and its derivative with the inner functions put back in.

    None where that would be longer than a learner can read: over ``most`` nodes or six paths.
    """
    if len(graph.nodes) > most or not 0 < graph.path_count(source) <= 6:
        return None
    terms = [
        sympy.Mul(*(graph.written_out(factor.expression) for factor in chain))
        for chain in graph.chains(source)
    ]
    rows = [
        (graph[graph.output].tex, graph.closed_form(graph.output)),
        (graph.derivative_latex(graph.output, source), sympy.Add(*terms)),
    ]
    return aligned([head, "= " + symbolic(graph, formula, palette)] for head, formula in rows)


def derivative_symbol(graph: Graph, source: str, palette: Colors) -> str:
    return colored(graph.derivative_latex(graph.output, source), palette["derivative"])


def factor_rows(chain: Chain, graph: Graph, values: Numbers, palette: Colors) -> str:
    """Each factor of a chain on its own row: symbol, formula, numbers put in, value."""
    rows = []
    for factor in chain:
        value = _value(factor, values)
        mark = f"f:{factor.name}"
        number = colored(_signed(mark, value), palette["derivative"])
        sign = equals(_by_hand(factor.shown, values), value)
        sign = approximately(sign, mark, _over_values(factor.shown))
        put_in = ""
        if not factor.shown.is_number:
            put_in = "= " + substituted(graph, factor.shown, values, palette)
        rows.append(
            [
                colored(factor.latex, palette["derivative"]),
                "= " + symbolic(graph, factor.shown, palette),
                put_in,
                f"{sign} {number}",
            ]
        )
    return aligned(rows)


def derivation(graph: Graph, source: str, values: Numbers, palette: Colors, most: int = 6) -> str:
    """The derivative of the output by ``source``: symbols, formulas, numbers, result.

    A sum over the paths; beyond ``most`` of them the rest is an ellipsis.
    """
    total = float(graph.backward(values)[source])
    mark = f"d:{source}"
    result = colored(_signed(mark, total), palette["derivative"])
    head = derivative_symbol(graph, source, palette)
    paths = graph.path_count(source)
    if source == graph.output or paths == 0:
        return aligned([[head, f"= {result}"]])
    if paths > most:
        return aligned([[head, rf"= \text{{the sum over {paths} paths}} = {result}"]])
    chains = graph.chains(source)
    symbols = [_product(f.latex for f in chain) for chain in chains]
    formulas = [_product(_factor(graph, f, palette) for f in chain) for chain in chains]
    digits = [
        _product(_bracketed(f"f:{f.name}", latex_number(_value(f, values))) for f in chain)
        for chain in chains
    ]
    by_hand = sum(math.prod(as_shown(_value(f, values)) for f in chain) for chain in chains)
    lines = [colored(_sum(symbols), palette["derivative"]), _sum(formulas)]
    if chains != ((),) and sum(len(chain) for chain in chains) > 1:
        lines.append(colored(_sum(digits), palette["derivative"]))
    rows = [["" if k else head, f"= {line}"] for k, line in enumerate(lines)]
    tree_by_hand: Tree = ["+", *(["*", *(f"f:{f.name}" for f in chain)] for chain in chains)]
    rows.append(["", f"{approximately(equals(by_hand, total), mark, tree_by_hand)} {result}"])
    return aligned(rows)


def step_taken(path: Path, step: int) -> str:
    """Which step :func:`update_rule` is of, in words."""
    if len(path) < 2:
        return "No step could be taken from here."
    if step == len(path) - 1:
        return f"The path ends here, at step {step}. Its last step, with the numbers put in:"
    return f"From step {step} to step {step + 1}, with the numbers put in:"


def convention(optimizer: str) -> str:
    """Which variant of the update rule this is, for a caption below it."""
    return RULES[optimizer].convention


def update_rule(
    path: Path, step: int, graph: Graph, palette: Colors, averaged: bool = False
) -> str:
    """What one step did to each trained parameter: the rule, and its numbers put in.

    Line by line as the rule runs, so that a name on the right means its old value until the line
    that renews it. g is the parameter's own derivative, and each has a memory of its own. Where
    the cost is ``averaged`` over samples it has a bar, and where over a batch it says so.
    """
    cost = graph[graph.output].tex
    if averaged:
        cost = rf"\bar{{{cost}}}" + (r"_{\text{batch}}" if path.batches else "")
    slopes = {
        name: rf"\frac{{\partial {cost}}}{{\partial {graph[name].tex}}}" for name in path.train
    }
    blocks = [
        _update(path.optimizer, name, slopes[name], move, graph, palette)
        for name, move in path.update(step).items()
    ]
    gap = ["", ""]
    return aligned(row for k, block in enumerate(blocks) for row in ([gap] * bool(k) + block))


def _update(
    optimizer: str, parameter: str, derivative: str, move: Move, graph: Graph, palette: Colors
) -> list[list[str]]:
    lines = assignments(optimizer)
    counters = {name for name, renewed in lines if counts(name, renewed)}
    colors = {"g": palette["derivative"], "p": palette["parameter"]}

    def in_color(name: str, text: str) -> str:
        return colored(text, colors.get(name, palette["ink"]))

    def number(name: str, value: float) -> str:
        return str(int(value)) if name in counters else latex_number(value)

    names = {"g": "g", "p": graph[parameter].tex}
    symbols = {symbol(name): in_color(name, tex) for name, tex in names.items()}
    slope = in_color("g", marked("", latex_number(move.gradient, sign=True)))
    rows = [
        [in_color("g", "g"), f"= {in_color('g', derivative)} = {slope}"],
    ]
    values = {"g": move.gradient, "eta": move.learning_rate, "p": move.before, **move.was}
    results = {**move.now, "p": move.after}
    for name, renewed in lines:
        used = sorted(renewed.free_symbols, key=str)
        put_in = _put_in(
            renewed,
            {s: colors.get(s.name, palette["ink"]) for s in used},
            {s.name: ("", number(s.name, values[s.name])) for s in used},
        )
        sign = marked("", equals(_by_hand(renewed, values), results[name]))
        result = in_color(name, marked("", number(name, results[name])))
        head = in_color(name, names.get(name, name))
        rows.append([head, rf"\leftarrow {latex(renewed, symbols)}"])
        rows.append(["", f"= {put_in} {sign} {result}"])
        values[name] = results[name]
    return rows


def equals(by_hand: float, exact: float) -> str:
    r"""The sign between shown numbers and a shown result: ``=``, or ``\approx`` if rounding shows.

    A learner who computes with the four digits on screen gets ``by_hand``; the page's result
    comes from the unrounded numbers.

    >>> equals(2 * 0.3333, 2 / 3), equals(2 * 0.25, 0.5)
    ('\\approx', '=')
    """
    return "=" if latex_number(by_hand) == latex_number(exact) else r"\approx"


def _by_hand(expression: sympy.Expr, values: Numbers) -> float:
    read = {s.name: as_shown(float(values[s.name])) for s in expression.free_symbols}
    return float(evaluate(expression, read))


def local_derivatives(graph: Graph, values: Numbers, palette: Colors) -> str:
    """The slope of every stage by each of its parents, in topological order."""
    factors = [
        graph.factor(node.name, parent)
        for node in graph.nodes
        for parent in graph.parents(node.name)
    ]
    return factor_rows(tuple(factors), graph, values, palette)


def gradients(graph: Graph, names: Sequence[str], values: Numbers, palette: Colors) -> str:
    """The derivative of the output by each of ``names``: its factors' symbols and its number."""
    derivatives = graph.backward(values)
    rows = []
    for name in names:
        symbols = _sum([_product(f.latex for f in chain) for chain in graph.chains(name)])
        number = _signed(f"d:{name}", float(derivatives[name]))
        rows.append(
            [
                derivative_symbol(graph, name, palette),
                "= " + colored(symbols, palette["derivative"]),
                "= " + colored(number, palette["derivative"]),
            ]
        )
    return aligned(rows)


def _value(factor: Factor, values: Numbers) -> float:
    return float(factor.value(values))


def _factor(graph: Graph, factor: Factor, palette: Colors) -> str:
    text = symbolic(graph, factor.shown, palette)
    needs_bracket = factor.shown.is_Add or factor.shown.could_extract_minus_sign()
    return rf"\left({text}\right)" if needs_bracket else text


def _product(parts: Iterable[str]) -> str:
    return r" \cdot ".join(parts)


def _sum(parts: Sequence[str]) -> str:
    return " + ".join(parts)


def _signed(mark: str, value: float) -> str:
    return marked(f"{mark} signed", latex_number(value, sign=True))


def _bracketed(mark: str, number: str) -> str:
    """A number between others: one with a sign, or with a product in it, needs brackets."""
    needs = number.startswith("-") or r"\times" in number
    return marked(f"{mark} bracketed", f"({number})" if needs else number)


def _over_values(expression: sympy.Expr) -> Tree:
    """The expression as a tree over the marks of its nodes' values."""
    marks = {s: sympy.Symbol(f"v:{s.name}", real=True) for s in expression.free_symbols}
    return tree(expression.xreplace(marks))


def _bare(text: str) -> str:
    """A number that stands alone needs no bracket."""
    return re.sub(r"\{\((.*)\)\}$", r"{\1}", text)


_DOUBLE_BRACKET = re.compile(r"\\left\(\\textcolor\{(#\w+)\}\{\(([^()]*)\)\}\\right\)")
_ALONE = re.compile(r"\{\\textcolor\{(#\w+)\}\{\(([^()]*)\)\}\}")
"""A bracketed number that has a numerator, a root or an exponent to itself."""
_PLACE = re.compile(r"(\\textcolor\{#\w+\})\{(\()?(\w+)\)?\}")
"""Where a number is to be put in: its colour, whether in brackets, and the name."""
