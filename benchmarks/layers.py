"""A network of layers against the same in matrix form, written by hand, and in PyTorch."""

from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.compare import find_torch, interleaved, ratio, said
from benchmarks.growth import grows
from benchmarks.report import Row
from core.descent import Recipe, follow
from core.initialisation import initial
from core.network import MOST_LAYERS, MOST_NEURONS, Architecture, Layer, layered, parameters
from core.toys import toy

PART = "Networks of layers"
SHAPE = Architecture(2, (Layer(4), Layer(4)), classes=True)
LARGEST = Architecture(2, (Layer(MOST_NEURONS),) * MOST_LAYERS, classes=True)
SAMPLES = 200
STEPS = 500
RATE = 0.02
LONG = 2000
"""Steps of the run that a learner waits for."""

Floats = npt.NDArray[np.float64]


def measure(repeats: int) -> list[Row]:
    return [build(repeats), long_run(repeats), *training(repeats), *growth(repeats)]


def build(repeats: int) -> Row:
    """From the shape to the first derivative of every parameter, with nothing of it kept before."""
    values = initial(LARGEST)
    data, _ = toy("moons", count=SAMPLES)
    times = []
    for _ in range(repeats):
        layered.cache_clear()
        started = perf_counter()
        graph = layered(LARGEST)
        forward = graph.forward(values | dict(data.columns))
        graph.compiled_gradient(parameters(graph), real=True)(*(forward[n] for n in graph.inputs))
        times.append(perf_counter() - started)
    name = f"{_name(LARGEST)}: built, forward and backward, the first time"
    # SymPy keeps what it has seen, so that only the first round pays for all.
    return Row(PART, name, times[0], "s", most=1, note=f"again {median(times):.3g} s")


def long_run(repeats: int) -> Row:
    """What a learner waits for."""
    data, start, graph = _case(SHAPE, SAMPLES)
    told = Recipe(data, "adam", RATE, LONG, parameters(graph))
    times = interleaved({"lab": lambda: follow(graph, start, told)}, repeats)["lab"]
    name = f"{_name(SHAPE)}: {LONG} steps of Adam, {SAMPLES} samples"
    return Row(PART, name, median(times) / 1000, "s", most=2)


def training(repeats: int) -> list[Row]:
    """The same path three ways."""
    data, start, graph = _case(SHAPE, SAMPLES)
    told = Recipe(data, "adam", RATE, STEPS, parameters(graph))
    ways: dict[str, Callable[[], Any]] = {
        "lab": lambda: follow(graph, start, told),
        "by hand": lambda: train_by_hand(SHAPE, start, data),
    }
    if torch := find_torch():
        ways["PyTorch"] = lambda: train_with_torch(torch, SHAPE, start, data)
    cost = ways["lab"]().cost
    for name, way in ways.items():
        if name != "lab":
            np.testing.assert_allclose(cost, way(), rtol=1e-6, err_msg=name)

    times = interleaved(ways, repeats)
    name = f"{_name(SHAPE)}: {STEPS} steps of Adam, {SAMPLES} samples: time"
    by_hand = ratio(times, "lab", "by hand")
    rows = [Row(PART, f"{name} / matrix loop by hand", by_hand, "×", most=3, **said(times))]
    if torch is None:
        note = "PyTorch is not installed"
        return [*rows, Row(PART, f"{name} / PyTorch eager", None, "×", most=0.5, note=note)]
    eager = ratio(times, "lab", "PyTorch")
    return [*rows, Row(PART, f"{name} / PyTorch eager", eager, "×", most=0.5, **said(times))]


def growth(repeats: int) -> list[Row]:
    """How the time of a step grows with the network, and with the samples."""
    neurons = {n: Architecture(2, (Layer(n), Layer(n)), True) for n in (1, 2, 3, 4)}
    weights = [len(parameters(layered(shape))) for shape in neurons.values()]
    by_neurons = {n: _step(shape, SAMPLES) for n, shape in neurons.items()}
    by_samples = {n: _step(SHAPE, n) for n in (25, 50, 100, 200)}
    return [
        grows(
            PART, "time of a step ~ parameters to the power of", by_neurons, repeats, weights, 100
        ),
        grows(PART, "time of a step ~ samples to the power of", by_samples, repeats, each=100),
    ]


def _step(shape: Architecture, count: int) -> Callable[[], Any]:
    data, start, graph = _case(shape, count)
    told = Recipe(data, "adam", RATE, 100, parameters(graph))
    return lambda: follow(graph, start, told)


def _name(shape: Architecture) -> str:
    return "-".join(map(str, shape.sizes))


def _case(shape: Architecture, count: int) -> tuple[Any, dict[str, float], Any]:
    data, _ = toy("moons", count=count)
    return data, initial(shape), layered(shape)


def matrices(shape: Architecture, start: Mapping[str, float]) -> list[Floats]:
    """W and b of each layer in turn; a row of W is what comes into one neuron."""
    made = []
    for k, (before, here) in enumerate(zip(shape.sizes, shape.sizes[1:], strict=False), 1):
        rows = [[start[f"w{k}_{j}{i}"] for i in range(1, before + 1)] for j in range(1, here + 1)]
        made += [np.array(rows), np.array([[start[f"b{k}_{j}"]] for j in range(1, here + 1)])]
    return made


def train_by_hand(shape: Architecture, start: Mapping[str, float], data: Any) -> Floats:
    """Adam on two layers of tanh as one would write it in matrix form; the cost at each point."""
    w1, b1, w2, b2, w3, b3 = p = matrices(shape, start)
    m, s = [np.zeros_like(part) for part in p], [np.zeros_like(part) for part in p]
    x, y, n = data.x.T, data.y[None, :], len(data)
    cost = np.empty(STEPS + 1)
    for step in range(STEPS + 1):
        a1 = np.tanh(w1 @ x + b1)
        a2 = np.tanh(w2 @ a1 + b2)
        z3 = w3 @ a2 + b3
        a3 = 1 / (1 + np.exp(-z3))
        cost[step] = np.mean(np.maximum(z3, 0) - y * z3 + np.log1p(np.exp(-np.abs(z3))))
        d3 = (a3 - y) / n
        d2 = (w3.T @ d3) * (1 - a2**2)
        d1 = (w2.T @ d2) * (1 - a1**2)
        slopes = (
            d1 @ x.T, d1.sum(axis=1, keepdims=True),
            d2 @ a1.T, d2.sum(axis=1, keepdims=True),
            d3 @ a2.T, d3.sum(axis=1, keepdims=True),
        )  # fmt: skip
        for part, slope, mean, square in zip(p, slopes, m, s, strict=True):
            mean += 0.1 * (slope - mean)
            square += 0.001 * (slope**2 - square)
            corrected = np.sqrt(square / (1 - 0.999 ** (step + 1))) + 1e-8
            part -= RATE / (1 - 0.9 ** (step + 1)) * mean / corrected
    return cost


def train_with_torch(
    torch: Any, shape: Architecture, start: Mapping[str, float], data: Any
) -> Floats:
    """The same with PyTorch's own derivatives and optimizer."""
    p = [torch.tensor(part, requires_grad=True) for part in matrices(shape, start)]
    w1, b1, w2, b2, w3, b3 = p
    x, y = torch.tensor(data.x.T.copy()), torch.tensor(data.y[None, :])
    optimizer = torch.optim.Adam(p, lr=RATE)
    cost = np.empty(STEPS + 1)
    for step in range(STEPS + 1):
        optimizer.zero_grad()
        a2 = torch.tanh(w2 @ torch.tanh(w1 @ x + b1) + b2)
        mean = torch.nn.functional.binary_cross_entropy_with_logits(w3 @ a2 + b3, y)
        mean.backward()
        cost[step] = mean.item()
        optimizer.step()
    return cost
