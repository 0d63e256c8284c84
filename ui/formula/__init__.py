r"""Equations whose numbers follow the stage.

``st.latex`` makes an equation anew whenever a number in it changes, which takes a browser tens of
milliseconds a page, and it only hears of the change once the learner has let go. :func:`formulas`
typesets with a KaTeX of the app's own, keeps what it has typeset and writes the numbers into it:
those that Python sends, and in between, in each frame, those of the stage.

A number that is to follow is marked where it is written, by :func:`marked`; what the marks mean is
said there.
"""

import re
from functools import lru_cache
from typing import Any

import streamlit as st

from core.printing import Tree
from ui.formula import code
from ui.server import assets

__all__ = ["approximately", "formulas", "marked", "prefix", "unmarked"]


def marked(mark: str, text: str) -> str:
    r"""A number, as LaTeX, with the mark that says which one it is.

    A mark is a name, and after a space what to mind in writing it: ``signed`` for a plus before
    positive numbers, ``bracketed`` for brackets round negative ones, ``alone`` for one that no sign
    compares with others. Names: ``v:z1`` the value of a node, ``f:dz2/da1`` a factor, ``d:w1`` the
    derivative of the output by a node; ``(exact (sigmoid v:z1))`` what a tree over them gives. A
    number with an empty mark is written as Python sends it.

    >>> marked("v:z1", "0.9000")
    '\\htmlData{live=v:z1}{0.9000}'
    """
    return rf"\htmlData{{live={mark}}}{{{text}}}"


def approximately(sign: str, name: str, by_hand: Tree) -> str:
    r"""The sign before the number ``name``: ``=``, or ``\approx`` if rounding shows.

    ``by_hand`` is what a learner computes with the shown digits, as a tree over marks. The numbers
    before the sign are written with as many digits as that takes.

    >>> approximately("=", "v:z1", ["+", ["*", "v:w1", "v:x"], "v:b1"])
    '\\htmlData{live=equals v:z1 (+ (* v:w1 v:x) v:b1)}{=}'
    """
    return marked(f"equals {name} {prefix(by_hand)}", sign)


def prefix(tree: Tree) -> str:
    """A tree with its operations in front: LaTeX would take JSON's commas and braces for its own.

    >>> prefix(["*", "v:w1", "v:x"])
    '(* v:w1 v:x)'
    """
    if isinstance(tree, list):
        return f"({' '.join(prefix(part) for part in tree)})"
    return tree if isinstance(tree, str) else repr(tree)


_MARKED = re.compile(r"\\htmlData\{live=[^{}]*\}\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}")


def unmarked(latex: str) -> str:
    r"""The LaTeX without its marks.

    >>> unmarked(r"z = " + marked("v:z", r"1.2 \times 10^{-7}"))
    'z = 1.2 \\times 10^{-7}'
    """
    return _MARKED.sub(r"\1", latex)


def formulas(*latex: str, key: str) -> None:
    """Equations below each other. ``key`` names them among all of the page's."""
    _component()(key=key, data={"latex": latex})


@lru_cache(maxsize=1)
def _component() -> Any:
    return st.components.v2.component(
        "chain_rule_lab.formula",
        html='<div class="formulas" data-testid="formulas"></div>',
        css=code.styles(),
        js=assets.script(code.ASSET),
        # The equations stand in the page itself, whose fonts they share.
        isolate_styles=False,
    )
