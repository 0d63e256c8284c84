r"""Update rules of gradient descent, as pure pairs of functions.

An :class:`Optimizer` is ``init(parameters) -> state`` and
``update(gradient, state, learning_rate) -> (step, state)``; the caller adds the step:
``parameters + step``. Everything is elementwise, so ``parameters`` may be one vector or, with
leading axes, many starts at once. The formulas and constants are PyTorch's, so that runs can
be compared with ``torch.optim``.

In the equations g is the gradient, η the learning rate, p the parameters; states start at 0.

>>> adam = OPTIMIZERS["adam"]
>>> p = np.array([3.0, -0.001])
>>> step, state = adam.update(2 * p, adam.init(p), 0.1)  # the gradient of p², summed
>>> step.round(6)  # the first step of Adam is the learning rate, whatever the slope
array([-0.1,  0.1])
>>> dict(zip(STATES["adam"], state, strict=True))["t"]
1
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from core.functions import Array

State = tuple[Any, ...]

MOMENTUM = 0.9
"""Of momentum and Nesterov: the share of the velocity that is kept."""
RMSPROP_DECAY = 0.99
ADAM_DECAYS = (0.9, 0.999)
"""Of the mean and of the mean square of the gradients."""
EPSILON = 1e-8
"""Added to a root mean square, so that a zero gradient divides by something."""
ADAGRAD_EPSILON = 1e-10


class Optimizer(NamedTuple):
    """``init(parameters) -> state``; ``update(gradient, state, rate) -> (step, state)``."""

    init: Callable[[Array], State]
    update: Callable[[Array, State, float], tuple[Array, State]]


def _nothing(parameters: Array) -> State:
    return ()


def _zeros(parameters: Array) -> State:
    return (np.zeros_like(parameters),)


def _adam_zeros(parameters: Array) -> State:
    return (np.zeros_like(parameters), np.zeros_like(parameters), 0)


def gradient_descent(gradient: Array, state: State, learning_rate: float) -> tuple[Array, State]:
    r"""Straight downhill: :math:`p \leftarrow p - \eta g`.

    Cauchy, "Méthode générale pour la résolution des systèmes d'équations simultanées", 1847.

    >>> gradient_descent(np.array([2.0]), (), 0.5)
    (array([-1.]), ())
    """
    return -learning_rate * gradient, state


def momentum(gradient: Array, state: State, learning_rate: float) -> tuple[Array, State]:
    r"""A heavy ball: :math:`v \leftarrow \mu v + g`, :math:`p \leftarrow p - \eta v`.

    Polyak, "Some methods of speeding up the convergence of iteration methods", 1964.

    >>> momentum(np.array([2.0]), (np.array([10.0]),), 0.5)
    (array([-5.5]), (array([11.]),))
    """
    velocity = MOMENTUM * state[0] + gradient
    return -learning_rate * velocity, (velocity,)


def nesterov(gradient: Array, state: State, learning_rate: float) -> tuple[Array, State]:
    r"""Momentum that looks ahead: :math:`v \leftarrow \mu v + g`,
    :math:`p \leftarrow p - \eta\,(g + \mu v)`.

    Nesterov, "A method of solving a convex programming problem with convergence rate
    O(1/k²)", 1983; in the form of Sutskever et al., "On the importance of initialization and
    momentum in deep learning", 2013.

    >>> nesterov(np.array([2.0]), (np.array([0.0]),), 0.5)
    (array([-1.9]), (array([2.]),))
    """
    velocity = MOMENTUM * state[0] + gradient
    return -learning_rate * (gradient + MOMENTUM * velocity), (velocity,)


def adagrad(gradient: Array, state: State, learning_rate: float) -> tuple[Array, State]:
    r"""Each parameter's rate shrinks with the gradients it has seen:
    :math:`s \leftarrow s + g^2`, :math:`p \leftarrow p - \eta g / (\sqrt s + \varepsilon)`.

    Duchi, Hazan and Singer, "Adaptive subgradient methods for online learning and stochastic
    optimization", 2011.

    >>> adagrad(np.array([3.0]), (np.array([16.0]),), 0.5)
    (array([-0.3]), (array([25.]),))
    """
    total = state[0] + gradient**2
    return -learning_rate * gradient / (np.sqrt(total) + ADAGRAD_EPSILON), (total,)


def rmsprop(gradient: Array, state: State, learning_rate: float) -> tuple[Array, State]:
    r"""Each parameter's gradient in units of its recent size:
    :math:`s \leftarrow \rho s + (1 - \rho) g^2`,
    :math:`p \leftarrow p - \eta g / (\sqrt s + \varepsilon)`.

    Tieleman and Hinton, "Lecture 6.5: rmsprop", Coursera, 2012.

    >>> step, state = rmsprop(np.array([3.0]), (np.array([0.0]),), 0.5)
    >>> step.round(4), state[0].round(4)
    (array([-5.]), array([0.09]))
    """
    square = RMSPROP_DECAY * state[0] + (1 - RMSPROP_DECAY) * gradient**2
    return -learning_rate * gradient / (np.sqrt(square) + EPSILON), (square,)


def adam(gradient: Array, state: State, learning_rate: float) -> tuple[Array, State]:
    r"""The mean gradient in units of its root mean square:
    :math:`m \leftarrow \beta_1 m + (1 - \beta_1) g`,
    :math:`s \leftarrow \beta_2 s + (1 - \beta_2) g^2`,
    :math:`p \leftarrow p - \eta \hat m / (\sqrt{\hat s} + \varepsilon)` with
    :math:`\hat m = m / (1 - \beta_1^t)`, :math:`\hat s = s / (1 - \beta_2^t)` in step t = 1, 2, …

    Kingma and Ba, "Adam: a method for stochastic optimization", 2015.

    >>> step, state = adam(np.array([3.0]), (np.array([0.0]), np.array([0.0]), 0), 0.5)
    >>> step.round(4), state[2]
    (array([-0.5]), 1)
    """
    (keep, keep_square), (mean, square, t) = ADAM_DECAYS, state
    t = t + 1
    mean = keep * mean + (1 - keep) * gradient
    square = keep_square * square + (1 - keep_square) * gradient**2
    size = np.sqrt(square / (1 - keep_square**t)) + EPSILON
    return -learning_rate / (1 - keep**t) * mean / size, (mean, square, t)


OPTIMIZERS: dict[str, Optimizer] = {
    "gradient_descent": Optimizer(_nothing, gradient_descent),
    "momentum": Optimizer(_zeros, momentum),
    "nesterov": Optimizer(_zeros, nesterov),
    "adagrad": Optimizer(_zeros, adagrad),
    "rmsprop": Optimizer(_zeros, rmsprop),
    "adam": Optimizer(_adam_zeros, adam),
}

STATES: dict[str, tuple[str, ...]] = {
    "gradient_descent": (),
    "momentum": ("v",),
    "nesterov": ("v",),
    "adagrad": ("s",),
    "rmsprop": ("s",),
    "adam": ("m", "s", "t"),
}
"""The parts of each state, named as in the equations: v the velocity, the slopes that were and
still count; s the sum, or the mean, of the squared slopes; m the mean slope; t the step."""
