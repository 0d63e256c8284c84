"""Reverse mode, written once: the lines that give the derivative of the output by each node."""

from collections.abc import Callable, Iterable, Mapping

import sympy

from core.numeric import Line

Slopes = Mapping[str, sympy.Expr]
"""For the users of a node their derivative by it."""


def reverse_sweep(
    names: Iterable[str],
    slopes: Callable[[str], Slopes],
    adjoints: dict[str, sympy.Expr],
    call: Callable[[str], sympy.Symbol],
) -> list[Line]:
    """For each node an assignment of its adjoint, the derivative of the output by it.

    Args:
        names: the nodes, each after its users; who has an adjoint already is left out.
        slopes: the slopes of a node's users by it.
        adjoints: those that are known, such as 1 for the output; the new ones are added. What
            reaches no node that has one gets none: its derivative is 0.
        call: the symbol that a node's adjoint is to have.

    >>> x, u = sympy.symbols("x u")
    >>> slopes = {"u": {"h": x}, "x": {"u": sympy.cos(x), "h": u}}  # h = x u, u = sin x
    >>> call = lambda name: sympy.Symbol(f"d{name}")
    >>> reverse_sweep("ux", slopes.__getitem__, {"h": sympy.Integer(1)}, call)
    [(du, x), (dx, du*cos(x) + u)]
    """
    lines = []
    for name in names:
        users = slopes(name) if name not in adjoints else {}
        terms = [adjoints[user] * slope for user, slope in users.items() if user in adjoints]
        if terms:
            adjoints[name] = call(name)
            lines.append((adjoints[name], sympy.Add(*terms)))
    return lines
