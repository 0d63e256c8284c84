r"""Typed text to a computation graph, by a closed grammar: nothing typed is ever run.

Numbers are folded as plain floats, and the nodes are built from this module's own names, so
no text of the learner's reaches SymPy, ``lambdify`` or Python. How a formula is read, and all the
words there are, is in :mod:`core.formula.grammar`.

Every operation on ``x`` becomes a stage ``u1``, ``u2``, …, the last one the output ``h``:

>>> graph = parse("log(2 + cos(x))")
>>> for node in graph.nodes[1:]:
...     print(node.tex, "=", graph.latex(node.expression))
u_{1} = \cos{\left(x \right)}
u_{2} = 2 + u_{1}
h = \log\left(u_{2}\right)

Outside its domain (``log(x)`` at −1) a stage is NaN;
:func:`core.formula.sentences.domain_reason` says why.
"""

import math
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import sympy
from lark import Token, UnexpectedCharacters, UnexpectedToken
from lark.exceptions import VisitError
from lark.tree import Meta
from lark.visitors import Transformer_NonRecursive, v_args

from core.formatting import short
from core.formula.grammar import (
    GRAMMAR,
    LARGEST,
    LARGEST_EXPONENT,
    LETTERS,
    MOST_COPIES,
    MOST_STAGES,
    TYPED,
)
from core.formula.sentences import ParseError, check_brackets, check_size, misplaced, unknown
from core.functions import TINY
from core.graph import Graph, Node, symbol


@lru_cache(maxsize=256)
def parse(text: str) -> Graph:
    """The graph of a formula in ``x``: input ``x``, stages ``u1``, ``u2``, …, output ``h``.

    >>> graph = parse("x sin(x)")
    >>> [node.name for node in graph.nodes], len(graph.chains("x"))
    (['x', 'u1', 'h'], 2)

    Raises:
        ParseError: if the text is not a formula, or is larger than the limits there.
    """
    check_size(text)
    try:
        tokens = list(GRAMMAR.lex(text))
    except UnexpectedCharacters as error:
        raise unknown(text, error.pos_in_stream or 0) from None
    check_brackets(tokens)
    try:
        tree = GRAMMAR.parse(text)
    except UnexpectedToken as error:
        raise misplaced(error.token, tokens, len(text)) from None
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
        return LETTERS[token]

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
        function, compute = TYPED[name]
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
