"""What a graph is made of: its nodes, and the local derivatives between them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt
import sympy

from core.functions import Array
from core.numeric import compiled
from core.printing import symbol_latex

Kind = Literal["signal", "parameter", "target", "cost"]
Values = Mapping[str, npt.ArrayLike]  # a node's name to its number or array


@lru_cache(maxsize=4096)
def symbol(name: str) -> sympy.Symbol:
    """The real SymPy symbol that stands for the node of this name in expressions."""
    return sympy.Symbol(name, real=True)


@dataclass(frozen=True)
class Node:
    """One quantity: an input (no expression) or a function of its parents.

    ``written`` is the name by which it is shown, if not its own: ``yhat`` is ŷ. ``kind`` is what
    sort of quantity it is, which decides its colour and shape on screen.
    """

    name: str
    expression: sympy.Expr | None = None
    written: str = ""
    kind: Kind = "signal"

    @property
    def symbol(self) -> sympy.Symbol:
        return symbol(self.name)

    @property
    def tex(self) -> str:
        return symbol_latex(self.written or self.name)


@dataclass(frozen=True)
class Factor:
    r"""One local derivative of a chain, ∂child/∂parent.

    ``expression`` is in the symbols of the child's parents, ``latex`` the fraction
    (``\frac{\partial z_{2}}{\partial a_{1}}``), ``formula`` the LaTeX of what it equals.
    ``shown`` is the expression as it is taught, which may name the child: a₁(1 − a₁).
    """

    child: str
    parent: str
    expression: sympy.Expr
    latex: str
    formula: str
    shown: sympy.Expr = field(repr=False)
    numeric: sympy.Expr = field(repr=False)

    @property
    def name(self) -> str:
        """The key of this factor in JSON and on screen, such as ``dz2/da1``."""
        return f"d{self.child}/d{self.parent}"

    def value(self, values: Values) -> Array:
        """The factor's number, or array of numbers, at the values of a forward pass.

        NaN where the child has no finite value: there it has no slope, whatever the formula gives.
        """
        return where_defined(evaluate(self.numeric, values), values[self.child])


Chain = tuple[Factor, ...]


def evaluate(expression: sympy.Expr, values: Values) -> Array:
    """The number, or array, of an expression at named values; NaN outside its domain."""
    names, compute = _compiled_expression(expression)
    arrays = [as_float(values[name]) for name in names]
    with np.errstate(all="ignore"):
        return np.asarray(compute(*arrays), dtype=float)


@lru_cache(maxsize=1024)
def _compiled_expression(expression: sympy.Expr) -> tuple[tuple[str, ...], Callable[..., Array]]:
    """The names of the symbols in an expression, and the function of their values."""
    symbols = tuple(sorted(expression.free_symbols, key=str))
    return tuple(symbol.name for symbol in symbols), compiled(symbols, [], expression)


def where_defined(derivative: Array, value: npt.ArrayLike) -> Array:
    """The derivative of something, NaN where that has no finite value."""
    defined = np.isfinite(value)
    return derivative if defined.all() else np.where(defined, derivative, np.nan)


def as_float(value: npt.ArrayLike) -> Array:
    """An array of floats, or of complex numbers if it is one."""
    array = np.asarray(value)
    return array if array.dtype.kind in "fc" else array.astype(np.float64)
