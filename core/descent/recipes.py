"""What a descent is told: a :class:`Recipe`, the same for a run, a race, a map and the browser."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from core.descent.rules import OPTIMIZERS, to_json
from core.graph import Graph
from core.network import Dataset
from core.printing import tree
from core.seeds import checked

Indices = npt.NDArray[np.intp]

MOST_STEPS = 2000

LARGEST_PARAMETER = 1e6
LARGEST_COST = 1e12
"""In units of the cost at the start, if that is above 1."""


@dataclass(frozen=True)
class Recipe:
    """How to descend, whatever the network and the start: plain data, checked when it is made.

    Attributes:
        data: the samples that the cost is averaged over.
        optimizer: a name in :data:`core.descent.rules.OPTIMIZERS`.
        learning_rate: positive.
        steps: 1 to 2000; the most that are taken.
        train: the parameters that are moved.
        tolerance: the path ends where the length of the mean cost's gradient, over all the
            samples, is at most this; None for never.
        batch: how many samples a step sees, drawn by :func:`batches`: 1 for one at a time. None,
            or as many as there are, for all of them.
        seed: of the shuffles; the same seed gives the same path.
        decay: from 0; the gradient of every trained parameter p, weight or bias, gets decay·p added
            before the rule sees it, as by ``weight_decay`` of ``torch.optim``. So the descent is on
            the mean cost plus ½ decay |p|², but the cost that is told is the mean cost alone.

    Raises:
        ValueError: for a value that does not fit, with a sentence that says which.

    >>> Recipe(Dataset([2.0], [4.0]), steps=0)
    Traceback (most recent call last):
    ValueError: The steps must be a whole number from 1 to 2000, not 0.
    """

    data: Dataset
    optimizer: str = "gradient_descent"
    learning_rate: float = 0.5
    steps: int = 200
    train: tuple[str, ...] = ("w1", "w2")
    tolerance: float | None = None
    batch: int | None = None
    seed: int = 0
    decay: float = 0.0

    def __post_init__(self) -> None:
        if self.optimizer not in OPTIMIZERS:
            known = ", ".join(OPTIMIZERS)
            raise ValueError(f"Unknown optimizer {self.optimizer!r}; known: {known}.")
        require_rates(self.learning_rate)
        steps, tolerance, batch, seed = self.steps, self.tolerance, self.batch, self.seed
        if not (1 <= steps <= MOST_STEPS and steps == int(steps)):
            raise ValueError(
                f"The steps must be a whole number from 1 to {MOST_STEPS}, not {steps}."
            )
        if not self.train:
            raise ValueError("At least one parameter must be trained.")
        if tolerance is not None and not (math.isfinite(tolerance) and tolerance > 0):
            raise ValueError(f"The tolerance must be positive and finite, not {tolerance}.")
        if batch is not None and not (batch >= 1 and batch == int(batch)):
            raise ValueError(f"A batch must be a whole number of samples from 1, not {batch}.")
        checked(seed)
        if not (math.isfinite(self.decay) and self.decay >= 0):
            raise ValueError(f"The weight decay must be finite and at least 0, not {self.decay}.")
        object.__setattr__(self, "train", tuple(self.train))
        object.__setattr__(self, "steps", int(steps))

    @property
    def batch_size(self) -> int | None:
        """How many samples a step sees; None where it sees all."""
        return int(self.batch) if self.batch is not None and self.batch < len(self.data) else None

    def draw(self) -> Iterator[Indices] | None:
        """The samples of each step, without end; None where every step sees all."""
        size = self.batch_size
        return batches(len(self.data), size, self.seed) if size else None

    def to_json(self, graph: Graph) -> dict[str, Any]:
        """What the browser needs to run this itself, from any start at any rate: plain data.

        ``lines`` are pairs of a name and the tree of its value, to be run in order; then
        ``results`` gives the cost of each sample and its derivatives by ``train``. ``rule`` is
        :func:`core.descent.rules.to_json`, ``order`` the samples that the steps see, one batch
        after the other, or None where every step sees all; ``decay`` times the parameter is added
        to each mean derivative.

        >>> from core.network import network
        >>> recipe = Recipe(Dataset([2.0], [4.0]), steps=3, train=("w1",))
        >>> plain = recipe.to_json(network(1, "identity"))
        >>> plain["lines"][0], plain["results"]
        (['z1', ['+', ['*', 'w1', 'x'], 'b1']], ['J', 'adjoint_w1'])
        """
        lines, results = _trees(graph, self.train)
        draw = self.draw()
        return {
            "train": list(self.train),
            "lines": lines,
            "results": results,
            "rule": to_json(self.optimizer),
            "steps": self.steps,
            "tolerance": self.tolerance,
            "decay": float(self.decay),
            "batch": self.batch_size,
            "order": draw and [int(k) for step in islice(draw, self.steps) for k in step],
            "largest": {"parameter": LARGEST_PARAMETER, "cost": LARGEST_COST},
        }


def recipe(
    graph: Graph,
    data: Dataset,
    optimizer: str = "gradient_descent",
    steps: int = 200,
    train: Sequence[str] = ("w1", "w2"),
    tolerance: float | None = None,
    batch: int | None = None,
    seed: int = 0,
    decay: float = 0.0,
) -> dict[str, Any]:
    """:meth:`Recipe.to_json` for the arguments of :func:`core.descent.descend`."""
    told = Recipe(
        data,
        optimizer,
        steps=steps,
        train=tuple(train),
        tolerance=tolerance,
        batch=batch,
        seed=seed,
        decay=decay,
    )
    return told.to_json(graph)


def batches(samples: int, batch: int, seed: int) -> Iterator[Indices]:
    """Mini-batches of indices without end: epochs, in each of which every sample comes once.

    Each epoch is a new shuffle by ``numpy.random.default_rng(seed)``, cut into pieces of
    ``batch``; the last piece of an epoch may be shorter.

    >>> draw = batches(3, 2, seed=1)
    >>> sorted([*next(draw).tolist(), *next(draw).tolist()])
    [0, 1, 2]
    """
    generator = np.random.default_rng(seed)
    while True:
        order = generator.permutation(samples)
        for first in range(0, samples, batch):
            yield order[first : first + batch]


def require_rates(rates: npt.ArrayLike) -> None:
    """ValueError with a sentence unless every rate is positive and finite."""
    for rate in np.atleast_1d(np.asarray(rates, float)).ravel():
        if not (math.isfinite(rate) and rate > 0):
            raise ValueError(f"The learning rate must be positive and finite, not {rate}.")


@lru_cache(maxsize=64)
def _trees(graph: Graph, train: tuple[str, ...]) -> tuple[list[Any], list[Any]]:
    lines, results = graph.gradient_lines(train)
    return [[str(name), tree(value)] for name, value in lines], [tree(r) for r in results]
