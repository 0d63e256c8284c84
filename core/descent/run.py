r"""Run an optimizer downhill, keep every point of the path, and say what happened.

The descent is on the mean cost over a data set, by the trained parameters alone:
:math:`p_{k+1} = p_k + \mathrm{step}(\nabla \bar J(p_k))`, with the step of
:mod:`core.descent.rules`. A step may see all the samples or a mini-batch of them;
the cost that is kept is always the mean over all. How it ended is one of
the six regimes of :mod:`core.descent.regimes`.

At each point k = 0, 1, … of the path, in this order, whoever runs it:

1. The cost of every sample and its derivatives by the trained parameters, and the mean of each
   over all the samples. With weight decay, decay · p is added to the mean derivative by each
   trained parameter p; the cost stays as it is.
2. The path ends before this point (``stopped``) if its numbers are not usable: the mean cost is
   not a number or beyond :data:`LARGEST_COST` times the cost at the start (times 1 if that is
   smaller), a mean derivative is not finite, or, after the start, a trained parameter is beyond
   :data:`LARGEST_PARAMETER`.
3. It ends at this point (``reached``) if there is a tolerance and the Euclidean length of the mean
   derivatives is at most that; and so it does after the last step.
4. With mini-batches the next batch is drawn, and the gradient is the mean over its samples of the
   derivatives of 1., again with decay · p; else it is the mean over all.
5. The rule renews its memory from the gradient, and from both makes the step; then
   ``point = point + step``. Parameters that are not trained stay.

>>> from core.network import network
>>> line = network(1, "identity")
>>> path = descend(line, {"w1": 3, "b1": 0}, Dataset([2.0], [4.0]), steps=3, train=["w1"],
...                learning_rate=0.25)
>>> path.parameters["w1"], path.cost, path.regime
(array([3., 2., 2., 2.]), array([2., 0., 0., 0.]), 'converged')
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from core.descent.recipes import LARGEST_COST, LARGEST_PARAMETER, Indices, Recipe
from core.descent.regimes import (
    REGIME_OF,
    VERDICTS,
    Evidence,
    Regime,
    Windows,
    blew_up,
    judge,
    local_shape,
    reason,
    reason_to_stop,
)
from core.descent.rules import OPTIMIZERS, STATES
from core.functions import Array
from core.graph import Graph
from core.network import SAMPLED, Dataset
from core.surface import costs_at, curvature, inputs, require

Floats = npt.NDArray[np.float64]

HEARD_EVERY = 16
"""Steps from one call of ``heard`` to the next: some hundredths of a second."""


@dataclass(frozen=True)
class Move:
    """The numbers of one update of one parameter: ``after = before + step``.

    ``gradient`` and ``learning_rate`` are what the rule was given, ``was`` and ``now`` the
    optimizer's state before and after by its names in :data:`core.descent.rules.STATES`; the rules
    in :mod:`core.descent.rules` make ``now`` of ``was`` and the gradient, and the step of ``now``.
    """

    before: float
    gradient: float
    learning_rate: float
    was: dict[str, float]
    now: dict[str, float]
    step: float
    after: float


@dataclass(frozen=True, eq=False)
class Path:
    """Every point of a descent, from the start on, and how it ended.

    Attributes:
        train: the names of the trained parameters.
        parameters: every parameter's value at each point; those not trained stay as they were.
        cost: the mean cost at each point, shape ``(steps + 1,)``.
        gradients: the derivative by each trained parameter that the step from each point used: of
            the mean cost, or with mini-batches of the mean over the step's samples. At the last
            point, from which no step was taken, always of the mean cost. With weight decay it
            holds decay · p, as the rule's gradient does.
        regime: how it ended; see :mod:`core.descent.regimes` for what each word means.
        reason: one sentence that says why, with numbers.
        stopped: the step whose result was no longer a usable number, or None. The arrays then
            end before it, and have this length; they never hold NaN or infinity.
        reached: the step after which the slope was within the tolerance, or None. It is the last.
        optimizer: the name of the rule, and ``learning_rate`` what it was given.
        states: the optimizer's memory at each point, ``states["v"]["w1"]`` of shape
            ``(steps + 1,)``: what the steps up to there have made of it. The names are those of
            :data:`core.descent.rules.STATES`; plain gradient descent has none.
        moves: what each step added to each trained parameter, shape ``(steps,)``.
        batches: the samples that each step saw, as indices; None where every step saw all.
    """

    train: tuple[str, ...]
    parameters: dict[str, Floats]
    cost: Floats
    gradients: dict[str, Floats]
    regime: Regime
    reason: str
    stopped: int | None = None
    reached: int | None = None
    optimizer: str = "gradient_descent"
    learning_rate: float = math.nan
    states: dict[str, dict[str, Floats]] = field(default_factory=dict)
    moves: dict[str, Floats] = field(default_factory=dict)
    batches: tuple[Indices, ...] | None = None

    def __len__(self) -> int:
        return len(self.cost)

    def at(self, point: int) -> dict[str, float]:
        """The parameters at one point of the path, ready for :meth:`core.graph.Graph.forward`."""
        return {name: float(values[point]) for name, values in self.parameters.items()}

    def update(self, k: int) -> dict[str, Move]:
        """The numbers of the step from point k to the next, by trained parameter.

        IndexError if there is no such step.

        >>> from core.network import network
        >>> path = descend(network(1, "identity"), {"w1": 3, "b1": 0}, Dataset([2.0], [4.0]),
        ...                "momentum", steps=2, train=["w1"], learning_rate=0.25)
        >>> move = path.update(1)["w1"]
        >>> move.was, move.gradient, move.now  # v ← 0.9 v + g
        ({'v': 4.0}, 0.0, {'v': 3.6})
        >>> move.before, move.step, move.after  # w ← w − η v
        (2.0, -0.9, 1.1)
        """
        if not 0 <= k < len(self) - 1:
            raise IndexError(f"There is no step from point {k}; the last is {len(self) - 2}.")
        return {
            name: Move(
                float(self.parameters[name][k]),
                float(self.gradients[name][k]),
                self.learning_rate,
                {part: float(values[name][k]) for part, values in self.states.items()},
                {part: float(values[name][k + 1]) for part, values in self.states.items()},
                float(self.moves[name][k]),
                float(self.parameters[name][k + 1]),
            )
            for name in self.train
        }


def descend(
    graph: Graph,
    start: Mapping[str, float],
    data: Dataset,
    optimizer: str = "gradient_descent",
    learning_rate: float = 0.5,
    steps: int = 200,
    train: Sequence[str] = ("w1", "w2"),
    tolerance: float | None = None,
    batch: int | None = None,
    seed: int = 0,
    decay: float = 0.0,
) -> Path:
    """Follow an optimizer downhill for a number of steps.

    Args:
        graph: the network, with inputs x and y.
        start: a number for each parameter; other keys are ignored.
        data: the samples that the cost is averaged over.
        optimizer: this and the rest as for a :class:`core.descent.recipes.Recipe`.
        learning_rate: positive.
        steps: the most that are taken.
        train: the parameters that are moved.
        tolerance: of the slope, at which the path ends.
        batch: how many samples a step sees.
        seed: of the shuffles.
        decay: what share of a parameter is added to its gradient.

    Raises:
        ValueError: for an argument that does not fit, with a sentence that says which; also if
            the cost or its slope at the start is not a finite number.

    >>> from core.network import network
    >>> line, data = network(1, "identity"), Dataset([1.0, 2.0, 3.0], [2.0, 4.0, 6.0])
    >>> path = descend(line, {"w1": 0, "b1": 0}, data, learning_rate=0.1, train=["w1"],
    ...                tolerance=1e-3, batch=1)
    >>> len(path) - 1 == path.reached, path.regime
    (True, 'converged')
    """
    return follow(
        graph,
        start,
        Recipe(data, optimizer, learning_rate, steps, tuple(train), tolerance, batch, seed, decay),
    )


def follow(
    graph: Graph,
    start: Mapping[str, float],
    recipe: Recipe,
    heard: Callable[[int], bool] | None = None,
) -> Path:
    """The same as :func:`descend`, by a recipe.

    ``heard`` is called every :data:`HEARD_EVERY` steps with the steps taken so far, to show
    progress; where it returns False the path ends, as if so many steps had been asked for.

    >>> from core.network import network
    >>> recipe = Recipe(Dataset([2.0], [4.0]), steps=3, train=("w1",), learning_rate=0.25)
    >>> follow(network(1, "identity"), {"w1": 3, "b1": 0}, recipe).cost
    array([2., 0., 0., 0.])
    >>> long = Recipe(Dataset([2.0], [4.0]), steps=2000, train=("w1",), learning_rate=0.01)
    >>> len(follow(network(1, "identity"), {"w1": 3, "b1": 0}, long, lambda step: step < 60)) - 1
    64
    """
    train = recipe.train
    require(graph, train)
    named = inputs(graph, start, recipe.data, ndim=1)
    run = _run(graph, named, recipe, heard)
    cost = run.cost
    if not len(cost):
        raise ValueError("At the start the cost or its slope is not a finite number.")

    held = {n: np.full(len(cost), float(v)) for n, v in named.items() if n not in SAMPLED}
    parameters = held | dict(zip(train, run.points.T.copy(), strict=True))
    reached = len(cost) - 1 if run.reached else None
    stopped = len(cost) if run.blown else None
    if stopped is not None:
        regime, sentence = blew_up(cost, stopped)
    else:
        end = {name: float(values[-1]) for name, values in parameters.items()}
        with np.errstate(all="ignore"):
            bends = curvature(graph, end, recipe.data, train) + recipe.decay * np.eye(len(train))
            evidence = _evidence(run, bends)
            verdict = VERDICTS[int(judge(evidence))]
        seen = (recipe.batch_size, len(recipe.data)) if recipe.batch_size else None
        regime = REGIME_OF[verdict]
        sentence = (
            reason(verdict, evidence, seen)
            if reached is None
            else reason_to_stop(verdict, evidence, reached, float(recipe.tolerance or 0))
        )
    return Path(
        train,
        parameters,
        cost,
        dict(zip(train, run.slopes.T.copy(), strict=True)),
        regime,
        sentence,
        stopped,
        reached,
        recipe.optimizer,
        float(recipe.learning_rate),
        {
            part: dict(zip(train, _by_parameter([s[i] for s in run.states], train), strict=True))
            for i, part in enumerate(STATES[recipe.optimizer])
        },
        dict(zip(train, run.moves.T.copy(), strict=True)),
        run.batches,
    )


def costs_along(graph: Graph, path: Path, data: Dataset) -> Floats:
    """The mean cost over another data set at every point of a path: shape ``(len(path),)``.

    Such as what is held out from training. What overflows is infinite or NaN; no warning is raised.
    ValueError if the data has not the graph's inputs.

    >>> from core.network import network
    >>> line = network(1, "identity")
    >>> path = descend(line, {"w1": 3, "b1": 0}, Dataset([2.0], [4.0]), steps=1, train=["w1"],
    ...                learning_rate=0.25)
    >>> costs_along(line, path, Dataset([1.0, 2.0], [2.0, 4.0]))
    array([1.25, 0.  ])
    """
    return costs_at(graph, path.parameters, data)


def _by_parameter(parts: Sequence[Any], train: Sequence[str]) -> Floats:
    """One part of the state at every point, shape (parameters, points); t is the same for all."""
    values = np.array(parts, float).T
    return np.ascontiguousarray(np.broadcast_to(values, (len(train), len(parts))))


class _Steps(NamedTuple):
    """What :func:`_run` saw; points and slopes have shape (points, parameters)."""

    points: Floats
    slopes: Floats  # those that the steps used, and at the end the full ones
    full: Floats  # those over all the samples, with the decay
    cost: Floats
    states: list[tuple[Any, ...]]
    moves: Floats
    batches: tuple[Indices, ...] | None
    reached: bool
    blown: bool


def _run(
    graph: Graph,
    named: Mapping[str, Floats],
    recipe: Recipe,
    heard: Callable[[int], bool] | None,
) -> _Steps:
    """The path for as long as its numbers are usable and the slope above the tolerance."""
    steps, tolerance, decay, draw = recipe.steps, recipe.tolerance, recipe.decay, recipe.draw()
    height_and_slopes = graph.compiled_gradient(recipe.train, real=True)
    # NumPy's scalars: ten times as quick as arrays of one number, to the last bit the same, and
    # silent where a float would raise.
    arguments = [v if v.size > 1 else np.float64(v.item()) for v in named.values()]
    many = any(map(np.ndim, arguments))
    places = [graph.inputs.index(name) for name in recipe.train]
    init, update = OPTIMIZERS[recipe.optimizer]
    point = np.array([arguments[place] for place in places])
    states = [init(point)]
    points, used, moves = np.empty((3, steps + 1, len(places)))
    means = np.empty((steps + 1, 1 + len(places)))
    cost, full = means[:, 0], means[:, 1:]
    drawn: list[Indices] = []
    limit = math.inf
    usable = reached = False
    with np.errstate(all="ignore"):
        for k in range(steps + 1):
            for place, value in zip(places, point, strict=True):
                arguments[place] = value
            points[k] = point
            values = height_and_slopes(*arguments)
            means[k] = _means(values) if many else values
            if decay:
                full[k] += decay * point
            # On numbers as few as these Python is quicker than NumPy.
            height, *slopes = means[k].tolist()
            if k == 0:
                limit = LARGEST_COST * max(1.0, abs(height))
            usable = abs(height) <= limit and all(map(math.isfinite, slopes))
            usable = usable and (k == 0 or all(abs(p) <= LARGEST_PARAMETER for p in point.tolist()))
            if not usable:
                break
            reached = tolerance is not None and bool(np.linalg.norm(full[k]) <= tolerance)
            if reached or k == steps:
                break
            if heard is not None and k and k % HEARD_EVERY == 0 and not heard(k):
                break
            slope = full[k]
            if draw is not None:
                drawn.append(next(draw))
                slope = _means([v[drawn[-1]] if np.ndim(v) else v for v in values[1:]])
                slope = slope + decay * point if decay else slope
            used[k] = slope
            moves[k], state = update(slope, states[-1], recipe.learning_rate)
            states.append(state)
            point = point + moves[k]
    end = k + 1 if usable else k
    last = max(end - 1, 0)
    used[last] = full[last]
    return _Steps(
        points[:end],
        used[:end],
        full[:end],
        cost[:end],
        states[:end],
        moves[:last],
        None if draw is None else tuple(drawn[:last]),
        reached,
        not usable,
    )


def _means(values: Sequence[Array]) -> Floats:
    """Of each quantity over the samples; what is the same for every sample has no axis.

    The terms are added in the order of ``np.mean``, so that an exported script agrees.
    """
    if all(map(np.ndim, values)):
        table = np.array(values)
        return np.asarray(np.add.reduce(table, axis=1) / table.shape[1])
    return np.array([np.mean(value) for value in values], np.float64)


def _evidence(run: _Steps, hessian: Floats) -> Evidence:
    """The numbers that a path which did not blow up is judged by."""
    cost, steps = run.cost, len(run.cost) - 1
    slope, least, most, distance = (
        v[0] for v in local_shape(run.full[-1][:, None], hessian[..., None])
    )
    quarter, window, half = Windows.of(max(steps, 1))
    if run.reached:  # only the last point counts
        peak = peak_before = predicted = halfway = before = math.nan
        turns = rises = 0
    else:
        moves = np.diff(run.points[-window - 1 :], axis=0)
        peak, peak_before = cost[-quarter:].max(), cost[-2 * quarter : -quarter].max()
        predicted = np.abs(np.sum(moves * run.slopes[-window - 1 : -1], axis=1)).mean()
        turns = int(np.sum(np.sum(moves[1:] * moves[:-1], axis=1) < 0))
        rises = int(np.sum(np.diff(cost[-window - 1 :]) > 0))
        halfway, before = cost[-1 - half], cost[-1 - window]
    return Evidence(
        cost[0], cost[-1], peak, peak_before, predicted, turns, rises, halfway, before,
        slope, least, most, distance, window, run.reached,
    )  # fmt: skip
