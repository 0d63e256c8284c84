"""Functions, activations and costs: one row each, and all that is known of them in it.

A function of one argument is a row of :data:`FUNCTIONS`, an activation one of :data:`ACTIVATIONS`,
a cost one of :data:`COSTS`. The derivatives come from SymPy; nothing is differentiated by hand
except where that reads better than what SymPy finds (:class:`sigmoid`), and there the derivative
stands next to the definition.

>>> z = sympy.Symbol("z", real=True)
>>> sigmoid(z).diff(z), relu(z).diff(z)
((1 - sigmoid(z))*sigmoid(z), step(z))
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import sympy

Array = npt.NDArray[Any]


# ---- functions that are new to SymPy


class Named(sympy.Function):  # type: ignore[misc]
    """A function of one argument, written by its own name or as the Greek letter ``greek``.

    ``definition`` says what it is in functions that are known already. From that come its
    derivative and, unless its row in :data:`FUNCTIONS` has forms of its own, all its numbers.
    """

    nargs = 1
    greek = ""

    @staticmethod
    def definition(z: sympy.Expr) -> sympy.Expr:
        raise NotImplementedError

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        z = sympy.Dummy(real=True)
        return self.definition(z).diff(z).xreplace({z: self.args[0]})

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        power = f"^{{{exp}}}" if exp else ""
        argument = printer._print(self.args[0])
        name = rf"\{self.greek}" if self.greek else rf"\operatorname{{{self.func.__name__}}}"
        return rf"{name}{power}\left({argument}\right)"


class sigmoid(Named):  # noqa: N801  SymPy names functions in lower case
    r"""The logistic function, :math:`\sigma(z) = 1 / (1 + e^{-z})`.

    Kept as one symbol, because closed forms of nested sigmoids grow by a factor of
    three to four with every level when they are differentiated.
    """

    greek = "sigma"

    @staticmethod
    def definition(z: sympy.Expr) -> sympy.Expr:
        return 1 / (1 + sympy.exp(-z))

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        return self * (1 - self)


class softplus(Named):  # noqa: N801
    r""":math:`\log(1 + e^z)`, the antiderivative of the sigmoid; used to evaluate log σ."""

    @staticmethod
    def definition(z: sympy.Expr) -> sympy.Expr:
        return sympy.log(1 + sympy.exp(z))

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        return sigmoid(self.args[0])


class step(Named):  # noqa: N801
    """One where the argument is positive, zero elsewhere: the slope of relu."""

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        return sympy.Integer(0)


class relu(Named):  # noqa: N801
    """max(0, z). At the kink, z = 0, the subgradient 0 is used, as PyTorch does."""

    @staticmethod
    def definition(z: sympy.Expr) -> sympy.Expr:
        return z * step(z)


# ---- how NumPy computes them; the product with zero carries NaN through


def _sigmoid(z: Array) -> Any:
    return 1 / (1 + np.exp(-z))


def _sigmoid_complex(z: Array) -> Any:
    # A complex exp overflows to NaN, not to a harmless infinity: it gets only z left of 0.
    e = np.exp(np.where(np.real(z) > 0, -z, z))
    return np.where(np.real(z) > 0, 1, e) / (1 + e)


def _softplus(z: Array) -> Any:
    # Twice as fast as logaddexp on large arrays, and as exact.
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def _softplus_complex(z: Array) -> Any:
    right = np.real(z) > 0
    return np.where(right, z, 0) + np.log1p(np.exp(np.where(right, -z, z)))


def _step(z: Array) -> Any:
    return np.where(z > 0, 1.0, 0.0) + 0 * z


def _relu(z: Array) -> Any:
    return np.where(z > 0, z, 0 * z)


# ---- and plain Python, for the constants in typed formulas

TINY = math.ulp(0.0)


def _exp(z: float) -> float:
    return math.exp(z) or TINY  # rounding to 0 must not pass for a true 0


def _sigmoid_number(z: float) -> float:
    small = _exp(-abs(z))
    return (1 if z > 0 else small) / (1 + small)


class Function(NamedTuple):
    """A function of one argument.

    Attributes:
        symbolic: its class in SymPy.
        number: its value for one number, ValueError where it has none; None if it is not a
            function that can be typed.
        needs: what numbers it has a value for, in words, if not for all.
        real: how NumPy computes it, where NumPy lacks it. Scripts print this function's source,
            and ``FUNCTIONS`` in ``ui/web/maths/evaluate.js`` has the same form.
        for_complex: the same for complex numbers, where ``real``, or NumPy's own, would stop the
            complex step: the real part decides on which side of 0 a number is.
        torch: how PyTorch computes it, unless as ``real`` with its functions for NumPy's.
        corner: whether its slope is one-sided, or its value jumps, where the argument is 0.
        own_value: whether its derivative is taught in terms of its value: a(1 − a), 1 − a², eᵘ.
    """

    symbolic: type[sympy.Function]
    number: Callable[[float], float] | None = None
    needs: str = ""
    real: Callable[[Array], Array] | None = None
    for_complex: Callable[[Array], Array] | None = None
    torch: str = ""
    corner: bool = False
    own_value: bool = False


_POSITIVE, _UNIT = "a number greater than 0", "a number from −1 to 1"

FUNCTIONS: dict[str, Function] = {
    "sin": Function(sympy.sin, math.sin),
    "cos": Function(sympy.cos, math.cos),
    "tan": Function(sympy.tan, math.tan),
    "asin": Function(sympy.asin, math.asin, _UNIT),
    "acos": Function(sympy.acos, math.acos, _UNIT),
    "atan": Function(sympy.atan, math.atan),
    "sinh": Function(sympy.sinh, math.sinh),
    "cosh": Function(sympy.cosh, math.cosh),
    "tanh": Function(sympy.tanh, math.tanh, own_value=True),
    "exp": Function(sympy.exp, _exp, own_value=True),
    "log": Function(sympy.log, math.log, _POSITIVE),
    "ln": Function(sympy.log, math.log, _POSITIVE),
    "sqrt": Function(sympy.sqrt, math.sqrt, "a number that is not negative"),
    "sigmoid": Function(
        sigmoid,
        _sigmoid_number,
        real=_sigmoid,
        for_complex=_sigmoid_complex,
        torch="torch.sigmoid",
        own_value=True,
    ),
    "relu": Function(
        relu,
        lambda z: max(z, 0.0),
        real=_relu,
        for_complex=lambda z: np.where(np.real(z) > 0, z, 0 * np.real(z)),
        torch="torch.relu",
        corner=True,
    ),
    "abs": Function(
        sympy.Abs,
        abs,
        for_complex=lambda z: np.where(np.real(z) > 0, z, -z),
        corner=True,
    ),
    "softplus": Function(
        softplus,
        real=_softplus,
        for_complex=_softplus_complex,
        torch="lambda z: -torch.nn.functional.logsigmoid(-z)",
    ),
    "step": Function(step, real=_step, for_complex=lambda z: _step(np.real(z)), corner=True),
    "sign": Function(sympy.sign, corner=True),
}
"""By the name that is typed, or that scripts and the browser call it by."""


class Activation(NamedTuple):
    """What a network's node makes of its z: how it is called, and the expression in z.

    ``torch`` is the class of ``torch.nn`` that computes it, if there is one.
    """

    label: str
    of: Callable[[sympy.Expr], sympy.Expr]
    torch: str = ""


ACTIVATIONS: dict[str, Activation] = {
    "sigmoid": Activation("Sigmoid", sigmoid, "nn.Sigmoid"),
    "tanh": Activation("Tanh", sympy.tanh, "nn.Tanh"),
    "relu": Activation("ReLU", relu, "nn.ReLU"),
    "identity": Activation("Identity", lambda z: z),
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


class Cost(NamedTuple):
    """What a prediction costs beside its target.

    ``of`` gives the expression. ``probabilities`` says that both must lie between 0 and 1: the
    output node is then a sigmoid, and other targets are refused.
    """

    label: str
    of: Callable[[sympy.Expr, sympy.Expr], sympy.Expr]
    probabilities: bool = False


COSTS: dict[str, Cost] = {
    "half_squared_error": Cost("Half squared error", half_squared_error),
    "squared_error": Cost("Squared error", squared_error),
    "cross_entropy": Cost("Cross-entropy", cross_entropy, probabilities=True),
}


# ---- what follows from the rows


def _numpy(row: Function) -> Callable[[Array], Array]:
    real, other = row.real, row.for_complex
    if real is None or other is None:
        return real or other or row.symbolic
    return lambda z: other(z) if np.iscomplexobj(z) else real(z)


REAL: dict[str, Callable[[Array], Array]] = {
    row.symbolic.__name__: row.real for row in FUNCTIONS.values() if row.real
}
"""How NumPy computes what it lacks, for real numbers; by SymPy's names."""

NUMPY: dict[str, Callable[[Array], Array]] = {
    row.symbolic.__name__: _numpy(row) for row in FUNCTIONS.values() if row.real or row.for_complex
}
"""The same for real and complex numbers, with what NumPy has in a form that stops the complex step.

Overflow of ``exp`` is harmless (1/inf is the right 0) and silenced where the graph evaluates.
"""

CORNERED = tuple(row.symbolic for row in FUNCTIONS.values() if row.corner)
"""Functions with a corner or a jump where their argument is 0."""

WRITTEN_BY_OWN_VALUE = tuple(row.symbolic for row in FUNCTIONS.values() if row.own_value)
"""Functions whose derivative is taught in terms of their own value."""


def expanded(expression: sympy.Expr) -> sympy.Expr:
    """The expression with what has only a definition written out, for NumPy and the browser.

    >>> class square(Named):
    ...     definition = staticmethod(lambda z: z**2)
    >>> expanded(square(square(sympy.Symbol("z"))) + relu(sympy.Symbol("z")))
    z**4 + relu(z)
    """
    while only_defined := [f for f in expression.atoms(Named) if f.func.__name__ not in REAL]:
        expression = expression.xreplace({f: f.definition(f.args[0]) for f in only_defined})
    return expression


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
