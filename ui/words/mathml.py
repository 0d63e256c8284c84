r"""The LaTeX that the lessons' texts are written in, turned into MathML, which every browser draws.

Formulas of a graph are printed from their expressions; see :mod:`core.layout`.

>>> mathml(r"\hat{y} \left(1 - \hat{y}\right)")
'<mover><mi>y</mi><mo>^</mo></mover><mo stretchy="false">(</mo><mn>1</mn><mo>−</mo><mover>...'
>>> mathml(r"\sin x")
'<mi mathvariant="normal">sin</mi><mspace width="0.17em"></mspace><mi>x</mi>'
>>> mathml(r"\bar J")
'<mover accent="true"><mi>J</mi><mo stretchy="false">¯</mo></mover>'
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape


@dataclass(frozen=True)
class Piece:
    """A part of a formula: its sort, its characters, and the pieces it is made of.

    Sorts: ``mi mn mo`` (a letter, a number, an operator), ``function`` (an upright name),
    ``row frac sqrt root sup sub subsup hat bar``.
    """

    sort: str
    characters: str = ""
    parts: tuple["Piece", ...] = ()


_TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|\d+(?:\.\d+)?|\S")
_OPERATORS = {
    **{r"\cdot": "·", r"\times": "×", r"\partial": "∂", r"\infty": "∞"},
    **{r"\nabla": "∇", r"\leftarrow": "←", "'": "′"},
    **{r"\odot": "⊙", r"\top": "⊤"},
    **{"-": "−", "+": "+", "=": "=", "*": "·", "/": "/", ",": ","},
    **{"(": "(", ")": ")", "[": "[", "]": "]", "|": "|", r"\{": "{", r"\}": "}"},
}
_NAMED = [
    "log",
    "ln",
    "exp",
    "sin",
    "cos",
    "tan",
    "sinh",
    "cosh",
    "tanh",
    "arcsin",
    "arccos",
    "arctan",
    "min",
    "max",
]
_SPACES = {r"\,", r"\;", r"\:", r"\!", r"\ "}
_SUPERSCRIPTS = str.maketrans("0123456789−+()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺⁽⁾ⁿ")
_SUBSCRIPTS = str.maketrans("0123456789−+()", "₀₁₂₃₄₅₆₇₈₉₋₊₍₎")


def mathml(latex: str, kinds: Mapping[str, str] | None = None) -> str:
    """The formula as presentation MathML, without the enclosing ``<math>``.

    ``kinds`` gives a symbol (on one line: ``w₁``) the class that colours it.
    """
    return _mathml(read(latex), kinds or {})


@lru_cache(maxsize=1024)
def read(latex: str) -> Piece:
    """Parse the LaTeX that the texts use; what is unknown stays as letters."""
    tokens = [t for t in _TOKEN.findall(latex) if t not in _SPACES]
    pieces, _ = _row(tokens, 0, "")
    return pieces


def _row(tokens: list[str], at: int, end: str) -> tuple[Piece, int]:
    pieces: list[Piece] = []
    while at < len(tokens) and tokens[at] != end:
        token = tokens[at]
        if token in ("^", "_"):
            script, at = _one(tokens, at + 1)
            base = pieces.pop() if pieces else Piece("row")
            if token == "^" and base.sort == "sub":
                pieces.append(Piece("subsup", parts=(*base.parts, script)))
            elif token == "_" and base.sort == "sup":
                pieces.append(Piece("subsup", parts=(base.parts[0], script, base.parts[1])))
            else:
                pieces.append(Piece("sup" if token == "^" else "sub", parts=(base, script)))
            continue
        piece, at = _one(tokens, at)
        pieces.append(piece)
    return (pieces[0] if len(pieces) == 1 else Piece("row", parts=tuple(pieces))), at + 1


def _one(tokens: list[str], at: int) -> tuple[Piece, int]:
    """One atom, command with its arguments, or braced group."""
    token = tokens[at] if at < len(tokens) else ""
    at += 1
    if token == "{":
        return _row(tokens, at, "}")
    if token == r"\frac":
        top, at = _one(tokens, at)
        bottom, at = _one(tokens, at)
        return Piece("frac", parts=(top, bottom)), at
    if token == r"\sqrt" and tokens[at : at + 1] == ["["]:
        degree, at = _row(tokens, at + 1, "]")
        inside, at = _one(tokens, at)
        return Piece("root", parts=(inside, degree)), at
    if token in (r"\sqrt", r"\hat", r"\bar"):
        inside, at = _one(tokens, at)
        return Piece(token[1:], parts=(inside,)), at
    if token in (r"\operatorname", r"\mathrm", r"\text"):
        inside, at = _one(tokens, at)
        return Piece("function", _plain(inside)), at
    if token in (r"\left", r"\right"):
        return _one(tokens, at)
    if token in _OPERATORS:
        return Piece("mo", _OPERATORS[token]), at
    if token[1:] in _NAMED:
        return Piece("function", token[1:]), at
    if token.startswith("\\"):
        return Piece("mi", _greek(token[1:])), at
    return Piece("mn" if token[:1].isdigit() else "mi", token), at


def _greek(name: str) -> str:
    try:
        return unicodedata.lookup(f"GREEK SMALL LETTER {name.upper()}")
    except KeyError:
        return name


def _mathml(piece: Piece, kinds: Mapping[str, str]) -> str:
    kind = kinds.get(_text(piece)) if piece.sort in ("mi", "sub", "subsup", "hat") else None
    mark = f' class="{escape(kind)}"' if kind else ""
    inner = [_mathml(part, {} if kind else kinds) for part in piece.parts]
    grouped = [
        f"<mrow>{inside}</mrow>" if part.sort == "row" else inside
        for part, inside in zip(piece.parts, inner, strict=True)
    ]
    match piece.sort:
        case "mi" | "mn" | "mo":
            return f"<{piece.sort}{mark}>{escape(piece.characters)}</{piece.sort}>"
        case "function":
            return f'<mi mathvariant="normal">{escape(piece.characters)}</mi>'
        case "row":
            return _low("".join(_apart(piece.parts, inner)))
        case "frac":
            return f"<mfrac>{grouped[0]}{grouped[1]}</mfrac>"
        case "sqrt":
            return f"<msqrt>{inner[0]}</msqrt>"
        case "root":
            return f"<mroot>{grouped[0]}{grouped[1]}</mroot>"
        case "hat":
            return f"<mover{mark}>{grouped[0]}<mo>^</mo></mover>"
        case "bar":
            return f'<mover accent="true">{grouped[0]}<mo stretchy="false">¯</mo></mover>'
        case _:
            tag = {"sup": "msup", "sub": "msub", "subsup": "msubsup"}[piece.sort]
            return f"<{tag}{mark}>{''.join(grouped)}</{tag}>"


def _apart(parts: tuple[Piece, ...], written: list[str]) -> Iterator[str]:
    """Pieces with a thin space round a function's name, where no bracket or sign parts it."""
    for i, (part, text) in enumerate(zip(parts, written, strict=True)):
        before = parts[i - 1] if i else Piece("mo")
        follows = before.sort != "mo" or before.characters == ")"
        if (_is_function(part) and follows) or (_is_function(before) and part.sort != "mo"):
            yield '<mspace width="0.17em"></mspace>'
        yield text


def _low(row: str) -> str:
    """Brackets as high as letters round what is no higher; a hat would stretch them."""
    if "<mfrac>" in row:
        return row
    return re.sub(r"<mo>([()])</mo>", r'<mo stretchy="false">\1</mo>', row)


def _text(piece: Piece) -> str:
    match piece.sort:
        case "row":
            return _line(piece.parts)
        case "frac":
            top, bottom = (_bracketed(part) for part in piece.parts)
            return f"½{top}" if bottom == "2" else f"{top}/{bottom}"
        case "sqrt":
            return f"√{_bracketed(piece.parts[0])}"
        case "root":
            inside, degree = piece.parts
            return _script(degree, _SUPERSCRIPTS, "^") + f"√{_bracketed(inside)}"
        case "bar":
            return _text(piece.parts[0]) + "\u0304"
        case "hat":
            return unicodedata.normalize("NFC", _text(piece.parts[0]) + "\u0302")
        case "sup":
            return _text(piece.parts[0]) + _script(piece.parts[1], _SUPERSCRIPTS, "^")
        case "sub" | "subsup":
            base, *scripts = piece.parts
            below = _text(base) + _script(scripts[0], _SUBSCRIPTS, "_")
            return below + "".join(_script(s, _SUPERSCRIPTS, "^") for s in scripts[1:])
        case _:
            return piece.characters


def _line(parts: tuple[Piece, ...]) -> str:
    """Pieces side by side: spaces round + and −, and where two names would run together."""
    written = ""
    for i, part in enumerate(parts):
        binary = part.sort == "mo" and part.characters in "+−=" and i > 0
        opened = parts[i - 1].sort == "mo" and parts[i - 1].characters in "([" if i else True
        if binary and not opened:
            written += f" {part.characters} "
        elif (_is_function(part) and written and (written[-1].isalnum() or written[-1] in ")")) or (
            i and _is_function(parts[i - 1]) and part.sort != "mo" and _text(part)[0] != "("
        ):
            written += " " + _text(part)
        else:
            written += _text(part)
    return written


def _is_function(piece: Piece) -> bool:
    return piece.sort == "function" or (piece.sort == "sup" and _is_function(piece.parts[0]))


def _bracketed(piece: Piece) -> str:
    """In brackets if it is a sum, or a product that a slash would split."""
    depth, loose = 0, False
    for part in piece.parts if piece.sort == "row" else ():
        signs = _plain(part)
        depth += signs.count("(") - signs.count(")")
        loose |= depth == 0 and part.sort == "mo" and signs in "+−·"
    return f"({_text(piece)})" if loose else _text(piece)


def _script(piece: Piece, table: dict[int, int], sign: str) -> str:
    plain = _plain(piece)
    if plain and all(ord(character) in table for character in plain):
        return plain.translate(table)
    return f"{sign}{plain}" if len(plain) == 1 else f"{sign}({_text(piece)})"


def _plain(piece: Piece) -> str:
    return piece.characters + "".join(_plain(part) for part in piece.parts)
