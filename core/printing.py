"""How an expression is written: LaTeX for people, nested lists for the browser.

Both keep the order in which a formula was built (w₁x + b₁, 2 + cos x), which SymPy's own
printers would sort by the alphabet.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import sympy
from sympy.printing.latex import LatexPrinter

from core.functions import expanded

Tree = float | str | list[Any]


class _Printer(LatexPrinter):  # type: ignore[misc]
    def _print_log(self, expr: sympy.Expr, exp: str | None = None) -> str:
        power = f"^{{{exp}}}" if exp else ""
        return rf"\log{power}\left({self._print(expr.args[0])}\right)"

    def _print_Float(self, expr: sympy.Float) -> str:
        mantissa, power = decimal(expr)
        if not power:
            return mantissa
        ten = f"10^{{{power}}}"
        return ten if mantissa == "1" else rf"{mantissa} \cdot {ten}"


def decimal(number: sympy.Float) -> tuple[str, int]:
    """Mantissa and power of ten, with all the digits that a constant computes with.

    Nothing is rounded, so no ≈ need stand beside it.

    >>> decimal(sympy.Float(2.5e-7)), decimal(sympy.Float(3.0))
    (('2.5', -7), ('3', 0))
    """
    mantissa, _, power = repr(float(number)).partition("e")
    return mantissa.removesuffix(".0"), int(power or 0)


def latex(
    expression: sympy.Expr, names: Mapping[sympy.Symbol, str] | None = None, *, times: str = ""
) -> str:
    r"""LaTeX in the order written; ``names`` says how symbols are typeset.

    ``times`` is the sign of multiplication, none by default.

    >>> w, x, b = sympy.symbols("w1 x b1")
    >>> latex(sympy.Add(w * x, b, evaluate=False))
    'w_{1} x + b_{1}'
    """
    return _printed(expression, tuple((names or {}).items()), times)


@lru_cache(maxsize=4096)  # the same formulas are shown again and again
def _printed(
    expression: sympy.Expr, names: tuple[tuple[sympy.Symbol, str], ...], times: str
) -> str:
    settings = {"order": "none", "symbol_names": dict(names), "mul_symbol": times or None}
    return str(_Printer(settings).doprint(expression))


def symbol_latex(name: str) -> str:
    r"""A name as LaTeX; what stands before an underscore is the layer, as a superscript.

    >>> symbol_latex("w1"), symbol_latex("yhat"), symbol_latex("w2_13")
    ('w_{1}', '\\hat{y}', 'w^{(2)}_{13}')
    """
    layered = LAYERED.fullmatch(name)
    if layered:
        letter, layer, neuron = layered.groups()
        return f"{letter}^{{({layer})}}_{{{neuron}}}"
    return latex(sympy.Symbol(name))


LAYERED = re.compile(r"([a-z])(\d)_(\d+)")
"""A name in a network of layers: its letter, its layer, and which of that layer it is."""


def tree(expression: sympy.Expr) -> Tree:
    """The expression as nested lists: a number, a name, or ``[operation, argument, …]``.

    Operations: ``+`` and ``*`` (two or more arguments), ``^`` (two), and the functions of one
    argument by SymPy's names in lower case. The browser evaluates these as data.

    >>> x = sympy.Symbol("x")
    >>> tree(2 + sympy.cos(x))
    ['+', 2.0, ['cos', 'x']]
    """
    return _tree(expanded(expression))


def _tree(expression: sympy.Expr) -> Tree:
    if expression.is_Symbol:
        return str(expression.name)
    if expression.is_number:
        return float(expression)
    operation = _OPERATIONS.get(expression.func) or expression.func.__name__.lower()
    return [operation, *(_tree(argument) for argument in expression.args)]


_OPERATIONS = {sympy.Add: "+", sympy.Mul: "*", sympy.Pow: "^"}
