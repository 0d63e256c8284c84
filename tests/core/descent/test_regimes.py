"""Every sentence on how a descent went is true of its path, whatever the run.

What the ground is like is measured here by differences of the cost alone.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pytest

from core.descent import Path, descend
from core.descent.regimes import REGIMES
from core.descent.rules import OPTIMIZERS
from core.functions import ACTIVATIONS, COSTS
from core.graph import Graph
from core.network import Dataset, network, parameters

STEP = 1e-3
"""Of the differences: curvatures are right to about 10⁻⁶."""


@dataclass
class Run:
    """A descent, and the mean cost over its data as a function of the trained parameters."""

    path: Path
    graph: Graph
    data: Dataset

    def cost(self, points: np.ndarray) -> np.ndarray:
        """At points of shape (…, parameters)."""
        values: dict[str, Any] = {k: v[-1] for k, v in self.path.parameters.items()}
        places = np.moveaxis(points, -1, 0)[..., None]  # the last axis is that of the samples
        values |= dict(zip(self.path.train, places, strict=True))
        found = self.graph.forward({**values, "x": self.data.x, "y": self.data.y})
        return np.asarray(np.mean(found[self.graph.output], axis=-1))

    @cached_property
    def end(self) -> np.ndarray:
        return np.array([self.path.parameters[name][-1] for name in self.path.train])

    def differences(self, h: float) -> tuple[np.ndarray, np.ndarray]:
        """Slope and curvature at the end, by central differences."""
        unit = np.eye(len(self.end)) * h
        a, b, f = unit[:, None], unit, self.cost
        slope = (f(self.end + unit) - f(self.end - unit)) / (2 * h)
        corners = f(self.end + a + b) - f(self.end + a - b)
        corners -= f(self.end - a + b) - f(self.end - a - b)
        return slope, corners / (4 * h * h)

    @cached_property
    def ground(self) -> tuple[np.ndarray, np.ndarray] | None:
        """Curvatures and the slope's parts along them; None at a kink or a cliff."""
        (slope, hessian), (_, coarser) = self.differences(STEP), self.differences(2 * STEP)
        if not np.allclose(hessian, coarser, rtol=1e-2, atol=2e-5):
            return None
        curves, ways = np.linalg.eigh((hessian + hessian.T) / 2)
        return curves, ways.T @ slope


def read(text: str) -> float:
    """The number that a sentence shows."""
    base, _, power = text.replace("−", "-").partition("×10")
    return float(base) * 10 ** int(
        power.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")) or 0
    )


def shows(text: str, value: float) -> bool:
    return read(text) == pytest.approx(value, rel=1e-3, abs=1e-12)


def shows_slope(text: str, run: Run) -> bool:
    slope = np.sqrt(sum(run.path.gradients[name][-1] ** 2 for name in run.path.train))
    return shows(text, slope)


def away(run: Run) -> float:
    """How far the bottom is by slope and curvature; 0 at a kink, where nothing can be said."""
    assert run.ground is not None
    distances = []
    for curve, part in zip(*run.ground, strict=True):
        flat = 0.0 if abs(part) <= 1.5e-5 else np.inf
        distances.append(abs(part) / curve if curve > 1e-4 else flat)
    return max(distances)


def no_bottom_near(run: Run) -> bool:
    return run.ground is None or away(run) > 0.48 or run.ground[0][-1] < 1.2e-4


def grew(run: Run, first: str, last: str) -> bool:
    cost, quarter = run.path.cost, max(1, (len(run.path) - 1) // 4)
    late, before = cost[-quarter:], cost[-2 * quarter : -quarter]
    return shows(first, cost[0]) and shows(last, cost[-1]) and late.max() > before.max()


def turned(run: Run, turns: str, moves: str, why: str) -> bool:
    points = np.array([run.path.parameters[name] for name in run.path.train]).T
    steps = np.diff(points[-int(moves) - 2 :], axis=0)
    counted = sum(float(a @ b) < 0 for a, b in zip(steps[1:], steps, strict=False))
    return counted == int(turns) and few(run, why)


def rose(run: Run, rises: str, moves: str, why: str) -> bool:
    cost = run.path.cost[-int(moves) - 1 :]
    return int(np.sum(np.diff(cost) > 0)) == int(rises) and few(run, why)


def few(run: Run, why: str) -> bool:
    """Whose fault it is: with all samples the rate's; with some, the sentence counts them."""
    seen = re.fullmatch(r"each step sees only (\d+) of the (\d+) samples", why)
    if not seen:
        return run.path.batches is None
    return [int(n) for n in seen.groups()] == [len(run.path.batches[0]), len(run.data.x)]


def minimum(run: Run, slope: str, last: str) -> bool:
    ground = run.ground
    return shows(last, run.path.cost[-1]) and (ground is None or ground[0][0] > 0.9e-4)


def valley(run: Run, slope: str, last: str) -> bool:
    if run.ground is None:
        return shows(last, run.path.cost[-1])
    curves = run.ground[0]
    return abs(curves[0]) < 1.2e-4 and curves[-1] > 0.9e-4 and shows(last, run.path.cost[-1])


def saddle(run: Run, down: str, up: str) -> bool:
    if run.ground is None:
        return True
    curves = run.ground[0]
    return (
        read(down) == pytest.approx(curves[0], rel=1e-2, abs=2e-5)
        and read(up) == pytest.approx(curves[-1], rel=1e-2, abs=2e-5)
        and curves[0] < 0 < curves[-1]
    )


def bends_down(run: Run, down: str) -> bool:
    if run.ground is None:
        return True
    least = run.ground[0][0]
    return least < 0 and read(down) == pytest.approx(least, rel=1e-2, abs=2e-5)


def fell(run: Run, moves: str, before: str, last: str, slope: str) -> bool:
    then, now = run.path.cost[-int(moves) - 1], run.path.cost[-1]
    return now < then and shows(before, then) and shows(last, now) and shows_slope(slope, run)


def no_lower(run: Run, last: str, moves: str, slope: str) -> bool:
    then, now = run.path.cost[-int(moves) - 1], run.path.cost[-1]
    return now >= then and shows(last, now) and shows_slope(slope, run)


def flat(run: Run, slope: str, last: str) -> bool:
    return shows_slope(slope, run) and shows(last, run.path.cost[-1]) and no_bottom_near(run)


def near(run: Run, far: str, last: str) -> bool:
    if not shows(last, run.path.cost[-1]):
        return False
    if run.ground is None:
        return True
    return read(far) <= 0.5 and away(run) == pytest.approx(read(far), rel=0.05, abs=1e-3)


def thrown(run: Run, step: str) -> bool:
    """The last point is usable; the step from it was not, and a much shorter one would be."""
    path = run.path
    here = path.at(len(path) - 1)
    shorter = descend(run.graph, here, run.data, "gradient_descent", 1e-30, 1, path.train)
    return int(step) == path.stopped == len(path) and shorter.stopped is None


N = r"(−?[\d.]+(?:×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?)"
END = rf"(?:At the start|After \d+ steps?) the slope is {N}, within the tolerance of [^,]+?"
CLAIMS: dict[str, tuple[str, Callable[..., bool]]] = {
    rf"The cost grew from {N} to {N}, and its peaks were growing to the end\. "
    r"A smaller learning rate may help\.": ("diverging", grew),
    r"Step (\d+) threw the path beyond all bounds, (?:after the cost had gone from .* to .*|"
    r"from a cost of .*): the learning rate is too large\.": ("diverging", thrown),
    rf"The cost is down to {N}, and it cannot go below 0\.": (
        "converged",
        lambda run, last: shows(last, run.path.cost[-1]) and 0 <= run.path.cost[-1] <= 1e-6,
    ),
    rf"The slope is down to {N} and the ground curves up every way: a minimum, "
    rf"where the cost is {N}\.": ("converged", minimum),
    rf"The slope is down to {N}, and the ground curves up one way and hardly at all another: "
    rf"the floor of a valley, where the cost is {N}\.": ("converged", valley),
    r"In (\d+) of the last (\d+) steps the path turned back on itself: (.*)\.": (
        "oscillating",
        turned,
    ),
    r"The cost rose in (\d+) of the last (\d+) steps: (.*)\.": ("oscillating", rose),
    rf"The slope is {N}, but the ground bends down to one side \(curvature {N}\) and up to "
    rf"another \(curvature {N}\): a saddle\.": (
        "stuck on a plateau",
        lambda run, slope, down, up: saddle(run, down, up),
    ),
    rf"The slope is {N}, but the ground bends down to one side \(curvature {N}\), "
    r"so this is no minimum\.": (
        "stuck on a plateau",
        lambda run, slope, down: bends_down(run, down),
    ),
    rf"The slope is (?:only )?{N} though the cost is still {N}, and by slope and curvature "
    r"no bottom is near\.": ("stuck on a plateau", flat),
    rf"In the last (\d+) steps the cost fell from {N} to {N}, and the slope is still {N}\.": (
        "still descending",
        fell,
    ),
    rf"The cost is {N}, no lower than (\d+) steps before, and the slope is still {N}\.": (
        "still moving",
        no_lower,
    ),
    rf"{END}, but the ground bends down to one side \(curvature {N}\) and up to another "
    rf"\(curvature {N}\): a saddle\.": (
        "stuck on a plateau",
        lambda run, slope, down, up: saddle(run, down, up),
    ),
    rf"{END}, but the ground bends down to one side \(curvature {N}\), so this is no minimum\.": (
        "stuck on a plateau",
        lambda run, slope, down: bends_down(run, down),
    ),
    rf"{END}, but the cost is still {N}, and by slope and curvature no bottom is near\.": (
        "stuck on a plateau",
        flat,
    ),
    rf"{END}, and the cost is {N}; it cannot go below 0\.": (
        "converged",
        lambda run, slope, last: shows(last, run.path.cost[-1]) and run.path.cost[-1] <= 1e-6,
    ),
    rf"{END}\. By slope and curvature the bottom is {N} away, and the cost is {N}\.": (
        "converged",
        lambda run, slope, far, last: near(run, far, last),
    ),
}


def random_run(rng: np.random.Generator) -> Run:
    depth = int(rng.integers(1, 4))
    graph = network(depth, rng.choice(sorted(ACTIVATIONS)), rng.choice(sorted(COSTS)))
    names, n = parameters(graph), int(rng.integers(1, 6))
    data = Dataset(rng.uniform(-2, 2, n), rng.uniform(0, 1, n))
    size = rng.choice([0.3, 2.0, 6.0])
    train = list(rng.choice(names, rng.integers(1, min(3, len(names)) + 1), replace=False))
    start = {name: float(rng.uniform(-size, size)) for name in names}
    if rng.random() < 0.05:
        start = dict.fromkeys(names, 0.0)
    path = descend(
        graph,
        start,
        data,
        rng.choice(sorted(OPTIMIZERS)),
        float(10 ** rng.uniform(-2, 1)),
        int(rng.choice([5, 40, 150])),
        train,
        tolerance=float(10 ** rng.uniform(-4, -1)) if rng.random() < 0.4 else None,
        batch=int(rng.integers(1, n + 1)) if rng.random() < 0.2 else None,
    )
    return Run(path, graph, data)


@pytest.mark.parametrize("count", [400, pytest.param(1000, marks=pytest.mark.thorough)])
def test_every_sentence_on_a_descent_is_true_of_it(count):
    rng = np.random.default_rng(3)
    said: Counter[str] = Counter()
    for k in range(count):
        run = random_run(rng)
        reason = run.path.reason
        fitting = [
            (claim, found) for claim in CLAIMS if (found := re.fullmatch(claim, reason)) is not None
        ]
        assert len(fitting) == 1, f"run {k}: nothing here tries “{reason}”"
        claim, found = fitting[0]
        regime, holds = CLAIMS[claim]
        assert run.path.regime == regime, f"run {k}: {regime}, “{reason}”"
        assert holds(run, *found.groups()), f"run {k}: “{reason}” is not true"
        said[claim] += 1
    assert {CLAIMS[claim][0] for claim in said} == set(REGIMES)
    assert len(said) >= len(CLAIMS) - 4
