r"""LaTeX blocks: the symbol, the formula, the numbers put in, the result.

Everything is printed from the graph's own expressions; each symbol and each number carries the
colour of its kind of quantity. One aligned block is one element on the page, which is several
times faster to show than one element a line.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import sympy

from core.descent import Move, Path
from core.graph import Chain, Factor, Graph, evaluate, symbol
from core.optimizers import assignments, counts
from core.printing import latex
from ui.formatting import as_shown, latex_number
from ui.theme import Colors

ROUNDED = (
    "Shown with four significant digits, computed without rounding. Where ≈ stands, the shown "
    "digits alone give a slightly different last digit."
)

Numbers = Mapping[str, float | np.ndarray]


def colored(text: str, color: str) -> str:
    return rf"\textcolor{{{color}}}{{{text}}}"


def aligned(rows: Iterable[Sequence[str]]) -> str:
    """Rows of cells as one block: the first cell ends, the others start, at one place."""
    # In aligned, every second column is set to the right; an empty one between cells keeps
    # them all to the left.
    body = r" \\[5pt] ".join(f"{first} & {' && '.join(rest)}" for first, *rest in rows)
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
    return _put_in(
        expression,
        {
            node.symbol: colored(_bracketed(float(values[node.name])), palette[node.kind])
            for node in graph.nodes
            if node.symbol in expression.free_symbols
        },
    )


def _put_in(expression: sympy.Expr, numbers: Mapping[sympy.Symbol, str]) -> str:
    text = latex(expression, numbers, times=r" \cdot ")
    if expression.is_Symbol:
        return _bare(text)
    text = _ALONE.sub(r"{\\textcolor{\1}{\2}}", text)
    return _DOUBLE_BRACKET.sub(r"\\left(\\textcolor{\1}{\2}\\right)", text)


def relation(graph: Graph, name: str, values: Numbers, palette: Colors) -> list[list[str]]:
    """The rows of one node: its formula, then the numbers put in and the value."""
    node = graph[name]
    color = palette[node.kind]
    value = float(values[name])
    if node.expression is None:
        return [[colored(node.tex, color), f"= {colored(latex_number(value), color)}"]]
    sign = equals(_by_hand(node.expression, values), value)
    result = rf"{sign} {colored(latex_number(value), color)}"
    return [
        [colored(node.tex, color), "= " + symbolic(graph, node.expression, palette)],
        ["", f"= {substituted(graph, node.expression, values, palette)} {result}"],
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
        number = colored(latex_number(value, sign=True), palette["derivative"])
        sign = equals(_by_hand(factor.shown, values), value)
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
    result = colored(latex_number(total, sign=True), palette["derivative"])
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
        _product(
            (_bracketed(_value(f, values)) for f in chain),
        )
        for chain in chains
    ]
    by_hand = sum(math.prod(as_shown(_value(f, values)) for f in chain) for chain in chains)
    lines = [colored(_sum(symbols), palette["derivative"]), _sum(formulas)]
    if chains != ((),) and sum(len(chain) for chain in chains) > 1:
        lines.append(colored(_sum(digits), palette["derivative"]))
    rows = [["" if k else head, f"= {line}"] for k, line in enumerate(lines)]
    rows.append(["", f"{equals(by_hand, total)} {result}"])
    return aligned(rows)


def step_taken(path: Path, step: int) -> str:
    """Which step :func:`update_rule` is of, in words."""
    if len(path) < 2:
        return "No step could be taken from here."
    if step == len(path) - 1:
        return f"The path ends here, at step {step}. Its last step, with the numbers put in:"
    return f"From step {step} to step {step + 1}, with the numbers put in:"


def update_rule(path: Path, step: int, graph: Graph, palette: Colors) -> str:
    """What one step did to each trained parameter: the rule, and its numbers put in.

    Line by line as the rule runs, so that a name on the right means its old value until the line
    that renews it. g is the parameter's own derivative, and each has a memory of its own.
    """
    blocks = [
        _update(path.optimizer, name, move, graph, palette)
        for name, move in path.update(step).items()
    ]
    gap = ["", ""]
    return aligned(row for k, block in enumerate(blocks) for row in ([gap] * bool(k) + block))


def _update(
    optimizer: str, parameter: str, move: Move, graph: Graph, palette: Colors
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
    slope = in_color("g", latex_number(move.gradient, sign=True))
    rows = [
        [in_color("g", "g"), f"= {derivative_symbol(graph, parameter, palette)} = {slope}"],
    ]
    values = {"g": move.gradient, "eta": move.learning_rate, "p": move.before, **move.was}
    results = {**move.now, "p": move.after}
    for name, renewed in lines:
        put_in = {
            s: in_color(s.name, _in_brackets(number(s.name, values[s.name])))
            for s in sorted(renewed.free_symbols, key=str)
        }
        sign = equals(_by_hand(renewed, values), results[name])
        result = in_color(name, number(name, results[name]))
        head = in_color(name, names.get(name, name))
        rows.append([head, rf"\leftarrow {latex(renewed, symbols)}"])
        rows.append(["", f"= {_put_in(renewed, put_in)} {sign} {result}"])
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
        number = latex_number(float(derivatives[name]), sign=True)
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


def _bracketed(value: float) -> str:
    return _in_brackets(latex_number(value))


def _in_brackets(number: str) -> str:
    """A number between others: one with a sign, or with a product in it, needs brackets."""
    return f"({number})" if number.startswith("-") or r"\times" in number else number


def _bare(text: str) -> str:
    """A number that stands alone needs no bracket."""
    return re.sub(r"\{\((.*)\)\}$", r"{\1}", text)


_DOUBLE_BRACKET = re.compile(r"\\left\(\\textcolor\{(#\w+)\}\{\(([^()]*)\)\}\\right\)")
_ALONE = re.compile(r"\{\\textcolor\{(#\w+)\}\{\(([^()]*)\)\}\}")
"""A bracketed number that has a numerator, a root or an exponent to itself."""
