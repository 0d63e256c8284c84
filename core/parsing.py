r"""Typed text to a computation graph, by a closed grammar: nothing typed is ever run.

The grammar below lists every word there is. A formula is read by it and by nothing else;
numbers are folded as plain floats, and the nodes are built from this module's own names, so
no text of the learner's reaches SymPy, ``lambdify`` or Python.

Every operation on ``x`` becomes a stage ``u1``, ``u2``, …, the last one the output ``h``:

>>> graph = parse("log(2 + cos(x))")
>>> for node in graph.nodes[1:]:
...     print(node.tex, "=", graph.latex(node.expression))
u_{1} = \cos{\left(x \right)}
u_{2} = 2 + u_{1}
h = \log\left(u_{2}\right)

How a formula is read
---------------------
- ``+ -`` bind least, then ``* /`` and multiplication that is not written out, then a sign,
  then ``^`` (or ``**``), from right to left. So ``-x^2`` is −(x²) and ``2^3^2`` is 2⁹.
- Multiplication that is not written out is ordinary multiplication, from left to right:
  ``1/2x`` is (1/2)·x, half of x. Its right-hand side cannot begin with a number (``x2``).
- ``log`` and ``ln`` are both the natural logarithm. ``sin^2(x)`` is (sin x)². ``√`` takes the
  number, name or bracket that follows it: ``√2x`` is (√2)·x, and ``√x^2`` is (√x)².
- ``2e`` is twice Euler's number, ``2e3`` is 2000 and ``2e-3`` is 0.002.
- A number that is a fraction, or a fraction times π, e or the root of a whole number, stays
  exact, to be read easily; every other constant becomes a decimal.
- The same subexpression, written twice, is one stage. Where one operation takes it twice, as in
  ``x*x``, ``x + x`` or ``x^x``, the second goes by a stage of its own, u1 = x, so that each of
  the two ways to the output is there to see. ``x^2`` is a power.

Outside its domain (``log(x)`` at −1) a stage is NaN; :func:`domain_reason` says why.
"""

import math
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy
from lark import Lark, Token, UnexpectedCharacters, UnexpectedToken
from lark.exceptions import VisitError
from lark.tree import Meta
from lark.visitors import Transformer_NonRecursive, v_args

from core.formatting import short
from core.functions import FUNCTIONS, TINY
from core.graph import Graph, Node, evaluate, symbol

LONGEST = 200
"""Characters in a formula."""
DEEPEST = 20
"""Brackets inside brackets."""
MOST_STAGES = 60
MOST_COPIES = 4
"""Equal operands of one operation that are told apart; more are written as one power."""
LARGEST = 1e100
"""Constants lie between 1/LARGEST and LARGEST in size, or are 0."""
LARGEST_EXPONENT = 1000


class ParseError(ValueError):
    """Why a formula cannot be read: ``str(error)`` is a sentence for the learner.

    ``position`` is the 0-based index into the text as typed (its length, if something is
    missing at the end); sentences count characters from 1.

    >>> try:
    ...     parse("2 + sn(x)")
    ... except ParseError as error:
    ...     print(error.position, error)
    4 There is no function called sn (at character 5). Did you mean sin?
    """

    def __init__(self, sentence: str, position: int = 0) -> None:
        super().__init__(sentence)
        self.position = position


@lru_cache(maxsize=256)
def parse(text: str) -> Graph:
    """The graph of a formula in ``x``: input ``x``, stages ``u1``, ``u2``, …, output ``h``.

    >>> graph = parse("x sin(x)")
    >>> [node.name for node in graph.nodes], len(graph.chains("x"))
    (['x', 'u1', 'h'], 2)

    Raises:
        ParseError: if the text is not a formula, or is larger than the limits above.
    """
    _check_size(text)
    try:
        tokens = list(_GRAMMAR.lex(text))
    except UnexpectedCharacters as error:
        raise _unknown(text, error.pos_in_stream or 0) from None
    _check_brackets(tokens)
    try:
        tree = _GRAMMAR.parse(text)
    except UnexpectedToken as error:
        raise _misplaced(error.token, tokens, len(text)) from None
    builder = _Builder()
    try:
        whole = builder.transform(tree)
    except VisitError as error:
        raise error.orig_exc from None
    if len(builder.stages) > MOST_STAGES:
        raise ParseError(
            f"This formula has {len(builder.stages)} steps; at most {MOST_STAGES} can be shown."
        )
    *inner, last = builder.stages.values() or [whole]
    stages = [Node(f"u{k}", expression) for k, expression in enumerate(inner, 1)]
    return Graph([Node("x"), *stages, Node("h", last)], output="h")


def domain_reason(graph: Graph, values: Mapping[str, npt.ArrayLike]) -> str | None:
    """Why a stage has no value, or the output no derivative, at one point; None if all is well.

    Args:
        graph: any graph.
        values: what ``graph.forward`` returned for single numbers.

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


# ---- the words there are

_TYPED = {name: (row, row.number) for name, row in FUNCTIONS.items() if row.number}
_LETTERS = {"x": symbol("x"), "e": sympy.E, "pi": sympy.pi, "π": sympy.pi}

_GRAMMAR = Lark(
    rf"""
    sum: product (SIGN product)*
    product: signed (TIMES signed | beside)*
    signed: SIGN* power
    power: _atom (POWER exponent)?
    beside: _named (POWER exponent)?
    exponent: SIGN* power

    _atom: NUMBER | _named
    _named: LETTER | root | call | "(" sum ")"
    root: ROOT _atom
    call: FUNCTION (POWER NUMBER)? "(" sum ")"

    NUMBER: /([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?/
    FUNCTION.2: /{"|".join(sorted(_TYPED, key=len, reverse=True))}/
    LETTER: /{"|".join(_LETTERS)}/
    POWER.2: /\^|\*\*/
    TIMES: /[*×·\/÷]/
    SIGN: /[+−-]/
    ROOT: "√"
    %ignore /[ \t]+/
    """,
    start="sum",
    parser="lalr",
    lexer="basic",
    propagate_positions=True,
)


# ---- constants


def _is_exact(number: sympy.Expr) -> bool:
    """Whether it is a short fraction, alone or times π, e or the root of a whole number."""
    rational, rest = number.as_coeff_Mul()
    root = rest.is_Pow and rest.exp == sympy.S.Half and rest.base.is_Integer
    return bool(
        rational.is_Rational
        and max(abs(rational.p), rational.q) < 10**6
        and (rest in (1, sympy.pi, sympy.E) or (root and rest.base < 10**6))
    )


def _constant(value: float, position: int, exact: sympy.Expr | None = None) -> sympy.Expr:
    """The constant of this value: ``exact`` if that is simple, otherwise a decimal."""
    if exact is sympy.zoo:
        raise ParseError(
            f"This function has no value there (at character {position + 1}).", position
        )
    if value != 0 and not 1 / LARGEST <= abs(value) <= LARGEST:
        size = "small" if abs(value) < 1 else "large"
        raise ParseError(
            f"The number at character {position + 1} is too {size}: "
            "sizes from 10^−100 to 10^100 can be used.",
            position,
        )
    if exact is not None and _is_exact(exact):
        return exact
    whole = value.is_integer() and abs(value) < 10**15
    return sympy.Integer(int(value)) if whole else sympy.Float(value)


def _fold(
    compute: Callable[..., float],
    exactly: Callable[..., sympy.Expr],
    numbers: list[sympy.Expr],
    position: int,
) -> sympy.Expr:
    """The constant that an operation on constants gives, computed in floats.

    SymPy repeats it only on the few digits of exact numbers, once the float is known.
    """
    try:
        value = compute(*map(float, numbers))
    except OverflowError:
        value = math.inf
    simple = math.isfinite(value) and all(map(_is_exact, numbers))
    return _constant(value, position, exactly(*numbers) if simple else None)


def _power(base: sympy.Expr, exponent: sympy.Expr, position: int) -> sympy.Expr:
    if base == 0 and exponent < 0:
        raise ParseError(f"This divides by 0 (at character {position + 1}).", position)
    if base < 0 and not float(exponent).is_integer():
        raise ParseError(
            f"A negative number has only whole powers (at character {position + 1}).", position
        )

    def compute(b: float, n: float) -> float:
        return math.pow(b, n) or (TINY if b else 0.0)

    # Larger exponents would have SymPy write out millions of digits.
    few = exponent.is_Integer and abs(exponent) <= 100
    exactly = sympy.Pow if few or exponent == sympy.S.Half else lambda *_: None
    return _fold(compute, exactly, [base, exponent], position)


# ---- from the syntax tree to stages

_Term = tuple[sympy.Expr, list[sympy.Expr]]
"""A product: its constant, and its factors that depend on x."""


def _term(operand: sympy.Expr, sign: int = 1) -> _Term:
    return (sign * operand, []) if operand.is_number else (sympy.Integer(sign), [operand])


def _sign(tokens: list[Any]) -> int:
    return -1 if sum(token != "+" for token in tokens) % 2 else 1


class _Builder(Transformer_NonRecursive[Token, Any]):
    """Turns each rule into an operand: a constant, or the symbol of x or of a stage.

    ``stages`` holds the stages' expressions in the order in which they are computed;
    ``symbols`` finds the one of an expression that is there already, or of its n-th copy.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stages: dict[sympy.Symbol, sympy.Expr] = {}
        self.symbols: dict[tuple[sympy.Expr, int], sympy.Symbol] = {}

    def stage(self, expression: sympy.Expr, copy: int = 0) -> sympy.Symbol:
        key = (expression, copy)
        if key not in self.symbols:
            self.symbols[key] = symbol(f"u{len(self.stages) + 1}")
            self.stages[self.symbols[key]] = expression
        return self.symbols[key]

    def apart(self, operands: list[sympy.Expr]) -> list[sympy.Expr]:
        """The operands of one operation, each of equal ones after the first by its own copy."""
        often = Counter(s for operand in operands for s in operand.free_symbols)
        seen: Counter[sympy.Symbol] = Counter()
        copied = []
        for operand in operands:
            for s in operand.free_symbols:
                if seen[s] > 0 and often[s] <= MOST_COPIES:
                    operand = operand.xreplace({s: self.stage(s, seen[s])})
                seen[s] += 1
            copied.append(operand)
        return copied

    def multiplied(self, coefficient: sympy.Expr, factors: list[sympy.Expr]) -> sympy.Expr:
        if not factors:
            return coefficient
        constants = () if coefficient == 1 else sympy.Mul.make_args(coefficient)
        factors = self.apart(factors)
        powers = [f if n == 1 else sympy.Pow(f, n) for f, n in Counter(factors).items()]
        if constants or len(powers) > 1:
            return self.stage(sympy.Mul(*constants, *powers, evaluate=False))
        return powers[0] if powers[0].is_Symbol else self.stage(powers[0])

    def NUMBER(self, token: Token) -> sympy.Expr:
        digits = token.lower().split("e")[0]
        vanished = float(token) == 0 and digits.strip("0.")
        return _constant(TINY if vanished else float(token), token.start_pos or 0)

    def LETTER(self, token: Token) -> sympy.Expr:
        return _LETTERS[token]

    def sum(self, children: list[Any]) -> sympy.Expr:
        if len(children) == 1:
            return self.multiplied(*children[0])
        signs = [1, *(_sign([token]) for token in children[1::2])]
        terms = []
        for sign, (coefficient, factors) in zip(signs, children[::2], strict=True):
            # A bare sign belongs to the sum: 1 − u1 is one stage, 1 − 2x is two.
            if abs(coefficient) == 1 and factors:
                sign, coefficient = sign * coefficient, sympy.Integer(1)
            terms.append(sign * self.multiplied(coefficient, factors))
        if all(term.is_number for term in terms):
            position = children[1].start_pos
            return _fold(lambda *values: math.fsum(values), sympy.Add, terms, position)
        return self.stage(sympy.Add(*self.apart(terms), evaluate=False))

    @v_args(meta=True)
    def product(self, meta: Meta, children: list[Any]) -> _Term:
        coefficient, factors = sympy.Integer(1), []
        operation, position = "*", meta.start_pos
        for child in children:
            if isinstance(child, Token):
                operation, position = str(child), child.start_pos or 0
                continue
            number, others = child
            if operation in "/÷":
                if number == 0:
                    raise ParseError(f"This divides by 0 (at character {position + 1}).", position)
                number = _power(number, sympy.Integer(-1), position)
                others = [sympy.Pow(factor, -1, evaluate=False) for factor in others]
            coefficient = _fold(lambda a, b: a * b, sympy.Mul, [coefficient, number], position)
            factors += others
            operation = "*"
        return coefficient, factors

    def signed(self, children: list[Any]) -> _Term:
        *signs, operand = children
        return _term(operand, _sign(signs))

    def exponent(self, children: list[Any]) -> sympy.Expr:
        return self.multiplied(*self.signed(children))

    def beside(self, children: list[Any]) -> _Term:
        return _term(self.power(children))

    def power(self, children: list[Any]) -> sympy.Expr:
        if len(children) == 1:
            return children[0]
        base, token, exponent = children
        position = token.start_pos
        if exponent.is_number:
            if base.is_number:
                return _power(base, exponent, position)
            if abs(exponent) > LARGEST_EXPONENT:
                raise ParseError(
                    f"The power at character {position + 1} is too large: "
                    f"at most {LARGEST_EXPONENT} can be used.",
                    position,
                )
            if not exponent.is_Rational:
                exponent = sympy.Float(float(exponent))  # SymPy divides x^π by x to differentiate
        elif base == sympy.E:
            return self.stage(sympy.exp(exponent))
        elif base.is_number and base <= 0:
            raise ParseError(
                "A power with x in it needs a base greater than 0, "
                f"but this one is {short(float(base))} (at character {position + 1}).",
                position,
            )
        return self.stage(sympy.Pow(*self.apart([base, exponent]), evaluate=False))

    def root(self, children: list[Any]) -> sympy.Expr:
        token, operand = children
        return self.applied("sqrt", operand, token.start_pos)

    def call(self, children: list[Any]) -> sympy.Expr:
        name, *power, operand = children
        return self.power([self.applied(name, operand, name.start_pos), *power])

    def applied(self, name: str, operand: sympy.Expr, position: int) -> sympy.Expr:
        function, compute = _TYPED[name]
        if not operand.is_number:
            return self.stage(function.symbolic(operand))
        try:
            return _fold(compute, function.symbolic, [operand], position)
        except ParseError:
            raise
        except ValueError:
            raise ParseError(
                f"{name} needs {function.needs}, but it is given {short(float(operand))} "
                f"(at character {position + 1}).",
                position,
            ) from None


# ---- what is wrong, in words

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
_WORDS_INSTEAD = {"sec": "1/cos(x)", "csc": "1/sin(x)", "cot": "1/tan(x)", "cbrt": "x^(1/3)"}
_NAMES = [*_TYPED, *_LETTERS]


def _check_size(text: str) -> None:
    if not text.strip():
        raise ParseError("Type a formula in x, such as log(2 + cos(x)).")
    if len(text) > LONGEST:
        raise ParseError(
            f"This formula has {len(text)} characters; at most {LONGEST} can be read.", LONGEST
        )


def _unknown(text: str, position: int) -> ParseError:
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
    if is_called or (nearest and nearest[0] in _TYPED):
        return f"There is no function called {word} {where}.{hint}"
    return f"Only the variable x can be used; {word} is not known {where}.{hint}"


def _check_brackets(tokens: list[Token]) -> None:
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


def _misplaced(token: Token, tokens: list[Token], end: int) -> ParseError:
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
        elif name in _TYPED and not _has_value(name, value):
            return f"{name} needs {FUNCTIONS[name].needs}, but {given}."
    return f"{node.name} is too large to compute here."


def _has_value(name: str, number: float) -> bool:
    function, compute = _TYPED[name]
    try:
        compute(number)
    except (ValueError, OverflowError):
        return not function.needs
    return True
