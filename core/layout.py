r"""How an expression is written where no library sets equations: as MathML, and on one line.

The stage draws with what browsers have: MathML in HTML, and plain text in SVG. Both are made from
one layout, in the order and with the brackets of :func:`core.printing.latex`.

>>> y, a = sympy.symbols("y a2")
>>> expression = sympy.Mul(a, 1 - a, evaluate=False)
>>> text(expression, {a: "yhat"})
'ŷ(1 − ŷ)'
>>> mathml(a / 2, {a: "yhat"})
'<mfrac><mover><mi>y</mi><mo>^</mo></mover><mn>2</mn></mfrac>'
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from html import escape
from typing import NamedTuple

import sympy
from sympy.printing.latex import LatexPrinter
from sympy.printing.precedence import PRECEDENCE, precedence_traditional
from sympy.simplify import fraction

from core.functions import Named
from core.printing import LAYERED, decimal

Names = Mapping[sympy.Symbol, str]
"""What symbols are called, if not by their own names; a name ends in digits, or in ``hat``, or
is one of a network of layers, such as ``w2_13``."""


def mathml(expression: sympy.Expr, names: Names | None = None, kinds: Names | None = None) -> str:
    """The expression as presentation MathML, without the enclosing ``<math>``.

    ``kinds`` gives a symbol the class that colours it.
    """
    return _mathml(_layout(expression, _items(names), _items(kinds)))


def text(expression: sympy.Expr, names: Names | None = None) -> str:
    """The expression on one line, with Unicode sub- and superscripts."""
    return _text(_layout(expression, _items(names), ()))


def label(name: str) -> tuple[str, str]:
    """A name's letter and subscript, which SVG has to place by itself.

    >>> label("w1"), label("yhat")
    (('w', '1'), ('ŷ', ''))
    >>> label("w2_13")
    ('w⁽²⁾', '13')
    """
    piece = _name(name)
    below = piece.parts[1].characters if piece.sort in ("sub", "subsup") else ""
    if piece.sort == "subsup":
        letter, _, layer = piece.parts
        return letter.characters + _superscript(layer), below
    return _text(piece.parts[0] if below else piece), below


# ---- the layout


class Piece(NamedTuple):
    """A part of a formula: its sort, its characters or the pieces that it is made of, its class.

    Sorts: ``mi mn mo`` (a letter, a number, an operator), ``bracket`` (one as high as a letter),
    ``function`` (an upright name), ``row``, ``product`` (a row of factors), ``frac sqrt root sup
    sub subsup hat``.
    """

    sort: str
    characters: str = ""
    parts: tuple["Piece", ...] = ()
    kind: str = ""


_Items = tuple[tuple[sympy.Symbol, str], ...]


def _items(names: Names | None) -> _Items:
    return tuple((names or {}).items())


@lru_cache(maxsize=4096)
def _layout(expression: sympy.Expr, names: _Items, kinds: _Items) -> Piece:
    piece: Piece = _Layout(dict(names), dict(kinds)).doprint(expression)
    return piece


def _row(*pieces: Piece) -> Piece:
    return pieces[0] if len(pieces) == 1 else Piece("row", parts=pieces)


def _name(name: str, kind: str = "") -> Piece:
    if layered := LAYERED.fullmatch(name):
        letter, layer, neuron = layered.groups()
        parts = (Piece("mi", letter), Piece("mn", neuron), Piece("mn", f"({layer})"))
        return Piece("subsup", parts=parts, kind=kind)
    base, digits = re.fullmatch(r"(.*?)(\d*)", name).groups()  # type: ignore[union-attr]
    if base.endswith("hat"):
        return Piece("hat", parts=(Piece("mi", base.removesuffix("hat")),), kind=kind)
    letter = Piece("mi", _greek(base) if len(base) > 1 else base)
    if not digits:
        return letter._replace(kind=kind)
    return Piece("sub", parts=(letter, Piece("mn", digits)), kind=kind)


def _greek(name: str) -> str:
    try:
        return unicodedata.lookup(f"GREEK SMALL LETTER {name.upper()}")
    except KeyError:
        return name


def _bracketed(piece: Piece) -> Piece:
    sort = "mo" if _holds(piece, "frac") else "bracket"
    return Piece("row", parts=(Piece(sort, "("), piece, Piece(sort, ")")))


def _raised(base: Piece, exponent: Piece) -> Piece:
    if base.sort == "sub":
        parts = (part._replace(kind=base.kind) for part in base.parts)
        return Piece("subsup", parts=(*parts, exponent))
    if base.sort == "subsup":
        return Piece("sup", parts=(_bracketed(base), exponent))
    if base.sort == "row":  # what stands after a bracket is raised with it
        return Piece("row", parts=(*base.parts[:-1], _raised(base.parts[-1], exponent)))
    return Piece("sup", parts=(base, exponent))


def _holds(piece: Piece, sort: str) -> bool:
    return piece.sort == sort or any(_holds(part, sort) for part in piece.parts)


def _begins_with_number(piece: Piece) -> bool:
    if piece.sort == "frac":
        return all(part.sort == "mn" for part in piece.parts)
    if piece.sort in ("row", "product", "sup"):
        return _begins_with_number(piece.parts[0])
    return piece.sort == "mn"


def _ends_in_number(piece: Piece) -> bool:
    if piece.parts:
        return _ends_in_number(piece.parts[0 if piece.sort == "root" else -1])
    return piece.sort == "mn"


class _Layout(LatexPrinter):  # type: ignore[misc]
    """Decides on order and brackets as SymPy's LaTeX does, and returns pieces, not text."""

    printmethod = None

    def __init__(self, names: Names, kinds: Names) -> None:
        super().__init__({"order": "none"})
        self.names, self.kinds = names, kinds

    def doprint(self, expr: sympy.Expr) -> Piece:
        piece: Piece = self._print(expr)
        return piece

    def _print_Symbol(self, expr: sympy.Symbol) -> Piece:
        return _name(self.names.get(expr, expr.name), self.kinds.get(expr, ""))

    def _print_Exp1(self, expr: sympy.Expr) -> Piece:
        return Piece("mi", "e")

    def _print_Pi(self, expr: sympy.Expr) -> Piece:
        return Piece("mi", "π")

    def _print_Rational(self, expr: sympy.Rational) -> Piece:
        over, under = (Piece("mn", str(number)) for number in (abs(expr.p), expr.q))
        size = over if expr.q == 1 else Piece("frac", parts=(over, under))
        return _row(Piece("mo", "−"), size) if expr.p < 0 else size

    def _print_Float(self, expr: sympy.Float) -> Piece:
        mantissa, power = decimal(expr)
        pieces = [Piece("mo", "−")] if mantissa.startswith("-") else []
        digits = Piece("mn", mantissa.lstrip("-"))
        if not power:
            return _row(*pieces, digits)
        ten = _raised(Piece("mn", "10"), self._print_Rational(sympy.Integer(power)))
        return _row(*pieces, *(() if mantissa == "1" else (digits, Piece("mo", "·"))), ten)

    def _print_Add(self, expr: sympy.Add, order: str | None = None) -> Piece:
        pieces = []
        for k, term in enumerate(expr.args):
            taken = k > 0 and term.could_extract_minus_sign()
            if k > 0:
                pieces.append(Piece("mo", "−" if taken else "+"))
            term = -term if taken else term
            piece = self._print(term)
            pieces.append(_bracketed(piece) if self._needs_add_brackets(term) else piece)
        return _row(*pieces)

    def _print_Mul(self, expr: sympy.Expr) -> Piece:
        factors = expr.args
        if expr.is_Mul and (factors[0] == 1 or any(f.is_Number for f in factors[1:])):
            return self._product(factors)  # as it was written, unevaluated
        negative = expr.could_extract_minus_sign()
        expr = -expr if negative else expr
        over, under = fraction(expr, exact=True)
        if under == 1:
            piece = self._product(expr.args) if expr.is_Mul else self._print(expr)
        else:
            parts = (self._product(e.args) if e.is_Mul else self._print(e) for e in (over, under))
            piece = Piece("frac", parts=tuple(parts))
        piece = _bracketed(piece) if negative and expr.is_Add else piece
        return _row(Piece("mo", "−"), piece) if negative else piece

    def _product(self, factors: Sequence[sympy.Expr]) -> Piece:
        pieces: list[Piece] = []
        for k, factor in enumerate(factors):
            piece = self._print(factor)
            if self._needs_mul_brackets(factor, first=k == 0, last=k == len(factors) - 1):
                piece = _bracketed(piece)
            if pieces and _ends_in_number(pieces[-1]) and _begins_with_number(piece):
                pieces.append(Piece("mo", "·"))
            pieces.append(piece)
        return Piece("product", parts=tuple(pieces))

    def _print_Pow(self, expr: sympy.Pow) -> Piece:
        base, exponent = expr.args
        if exponent.is_Rational and abs(exponent.p) == 1 and exponent.q > 1:
            inside = self._print(base)
            root = Piece("sqrt", parts=(inside,))
            if exponent.q > 2:
                root = Piece("root", parts=(inside, Piece("mn", str(exponent.q))))
            return Piece("frac", parts=(Piece("mn", "1"), root)) if exponent.p < 0 else root
        if exponent.is_Rational and exponent.is_negative and base != 1:
            return self._print_Mul(expr)
        raised = self._print(exponent)
        if base.is_Function:
            piece: Piece = self._print(base, exp=raised)
            return piece
        piece = self._print(base)
        if precedence_traditional(base) <= PRECEDENCE["Pow"] or piece.sort == "row":
            piece = _bracketed(piece)
        return _raised(piece, raised)

    def _print_Function(self, expr: sympy.Function, exp: Piece | None = None) -> Piece:
        name = expr.func.__name__
        letter = expr.greek if isinstance(expr, Named) else ""
        head = Piece("mi", _greek(letter)) if letter else Piece("function", name)
        head = head if exp is None else _raised(head, exp)
        return _row(head, _bracketed(self._print(expr.args[0])))

    _print_log = _print_Function

    def _print_Abs(self, expr: sympy.Abs, exp: Piece | None = None) -> Piece:
        bar = Piece("mo", "|")
        end = bar if exp is None else _raised(bar, exp)
        return _row(bar, self._print(expr.args[0]), end)

    def _print_ExpBase(self, expr: sympy.exp, exp: Piece | None = None) -> Piece:
        power = _raised(Piece("mi", "e"), self._print(expr.args[0]))
        return power if exp is None else _raised(_bracketed(power), exp)


# ---- as MathML

_ROWS = ("row", "product")
_TAGS = {
    **{"frac": "mfrac", "root": "mroot", "sup": "msup", "sub": "msub", "subsup": "msubsup"},
    **{"hat": "mover", "sqrt": "msqrt"},
}


def _mathml(piece: Piece) -> str:
    mark = f' class="{escape(piece.kind)}"' if piece.kind else ""
    inner = [_mathml(part) for part in piece.parts]
    match piece.sort:
        case "mi" | "mn" | "mo":
            return f"<{piece.sort}{mark}>{escape(piece.characters)}</{piece.sort}>"
        case "bracket":
            return f'<mo stretchy="false">{piece.characters}</mo>'
        case "function":
            return f'<mi mathvariant="normal">{escape(piece.characters)}</mi>'
        case "row" | "product":
            return "".join(inner)
        case "sqrt":
            return f"<msqrt>{inner[0]}</msqrt>"
    grouped = [
        f"<mrow>{inside}</mrow>" if part.sort in _ROWS else inside
        for part, inside in zip(piece.parts, inner, strict=True)
    ]
    if piece.sort == "hat":
        grouped.append("<mo>^</mo>")
    return f"<{_TAGS[piece.sort]}{mark}>{''.join(grouped)}</{_TAGS[piece.sort]}>"


# ---- as text

_SUPERSCRIPTS = str.maketrans("0123456789−+()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺⁽⁾ⁿ")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def _text(piece: Piece) -> str:
    match piece.sort:
        case "row" | "product":
            return _line(piece.parts)
        case "frac":
            over, under = piece.parts
            above, below = _apart(over), _apart(under, product=True)
            if (above, below) == ("1", "2"):
                return "½"
            half = below == "2" and not _begins_with_number(over)
            return f"½{above}" if half else f"{above}/{below}"
        case "sqrt":
            return f"√{_apart(piece.parts[0])}"
        case "root":
            inside, degree = piece.parts
            return _superscript(degree) + f"√{_apart(inside)}"
        case "hat":
            return unicodedata.normalize("NFC", _text(piece.parts[0]) + "\u0302")
        case "sup":
            return _text(piece.parts[0]) + _superscript(piece.parts[1])
        case "sub" | "subsup":
            letter, digits, *power = piece.parts
            below = _text(letter) + digits.characters.translate(_SUBSCRIPTS)
            return below + "".join(map(_superscript, power))
        case _:
            return piece.characters


def _line(parts: Sequence[Piece]) -> str:
    """Pieces side by side: spaces round + and −, and where two names would run together."""
    written = ""
    for k, part in enumerate(parts):
        piece = _text(part)
        if part.sort == "mo" and piece in "+−" and k > 0:
            piece = f" {piece} "
        elif written and (
            (_begins_with_function(part) and (written[-1].isalnum() or written[-1] == ")"))
            or (part.sort == "root" and written[-1].isalnum())
        ):
            piece = f" {piece}"
        written += piece
    return written


def _begins_with_function(piece: Piece) -> bool:
    if piece.sort in ("row", "sup"):
        return _begins_with_function(piece.parts[0])
    return piece.sort == "function"


def _apart(piece: Piece, *, product: bool = False) -> str:
    """In brackets if it is a sum, or a product that the sign beside it would split."""
    loose = piece.sort in _ROWS and any(
        part.sort == "mo" and part.characters in "+−·" for part in piece.parts
    )
    several = product and piece.sort == "product"
    return f"({_text(piece)})" if loose or several else _text(piece)


def _superscript(piece: Piece) -> str:
    written = _text(piece)
    plain = written.replace(" ", "")
    if all(ord(character) in _SUPERSCRIPTS for character in plain):
        return plain.translate(_SUPERSCRIPTS)
    return f"^{plain}" if len(plain) == 1 else f"^({written})"
