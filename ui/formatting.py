"""The one formatter of numbers that Python shows; ``web/maths/format.js`` follows its rules.

Values are rounded here, for the eye, and nowhere else.
"""

import math
from decimal import ROUND_HALF_UP, Context, Decimal

# A tie is rounded up, as JavaScript does it; Python alone would round to the even digit.
_HALF_UP = Context(prec=4, rounding=ROUND_HALF_UP)
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float, *, sign: bool = False) -> str:
    """Four significant digits, a real minus sign, powers of ten outside 0.001 to 100 000.

    >>> number(0.0620219), number(-0.597625), number(12345.6), number(1.2e-7, sign=True)
    ('0.06202', '−0.5976', '12346', '+1.200×10⁻⁷')
    """
    mantissa, exponent = _parts(value)
    text = mantissa if exponent is None else f"{mantissa}×10{str(exponent).translate(_SUPERSCRIPT)}"
    return _signed(text, value, sign, "−")


def latex_number(value: float, *, sign: bool = False) -> str:
    r"""The same number as :func:`number`, as LaTeX.

    >>> latex_number(-1.2e-7)
    '-1.200 \\times 10^{-7}'
    """
    mantissa, exponent = _parts(value)
    if not math.isfinite(value):
        mantissa = r"\text{undefined}" if math.isnan(value) else r"\infty"
    text = mantissa if exponent is None else rf"{mantissa} \times 10^{{{exponent}}}"
    return _signed(text, value, sign, "-")


def as_shown(value: float) -> float:
    """The number that a learner reads: rounded to the digits that are shown.

    >>> as_shown(0.0620219), as_shown(-1.23456e-7)
    (0.06202, -1.235e-07)
    """
    if not math.isfinite(value):
        return value
    mantissa, exponent = _parts(value)
    return math.copysign(float(f"{mantissa}e{exponent or 0}"), value)


def _parts(value: float) -> tuple[str, int | None]:
    """The magnitude's digits, and its power of ten if it is written with one."""
    size = abs(value)
    if math.isnan(size):
        return "undefined", None
    if math.isinf(size):
        return "∞", None
    if size == 0:
        return "0", None
    rounded = _HALF_UP.plus(Decimal(size))
    exponent = rounded.adjusted()
    if not 1e-3 <= size < 1e5:
        return str(rounded.scaleb(-exponent)), exponent
    if size >= 1e4:
        return str(Decimal(size).to_integral_value(ROUND_HALF_UP)), None
    return f"{rounded:.{max(3 - exponent, 0)}f}", None


def _signed(text: str, value: float, sign: bool, minus: str) -> str:
    if math.isnan(value) or value == 0:
        return text
    return (minus if value < 0 else "+" if sign else "") + text
