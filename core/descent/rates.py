r"""Learning rates that mean something: those that the bend of the ground at the minimum sets.

Near a minimum the mean cost is a bowl, and along each of its main directions, of curvature λ,
gradient descent multiplies the distance to the bottom by 1 − ηλ in every step. So the largest
and the smallest curvature decide: the rate 1/λmax is right for the steepest direction,
2/(λmin + λmax) shrinks the slowest of them fastest, and above 2/λmax the steepest grows.
With momentum β the factors are the roots r of

.. math:: r^2 - (1 + \beta - \eta\lambda)\,r + \beta = 0 \quad\text{(Polyak)}, \qquad
          r^2 - (1 + \beta)(1 - \eta\lambda)\,r + \beta(1 - \eta\lambda) = 0
          \quad\text{(Nesterov)},

which stay within the unit circle up to 2(1 + β)/λmax and 2(1 + β)/((1 + 2β) λmax).

Sources: Polyak, *Introduction to Optimization*, 1987, sections 1.4 and 3.2; Goh, "Why momentum
really works", Distill, 2017; Lessard, Recht and Packard, "Analysis and design of optimization
algorithms via integral quadratic constraints", SIAM Journal on Optimization 26 (2016).

>>> from core.network import network
>>> line, data = network(1, "identity"), Dataset([1.0, 2.0], [2.0, 4.0])
>>> found = critical_rates(line, {"w1": 5, "b1": 0}, data, ["w1"])  # λ = mean x² = 2.5
>>> [(rate.name, round(rate.value, 12)) for rate in found.rates]
[('steepest', 0.4), ('best', 0.4), ('edge', 0.8)]
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from core.descent.many import descend_many
from core.descent.recipes import LARGEST_PARAMETER, Recipe
from core.descent.regimes import FLAT_CURVATURE, Codes
from core.descent.rules import MOMENTUM, RULES
from core.graph import Graph
from core.network import SAMPLED, Dataset
from core.surface import curvature, gradient, inputs, require

Floats = npt.NDArray[np.float64]

MOST_TRIES = 250
LONGEST = 0.5
"""The longest step of the search, in units of the parameters, so that it stays in its basin."""
FLAT_SHARE = 1e-9
"""Directions whose curvature is less than this share of λmax are level: a valley of minima."""
AT_REST = 1e-9


class Rate(NamedTuple):
    """A special learning rate: ``name`` for code, ``label`` for a chart, one sentence."""

    name: str
    value: float
    label: str
    sentence: str


@dataclass(frozen=True)
class CriticalRates:
    """A minimum, how the ground bends there, and the rates that follow for one optimizer.

    Attributes:
        minimum: every parameter's value there.
        cost: the mean cost there.
        least: λmin, the smallest curvature of the directions in which the ground bends at all.
        most: λmax, the largest.
        rates: ascending; empty where an optimizer has none.
        note: a sentence that holds for the optimizer.
    """

    minimum: dict[str, float]
    cost: float
    least: float
    most: float
    rates: tuple[Rate, ...]
    note: str


def critical_rates(
    graph: Graph,
    start: Mapping[str, float],
    data: Dataset,
    train: Sequence[str] = ("w1", "w2"),
    optimizer: str = "gradient_descent",
) -> CriticalRates | None:
    """The special rates at the minimum downhill from the start; None if there is none.

    There is none where the cost only sinks towards infinity, on a plateau without any slope, at a
    saddle, and where the ground has a kink (relu). Which minimum a descent reaches may depend on
    its rate; this is the one that small steps lead to.

    Args:
        graph: the network, with inputs x and y.
        start: a number for each parameter, such as the end of a path.
        data: the samples that the cost is averaged over.
        train: the parameters that are moved.
        optimizer: a name in :data:`core.descent.rules.OPTIMIZERS`.

    Raises:
        ValueError: for an argument that does not fit, with a sentence that says which.
    """
    Recipe(data, optimizer, train=tuple(train))  # for its sentences about what does not fit
    minimum = nearest_minimum(graph, start, data, train)
    if minimum is None:
        return None
    eigenvalues = np.linalg.eigvalsh(curvature(graph, minimum, data, train))
    most = float(eigenvalues[-1])
    least = float(eigenvalues[eigenvalues > FLAT_SHARE * most][0])
    rates, note = special_rates(optimizer, least, most)
    return CriticalRates(minimum, _cost(graph, minimum, data), least, most, rates, note)


def special_rates(optimizer: str, least: float, most: float) -> tuple[tuple[Rate, ...], str]:
    """The rates at which behaviour changes on a bowl of these curvatures, and a note on the rule.

    >>> [rate.value for rate in special_rates("gradient_descent", 1.0, 4.0)[0]]
    [0.25, 0.4, 0.5]
    """
    beta = MOMENTUM
    rates: tuple[Rate, ...]
    if optimizer == "gradient_descent":
        rates = (
            Rate("steepest", 1 / most, "1/λmax", "The steepest direction is done in one step."),
            Rate(
                "best",
                2 / (least + most),
                "2/(λmin + λmax)",
                "The best rate: the steepest and the most level direction shrink equally fast.",
            ),
            Rate(
                "edge",
                2 / most,
                "2/λmax",
                "The edge: above it steps in the steepest direction overshoot further and further.",
            ),
        )
        return rates, "Close to it each step multiplies the distance along a direction by 1 − ηλ."
    if optimizer == "momentum":
        calm, settled = (1 - beta**0.5) ** 2 / most, (1 - beta**0.5) ** 2 / least
        rates = (
            Rate(
                "swing",
                calm,
                "(1 − √β)²/λmax",
                "Above it the steepest direction swings through the bottom before it settles.",
            ),
            Rate(
                "edge",
                2 * (1 + beta) / most,
                "2(1 + β)/λmax",
                "The edge: above it the swings in the steepest direction grow.",
            ),
        )
        note = "Close to it no rate is faster in the long run than a factor of √β a step."
        if settled <= (1 + beta**0.5) ** 2 / most:
            best = Rate(
                "best",
                settled,
                "(1 − √β)²/λmin",
                "The smallest of the best rates: in the long run every direction shrinks by √β a "
                "step.",
            )
            rates = tuple(sorted((*rates, best), key=lambda rate: rate.value))
        return rates, note
    if optimizer == "nesterov":
        edge = 2 * (1 + beta) / ((1 + 2 * beta) * most)
        rates = (
            Rate(
                "steepest",
                1 / most,
                "1/λmax",
                "From rest the steepest direction is done in two steps: the first goes "
                f"{beta:.0%} too far, the second comes back.".replace("%", " %"),
            ),
            Rate(
                "edge",
                edge,
                "2(1 + β)/((1 + 2β)λmax)",
                "The edge: above it the swings in the steepest direction grow. It is below that of "
                "plain momentum.",
            ),
        )
        return rates, "Looking ahead damps the swings of steep directions close to it."
    if optimizer == "adagrad":
        return (), (
            "No edge: the steps shrink as slopes add up, until they are small enough for any "
            "curvature."
        )
    if RULES[optimizer].divides_by_size:
        return (), (
            "No edge set by the curvature: slopes are divided by their recent size, so the path "
            "would hardly be another if the ground were ten times as steep everywhere."
        )
    return (), f"No rate is known at which {RULES[optimizer].label} behaves otherwise."


def nearest_minimum(
    graph: Graph, start: Mapping[str, float], data: Dataset, train: Sequence[str]
) -> dict[str, float] | None:
    r"""The minimum that small steps downhill lead to, to rounding; None if there is none.

    A trust region: of each direction u of the Hessian, of curvature λ, the step goes
    :math:`-u^\top g / (|\lambda| + \mu)`, with μ just large enough that the whole step is no
    longer than the radius. Far away it follows the slope, near the minimum it is Newton's. A step
    that does not lower the cost is taken back and the radius shrinks.

    Source: Nocedal and Wright, *Numerical Optimization*, 2nd ed., 2006, chapter 4; |λ| after
    Dauphin et al., "Identifying and attacking the saddle point problem", 2014.
    """
    require(graph, train)
    here = {n: float(v) for n, v in inputs(graph, start, data, ndim=1).items() if n not in SAMPLED}
    cost, radius = _cost(graph, here, data), LONGEST / 4
    for _ in range(MOST_TRIES):
        slope = np.array(list(gradient(graph, here, data, train).values()))
        hessian = curvature(graph, here, data, train)
        if not (np.isfinite(cost) and np.isfinite(slope).all() and np.isfinite(hessian).all()):
            return None
        values, directions = np.linalg.eigh(hessian)
        most = float(np.abs(values).max())
        if most == 0 or not slope.any():
            return here if _is_minimum(values) else None
        parts = directions.T @ slope
        bends = np.maximum(np.abs(values), FLAT_SHARE * most)
        newton = np.abs(parts[values > FLAT_SHARE * most] / values[values > FLAT_SHARE * most])
        resting = np.linalg.norm(slope) <= AT_REST * most and newton.max(initial=0.0) <= AT_REST
        if resting and _is_minimum(values):
            return here
        while True:
            step = -directions @ (parts / (bends + _damping(parts, bends, radius)))
            there = here | {n: here[n] + float(s) for n, s in zip(train, step, strict=True)}
            lower = _cost(graph, there, data)
            if lower < cost:
                break
            radius /= 4
            if radius < AT_REST:  # nothing lower is near: the bottom, to rounding, or a kink
                near = newton.max(initial=0.0) <= AT_REST**0.5 and _is_minimum(values)
                return here if near else None
        here, cost = there, lower
        radius = min(LONGEST, 2 * radius)
        if max(map(abs, here.values())) > LARGEST_PARAMETER:
            return None
    return None


def _damping(parts: Floats, bends: Floats, radius: float) -> float:
    """The least μ ≥ 0 for which the step parts/(bends + μ) is no longer than the radius."""
    low, high = 0.0, float(np.linalg.norm(parts)) / radius
    if np.linalg.norm(parts / bends) <= radius:
        return 0.0
    for _ in range(40):
        middle = (low + high) / 2
        longer = np.linalg.norm(parts / (bends + middle)) > radius
        low, high = (middle, high) if longer else (low, middle)
    return high


def _is_minimum(curvatures: Floats) -> bool:
    return bool(curvatures[-1] > FLAT_CURVATURE and curvatures[0] >= -1e-6 * curvatures[-1])


def _cost(graph: Graph, parameters: Mapping[str, float], data: Dataset) -> float:
    arguments = inputs(graph, parameters, data, ndim=1)
    with np.errstate(all="ignore"):
        return float(np.mean(graph.compiled([graph.output])(*arguments.values())[0]))


# ---- many rates at once


class Sweep(NamedTuple):
    """Where descents with different rates ended; arrays over the rates.

    ``cost`` is the last usable cost, ``steps`` how many were taken to it, ``regime`` the place in
    :data:`core.descent.regimes.REGIMES`, ``points`` the last points, shape (trained parameters,
    rates).
    """

    rates: Floats
    cost: Floats
    steps: npt.NDArray[np.int64]
    regime: Codes
    points: Floats


def sweep(
    graph: Graph,
    start: Mapping[str, float],
    recipe: Recipe,
    rates: npt.ArrayLike,
) -> Sweep:
    """Descend from one start with many learning rates, in one loop.

    Args:
        graph: the network, with inputs x and y.
        start: a number for each parameter.
        recipe: the rest but for the rate; every step sees all the samples.
        rates: shape ``(N,)``, positive.

    Raises:
        ValueError: for an argument that does not fit, with a sentence that says which; also if
            the cost or its slope at the start is not a finite number.

    >>> from core.network import network
    >>> recipe = Recipe(Dataset([2.0], [4.0]), steps=3, train=("w1",))
    >>> sweep(network(1, "identity"), {"w1": 3, "b1": 0}, recipe, [0.25, 0.5]).cost
    array([0., 2.])
    """
    rates = np.asarray(rates, float).reshape(-1)
    ends = descend_many(graph, start, recipe, rates, exact=True)
    if not np.isfinite(ends.cost).all():
        raise ValueError("At the start the cost or its slope is not a finite number.")
    return Sweep(rates, ends.cost, ends.steps, ends.regime, ends.points)
