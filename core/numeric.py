"""Expressions as NumPy: compiled into functions, and printed as the same code to read.

Both are made by one printer, so a printed script repeats a compiled function to the last bit.

>>> x = sympy.Symbol("x")
>>> compiled([x], [(x, x + 1)], [x**2])(2.0), code(sympy.Add(0.1 * x, 1, evaluate=False))
([9.0], '0.1*x + 1')
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import sympy
from sympy.printing.numpy import NumPyPrinter

from core.functions import NUMPY, REAL, Named, expanded

Line = tuple[sympy.Symbol, sympy.Expr]
"""An assignment."""


class _Printer(NumPyPrinter):  # type: ignore[misc]
    """Sums in the order in which they were written, numbers with every digit."""

    def __init__(self, own: Iterable[str], *, qualified: bool, real: bool = False) -> None:
        self._real = real
        super().__init__(
            {
                "order": "none",
                "fully_qualified_modules": qualified,
                "user_functions": {name: name for name in own},
            }
        )

    def _print_Function(self, function: sympy.Function) -> str:
        if isinstance(function, Named) and function.func.__name__ not in self.known_functions:
            return f"({self._print(expanded(function))})"
        return str(super()._print_Function(function))

    def _print_Float(self, number: sympy.Float) -> str:
        return repr(float(number))

    def _print_Pow(self, power: sympy.Pow, **how: Any) -> str:
        base, exponent = power.args
        can_be_one = exponent == 0 or (exponent.free_symbols and (base.free_symbols or base == 1))
        # As NumPy does it to an array; the power of a single number it would round in another way.
        if self._real and exponent == 2:
            return f"{self._module_format('numpy.square')}({self._print(base)})"
        if self._real and exponent == -1:
            return f"(1/({self._print(base)}))"
        if not can_be_one:
            return str(super()._print_Pow(power, **how))
        # To NumPy 1 to any power and anything to the power 0 are 1, even what is no number.
        where, isnan, nan = (self._module_format(f"numpy.{name}") for name in _NUMPYS)
        b, e = (self._print(part) for part in power.args)
        return f"{where}({isnan}({b}) | {isnan}({e}), {nan}, ({b})**({e}))"


_NUMPYS = ("where", "isnan", "nan")


def compiled(
    arguments: Sequence[Any], lines: Sequence[Line], results: Any, *, real: bool = False
) -> Callable[..., Any]:
    """One NumPy function that runs the assignments in order, each a line, and gives the results.

    ``arguments`` and ``results`` may be nested: a tuple of symbols is an argument that is unpacked.
    Each line is computed once, at the smallest shape that broadcasting allows. ``real`` says that
    no argument will be complex: the same numbers, sooner, and of single numbers of NumPy's the same
    as of arrays of one.
    """
    own: Mapping[str, Callable[..., Any]] = NUMPY | REAL if real else NUMPY
    # lambdify lets a caller supply the common subexpressions: here they are the lines.
    return sympy.lambdify(  # type: ignore[no-any-return]
        list(arguments),
        None,
        modules=[own, "numpy"],
        printer=_Printer(own, qualified=False, real=real),
        cse=lambda _: (list(lines), results),
    )


def code(expression: sympy.Expr) -> str:
    """The expression as Python that calls NumPy as ``np``, every digit of a number kept.

    What NumPy lacks, such as the sigmoid, is called by its own name.
    """
    return str(_Printer(REAL, qualified=True).doprint(expression)).replace("numpy.", "np.")
