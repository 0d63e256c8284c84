"""The mathematics against hand-written code that does the same and nothing else."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.compare import find_torch, interleaved, ratio, said
from benchmarks.report import Row
from core.datasets import LESSON
from core.descent import LARGEST_COST, LARGEST_PARAMETER, Recipe, descend
from core.descent.starts import starts_map
from core.network import Dataset, network
from core.surface import GRID, cost_surface

PART = "Mathematics"
STEPS = 500
RATE = 0.5
TRAIN = ("w1", "b1", "w2", "b2")
AXES = ("w1", "w2")
CELLS = 61
MAP_STEPS = 300
ENOUGH = 1e-3
"""The length of the slope at which a path of the map of starts ends."""

Floats = npt.NDArray[np.float64]


def measure(repeats: int) -> list[Row]:
    return [*descent(repeats), starts(repeats), surface(repeats)]


def descent(repeats: int) -> list[Row]:
    """A path of 500 steps on 100 samples."""
    data = samples(100)
    graph = network()
    ways: dict[str, Callable[[], Any]] = {
        "lab": lambda: descend(graph, LESSON, data, steps=STEPS, learning_rate=RATE, train=TRAIN),
        "by hand": lambda: descend_by_hand(LESSON, data),
    }
    if torch := find_torch():
        ways["PyTorch"] = lambda: descend_with_torch(torch, LESSON, data)
    check_same(ways)

    times = interleaved(ways, repeats)
    name = f"descent, {STEPS} steps, 100 samples"
    by_hand = ratio(times, "lab", "by hand")
    rows = [
        Row(PART, f"{name}: time / NumPy loop by hand", by_hand, "×", most=3, **said(times)),
    ]
    label = f"{name}: PyTorch eager / time"
    if torch is None:
        return [*rows, Row(PART, label, None, "×", least=5, note="PyTorch is not installed")]
    faster = ratio(times, "PyTorch", "lab")
    return [*rows, Row(PART, label, faster, "×", least=5, **said(times))]


def starts(repeats: int) -> Row:
    """A descent from each point of a grid, against a loop by hand over all of them at once.

    Both end a path where its slope is within the tolerance or its numbers leave all bounds, and
    drop it. The lab also tells how each path ended, which the loop by hand does not.
    """
    data = samples(9)
    graph = network()
    grid = np.linspace(-10, 10, CELLS)
    recipe = Recipe(data, learning_rate=RATE, steps=MAP_STEPS, train=AXES, tolerance=ENOUGH)
    ways: dict[str, Callable[[], Any]] = {
        "lab": lambda: starts_map(graph, LESSON, recipe, AXES, (grid, grid)),
        "by hand": lambda: starts_by_hand(LESSON, data, grid),
    }
    ours, (points, steps) = ways["lab"](), ways["by hand"]()
    for name, theirs in zip(AXES, points, strict=True):
        np.testing.assert_allclose(ours.ends[name], theirs, rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(ours.steps, steps)

    times = interleaved(ways, repeats)
    name = f"map of {CELLS}×{CELLS} starts, {MAP_STEPS} steps: time / NumPy loop by hand"
    return Row(PART, name, ratio(times, "lab", "by hand"), "×", most=2, **said(times))


def surface(repeats: int) -> Row:
    """The mean cost over a grid of two weights, against one pass of NumPy's exponential."""
    data = samples(50)
    graph = network()
    numbers = np.random.default_rng(0).uniform(-5, 5, GRID.size * GRID.size * len(data))
    times = interleaved(
        {
            "lab": lambda: cost_surface(graph, LESSON, data),
            "np.exp": lambda: np.exp(numbers),
        },
        repeats,
    )
    name = f"cost surface {GRID.size}×{GRID.size}×{len(data)}: time / one np.exp pass"
    return Row(PART, name, ratio(times, "lab", "np.exp"), "×", most=2, **said(times))


def samples(count: int) -> Dataset:
    x = np.linspace(-2, 2, count)
    return Dataset(x, 0.5 + 0.3 * np.sin(x))


def descend_by_hand(start: Mapping[str, float], data: Dataset) -> tuple[Floats, Floats]:
    """Gradient descent on the lesson's network as one would write it without a graph."""
    x, y = data.x, data.y
    w1, b1, w2, b2 = (np.float64(start[name]) for name in TRAIN)
    points, cost = np.empty((STEPS + 1, 4)), np.empty(STEPS + 1)
    for step in range(STEPS + 1):
        a1 = 1 / (1 + np.exp(-(w1 * x + b1)))
        a2 = 1 / (1 + np.exp(-(w2 * a1 + b2)))
        error = a2 - y
        points[step] = w1, b1, w2, b2
        cost[step] = np.mean(0.5 * error**2)
        dz2 = error * a2 * (1 - a2)
        dz1 = dz2 * w2 * a1 * (1 - a1)
        w1 = w1 - RATE * np.mean(dz1 * x)
        b1 = b1 - RATE * np.mean(dz1)
        w2 = w2 - RATE * np.mean(dz2 * a1)
        b2 = b2 - RATE * np.mean(dz2)
    return points, cost


def starts_by_hand(start: Mapping[str, float], data: Dataset, grid: Floats) -> Any:
    """Where the paths from a grid of w1 and w2 end, and after how many steps (NaN if never)."""
    x, y = data.x[:, None], data.y[:, None]
    b1, b2 = start["b1"], start["b2"]
    w1, w2 = (axis.ravel() for axis in np.meshgrid(grid, grid))
    ends, steps = np.array([w1, w2]), np.full(w1.size, np.nan)
    going = np.arange(w1.size)
    first = np.empty(0)
    for step in range(MAP_STEPS + 1):
        a1 = 1 / (1 + np.exp(-(w1 * x + b1)))
        a2 = 1 / (1 + np.exp(-(w2 * a1 + b2)))
        error = a2 - y
        cost = np.mean(0.5 * error**2, axis=0)
        dz2 = error * a2 * (1 - a2)
        dz1 = dz2 * w2 * a1 * (1 - a1)
        slope1, slope2 = np.mean(dz1 * x, axis=0), np.mean(dz2 * a1, axis=0)
        first = cost if step == 0 else first
        usable = (abs(cost) <= LARGEST_COST * np.maximum(1, abs(first))) & np.isfinite(slope1)
        usable &= np.isfinite(slope2) & (abs(w1) <= LARGEST_PARAMETER)
        usable &= abs(w2) <= LARGEST_PARAMETER
        reached = usable & (np.sqrt(slope1**2 + slope2**2) <= ENOUGH)
        ends[:, going[usable]] = w1[usable], w2[usable]
        steps[going[reached]] = step
        go = usable & ~reached
        if not go.all():
            going, first, w1, w2 = going[go], first[go], w1[go], w2[go]
            slope1, slope2 = slope1[go], slope2[go]
        if not going.size:
            break
        w1, w2 = w1 - RATE * slope1, w2 - RATE * slope2
    shape = (grid.size, grid.size)
    return ends.reshape(2, *shape), steps.reshape(shape)


def descend_with_torch(torch: Any, start: Mapping[str, float], data: Dataset) -> Any:
    """The same with PyTorch's own derivatives and optimizer."""
    x, y = torch.from_numpy(data.x), torch.from_numpy(data.y)
    weights = [torch.tensor(start[name], dtype=torch.float64, requires_grad=True) for name in TRAIN]
    w1, b1, w2, b2 = weights
    optimizer = torch.optim.SGD(weights, lr=RATE)
    points, cost = np.empty((STEPS + 1, 4)), np.empty(STEPS + 1)
    for step in range(STEPS + 1):
        optimizer.zero_grad()
        a1 = torch.sigmoid(w1 * x + b1)
        mean = (0.5 * (torch.sigmoid(w2 * a1 + b2) - y) ** 2).mean()
        mean.backward()
        points[step] = [weight.item() for weight in weights]
        cost[step] = mean.item()
        optimizer.step()
    return points, cost


def check_same(ways: Mapping[str, Callable[[], Any]]) -> None:
    """Fast is worth something only if the path is the same."""
    path = ways["lab"]()
    points = np.column_stack([path.parameters[name] for name in TRAIN])
    for name, way in ways.items():
        if name != "lab":
            theirs, cost = way()
            np.testing.assert_allclose(points, theirs, rtol=1e-9, err_msg=name)
            np.testing.assert_allclose(path.cost, cost, rtol=1e-9, err_msg=name)
