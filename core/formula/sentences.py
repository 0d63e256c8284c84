"""What is wrong with a typed formula, in words: it cannot be read, or has no value at a point."""

import math
import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches

import numpy as np
import numpy.typing as npt
import sympy
from lark import Token

from core.formatting import short
from core.formula.grammar import DEEPEST, LETTERS, LONGEST, TYPED
from core.functions import FUNCTIONS
from core.graph import Graph, Node, evaluate


class ParseError(ValueError):
    """Why a formula cannot be read: ``str(error)`` is a sentence for the learner.

    ``position`` is the 0-based index into the text as typed (its length, if something is
    missing at the end); sentences count characters from 1.

    >>> from core.parsing import parse
    >>> try:
    ...     parse("2 + sn(x)")
    ... except ParseError as error:
    ...     print(error.position, error)
    4 There is no function called sn (at character 5). Did you mean sin?
    """

    def __init__(self, sentence: str, position: int = 0) -> None:
        super().__init__(sentence)
        self.position = position


# ---- it cannot be read

_INSTEAD = {
    "=": "type only what h equals",
    "|": "write abs(x) for the size of x",
    ",": "decimals have a point, as in 0.5",
    "[": "use round brackets",
    "]": "use round brackets",
    "{": "use round brackets",
    "}": "use round brackets",
    ".": "a decimal point needs a digit beside it",
    "_": "only x, numbers and the listed functions can be used",
    **dict.fromkeys("–—‐‑‒―", "write -"),
    **dict.fromkeys("⋅∙•∗⨯✕", "write *"),
    **dict.fromkeys("∕⁄∶", "write /"),
    **dict.fromkeys("хχ", "write x"),
    **dict.fromkeys("еℯ", "write e"),
}
_WORDS_INSTEAD = {
    "sec": "1/cos(x)",
    "csc": "1/sin(x)",
    "cot": "1/tan(x)",
    "cbrt": "x^(1/3)",
    "max": "relu(x) for the larger of x and 0",
    "sign": "abs(x)/x",
    "sgn": "abs(x)/x",
}
_NAMES = [*TYPED, *LETTERS]


def check_size(text: str) -> None:
    """ParseError if there is no text, or too much."""
    if not text.strip():
        raise ParseError("Type a formula in x, such as log(2 + cos(x)).")
    if len(text) > LONGEST:
        raise ParseError(
            f"This formula has {len(text)} characters; at most {LONGEST} can be read.", LONGEST
        )


def unknown(text: str, position: int) -> ParseError:
    """What to say about a character, or the word it stands in, that no rule begins with."""
    start = end = position
    while start and _is_letter(text[start - 1]):
        start -= 1
    while end < len(text) and _is_letter(text[end]):
        end += 1
    if start < end and _is_letter(text[position]):
        is_called = text[end:].lstrip().startswith("(")
        return ParseError(_unknown_word(text[start:end], start, is_called), start)
    character = text[position]
    name = unicodedata.name(character, "").lower() or f"code U+{ord(character):04X}"
    shown = f"“{character}”"
    if not character.isprintable() or unicodedata.combining(character):
        shown = f"({name})"
    elif not character.isascii():
        shown += f" ({name})"
    instead = _INSTEAD.get(character) or _plainly(character)
    return ParseError(
        f"The character {shown} cannot be used (at character {position + 1})"
        + (f": {instead}." if instead else "."),
        position,
    )


def _is_letter(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _plainly(character: str) -> str:
    plain = unicodedata.normalize("NFKC", character)
    if plain == character or not plain.isascii() or not plain.strip():
        return ""
    raised = unicodedata.decomposition(character).startswith("<super>")
    return f"write {'^' if raised else ''}{plain}"


def _unknown_word(word: str, start: int, is_called: bool) -> str:
    where = f"(at character {start + 1})"
    if word.lower() in _WORDS_INSTEAD:
        return f"There is no function called {word} {where}: write {_WORDS_INSTEAD[word.lower()]}."
    nearest = get_close_matches(word.lower(), _NAMES, n=1)
    hint = f" Did you mean {nearest[0]}?" if nearest else ""
    if is_called or (nearest and nearest[0] in TYPED):
        return f"There is no function called {word} {where}.{hint}"
    return f"Only the variable x can be used; {word} is not known {where}.{hint}"


def check_brackets(tokens: list[Token]) -> None:
    """ParseError unless every bracket is closed, and none too deep inside others."""
    opened: list[int] = []
    for token in tokens:
        position = token.start_pos or 0
        if token == "(":
            opened.append(position)
            if len(opened) > DEEPEST:
                raise ParseError(
                    f"More than {DEEPEST} brackets stand inside each other "
                    f"(at character {position + 1}).",
                    position,
                )
        elif token == ")":
            if not opened:
                raise ParseError(
                    f"The bracket at character {position + 1} closes nothing.", position
                )
            opened.pop()
    if opened:
        raise ParseError(
            f"The bracket opened at character {opened[-1] + 1} is never closed.", opened[-1]
        )


def misplaced(token: Token, tokens: list[Token], end: int) -> ParseError:
    """What to say about the first token that cannot stand where it does."""
    is_end = token.type == "$END"
    position = end if is_end else token.start_pos or 0
    before = [t for t in tokens if (t.start_pos or 0) < position]
    kinds = ["", "", "", *(t.type for t in before)]
    last = before[-1] if before else token
    where = f"(at character {position + 1})"
    if kinds[-1] == "FUNCTION" and token.type == "NUMBER" and last == "log":
        sentence = f"log is the natural logarithm {where}: for base 10 write log(x)/log(10)."
    elif kinds[-1] == "FUNCTION":
        sentence = f"{last} needs brackets after it, as in {last}(x) {where}."
    elif "FUNCTION" in (kinds[-2], kinds[-3]) and "POWER" in kinds[-2:]:
        name = next(t for t in reversed(before) if t.type == "FUNCTION")
        sentence = f"Write a power after the brackets, as in {name}(x)^2 {where}."
        if name in ("sin", "cos", "tan"):
            sentence += f" The inverse function is a{name}(x)."
    elif kinds[-1] == "LPAR" and token.type == "RPAR":
        sentence = f"There is nothing in these brackets {where}."
        if kinds[-2] == "FUNCTION":
            sentence = f"{before[-2]} needs something in its brackets {where}."
    elif kinds[-1] == "ROOT":
        sentence = f"√ needs a number, x or a bracket after it {where}."
    elif is_end or token.type == "RPAR":
        sentence = f"Something is missing after {last} {where}."
    elif token.type == "NUMBER":
        sentence = f"Write an operation, such as *, before the number {token} {where}."
    elif kinds[-1] in ("", "LPAR"):
        sentence = f"Something is missing before {token} {where}."
    else:
        sentence = f"{token} cannot follow {last} directly {where}."
    return ParseError(sentence, position)


# ---- it has no value


def domain_reason(graph: Graph, values: Mapping[str, npt.ArrayLike]) -> str | None:
    """Why a stage has no value, or the output no derivative, at one point; None if all is well.

    Args:
        graph: any graph.
        values: what ``graph.forward`` returned for single numbers.

    >>> from core.parsing import parse
    >>> graph = parse("log(x - 2)")
    >>> domain_reason(graph, graph.forward({"x": 1.5}))
    'log needs a number greater than 0, but u1 is −0.5, so h has no value.'
    """
    at = {name: float(np.asarray(value).item()) for name, value in values.items()}
    for node in graph.nodes:
        if not math.isfinite(at[node.name]):
            return _why_undefined(node, at)
    slopes = graph.backward(at)
    if all(np.isfinite(slopes[name]) for name in graph.inputs):
        return None
    for node in graph.nodes:
        for parent in graph.parents(node.name):
            slope = float(graph.factor(node.name, parent).value(at))
            if not math.isfinite(slope):
                how = "is infinite" if math.isinf(slope) else "does not exist"
                return (
                    f"{node.name} has a value, but its derivative by {parent} {how} "
                    f"where {parent} is {short(at[parent])}."
                )
    return f"The derivative of {graph.output} is too large to compute here."


def _why_undefined(node: Node, at: Mapping[str, float]) -> str:
    if node.expression is None:
        return f"{node.name} is not a finite number."
    for part in sympy.preorder_traversal(node.expression):
        if not (part.is_Function or part.is_Pow):
            continue
        value = float(evaluate(part.args[0], at))
        given = f"{part.args[0]} is {short(value)}, so {node.name} has no value"
        name = part.func.__name__
        if part.is_Pow:
            power = float(evaluate(part.args[1], at))
            if value == 0 and power < 0:
                return f"Division by 0: {given}."
            if value < 0 and power == 0.5:
                return f"sqrt needs {FUNCTIONS['sqrt'].needs}, but {given}."
            if value < 0 and not power.is_integer():
                return f"A negative number has only whole powers, but {given}."
        elif name in TYPED and not _has_value(name, value):
            return f"{name} needs {FUNCTIONS[name].needs}, but {given}."
    return f"{node.name} is too large to compute here."


def _has_value(name: str, number: float) -> bool:
    function, compute = TYPED[name]
    try:
        compute(number)
    except (ValueError, OverflowError):
        return not function.needs
    return True
