"""What kind of place a point of a cost surface is: minimum, plateau, valley, slope …

Told from the gradient g and the Hessian H there; with flat meaning |g| ≤ 10⁻³ and a curvature
counted from 10⁻³ on. Where it is not flat, a valley's floor is a place whose steepest curvature is
ten times the other and across which there is hardly any slope.

>>> name_place(np.array([0.0, 0.0]), np.array([[2.0, 0.0], [0.0, 1.0]])).name
'minimum'
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.functions import Array

Name = Literal["minimum", "maximum", "saddle", "plateau", "valley", "slope", "undefined"]

FLAT = 1e-3
CURVED = 1e-3
NARROW = 10.0
ACROSS = 0.3
"""Of a slope, the largest share that may point across a valley's floor."""


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
    name: Name = "slope"
    if steepness <= FLAT:
        if low < -CURVED < CURVED < high:
            name = "saddle"
        elif high > CURVED and low > -CURVED / 10:
            name = "minimum"
        elif low < -CURVED and high < CURVED / 10:
            name = "maximum"
        else:
            name = "plateau"
    elif high > max(CURVED, NARROW * abs(low)):
        across = abs(float(directions[:, -1] @ gradient))
        name = "valley" if across <= ACROSS * steepness else "slope"
    return Place(name, steepness, (low, high))
