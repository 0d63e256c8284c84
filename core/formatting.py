"""The one formatter of numbers, for sentences, equations and tables.

``ui/web/maths/format.js`` follows the same rules in the browser, and is tested against this.
Values are rounded here, for the eye, and nowhere else.
"""

import math
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

DIGITS = 4
"""Significant digits, where more are not asked for."""
MOST_DIGITS = 12
"""The most that are asked for: what is computed from more would lose itself in rounding."""
TIE = 1e-13
"""The relative distance at which a number counts as half-way between two others."""

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float, *, sign: bool = False, digits: int = DIGITS) -> str:
    """Significant digits, a real minus sign, powers of ten outside 0.001 to 100 000.

    >>> number(0.0620219), number(-0.597625), number(12345.6), number(1.2e-7, sign=True)
    ('0.06202', '−0.5976', '12346', '+1.200×10⁻⁷')
    """
    return _text(*_parts(value, digits), value, sign)


def short(value: float) -> str:
    """The same without zeros at the end: for numbers that somebody chose.

    >>> short(0.8), short(-10), short(12345.6), short(1e-6)
    ('0.8', '−10', '12346', '10⁻⁶')
    """
    mantissa, exponent = _parts(value, DIGITS)
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    if exponent is not None and mantissa == "1":
        return _signed(_power(exponent), value, False, "−")
    return _text(mantissa, exponent, value, False)


def latex_number(value: float, *, sign: bool = False, digits: int = DIGITS) -> str:
    r"""The same number as :func:`number`, as LaTeX.

    >>> latex_number(-1.2e-7)
    '-1.200 \\times 10^{-7}'
    """
    mantissa, exponent = _parts(value, digits)
    if not math.isfinite(value):
        mantissa = r"\text{undefined}" if math.isnan(value) else r"\infty"
    text = mantissa if exponent is None else rf"{mantissa} \times 10^{{{exponent}}}"
    return _signed(text, value, sign, "-")


def as_shown(value: float, digits: int = DIGITS) -> float:
    """The number that a learner reads: rounded to the digits that are shown.

    >>> as_shown(0.0620219), as_shown(-1.23456e-7)
    (0.06202, -1.235e-07)
    """
    if not math.isfinite(value):
        return value
    mantissa, exponent = _parts(value, digits)
    return math.copysign(float(f"{mantissa}e{exponent or 0}"), value)


def gives(by_hand: float, exact: float) -> bool:
    """Whether a result found from shown digits is the one that is shown.

    What lies between two numbers with four digits may be rounded to either.

    >>> gives(2 * 0.25, 0.5), gives(2 * 0.3333, 2 / 3), gives(0.63**2 / 2, 0.1984)
    (True, False, True)
    """
    near = (by_hand, by_hand * (1 + TIE), by_hand * (1 - TIE))
    return any(number(value) == number(exact) for value in near)


def last_place(value: float) -> float:
    """What one unit of the last digit shown is worth.

    >>> last_place(0.0620219), last_place(9999.7), last_place(12345.6)
    (1e-05, 1.0, 1.0)
    """
    if value == 0 or not math.isfinite(value):
        return 0.0
    mantissa, exponent = _parts(value, DIGITS)
    decimals = len(mantissa.partition(".")[2])
    return float(f"1e{(exponent or 0) - decimals}")


@lru_cache(maxsize=4096)  # the same numbers are shown again and again
def _parts(value: float, digits: int) -> tuple[str, int | None]:
    """The magnitude's digits, and its power of ten if it is written with one."""
    size = abs(value)
    if math.isnan(size):
        return "undefined", None
    if math.isinf(size):
        return "∞", None
    if size == 0:
        return "0", None
    rounded = _rounding(digits).plus(Decimal(size))
    exponent = rounded.adjusted()
    if not 1e-3 <= size < 1e5:
        return f"{rounded.scaleb(-exponent):.{digits - 1}f}", exponent
    if size >= 10 ** min(digits, 5):  # no digit before the point is rounded off
        return str(Decimal(size).to_integral_value(ROUND_HALF_UP)), None
    return f"{rounded:.{max(digits - 1 - exponent, 0)}f}", None


@lru_cache
def _rounding(digits: int) -> Context:
    # A tie is rounded up, as JavaScript does it; Python alone would round to the even digit.
    return Context(prec=digits, rounding=ROUND_HALF_UP)


def _text(mantissa: str, exponent: int | None, value: float, sign: bool) -> str:
    text = mantissa if exponent is None else f"{mantissa}×{_power(exponent)}"
    return _signed(text, value, sign, "−")


def _power(exponent: int) -> str:
    return f"10{str(exponent).translate(_SUPERSCRIPT)}"


def _signed(text: str, value: float, sign: bool, minus: str) -> str:
    if math.isnan(value) or value == 0:
        return text
    return (minus if value < 0 else "+" if sign else "") + text
