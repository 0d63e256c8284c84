r"""LaTeX blocks: the symbol, the formula, the numbers put in, the result.

Everything is printed from the graph's own expressions; each symbol and each number carries the
colour of its kind of quantity. The numbers are marked for :mod:`ui.formula`, so that they follow
what is dragged: ``v:z1`` is a node's value, ``f:dz2/da1`` a factor, ``d:w1`` a derivative.
"""

import math
from collections.abc import Iterable, Sequence

import sympy

from core.formatting import as_shown, latex_number
from core.graph import Chain, Factor, Graph
from core.printing import Tree
from ui.formula import approximately, marked, prefix
from ui.theme import Colors
from ui.words.substitution import (
    Numbers,
    Substitution,
    aligned,
    bracketed,
    colored,
    digits_needed,
    equals,
    over_values,
    symbolic,
)


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
                bracketed(
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


def _factor_mark(graph: Graph, factor: Factor) -> Tree:
    """Of a factor's number. What two factors are together is no edge, so it brings its tree."""
    if factor.parent in graph.parents(factor.child):
        return f"f:{factor.name}"
    return ["exact", over_values(factor.numeric)]
