"""Many descents in one loop: of each only where it ended, judged as a single descent is.

>>> from core.network import Dataset, network
>>> recipe = Recipe(Dataset([2.0], [4.0]), steps=40, train=("w1",))
>>> ends = descend_many(network(1, "identity"), {"w1": 3, "b1": 0}, recipe, [0.25, 0.6])
>>> float(ends.cost[0]), [REGIMES[code] for code in ends.regime]  # the edge is at 2/λ = 2/x² = 0.5
(0.0, ['converged', 'diverging'])
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from core.descent.recipes import LARGEST_COST, LARGEST_PARAMETER, Recipe, require_rates
from core.descent.regimes import (
    CODE,
    REGIMES,
    UNDEFINED,
    Codes,
    Evidence,
    Windows,
    judge,
    local_shape,
)
from core.descent.rules import OPTIMIZERS
from core.graph import Graph
from core.network import SAMPLED
from core.surface import COMPLEX_STEP, inputs, require

Floats = npt.NDArray[np.float64]

CHUNK = 9000
"""Numbers in one temporary array: with the few that are alive at once, a core's own cache."""


class Ends(NamedTuple):
    """Where many paths ended: arrays over the N paths, for both sorts of early end too.

    Attributes:
        cost: the last usable cost; NaN if there was none.
        steps: how many were taken to it.
        reached: whether the slope came within the tolerance.
        regime: the place in :data:`core.descent.regimes.REGIMES`, or ``UNDEFINED`` where the cost
            or its slope at the start is not a finite number.
        points: the last usable points, shape (trained parameters, N).
    """

    cost: Floats
    steps: npt.NDArray[np.int64]
    reached: npt.NDArray[np.bool_]
    regime: Codes
    points: Floats


def descend_many(
    graph: Graph,
    starts: Mapping[str, Any],
    recipe: Recipe,
    rates: npt.ArrayLike | None = None,
    on_progress: Callable[[float], object] | None = None,
    *,
    exact: bool = False,
) -> Ends:
    """Run N descents at once, on all the samples.

    Args:
        graph: the network.
        starts: a number for each parameter, or shape ``(N,)`` for N starts.
        recipe: how they descend; its batches are not drawn.
        rates: learning rates of shape ``(N,)``, if they are not all the recipe's.
        on_progress: called now and then with the share of the work that is done, from 0 to 1.
            To cancel, raise: the exception ends the work and goes to the caller.
        exact: add the terms of a mean in the order of :func:`core.descent.descend`. Then the
            rounding is the same too, and even a chaotic path is the same path; it takes a
            quarter longer.

    A path that ends is taken out of the arrays and costs nothing further.

    Raises:
        ValueError: for an argument that does not fit, with a sentence that says which.
    """
    rates = np.asarray(recipe.learning_rate if rates is None else rates, float)
    require_rates(rates)
    require(graph, recipe.train)
    arguments = inputs(graph, starts, recipe.data, ndim=2)
    swept = [n for n, v in arguments.items() if n not in SAMPLED and np.ndim(v)]
    (count,) = np.broadcast_shapes((1,), rates.shape, *(np.shape(arguments[n]) for n in swept))
    size = max(1, CHUNK // len(recipe.data))
    report = on_progress or (lambda share: None)
    parts: list[Ends] = []
    for first in range(0, count, size):
        chunk = slice(first, min(first + size, count))
        here = {n: v[chunk] if n in swept else v for n, v in arguments.items()}
        parts.append(
            _run(
                graph,
                here,
                recipe,
                rates[chunk] if rates.ndim else rates,
                chunk.stop - chunk.start,
                exact,
                lambda done, c=chunk: report((c.start + done * (c.stop - c.start)) / count),  # type: ignore[misc]
            )
        )
    report(1.0)
    return Ends(*(np.concatenate(arrays, axis=-1) for arrays in zip(*parts, strict=True)))


class _Slopes:
    """The mean cost and, with the decay, its derivatives at points of shape (parameters, N)."""

    def __init__(
        self,
        graph: Graph,
        arguments: Mapping[str, Any],
        train: Sequence[str],
        decay: float,
        exact: bool,
    ) -> None:
        self.exact, self.decay = exact, decay
        self.real = graph.compiled_gradient(train, real=True)
        self.complex = graph.compiled_gradient(train)
        self.places = [graph.inputs.index(name) for name in train]
        self.arguments = list(arguments.values())
        # Parameters that differ from path to path but are not trained.
        self.held = [
            k
            for k, (n, v) in enumerate(arguments.items())
            if n not in SAMPLED and np.ndim(v) and k not in self.places
        ]

    def __call__(self, points: Any) -> tuple[Any, Any]:
        for place, values in zip(self.places, points, strict=True):
            self.arguments[place] = values
        at = self.complex if np.iscomplexobj(points) else self.real
        cost, *slopes = (_mean(v, points.shape[1], self.exact) for v in at(*self.arguments))
        slope = np.array(slopes)
        return cost, slope + self.decay * points if self.decay else slope

    def keep(self, go: npt.NDArray[np.bool_]) -> None:
        for k in self.held:
            self.arguments[k] = self.arguments[k][go]

    def hessian(self, points: Floats) -> Floats:
        """Shape (parameters, parameters, N), by the complex step of ``core.surface.curvature``."""
        columns = []
        for k in range(len(points)):
            moved = points.astype(complex)
            moved[k] += 1j * COMPLEX_STEP
            columns.append(np.imag(self(moved)[1]) / COMPLEX_STEP)
        hessian: Floats = np.array(columns)
        return np.asarray((hessian + hessian.transpose(1, 0, 2)) / 2)


def _mean(values: Any, count: int, exact: bool) -> Any:
    """Over the samples, for each path."""
    if np.ndim(values) < 2:
        return np.full(count, values)
    samples = len(values)
    if exact:
        values = np.ascontiguousarray(np.broadcast_to(values, (samples, count)).T)
        return np.add.reduce(values, axis=-1) / samples
    mean = np.add.reduce(values, axis=0) / samples
    return mean if len(mean) == count else np.broadcast_to(mean, (count,))


def _run(
    graph: Graph,
    arguments: Mapping[str, Any],
    recipe: Recipe,
    rates: Floats,
    count: int,
    exact: bool,
    report: Callable[[float], object],
) -> Ends:
    init, update = OPTIMIZERS[recipe.optimizer]
    steps, tolerance = recipe.steps, recipe.tolerance
    quarter, window, half = Windows.of(steps)
    slopes_at = _Slopes(graph, arguments, recipe.train, recipe.decay, exact)
    starts = [np.broadcast_to(slopes_at.arguments[p], (count,)) for p in slopes_at.places]

    ends = Ends(
        np.full(count, np.nan),
        np.zeros(count, np.int64),
        np.zeros(count, bool),
        np.full(count, UNDEFINED, np.int8),
        np.array(starts, float),
    )
    final_slopes = np.full(ends.points.shape, np.nan)
    history = np.full((len(_HISTORY), count), np.nan)

    # What follows is of the paths that are still going, whose numbers are ``who``; it all shrinks.
    who: npt.NDArray[np.intp] = np.arange(count)
    point = ends.points.copy()
    state = init(point)
    old_point, old_slope, old_move, old_cost = point, point, point, history[0]
    past = np.zeros_like(history)
    past[[_PEAK, _PEAK_BEFORE]] = -np.inf
    with np.errstate(all="ignore"):
        for k in range(steps + 1):
            if k % 8 == 0:
                report(k / (steps + 1))
            cost, slope = slopes_at(point)
            if k == 0:
                past[_FIRST] = cost
            limit = LARGEST_COST * np.maximum(1.0, np.abs(past[_FIRST]))
            usable = (np.abs(cost) <= limit) & np.isfinite(slope).all(axis=0)
            if k:
                usable &= (np.abs(point) <= LARGEST_PARAMETER).all(axis=0)
                blown = ~usable
                if blown.any():
                    out = who[blown]
                    ends.cost[out], ends.steps[out] = old_cost[blown], k - 1
                    ends.points[:, out] = old_point[:, blown]
                    ends.regime[out] = REGIMES.index("diverging")
            if k > steps - window:
                move = point - old_point
                past[_PREDICTED] += np.abs(np.sum(move * old_slope, axis=0)) / window
                past[_RISES] += cost > old_cost
                if k > steps - window + 1:
                    past[_TURNS] += np.sum(move * old_move, axis=0) < 0
                old_move = move
            if k > steps - 2 * quarter:
                row = _PEAK if k > steps - quarter else _PEAK_BEFORE
                past[row] = np.maximum(past[row], cost)
            if k == steps - half:
                past[_HALFWAY] = cost
            if k == steps - window:
                past[_BEFORE] = cost

            if tolerance is None:
                over = np.zeros(len(who), bool)
            else:
                over = usable & (np.sqrt(np.sum(slope**2, axis=0)) <= tolerance)
                ends.reached[who[over]] = True
            if k == steps:
                over = usable
            if over.any():
                out = who[over]
                ends.cost[out], ends.steps[out] = cost[over], k
                ends.points[:, out], final_slopes[:, out] = point[:, over], slope[:, over]
                history[:, out] = past[:, over]

            go = usable & ~over
            if not go.any():
                break
            if not go.all():
                who, cost, past, point = who[go], cost[go], past[:, go], point[:, go]
                slope, old_move = slope[:, go], old_move[:, go]
                state = tuple(v[:, go] if np.ndim(v) else v for v in state)
                rates = rates[go] if rates.ndim else rates
                slopes_at.keep(go)
            step, state = update(slope, state, rates)
            old_point, old_slope, old_cost = point, slope, cost
            point = point + step

        sound = np.flatnonzero(np.isfinite(final_slopes).all(axis=0))
        if sound.size:
            points, slopes = ends.points[:, sound], final_slopes[:, sound]
            picked = {
                n: v[sound] if n not in SAMPLED and np.ndim(v) else v for n, v in arguments.items()
            }
            hessian = _Slopes(graph, picked, recipe.train, recipe.decay, exact).hessian(points)
            slope, least, most, distance = local_shape(slopes, hessian)
            first, peak, peak_before, predicted, turns, rises, halfway, before = history[:, sound]
            evidence = Evidence(
                first, ends.cost[sound], peak, peak_before, predicted, turns, rises, halfway,
                before, slope, least, most, distance, window, ends.reached[sound],
            )  # fmt: skip
            ends.regime[sound] = CODE[judge(evidence)]
    return ends


_HISTORY = range(8)
_FIRST, _PEAK, _PEAK_BEFORE, _PREDICTED, _TURNS, _RISES, _HALFWAY, _BEFORE = _HISTORY
