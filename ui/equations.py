r"""LaTeX blocks: the symbol, the formula, the numbers put in, the result.

Everything is printed from the graph's own expressions; each symbol and each number carries the
colour of its kind of quantity. The numbers are marked for :mod:`ui.formula`, so that they follow
what is dragged: ``v:z1`` is a node's value, ``f:dz2/da1`` a factor, ``d:w1`` a derivative.
"""

import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import sympy

from core.descent import Move, Path
from core.descent.rules import RULES, assignments, counts
from core.formatting import DIGITS, MOST_DIGITS, as_shown, gives, last_place, latex_number
from core.functions import sigmoid
from core.graph import Chain, Factor, Graph, evaluate, symbol
from core.printing import Tree, latex, tree
from ui.formula import approximately, marked, prefix
from ui.theme import Colors

FAR = 5
"""Units of the last digit: what the numbers put in may give, where ≈ stands, beside the result."""
ROUNDED = (
    "Shown with four significant digits, computed without rounding. Where ≈ stands, the digits "
    f"shown give another result, at most {FAR} units of its last digit away; where four would be "
    "further off, as where nearly equal numbers are subtracted, more are shown."
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


@dataclass(frozen=True)
class Substitution:
    """An expression with numbers to put in: each symbol's mark, its number, and its colour.

    Where a sigmoid is near 1, what is left to 1 is a small number of its own: from the digits of
    the sigmoid itself it could not be told.
    """

    expression: sympy.Expr
    numbers: Mapping[str, tuple[Tree, float]]
    colors: Mapping[sympy.Symbol, str]

    @classmethod
    def of(
        cls, graph: Graph, expression: sympy.Expr, values: Numbers, palette: Colors
    ) -> "Substitution":
        rests = {
            1 - node.symbol: symbol(f"rest{node.name}")
            for node in graph.nodes
            if isinstance(node.expression, sigmoid) and expression.has(1 - node.symbol)
        }
        put_in = expression.xreplace(rests)
        numbers: dict[str, tuple[Tree, float]] = {}
        colors = {}
        for node in graph.nodes:
            if node.symbol in put_in.free_symbols:
                numbers[node.name] = f"v:{node.name}", float(values[node.name])
                colors[node.symbol] = palette[node.kind]
        for rest, own in rests.items():
            exact = graph.numeric(rest)
            numbers[own.name] = ["exact", _over_values(exact)], float(evaluate(exact, values))
            (node,) = (n for n in graph.nodes if n.symbol in rest.free_symbols)
            colors[own] = palette[node.kind]
        return cls(put_in, numbers, colors)

    def by_hand(self, digits: int = DIGITS) -> float:
        """What the numbers give, read with so many digits."""
        read = {name: as_shown(value, digits) for name, (_, value) in self.numbers.items()}
        return float(evaluate(self.expression, read))

    def tree(self) -> Tree:
        """The expression over its numbers' marks, for the browser."""
        named = tree(self.expression)

        def over_marks(part: Tree) -> Tree:
            if isinstance(part, list):
                return [part[0], *map(over_marks, part[1:])]
            return self.numbers[part][0] if isinstance(part, str) else part

        return over_marks(named)

    def latex(self, digits: int = DIGITS, whole: Collection[str] = ()) -> str:
        """The numbers in their symbols' places, negative ones in brackets; ``whole`` ones count."""
        texts = {
            name: str(int(value)) if name in whole else latex_number(value, digits=digits)
            for name, (_, value) in self.numbers.items()
        }
        marks = {name: prefix(mark) for name, (mark, _) in self.numbers.items()}
        return _put_in(self.expression, self.colors, {n: (marks[n], texts[n]) for n in texts})


def digits_needed(by_hand: Callable[[int], float], exact: float) -> int | None:
    """With how many digits the numbers put in say what the result is; None if no number will do.

    >>> digits_needed(lambda d: 1 - as_shown(0.99983633, d), 0.00016367)
    6
    """
    if not math.isfinite(exact):
        return DIGITS
    most = (FAR + 0.1) * last_place(exact)
    for digits in range(DIGITS, MOST_DIGITS + 1):
        if abs(as_shown(by_hand(digits)) - as_shown(exact)) <= most:
            return digits
    return None


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
    put_in = Substitution.of(graph, node.expression, values, palette)
    digits = digits_needed(put_in.by_hand, value)
    numbers = "= " + colored(marked(f"{mark} alone", latex_number(value)), color)
    if digits and not node.expression.is_Symbol:  # a copy of another node has no more to say
        sign = approximately(equals(put_in.by_hand(digits), value), mark, put_in.tree())
        numbers = f"= {put_in.latex(digits)} {sign} {result}"
    return [
        [colored(node.tex, color), "= " + symbolic(graph, node.expression, palette)],
        ["", numbers],
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
        put_in = Substitution.of(graph, factor.shown, values, palette)
        digits = digits_needed(put_in.by_hand, value)
        sign, numbers = "=", ""
        if digits:
            sign = approximately(equals(put_in.by_hand(digits), value), mark, put_in.tree())
        if digits and not factor.shown.is_number:
            numbers = "= " + put_in.latex(digits)
        rows.append(
            [
                colored(factor.latex, palette["derivative"]),
                "= " + symbolic(graph, factor.shown, palette),
                numbers,
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
    taken = [graph.cancelled(chain) for chain in chains]
    lines = [
        colored(_sum([_product(f.latex for f in chain) for chain in chains]), palette["derivative"])
    ]
    for way in (chains, taken) if taken != list(chains) else (chains,):
        lines.append(_sum([_product(_factor(graph, f, palette) for f in chain) for chain in way]))

    def by_hand(digits: int) -> float:
        return sum(math.prod(as_shown(_value(f, values), digits) for f in chain) for chain in taken)

    digits = digits_needed(by_hand, total)
    sign = "="
    if digits:
        tree_by_hand: Tree = [
            "+",
            *(["*", *(_factor_mark(graph, f) for f in chain)] for chain in taken),
        ]
        sign = approximately(equals(by_hand(digits), total), mark, tree_by_hand)
    if digits and sum(len(chain) for chain in taken) > 1:
        products = [
            _product(
                _bracketed(
                    prefix(_factor_mark(graph, f)), latex_number(_value(f, values), digits=digits)
                )
                for f in chain
            )
            for chain in taken
        ]
        lines.append(colored(_sum(products), palette["derivative"]))
    rows = [["" if k else head, f"= {line}"] for k, line in enumerate(lines)]
    rows.append(["", f"{sign} {result}"])
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
    path: Path,
    step: int,
    graph: Graph,
    palette: Colors,
    lit: Collection[str] = (),
    *,
    averaged: bool = False,
) -> str:
    """What one step did to each trained parameter: the rule, and its numbers put in.

    Line by line as the rule runs, so that a name on the right means its old value until the line
    that renews it. g is the parameter's own derivative, and each has a memory of its own. Where
    the cost is ``averaged`` over samples it has a bar, and where over a batch it says so. ``lit``
    names parts of the memory: the line that renews one is boxed, and its name is bold everywhere.
    """
    cost = graph[graph.output].tex
    if averaged:
        cost = rf"\bar{{{cost}}}" + (r"_{\text{batch}}" if path.batches else "")
    slopes = {
        name: rf"\frac{{\partial {cost}}}{{\partial {graph[name].tex}}}" for name in path.train
    }
    blocks = [
        _update(path.optimizer, name, slopes[name], move, graph, palette, lit)
        for name, move in path.update(step).items()
    ]
    gap = ["", ""]
    return aligned(row for k, block in enumerate(blocks) for row in ([gap] * bool(k) + block))


def rule(optimizer: str, palette: Colors, lit: Collection[str] = ()) -> str:
    """What a rule does to a weight w, in symbols: the lit lines, boxed, and the weight's own."""
    lines = [(name, f"{head} {row}") for name, head, row in _rule(optimizer, "w", palette, lit)]
    *_, (_, last) = lines
    boxed = [_box(line) for name, line in lines if name in lit]
    rows = r" \\[6pt] ".join([*boxed, last])  # below each other, for the width of a phone
    return rf"\begin{{gathered}} {rows} \end{{gathered}}"


def _rule(
    optimizer: str, parameter: str, palette: Colors, lit: Collection[str]
) -> list[tuple[str, str, str]]:
    """For each line of a rule the name that it renews, its symbol, and an arrow and the formula."""
    tints = _tints(palette, lit)
    names = {"g": "g", "p": parameter} | {name: rf"\boldsymbol{{{name}}}" for name in lit}

    def typeset(name: str) -> str:
        return colored(names.get(name, name), tints.get(name, palette["ink"]))

    rows = []
    for name, renewed in assignments(optimizer):
        symbols = {s: typeset(s.name) for s in renewed.free_symbols if s.name in names}
        rows.append((name, typeset(name), rf"\leftarrow {latex(renewed, symbols)}"))
    return rows


def _tints(palette: Colors, lit: Collection[str]) -> dict[str, str]:
    """The colours in a rule: what is lit has that of the gradients which it is made of."""
    tints = {"g": palette["derivative"], "p": palette["parameter"]}
    return tints | dict.fromkeys(lit, palette["derivative"])


def _box(text: str) -> str:
    return rf"\boxed{{{text}}}"


def _update(
    optimizer: str,
    parameter: str,
    derivative: str,
    move: Move,
    graph: Graph,
    palette: Colors,
    lit: Collection[str],
) -> list[list[str]]:
    lines = assignments(optimizer)
    counters = {name for name, renewed in lines if counts(name, renewed)}
    tints = _tints(palette, lit)

    def in_color(name: str, text: str) -> str:
        return colored(text, tints.get(name, palette["ink"]))

    def number(name: str, value: float) -> str:
        return str(int(value)) if name in counters else latex_number(value)

    slope = in_color("g", marked("", latex_number(move.gradient, sign=True)))
    rows = [
        [in_color("g", "g"), f"= {in_color('g', derivative)} = {slope}"],
    ]
    values = {"g": move.gradient, "eta": move.learning_rate, "p": move.before, **move.was}
    results = {**move.now, "p": move.after}
    written = _rule(optimizer, graph[parameter].tex, palette, lit)
    for (name, renewed), (_, head, row) in zip(lines, written, strict=True):
        used = sorted(renewed.free_symbols, key=str)
        put_in = Substitution(
            renewed,
            {s.name: ("", values[s.name]) for s in used},
            {s: tints.get(s.name, palette["ink"]) for s in used},
        )
        digits = digits_needed(put_in.by_hand, results[name])
        sign = marked("", equals(put_in.by_hand(digits or DIGITS), results[name]))
        result = in_color(name, marked("", number(name, results[name])))
        rows.append([head, rf"\;{_box(row)}" if name in lit else row])
        numbers = f"= {put_in.latex(digits, counters)} {sign} {result}" if digits else f"= {result}"
        rows.append(["", numbers])
        values[name] = results[name]
    return rows


def equals(by_hand: float, exact: float) -> str:
    r"""The sign between shown numbers and a shown result: ``=``, or ``\approx`` if rounding shows.

    A learner who computes with the digits on screen gets ``by_hand``; the page's result comes from
    the unrounded numbers. Where it gives none though the formula does, the sign is a word: 1/(−1)
    is a number, but the slope of log at −1 is undefined.

    >>> equals(2 * 0.3333, 2 / 3), equals(2 * 0.25, 0.5), equals(-1.0, math.nan)
    ('\\approx', '=', '\\mathrel{\\text{but}}')
    """
    if gives(by_hand, exact):
        return "="
    return r"\approx" if math.isfinite(exact) else r"\mathrel{\text{but}}"


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


def _factor_mark(graph: Graph, factor: Factor) -> Tree:
    """Of a factor's number. What two factors are together is no edge, so it brings its tree."""
    if factor.parent in graph.parents(factor.child):
        return f"f:{factor.name}"
    return ["exact", _over_values(factor.numeric)]


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
