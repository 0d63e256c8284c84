r"""The words and the grammar of a typed formula, and how large one may be.

The grammar below lists every word there is. A formula is read by it and by nothing else.

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
"""

import sympy
from lark import Lark

from core.functions import FUNCTIONS
from core.graph import symbol

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

TYPED = {name: (row, row.number) for name, row in FUNCTIONS.items() if row.number}
LETTERS = {"x": symbol("x"), "e": sympy.E, "pi": sympy.pi, "π": sympy.pi}

GRAMMAR = Lark(
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
    FUNCTION.2: /{"|".join(sorted(TYPED, key=len, reverse=True))}/
    LETTER: /{"|".join(LETTERS)}/
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
