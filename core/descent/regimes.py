r"""How a descent went: six regimes, told from the numbers of its path by one set of rules.

The rules work on one path or elementwise on thousands, so that a map of starts and a single
descent never disagree. They are tried in this order (g is the gradient of the mean cost at the
last point, H the curvature there, by the trained parameters):

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
    The ground is flat though it is no minimum: |g| ≤ 0.005, the last half of the path changed the
    cost by less than 1 %, and no bottom is near. A saddle, where |g| ≤ 10⁻⁵ though the ground
    curves down to a side, counts as a plateau.
still descending
    None of these, and the cost is lower than it was at the beginning of the last quarter.
still moving
    Everything else. What would come of more steps is not known.

How far a bottom is, slope and curvature say: along each main direction of the ground, of curvature
λ > 10⁻⁴ and with the part gᵢ of the gradient, gᵢ/λ (Newton's step); where the ground is level or
bends down and gᵢ is not within 10⁻⁵ of 0, there is none. Near means at most half a unit along every
one of them. A path that ends early because |g| came within a given tolerance has converged where
the bottom is near and the ground bends down nowhere; else it is stuck on a plateau. So far from the
bottom a curvature counts only if it is larger than |g|: nearer by, it may be another.

>>> REGIMES[CODE[judge(Evidence(2.0, 0.0, 0, 1, 0, 0, 0, 0, 2.0, 0.0, 4.0, 4.0, 0.0, 3, False))]]
'converged'
"""

from typing import Any, Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from core.formatting import number, short

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int8]
Regime = Literal[
    "converged",
    "still descending",
    "oscillating",
    "diverging",
    "stuck on a plateau",
    "still moving",
]
REGIMES: tuple[Regime, ...] = get_args(Regime)
"""The regimes in the order of their codes, where many paths are named at once."""
UNDEFINED = -1
"""The code of a start where the cost or its slope is not a finite number."""

GROWTH = 1.01
"""A cost that grew by less than this factor is not diverging."""
FLAT_SLOPE = 1e-5
FLAT_CURVATURE = 1e-4
NO_COST = 1e-6
NO_COST_SLOPE = 1e-4
OVERSHOOT = 1e-3
PLATEAU_SLOPE = 5e-3
PLATEAU_DROP = 0.01
NEAR = 0.5
"""How far a bottom may be, in units of the parameters."""


class Evidence(NamedTuple):
    """What a verdict on a path rests on: numbers of one path, or arrays over many.

    ``peak`` is the highest cost in the last quarter, ``peak_before`` in the quarter before;
    ``predicted_decrease`` what the slopes promise of the last ``window`` steps, their mean size;
    ``turns`` of these turned back and ``rises`` raised the cost; ``halfway`` is the cost half the
    path ago, ``before`` that at the beginning of the window; ``least`` and ``most`` are the least
    and largest curvature, ``distance`` says how far the bottom is. Where ``reached``, only the last
    point counts, and what needs a history may be NaN.
    """

    first: Any
    last: Any
    peak: Any
    peak_before: Any
    predicted_decrease: Any
    turns: Any
    rises: Any
    halfway: Any
    before: Any
    slope: Any
    least: Any
    most: Any
    distance: Any
    window: int
    reached: Any


class Windows(NamedTuple):
    """The stretches of a path, in steps, that its evidence is taken from."""

    quarter: int
    window: int
    half: int

    @classmethod
    def of(cls, steps: int) -> "Windows":
        quarter = max(1, steps // 4)
        return cls(quarter, min(steps, max(quarter, 8)), max(1, steps // 2))


VERDICTS = (
    "growing",
    "no cost",
    "minimum",
    "near a minimum",
    "turning back",
    "rising",
    "saddle",
    "flat",
    "descending",
    "moving",
)
REGIME_OF: dict[str, Regime] = {
    "growing": "diverging",
    "no cost": "converged",
    "minimum": "converged",
    "near a minimum": "converged",
    "turning back": "oscillating",
    "rising": "oscillating",
    "saddle": "stuck on a plateau",
    "flat": "stuck on a plateau",
    "descending": "still descending",
    "moving": "still moving",
}
CODE: Codes = np.array([REGIMES.index(REGIME_OF[verdict]) for verdict in VERDICTS], np.int8)


def judge(e: Evidence) -> npt.NDArray[np.intp]:
    """The place in ``VERDICTS`` of what happened, for one path or elementwise for many.

    The rules are those of the module's docstring. Where the curvature overflows nothing can be
    said of it: it is NaN, and comparisons with NaN are false.
    """
    window = e.window
    going = np.logical_not(e.reached)
    matters = going & (e.predicted_decrease > OVERSHOOT * np.abs(e.last))
    curves_up = (e.most > FLAT_CURVATURE) & (e.least >= -FLAT_CURVATURE)
    bottom_near = np.less_equal(e.distance, NEAR) & np.greater(e.most, FLAT_CURVATURE)
    counts = np.where(going, FLAT_CURVATURE, np.maximum(FLAT_CURVATURE, e.slope))
    bends_down = np.less(e.least, -counts)
    stayed = np.abs(e.halfway - e.last) < PLATEAU_DROP * np.abs(e.last)
    rules = [
        going
        & (e.last > np.maximum(GROWTH * e.first, NO_COST))
        & (e.peak > GROWTH * e.peak_before),
        (np.abs(e.last) <= NO_COST) & (e.slope <= NO_COST_SLOPE),
        (e.slope <= FLAT_SLOPE) & curves_up,
        np.logical_not(going) & bottom_near & ~bends_down,
        matters & (e.turns > (window - 1) / 2),
        matters & (e.rises > window / 4),
        (~going | (e.slope <= FLAT_SLOPE)) & bends_down,
        ~going | ((e.slope <= PLATEAU_SLOPE) & stayed & np.logical_not(bottom_near)),
        np.less(e.last, e.before),
    ]
    return np.select(rules, range(len(rules)), default=len(rules))


def local_shape(slopes: Floats, hessian: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """|g|, the least and the largest curvature, and how far the bottom is.

    Of N points, from slopes of shape (n, N) and curvatures (n, n, N); infinite if there is none.
    """
    slope = np.sqrt(np.sum(slopes**2, axis=0))
    known = np.isfinite(hessian).all(axis=(0, 1))
    curves, directions = np.linalg.eigh(np.where(known, hessian, 0).transpose(2, 0, 1))
    parts = np.abs(np.einsum("nij,in->nj", directions, slopes))
    bent = curves > FLAT_CURVATURE
    level = np.where(parts <= FLAT_SLOPE, 0.0, np.inf)
    away = np.where(bent, parts / np.where(bent, curves, 1.0), level).max(axis=1)
    least, most, distance = (
        np.where(known, v, np.nan) for v in (curves[:, 0], curves[:, -1], away)
    )
    return slope, least, most, distance


def blew_up(cost: Floats, stopped: int) -> tuple[Regime, str]:
    """The regime and the sentence of a path whose step ``stopped`` was no usable number."""
    before = f"after the cost had gone from {number(cost[0])} to {number(cost[-1])}"
    if stopped == 1:
        before = f"from a cost of {number(cost[0])}"
    return "diverging", (
        f"Step {stopped} threw the path beyond all bounds, {before}: "
        "the learning rate is too large."
    )


def reason(verdict: str, e: Evidence, seen: tuple[int, int] | None) -> str:
    """The sentence that says why; ``seen`` is how many samples a step saw, of how many."""
    first, last, slope = number(e.first), number(e.last), number(e.slope)
    few = seen and f"each step sees only {seen[0]} of the {seen[1]} samples."
    match verdict:
        case "growing":
            return (
                f"The cost grew from {first} to {last}, and its peaks were growing to the end. "
                "A smaller learning rate may help."
            )
        case "no cost":
            return f"The cost is down to {last}, and it cannot go below 0."
        case "minimum":
            if e.least > FLAT_CURVATURE:
                return (
                    f"The slope is down to {slope} and the ground curves up every way: a minimum, "
                    f"where the cost is {last}."
                )
            return (
                f"The slope is down to {slope}, and the ground curves up one way and hardly at all "
                f"another: the floor of a valley, where the cost is {last}."
            )
        case "turning back":
            return (
                f"In {e.turns} of the last {e.window - 1} steps the path turned back on itself: "
                f"{few or 'it oversteps.'}"
            )
        case "rising":
            return (
                f"The cost rose in {e.rises} of the last {e.window} steps: "
                f"{few or 'some steps go too far.'}"
            )
        case "saddle":
            return f"The slope is {slope}, but {_bends_down(e)}."
        case "flat":
            return (
                f"The slope is {'only ' if e.slope else ''}{slope} though the cost is still "
                f"{last}, and by slope and curvature no bottom is near."
            )
        case "descending":
            return (
                f"In the last {e.window} steps the cost fell from {number(e.before)} to {last}, "
                f"and the slope is still {slope}."
            )
        case _:
            return (
                f"The cost is {last}, no lower than {e.window} steps before, and the slope is "
                f"still {slope}."
            )


def _bends_down(e: Evidence) -> str:
    down, up = (f"(curvature {number(curve)})" for curve in (e.least, e.most))
    if e.slope <= FLAT_SLOPE and e.most > FLAT_CURVATURE:
        return f"the ground bends down to one side {down} and up to another {up}: a saddle"
    return f"the ground bends down to one side {down}, so this is no minimum"


def reason_to_stop(verdict: str, e: Evidence, reached: int, tolerance: float) -> str:
    """The sentence for a path that ended by its tolerance, after ``reached`` steps."""
    when = "At the start" if not reached else f"After {reached} step{'s' if reached > 1 else ''}"
    within = f"{when} the slope is {number(e.slope)}, within the tolerance of {short(tolerance)}"
    match verdict:
        case "saddle":
            return f"{within}, but {_bends_down(e)}."
        case "flat":
            return (
                f"{within}, but the cost is still {number(e.last)}, and by slope and curvature "
                "no bottom is near."
            )
        case "no cost":
            return f"{within}, and the cost is {number(e.last)}; it cannot go below 0."
        case _:
            return (
                f"{within}. By slope and curvature the bottom is {number(e.distance)} away, and "
                f"the cost is {number(e.last)}."
            )
