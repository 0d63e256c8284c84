"""A formula with numbers in its symbols' places, with as many digits as its result takes."""

import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import sympy

from core.formatting import DIGITS, MOST_DIGITS, as_shown, gives, last_place, latex_number
from core.functions import sigmoid
from core.graph import Graph, evaluate, symbol
from core.printing import Tree, latex, tree
from ui.formula import marked, prefix
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
    used = expression.free_symbols
    names = {
        node.symbol: colored(node.tex, palette[node.kind])
        for node in graph.nodes
        if node.symbol in used
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
        used = put_in.free_symbols
        for node in graph.nodes:
            if node.symbol in used:
                numbers[node.name] = f"v:{node.name}", float(values[node.name])
                colors[node.symbol] = palette[node.kind]
        for rest, own in rests.items():
            exact = graph.numeric(rest)
            numbers[own.name] = ["exact", over_values(exact)], float(evaluate(exact, values))
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

    def latex(self, digits: int = DIGITS, integers: Collection[str] = ()) -> str:
        """The numbers in their symbols' places, negative ones in brackets.

        ``integers`` names those that count something, and are written without decimals.
        """
        texts = {
            name: str(int(value)) if name in integers else latex_number(value, digits=digits)
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


def bracketed(mark: str, number: str) -> str:
    """A number between others: one with a sign, or with a product in it, needs brackets."""
    needs = number.startswith("-") or r"\times" in number
    return marked(f"{mark} bracketed", f"({number})" if needs else number)


def over_values(expression: sympy.Expr) -> Tree:
    """The expression as a tree over the marks of its nodes' values."""
    marks = {s: sympy.Symbol(f"v:{s.name}", real=True) for s in expression.free_symbols}
    return tree(expression.xreplace(marks))


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
        return f"{color}{{{bracketed(mark, digits) if bracket else marked(mark, digits)}}}"

    return _PLACE.sub(number, text)


def _bare(text: str) -> str:
    """A number that stands alone needs no bracket."""
    return re.sub(r"\{\((.*)\)\}$", r"{\1}", text)


_DOUBLE_BRACKET = re.compile(r"\\left\(\\textcolor\{(#\w+)\}\{\(([^()]*)\)\}\\right\)")
_ALONE = re.compile(r"\{\\textcolor\{(#\w+)\}\{\(([^()]*)\)\}\}")
"""A bracketed number that has a numerator, a root or an exponent to itself."""
_PLACE = re.compile(r"(\\textcolor\{#\w+\})\{(\()?(\w+)\)?\}")
"""Where a number is to be put in: its colour, whether in brackets, and the name."""
