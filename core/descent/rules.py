r"""Update rules of gradient descent, each written once, as SymPy expressions.

A :class:`Rule` is plain data: what becomes of the optimizer's memory, and what is then added to
the parameter. From it come the NumPy functions that descend (:data:`OPTIMIZERS`), the trees that
the browser evaluates (:func:`to_json`), LaTeX (:func:`assignments`) and Python (:func:`source`).
The formulas and constants are PyTorch's, so that runs can be compared with ``torch.optim``.

In the expressions g is the gradient, η the learning rate, p the parameter; the memory starts at 0.

>>> adam = OPTIMIZERS["adam"]
>>> p = np.array([3.0, -0.001])
>>> step, state = adam.update(2 * p, adam.init(p), 0.1)  # the gradient of p², summed
>>> step.round(6)  # the first step of Adam is the learning rate, whatever the slope
array([-0.1,  0.1])
>>> dict(zip(STATES["adam"], state, strict=True))["t"]
1
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import sympy

from core.functions import Array
from core.graph import symbol
from core.numeric import code, compiled
from core.printing import tree

State = tuple[Any, ...]
Assignment = tuple[str, sympy.Expr]

MOMENTUM = 0.9
"""Of momentum and Nesterov: the share of the velocity that is kept."""


class Rule(NamedTuple):
    """One optimizer.

    Attributes:
        label: what it is called on the screen.
        states: the parts of its memory in the order in which a step renews them, each with its
            new value. In an expression a name means the new value if the part was renewed before,
            else the old one.
        step: what is added to the parameter, in g, η and the renewed memory.
        summary: what it does, in a few words.
        source: where it was published.
        convention: which of the variants and constants in use these are.
        divides_by_size: whether it divides the gradient by the size of those that it has seen, so
            that its steps stay the same when all of them grow by one factor.
        torch: how ``torch.optim`` has it, if it does; ``eta`` is the learning rate.
    """

    label: str
    states: tuple[Assignment, ...]
    step: sympy.Expr
    summary: str
    source: str
    convention: str
    divides_by_size: bool = False
    torch: str = ""


class Optimizer(NamedTuple):
    """A rule as pure NumPy functions; the caller adds the step: ``parameters + step``.

    ``init(parameters) -> state``; ``update(gradient, state, learning_rate) -> (step, state)``.
    Everything is elementwise, so ``parameters`` may be one vector or, with leading axes, many
    starts at once, and each may have a learning rate of its own.
    """

    init: Callable[[Array], State]
    update: Callable[[Array, State, Any], tuple[Array, State]]


g, eta, p = symbol("g"), symbol("eta"), symbol("p")
v, s, m, t = symbol("v"), symbol("s"), symbol("m"), symbol("t")


def _sum(*terms: sympy.Expr | float) -> sympy.Expr:
    """The terms in the order in which they are taught."""
    return sympy.Add(*map(sympy.sympify, terms), evaluate=False)


def _rest(kept: float, new: sympy.Expr) -> sympy.Expr:
    """The part that the new has in a mean of which a share is kept."""
    return sympy.Mul(_sum(1, -kept), new, evaluate=False)


def _minus(*factors: sympy.Expr) -> sympy.Expr:
    """Less the product of fractions that stay side by side."""
    return sympy.Mul(-1, *factors, evaluate=False)


RULES: dict[str, Rule] = {
    "gradient_descent": Rule(
        "Gradient descent",
        (),
        -eta * g,
        "Straight downhill",
        "Cauchy, “Méthode générale pour la résolution des systèmes d'équations simultanées”, 1847.",
        "One learning rate for every parameter, the same at every step.",
        torch="SGD(lr=eta)",
    ),
    "momentum": Rule(
        "Momentum",
        (("v", _sum(MOMENTUM * v, g)),),
        -eta * v,
        "A heavy ball, which keeps most of its velocity",
        "Polyak, “Some methods of speeding up the convergence of iteration methods”, 1964.",
        "PyTorch's momentum, without dampening: 0.9 of the velocity is kept, and the whole "
        "gradient is added. Others add only 0.1 of it, or put the learning rate into v.",
        torch="SGD(lr=eta, momentum=0.9)",
    ),
    "nesterov": Rule(
        "Nesterov",
        (("v", _sum(MOMENTUM * v, g)),),
        -eta * _sum(g, MOMENTUM * v),
        "Momentum that looks ahead",
        "Nesterov, “A method of solving a convex programming problem with convergence rate "
        "O(1/k²)”, 1983; in the form of Sutskever et al., “On the importance of initialization "
        "and momentum in deep learning”, 2013.",
        "PyTorch's variant: the gradient is taken where the parameters stand, not at the place "
        "looked ahead to, as Nesterov's own does; 0.9 of the velocity is kept.",
        torch="SGD(lr=eta, momentum=0.9, nesterov=True)",
    ),
    "adagrad": Rule(
        "AdaGrad",
        (("s", _sum(s, g**2)),),
        -eta * g / _sum(sympy.sqrt(s), 1e-10),
        "Each parameter's rate shrinks with the gradients it has seen",
        "Duchi, Hazan and Singer, “Adaptive subgradient methods for online learning and "
        "stochastic optimization”, 2011.",
        "PyTorch's: the sum starts at 0, and 10⁻¹⁰ is added to the root, not under it.",
        divides_by_size=True,
        torch="Adagrad(lr=eta, eps=1e-10)",
    ),
    "rmsprop": Rule(
        "RMSProp",
        (("s", _sum(0.99 * s, _rest(0.99, g**2))),),
        -eta * g / _sum(sympy.sqrt(s), 1e-8),
        "Each parameter's gradient in units of its recent size",
        "Tieleman and Hinton, “Lecture 6.5: rmsprop”, Coursera, 2012.",
        "PyTorch's: 0.99 of the mean square is kept (the lecture says 0.9), and 10⁻⁸ is added to "
        "the root, not under it.",
        divides_by_size=True,
        torch="RMSprop(lr=eta, alpha=0.99, eps=1e-8)",
    ),
    "adam": Rule(
        "Adam",
        (
            ("m", _sum(0.9 * m, _rest(0.9, g))),
            ("s", _sum(0.999 * s, _rest(0.999, g**2))),
            ("t", _sum(t, 1)),
        ),
        _minus(eta / (1 - 0.9**t), m / _sum(sympy.sqrt(s / (1 - 0.999**t)), 1e-8)),
        "The mean gradient in units of its root mean square, both corrected for their start at 0",
        "Kingma and Ba, “Adam: a method for stochastic optimization”, 2015.",
        "The paper's constants, which are PyTorch's too: 0.9 of the mean and 0.999 of the mean "
        "square are kept, and 10⁻⁸ is added to the root.",
        divides_by_size=True,
        torch="Adam(lr=eta, betas=(0.9, 0.999), eps=1e-8)",
    ),
}
"""The rules by name. v is the velocity, the slopes that were and still count; s the sum, or the
mean, of the squared slopes; m the mean slope; t the number of the step. What is added to a root,
such as 1e-8, is there so that a zero gradient divides by something."""

STATES: dict[str, tuple[str, ...]] = {
    name: tuple(part for part, _ in rule.states) for name, rule in RULES.items()
}
"""The parts of each state, named as in the rule."""


def counts(part: str, renewed: sympy.Expr) -> bool:
    """Whether a part of the memory only counts: it is made of itself, one number for all.

    >>> [counts(*assignment) for assignment in RULES["adam"].states]
    [False, False, True]
    """
    return bool(renewed.free_symbols == {symbol(part)})


def assignments(name: str) -> tuple[Assignment, ...]:
    """All that a step does, in order: the memory's parts, then the parameter p itself.

    KeyError for an unknown optimizer, here and below.

    >>> assignments("gradient_descent")
    (('p', -eta*g + p),)
    """
    rule = RULES[name]
    return (*rule.states, ("p", _sum(p, rule.step)))


def to_json(name: str) -> dict[str, Any]:
    """The rule as data for the browser; for the trees see :func:`core.printing.tree`.

    ``states`` are pairs of a name and the tree of its new value, to be run one after the other
    from 0; ``step`` is the tree of what is then added to the parameter. In the trees ``g`` is the
    gradient and ``eta`` the learning rate.

    >>> to_json("momentum")
    {'states': [['v', ['+', ['*', 0.9, 'v'], 'g']]], 'step': ['*', -1.0, 'eta', 'v']}
    """
    rule = RULES[name]
    return {
        "states": [[part, tree(renewed)] for part, renewed in rule.states],
        "step": tree(rule.step),
    }


@lru_cache(maxsize=16)
def source(name: str) -> str:
    """The rule as Python with NumPy, to the last bit what :data:`OPTIMIZERS` runs.

    >>> print(source("momentum"))
    def init(point):
        return (np.zeros_like(point),)
    <BLANKLINE>
    <BLANKLINE>
    def update(g, state, eta):
        (v,) = state
        v = 0.9*v + g
        return -eta*v, (v,)
    """
    rule = RULES[name]
    zeros = ["0" if counts(*part) else "np.zeros_like(point)" for part in rule.states]
    parts = _tuple(STATES[name])
    lines = [
        *([f"{parts} = state"] if rule.states else []),
        *(f"{part} = {code(renewed)}" for part, renewed in rule.states),
        f"return {code(rule.step)}, {parts}",
    ]
    update = "\n".join(f"    {line}" for line in lines)
    return f"def init(point):\n    return {_tuple(zeros)}\n\n\ndef update(g, state, eta):\n{update}"


def _tuple(parts: list[str] | tuple[str, ...]) -> str:
    return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"


def _optimizer(rule: Rule) -> Optimizer:
    counters = [counts(*part) for part in rule.states]
    lines = [(symbol(part), renewed) for part, renewed in rule.states]
    parts = tuple(part for part, _ in lines)
    update = compiled([g, parts, eta], lines, (rule.step, parts))

    def init(parameters: Array) -> State:
        return tuple(0 if counter else np.zeros_like(parameters) for counter in counters)

    return Optimizer(init, update)


OPTIMIZERS: dict[str, Optimizer] = {name: _optimizer(rule) for name, rule in RULES.items()}
