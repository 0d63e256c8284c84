"""What kind of place a point of a cost surface is: minimum, plateau, valley, slope …

Told from the gradient g and the Hessian H there, and only what these two say. Flat means
|g| ≤ 10⁻³, and a curvature counts from 10⁻³ on. A minimum, a maximum and a saddle are flat, curve
in every direction, and are at most 0.1 away: that far goes Newton's step, gᵢ/λᵢ along each main
direction. A plateau is flat and curves nowhere. On the floor of a valley and on a ridge the ground
curves one way, up or down, ten times as much as the other way, and there is hardly any slope in
that direction.

>>> name_place(np.array([0.0, 0.0]), np.array([[2.0, 0.0], [0.0, 1.0]])).name
'minimum'
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.functions import Array

Name = Literal["minimum", "maximum", "saddle", "plateau", "valley", "ridge", "slope", "undefined"]

FLAT = 1e-3
CURVED = 1e-3
NEAR = 0.1
NARROW = 10.0
ACROSS = 0.3
"""Of a slope, the largest share that may point across a valley's floor, or a ridge."""


@dataclass(frozen=True)
class Place:
    """A name, the steepness |g|, and the smallest and largest curvature."""

    name: Name
    steepness: float
    curvatures: tuple[float, float]


def name_place(gradient: Array, hessian: Array) -> Place:
    """The kind of place with this gradient, shape ``(n,)``, and Hessian, shape ``(n, n)``."""
    if not (np.isfinite(gradient).all() and np.isfinite(hessian).all()):
        return Place("undefined", float("nan"), (float("nan"), float("nan")))
    steepness = float(np.linalg.norm(gradient))
    curvatures, directions = np.linalg.eigh(hessian)
    low, high = float(curvatures[0]), float(curvatures[-1])
    parts = np.abs(directions.T @ gradient)
    flat = steepness <= FLAT
    counts = np.abs(curvatures) > CURVED
    near = bool(counts.all() and (parts <= NEAR * np.abs(curvatures)).all())
    name: Name = "slope"
    if flat and not counts.any():
        name = "plateau"
    elif flat and near:
        name = "minimum" if low > 0 else "maximum" if high < 0 else "saddle"
    elif high > max(CURVED, NARROW * abs(low)) and parts[-1] <= _across(steepness):
        name = "valley"
    elif -low > max(CURVED, NARROW * abs(high)) and parts[0] <= _across(steepness):
        name = "ridge"
    return Place(name, steepness, (low, high))


def _across(steepness: float) -> float:
    """How much of the slope may point across; what is flat has none to speak of."""
    return max(FLAT, ACROSS * steepness)
