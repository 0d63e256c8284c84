"""Activations and costs: one symbolic definition each, and how NumPy evaluates it.

An activation is a function of one expression, a cost a function of the prediction
and the target. Their derivatives come from SymPy; nothing is differentiated by hand
except where a function is new to SymPy (:class:`sigmoid`, :class:`relu`), and there
the derivative stands next to the definition.

>>> z = sympy.Symbol("z", real=True)
>>> sigmoid(z).diff(z)
(1 - sigmoid(z))*sigmoid(z)
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy

Array = npt.NDArray[Any]


class _Named(sympy.Function):  # type: ignore[misc]
    """A function of one argument that prints as ``tex(argument)``."""

    nargs = 1
    tex = ""

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        power = f"^{{{exp}}}" if exp else ""
        argument = printer._print(self.args[0])
        return rf"{self.tex}{power}\left({argument}\right)"


class sigmoid(_Named):  # noqa: N801  SymPy names functions in lower case
    r"""The logistic function, :math:`\sigma(z) = 1 / (1 + e^{-z})`.

    Kept as one symbol, because closed forms of nested sigmoids grow by a factor of
    three to four with every level when they are differentiated.
    """

    tex = r"\sigma"

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        return self * (1 - self)

    def _eval_rewrite_as_exp(self, z: sympy.Expr, **_: Any) -> sympy.Expr:
        return 1 / (1 + sympy.exp(-z))


class softplus(_Named):  # noqa: N801
    r""":math:`\log(1 + e^z)`, the antiderivative of the sigmoid; used to evaluate log σ."""

    tex = r"\operatorname{softplus}"

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        return sigmoid(self.args[0])

    def _eval_rewrite_as_exp(self, z: sympy.Expr, **_: Any) -> sympy.Expr:
        return sympy.log(1 + sympy.exp(z))


class step(_Named):  # noqa: N801
    """One where the argument is positive, zero elsewhere: the slope of relu."""

    tex = r"\operatorname{step}"

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        return sympy.Integer(0)

    def _eval_rewrite_as_Piecewise(self, z: sympy.Expr, **_: Any) -> sympy.Expr:
        return sympy.Piecewise((1, z > 0), (0, True))


class relu(_Named):  # noqa: N801
    """max(0, z). At the kink, z = 0, the subgradient 0 is used, as PyTorch does."""

    tex = r"\operatorname{relu}"

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        return step(self.args[0])

    def _eval_rewrite_as_Piecewise(self, z: sympy.Expr, **_: Any) -> sympy.Expr:
        return sympy.Piecewise((z, z > 0), (0, True))


ACTIVATIONS: dict[str, Callable[[sympy.Expr], sympy.Expr]] = {
    "sigmoid": sigmoid,
    "tanh": sympy.tanh,
    "relu": relu,
    "identity": lambda z: z,
}


def _difference(prediction: sympy.Expr, target: sympy.Expr) -> sympy.Expr:
    return sympy.Add(prediction, -target, evaluate=False)


def half_squared_error(prediction: sympy.Expr, target: sympy.Expr) -> sympy.Expr:
    """½(ŷ − y)²; the half cancels the 2 of its derivative, ŷ − y."""
    return _difference(prediction, target) ** 2 / 2


def squared_error(prediction: sympy.Expr, target: sympy.Expr) -> sympy.Expr:
    """(ŷ − y)²."""
    return _difference(prediction, target) ** 2


def cross_entropy(prediction: sympy.Expr, target: sympy.Expr) -> sympy.Expr:
    """−(y log ŷ + (1 − y) log(1 − ŷ)), for a target and a prediction between 0 and 1."""
    hit = target * sympy.log(prediction)
    miss = (1 - target) * sympy.log(1 - prediction)
    return -sympy.Add(hit, miss, evaluate=False)


COSTS: dict[str, Callable[[sympy.Expr, sympy.Expr], sympy.Expr]] = {
    "half_squared_error": half_squared_error,
    "squared_error": squared_error,
    "cross_entropy": cross_entropy,
}

WRITTEN_BY_OWN_VALUE = (sigmoid, sympy.tanh, sympy.exp)
"""Functions whose derivative is taught in terms of their own value: a(1 − a), 1 − a², e^u."""


def stable(expression: sympy.Expr) -> sympy.Expr:
    """The same quantity in a form that keeps its digits where σ or tanh saturate.

    1 − σ(u) is σ(−u), log σ(u) is −softplus(−u), and 1 − tanh²(u) is
    4 σ(2u) σ(−2u); the left-hand sides lose every digit once σ(u) or tanh(u) rounds to one.

    >>> z = sympy.Symbol("z", real=True)
    >>> stable(sympy.log(1 - sigmoid(z)))
    -softplus(z)
    """
    complements: dict[sympy.Expr, sympy.Expr] = {
        1 - f: sigmoid(-f.args[0]) for f in expression.atoms(sigmoid)
    }
    complements |= {
        1 - f**2: 4 * sigmoid(2 * f.args[0]) * sigmoid(-2 * f.args[0])
        for f in expression.atoms(sympy.tanh)
    }
    expression = expression.xreplace(complements)
    logs = [f for f in expression.atoms(sympy.log) if isinstance(f.args[0], sigmoid)]
    return expression.xreplace({f: -softplus(-f.args[0].args[0]) for f in logs})


def _positive(z: Array) -> Array:
    # The real part decides, so that the complex step can pass through.
    positive: Array = np.greater(np.real(z), 0)
    return positive


def _sigmoid(z: Array) -> Array:
    value: Array
    if np.iscomplexobj(z):
        # A complex exp overflows to NaN, not to a harmless infinity: it gets only z left of 0.
        e = np.exp(np.where(_positive(z), -z, z))
        value = np.where(_positive(z), 1, e) / (1 + e)
    else:
        value = 1 / (1 + np.exp(-z))
    return value


def _softplus(z: Array) -> Array:
    value: Array
    if np.iscomplexobj(z):
        value = np.where(_positive(z), z, 0) + np.log1p(np.exp(np.where(_positive(z), -z, z)))
    else:  # twice as fast as logaddexp on large arrays, and as exact
        value = np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))
    return value


NUMPY: dict[str, Callable[[Array], Array]] = {
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "step": lambda z: _positive(z).astype(np.float64) + 0 * np.real(z),
    "relu": lambda z: np.where(_positive(z), z, 0 * np.real(z)),
    "Abs": lambda z: np.where(_positive(z), z, -z),
}
"""What lambdify calls for names NumPy lacks, or has in a form the complex step cannot pass.

Real or complex arrays in, the same shape out. Overflow of ``exp`` is harmless (1/inf is the
right 0) and silenced where the graph evaluates.
"""
