"""The same start and samples, several optimizers: who is where after how many steps.

>>> from core.network import Dataset, network
>>> line, data = network(1, "identity"), Dataset([2.0], [4.0])
>>> entries = [Entry("gradient_descent", 0.1), Entry("gradient_descent", 0.25)]
>>> paths = race(line, {"w1": 3, "b1": 0}, Recipe(data, steps=30, train=("w1",)), entries)
>>> [(row.entry.learning_rate, row.steps_to_target) for row in table(paths, target=1e-6)]
[(0.1, 15), (0.25, 1)]
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from core.descent.recipes import Recipe
from core.descent.regimes import Regime
from core.descent.rules import OPTIMIZERS
from core.descent.run import Path, follow
from core.formatting import short
from core.graph import Graph

MOST_ENTRIES = 6


class Entry(NamedTuple):
    """One runner: a name in :data:`core.descent.rules.OPTIMIZERS` and its learning rate."""

    optimizer: str
    learning_rate: float


class Row(NamedTuple):
    """What became of one runner.

    ``steps_to_target`` is the first step after which the cost was at most the target, or None;
    ``steps`` how many it took in all, ``cost`` the last cost, ``lowest`` the lowest on the way.
    """

    entry: Entry
    steps_to_target: int | None
    steps: int
    cost: float
    lowest: float
    regime: Regime


def read_entries(text: str, rates: tuple[float, float] = (0.0, math.inf)) -> list[Entry]:
    """The runners that :func:`write_entries` wrote; every rate is positive and within ``rates``.

    ValueError with a sentence that names the runner which cannot be read.

    >>> read_entries("momentum:0.1,momentum:0.5")
    [Entry(optimizer='momentum', learning_rate=0.1), Entry(optimizer='momentum', learning_rate=0.5)]
    """
    parts = text.split(",") if text.strip() else []
    if not 1 <= len(parts) <= MOST_ENTRIES:
        raise ValueError(f"A race has 1 to {MOST_ENTRIES} runners, not {len(parts)}.")
    return [_entry(k, part, rates) for k, part in enumerate(parts, 1)]


def _entry(place: int, text: str, rates: tuple[float, float]) -> Entry:
    name, _, typed = (part.strip() for part in text.partition(":"))
    if name not in OPTIMIZERS:
        raise ValueError(f"Runner {place} must be one of {', '.join(OPTIMIZERS)}.")
    try:
        rate = float(typed)
    except ValueError:
        rate = math.nan
    if not (rates[0] <= rate <= rates[1] and 0 < rate < math.inf):
        bounds = (
            f" between {short(rates[0])} and {short(rates[1])}" if math.isfinite(rates[1]) else ""
        )
        raise ValueError(f"Runner {place} needs a learning rate{bounds}, as in {name}:0.5.")
    return Entry(name, rate)


def write_entries(entries: Iterable[tuple[str, float]]) -> str:
    """Runners as a short text for a link, exact to the last digit.

    >>> write_entries([("gradient_descent", 0.5), ("adam", 1.0)])
    'gradient_descent:0.5,adam:1'
    """
    return ",".join(f"{name}:{repr(float(rate)).removesuffix('.0')}" for name, rate in entries)


def race(
    graph: Graph,
    start: Mapping[str, float],
    recipe: Recipe,
    entries: Sequence[tuple[str, float]],
) -> list[Path]:
    """One path for each entry, in their order; with the same seed all see the same batches.

    Args:
        graph: the network.
        start: where all of them start.
        recipe: what is the same for all: the rest but for optimizer and learning rate.
        entries: one to six pairs (optimizer, learning rate).

    Raises:
        ValueError: for an argument that does not fit, with a sentence that says which.
    """
    if not 1 <= len(entries) <= MOST_ENTRIES:
        raise ValueError(f"A race has 1 to {MOST_ENTRIES} entries, not {len(entries)}.")
    return [
        follow(graph, start, replace(recipe, optimizer=optimizer, learning_rate=rate))
        for optimizer, rate in entries
    ]


def table(paths: Sequence[Path], target: float) -> list[Row]:
    """One row for each path, in their order; ``target`` is the cost to reach."""
    rows = []
    for path in paths:
        there = np.flatnonzero(path.cost <= target)
        rows.append(
            Row(
                Entry(path.optimizer, path.learning_rate),
                int(there[0]) if there.size else None,
                len(path) - 1,
                float(path.cost[-1]),
                float(path.cost.min()),
                path.regime,
            )
        )
    return rows
