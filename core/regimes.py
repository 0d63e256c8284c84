r"""How a descent went: five regimes, told from the numbers of its path by one set of rules.

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
    The ground is flat though it is no minimum: |g| ≤ 0.005, the last half of the path lowered the
    cost by less than 1 %, and along the slope there is no bottom near: it is more than half a
    unit away (κ ≤ 2|g| with κ = gᵀHg/g·g), or κ ≤ 10⁻⁴. A saddle, where |g| ≤ 10⁻⁵ though the
    ground curves down to a side, counts as a plateau.
still descending
    Everything else: more steps would lower the cost further.

A path that ends early because |g| came within a given tolerance has converged where the bottom is
near, at most half a unit away along the slope (κ > 2|g| and κ > 10⁻⁴), and the ground bends down
nowhere by more than a tenth of what it bends up; else it is stuck on a plateau.

>>> REGIMES[CODE[judge(Evidence(2.0, 0.0, 0, 1, 0, 0, 0, 0, 0.0, 4.0, 4.0, 0.0, 3, False))]]
'converged'
"""

from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from core.formatting import number, short

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int8]
Regime = Literal["converged", "still descending", "oscillating", "diverging", "stuck on a plateau"]
REGIMES: tuple[Regime, ...] = (
    "converged",
    "still descending",
    "oscillating",
    "diverging",
    "stuck on a plateau",
)
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
FAR = 2.0
BENT = 0.1
"""The share of the largest curvature that the ground may bend down near a minimum."""


class Evidence(NamedTuple):
    """What a verdict on a path rests on: numbers of one path, or arrays over many.

    ``peak`` is the highest cost in the last quarter, ``peak_before`` in the quarter before;
    ``undertaken`` the mean change of cost by slope in the last ``window`` steps, of which
    ``turns`` turned back and ``rises`` raised the cost; ``halfway`` the cost half the path ago;
    ``down`` and ``up`` the least and largest curvature, ``along`` that along the slope. Where
    ``reached``, only the last point counts, and what needs a history may be NaN.
    """

    first: Any
    last: Any
    peak: Any
    peak_before: Any
    undertaken: Any
    turns: Any
    rises: Any
    halfway: Any
    slope: Any
    down: Any
    up: Any
    along: Any
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
}
CODE: Codes = np.array([REGIMES.index(REGIME_OF[verdict]) for verdict in VERDICTS], np.int8)


def judge(e: Evidence) -> npt.NDArray[np.intp]:
    """The place in ``VERDICTS`` of what happened, for one path or elementwise for many.

    The rules are those of the module's docstring. Where the curvature overflows nothing can be
    said of it: it is NaN, and comparisons with NaN are false.
    """
    window = e.window
    going = np.logical_not(e.reached)
    matters = going & (e.undertaken > OVERSHOOT * np.abs(e.last))
    curves_up = (e.up > FLAT_CURVATURE) & (e.down >= -FLAT_CURVATURE)
    bottom_near = e.along > np.maximum(FAR * e.slope, FLAT_CURVATURE)
    bends_down = e.down < -np.where(going, FLAT_CURVATURE, np.maximum(FLAT_CURVATURE, BENT * e.up))
    stayed = np.abs(e.halfway - e.last) < PLATEAU_DROP * np.abs(e.last)
    no_bottom = e.along <= np.maximum(FAR * e.slope, FLAT_CURVATURE)
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
        ~going | ((e.slope <= PLATEAU_SLOPE) & stayed & no_bottom),
    ]
    return np.select(rules, range(len(rules)), default=len(rules))


def bend(slopes: Floats, hessian: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """|g|, the least and the largest curvature, and that along g: shape (n, N), (n, n, N)."""
    slope = np.sqrt(np.sum(slopes**2, axis=0))
    known = np.isfinite(hessian).all(axis=(0, 1))
    eigenvalues = np.linalg.eigvalsh(np.where(known, hessian, 0).transpose(2, 0, 1))
    down, up = (np.where(known, eigenvalues[:, k], np.nan) for k in (0, -1))
    uphill = slopes / np.where(slope == 0, 1.0, slope)
    return slope, down, up, np.einsum("in,ijn,jn->n", uphill, hessian, uphill)


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
                f"The cost grew from {first} to {last} and is still growing: "
                "the learning rate is too large."
            )
        case "no cost":
            return f"The cost is down to {last}, and it cannot go below 0."
        case "minimum":
            return (
                f"The slope is down to {slope} and the ground curves upwards: a minimum, "
                f"where the cost is {last}."
            )
        case "turning back":
            return (
                f"In {e.turns} of the last {e.window - 1} steps the path turned back on itself: "
                f"{few or 'it overshoots the bottom of the valley.'}"
            )
        case "rising":
            return (
                f"The cost rose in {e.rises} of the last {e.window} steps: "
                f"{few or 'the path swings through the bottom of the valley.'}"
            )
        case "saddle":
            return (
                f"The slope is {slope}, but the ground bends down to the side "
                f"(curvature {number(e.down)}): a saddle, not a minimum."
            )
        case "flat":
            return (
                f"The slope is {'only ' if e.slope else ''}{slope} though the cost is still "
                f"{last}: the ground here is almost flat."
            )
        case _:
            return (
                f"The cost {'fell' if e.last < e.first else 'went'} from {first} to {last}, "
                f"and the slope is still {slope}: more steps would lower it further."
            )


def reason_to_stop(verdict: str, e: Evidence, reached: int, tolerance: float) -> str:
    """The sentence for a path that ended by its tolerance, after ``reached`` steps."""
    when = "At the start" if not reached else f"After {reached} step{'s' if reached > 1 else ''}"
    within = f"{when} the slope is {number(e.slope)}, within the tolerance of {short(tolerance)}"
    match verdict:
        case "saddle":
            return (
                f"{within}, but the ground bends down to the side "
                f"(curvature {number(e.down)}): a saddle, not a minimum."
            )
        case "flat":
            return (
                f"{within}, but the cost is still {number(e.last)} and the ground here is "
                "almost flat: the bottom may be far."
            )
        case _:
            return f"{within}: the path ends near a minimum, where the cost is {number(e.last)}."
