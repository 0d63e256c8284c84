"""How time grows: the slope of a straight line through the logarithms of sizes and times."""

from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any

import numpy as np

from benchmarks.compare import interleaved
from benchmarks.report import Row
from core.descent import Recipe, follow
from core.network import Dataset, network, parameters
from core.surface import cost_surface

PART = "Growth: time ~ size to the power of"
START = 0.5


def measure(repeats: int) -> list[Row]:
    return [
        grows(PART, "the points of a map's grid", _grids(), repeats),
        grows(PART, "the steps of a descent", _steps(), repeats),
        grows(PART, "its samples", _samples(), repeats),
        grows(PART, "the chain's depth", _depths(), repeats),
    ]


def grows(
    part: str,
    what: str,
    ways: Mapping[int, Callable[[], Any]],
    repeats: int,
    sizes: Sequence[float] | None = None,
    each: float = 1,
) -> Row:
    """The exponent with which the time of a way grows in its size, which is its name by default.

    ``each`` is how many times a way does what is said to take the time.
    """
    times = interleaved({str(size): way for size, way in ways.items()}, repeats)
    spent = [1000 * median(ms) / each for ms in times.values()]
    exponent = float(np.polyfit(np.log(sizes or list(ways)), np.log(spent), 1)[0])
    told = zip(sizes or ways, spent, strict=True)
    note = ", ".join(f"{size}: {time:.3g} µs" for size, time in told)
    return Row(part, what, exponent, "", note=note)


def _grids() -> dict[int, Callable[[], Any]]:
    data, graph = _data(20), network()
    start = dict.fromkeys(parameters(graph), START)

    def way(cells: int) -> Callable[[], Any]:
        grid = np.linspace(-10, 10, cells)
        return lambda: cost_surface(graph, start, data, grids=(grid, grid))

    return {cells * cells: way(cells) for cells in (33, 65, 129, 257)}


def _steps() -> dict[int, Callable[[], Any]]:
    return {steps: _run(2, 9, steps) for steps in (100, 200, 400, 800)}


def _samples() -> dict[int, Callable[[], Any]]:
    return {count: _run(2, count, 100) for count in (50, 200, 800, 3200)}


def _depths() -> dict[int, Callable[[], Any]]:
    return {depth: _run(depth, 9, 100) for depth in (1, 2, 4, 8)}


def _run(depth: int, samples: int, steps: int) -> Callable[[], Any]:
    graph = network(depth)
    train = parameters(graph)
    told = Recipe(_data(samples), "gradient_descent", 0.1, steps, train)
    start = dict.fromkeys(train, START)
    return lambda: follow(graph, start, told)


def _data(count: int) -> Dataset:
    x = np.linspace(-2, 2, count)
    return Dataset(x, 0.5 + 0.3 * np.sin(x))
