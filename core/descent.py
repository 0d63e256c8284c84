r"""Run an optimizer downhill, keep every point of the path, and say what happened.

The descent is on the mean cost over a data set, by the trained parameters alone:
:math:`p_{k+1} = p_k + \mathrm{step}(\nabla \bar J(p_k))`, with the step of
:mod:`core.optimizers`. How it ended is one of five regimes, told apart in this order
(g is the gradient at the last point, H the curvature there, by the trained parameters):

diverging
    The path blew up: a number was no longer finite, a parameter passed ±10⁶, or the cost passed
    10¹² times the cost at the start (or 10¹²). Or it is on its way there: the cost ends above the
    start, and its peak in the last quarter of the path is above the peak in the quarter before.
converged
    |g| ≤ 10⁻⁵ where the ground curves up in some direction and down in none; a curvature counts
    from 10⁻⁴. Or the cost itself is within 10⁻⁶ of 0, the least it can be, and |g| ≤ 10⁻⁴.
oscillating
    In the last quarter, most steps point against the one before, or the cost rose in a quarter of
    them; and each is large enough to matter, by slope changing the cost by a thousandth.
stuck on a plateau
    The ground is flat though it is no minimum: |g| ≤ 0.005, the last half of the path lowered the
    cost by less than 1 %, and along the slope there is no bottom near: it is more than half a
    unit away (κ ≤ 2|g| with κ = gᵀHg/g·g), or κ ≤ 10⁻⁴. A saddle, where |g| ≤ 10⁻⁵ though the
    ground curves down to a side, counts as a plateau.
still descending
    Everything else: more steps would lower the cost further.

>>> from core.network import network
>>> line = network(1, "identity")
>>> path = descend(line, {"w1": 3, "b1": 0}, Dataset([2.0], [4.0]), steps=3, train=["w1"],
...                learning_rate=0.25)
>>> path.parameters["w1"], path.cost, path.regime
(array([3., 2., 2., 2.]), array([2., 0., 0., 0.]), 'converged')
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from core.graph import Graph
from core.network import Dataset
from core.optimizers import OPTIMIZERS
from core.surface import curvature, inputs, require

Floats = npt.NDArray[np.float64]
Regime = Literal["converged", "still descending", "oscillating", "diverging", "stuck on a plateau"]

MOST_STEPS = 2000

LARGEST_PARAMETER = 1e6
LARGEST_COST = 1e12
GROWTH = 1.01
"""A cost that grew by less than this factor is not diverging."""
FLAT_SLOPE = 1e-5
FLAT_CURVATURE = 1e-4
NO_COST = 1e-6
NO_COST_SLOPE = 1e-4
OVERSHOOT = 1e-3
PLATEAU_SLOPE = 5e-3
PLATEAU_DROP = 0.01
FAR = 2.0


@dataclass(frozen=True, eq=False)
class Path:
    """Every point of a descent, from the start on, and how it ended.

    Attributes:
        train: the names of the trained parameters.
        parameters: every parameter's value at each point; those not trained stay as they were.
        cost: the mean cost at each point, shape ``(steps + 1,)``.
        gradients: its derivative by each trained parameter at each point.
        regime: how it ended; see :mod:`core.descent` for what each word means.
        reason: one sentence that says why, with numbers.
        stopped: the step whose result was no longer a usable number, or None. The arrays then
            end before it, and have this length; they never hold NaN or infinity.
    """

    train: tuple[str, ...]
    parameters: dict[str, Floats]
    cost: Floats
    gradients: dict[str, Floats]
    regime: Regime
    reason: str
    stopped: int | None = None

    def __len__(self) -> int:
        return len(self.cost)

    def at(self, point: int) -> dict[str, float]:
        """The parameters at one point of the path, ready for :meth:`core.graph.Graph.forward`."""
        return {name: float(values[point]) for name, values in self.parameters.items()}


def descend(
    graph: Graph,
    start: Mapping[str, float],
    data: Dataset,
    optimizer: str = "gradient_descent",
    learning_rate: float = 0.5,
    steps: int = 200,
    train: Sequence[str] = ("w1", "w2"),
) -> Path:
    """Follow an optimizer downhill for a number of steps.

    Args:
        graph: the network, with inputs x and y.
        start: a number for each parameter; other keys are ignored.
        data: the samples that the cost is averaged over.
        optimizer: a name in :data:`core.optimizers.OPTIMIZERS`.
        learning_rate: positive.
        steps: 1 to 2000.
        train: the parameters that are moved.

    Raises:
        ValueError: for an argument that does not fit, with a sentence that says which; also if
            the cost or its slope at the start is not a finite number.
    """
    if optimizer not in OPTIMIZERS:
        raise ValueError(f"Unknown optimizer {optimizer!r}; known: {', '.join(OPTIMIZERS)}.")
    if not (math.isfinite(learning_rate) and learning_rate > 0):
        raise ValueError(f"The learning rate must be positive and finite, not {learning_rate}.")
    if not (1 <= steps <= MOST_STEPS and steps == int(steps)):
        raise ValueError(f"The steps must be a whole number from 1 to {MOST_STEPS}, not {steps}.")
    if not train:
        raise ValueError("At least one parameter must be trained.")
    require(graph, train)

    named = inputs(graph, start, data, ndim=1)
    points, slopes, cost = _follow(graph, named, train, optimizer, learning_rate, int(steps))
    if not len(cost):
        raise ValueError("At the start the cost or its slope is not a finite number.")

    held = {n: np.full(len(cost), float(v)) for n, v in named.items() if n not in ("x", "y")}
    parameters = held | dict(zip(train, points.T.copy(), strict=True))
    stopped = None if len(cost) == steps + 1 else len(cost)
    if stopped is not None:
        regime, reason = _blew_up(cost, stopped)
    else:
        end = {name: float(values[-1]) for name, values in parameters.items()}
        with np.errstate(all="ignore"):
            regime, reason = _classify(points, slopes, cost, curvature(graph, end, data, train))
    gradients = dict(zip(train, slopes.T.copy(), strict=True))
    return Path(tuple(train), parameters, cost, gradients, regime, reason, stopped)


def _follow(
    graph: Graph,
    named: Mapping[str, Floats],
    train: Sequence[str],
    optimizer: str,
    learning_rate: float,
    steps: int,
) -> tuple[Floats, Floats, Floats]:
    """Points and slopes, shape (points, parameters), and costs, for as long as they are usable."""
    height_and_slopes = graph.compiled_gradient(train)
    # NumPy's scalars: quicker than arrays of no dimension, and silent where a float would raise.
    arguments = [value if value.ndim else np.float64(value) for value in named.values()]
    places = [graph.inputs.index(name) for name in train]
    init, update = OPTIMIZERS[optimizer]
    point = np.array([arguments[place] for place in places])
    state = init(point)
    points, slopes = np.empty((2, steps + 1, len(places)))
    cost = np.empty(steps + 1)
    limit = math.inf
    with np.errstate(all="ignore"):
        for k in range(steps + 1):
            for place, value in zip(places, point, strict=True):
                arguments[place] = value
            points[k] = point
            cost[k], *slopes[k] = [_mean(values) for values in height_and_slopes(*arguments)]
            if k == 0:
                limit = LARGEST_COST * max(1.0, abs(cost[0]))
            usable = abs(cost[k]) <= limit and np.isfinite(slopes[k]).all()
            if not (usable and (k == 0 or np.abs(point).max() <= LARGEST_PARAMETER)):
                return points[:k], slopes[:k], cost[:k]
            step, state = update(slopes[k], state, learning_rate)
            point = point + step
    return points, slopes, cost


def _mean(values: npt.ArrayLike) -> float:
    # np.mean, without the microseconds that it spends on its options.
    array = np.asarray(values)
    return float(np.add.reduce(array, axis=None)) / array.size


def _blew_up(cost: Floats, stopped: int) -> tuple[Regime, str]:
    before = f"after the cost had gone from {_number(cost[0])} to {_number(cost[-1])}"
    if stopped == 1:
        before = f"from a cost of {_number(cost[0])}"
    return "diverging", (
        f"Step {stopped} threw the path beyond all bounds, {before}: "
        "the learning rate is too large."
    )


def _classify(points: Floats, slopes: Floats, cost: Floats, hessian: Floats) -> tuple[Regime, str]:
    """The regime of a path that did not blow up, and the sentence that says why."""
    steps, first, last = len(cost) - 1, cost[0], cost[-1]
    slope = float(np.linalg.norm(slopes[-1]))
    # Where the curvature overflows nothing can be said of it, and comparisons with NaN are false.
    known = np.isfinite(hessian).all()
    down, up = np.linalg.eigvalsh(hessian)[[0, -1]] if known else (math.nan, math.nan)
    quarter = max(1, steps // 4)

    peak, peak_before = cost[-quarter:].max(), cost[-2 * quarter : -quarter].max()
    if last > max(GROWTH * first, NO_COST) and peak > GROWTH * peak_before:
        return "diverging", (
            f"The cost grew from {_number(first)} to {_number(last)} and is still growing: "
            "the learning rate is too large."
        )

    if abs(last) <= NO_COST and slope <= NO_COST_SLOPE:
        return "converged", f"The cost is down to {_number(last)}, and it cannot go below 0."
    if slope <= FLAT_SLOPE and up > FLAT_CURVATURE and down >= -FLAT_CURVATURE:
        return "converged", (
            f"The slope is down to {_number(slope)} and the ground curves upwards: a minimum, "
            f"where the cost is {_number(last)}."
        )

    window = min(steps, max(quarter, 8))
    moves = np.diff(points[-window - 1 :], axis=0)
    undertaken = np.abs(np.sum(moves * slopes[-window - 1 : -1], axis=1)).mean()
    if undertaken > OVERSHOOT * abs(last):
        turns = int(np.sum(np.sum(moves[1:] * moves[:-1], axis=1) < 0))
        rises = int(np.sum(np.diff(cost[-window - 1 :]) > 0))
        if turns > (window - 1) / 2:
            return "oscillating", (
                f"In {turns} of the last {window - 1} steps the path turned back on itself: "
                "it overshoots the bottom of the valley."
            )
        if rises > window / 4:
            return "oscillating", (
                f"The cost rose in {rises} of the last {window} steps: "
                "the path swings through the bottom of the valley."
            )

    if slope <= FLAT_SLOPE and down < -FLAT_CURVATURE:
        return "stuck on a plateau", (
            f"The slope is {_number(slope)}, but the ground bends down to the side "
            f"(curvature {_number(down)}): a saddle, not a minimum."
        )
    stayed = abs(cost[-1 - max(1, steps // 2)] - last) < PLATEAU_DROP * abs(last)
    uphill = slopes[-1] / (slope or 1.0)
    no_bottom_near = uphill @ hessian @ uphill <= max(FAR * slope, FLAT_CURVATURE)
    if slope <= PLATEAU_SLOPE and stayed and no_bottom_near:
        return "stuck on a plateau", (
            f"The slope is {'only ' if slope else ''}{_number(slope)} though the cost is still "
            f"{_number(last)}: the ground here is almost flat."
        )

    return "still descending", (
        f"The cost {'fell' if last < first else 'went'} from {_number(first)} to {_number(last)}, "
        f"and the slope is still {_number(slope)}: more steps would lower it further."
    )


_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _number(value: float) -> str:
    """Up to four significant digits, with a real minus sign: 0.1785, −1.4, 3.2×10⁻⁷."""
    mantissa, _, exponent = f"{value:.4g}".partition("e")
    power = f"×10{str(int(exponent)).translate(_SUPERSCRIPT)}" if exponent else ""
    return mantissa.replace("-", "−") + power
