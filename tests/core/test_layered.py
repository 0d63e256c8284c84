"""Networks of layers against PyTorch's matrices and its automatic differentiation."""

from collections import Counter
from functools import lru_cache

import numpy as np
import pytest
import torch

from core.descent import Recipe, follow
from core.descent.many import descend_many
from core.descent.rules import OPTIMIZERS
from core.functions import ACTIVATIONS
from core.health import stuck
from core.initialisation import initial
from core.network import Architecture, Dataset, Layer, layered, parameters
from core.toys import toy

SHAPES = 200
SAMPLES = 20
TORCH = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "identity": lambda z: z,
}
RULES = {
    "gradient_descent": lambda p, **how: torch.optim.SGD(p, **how),
    "momentum": lambda p, **how: torch.optim.SGD(p, momentum=0.9, **how),
    "nesterov": lambda p, **how: torch.optim.SGD(p, momentum=0.9, nesterov=True, **how),
    "adagrad": lambda p, **how: torch.optim.Adagrad(p, **how),
    "rmsprop": lambda p, **how: torch.optim.RMSprop(p, **how),
    "adam": lambda p, **how: torch.optim.Adam(p, **how),
}
torch.set_num_threads(1)


@lru_cache
def _cases():
    """Shapes with samples and a value for every parameter, at random but always the same."""
    rng = np.random.default_rng(12)
    cases = {}
    while len(cases) < SHAPES:
        layers = tuple(
            Layer(int(rng.integers(1, 5)), str(rng.choice(list(ACTIVATIONS))))
            for _ in range(rng.integers(1, 4))
        )
        shape = Architecture(int(rng.integers(1, 3)), layers, bool(rng.integers(2)))
        x = rng.normal(size=(SAMPLES, 2) if shape.inputs == 2 else SAMPLES)
        y = rng.integers(0, 2, SAMPLES) if shape.classes else rng.normal(size=SAMPLES)
        names = parameters(layered(shape))
        values = dict(zip(names, rng.normal(size=len(names)).tolist(), strict=True))
        cases.setdefault(shape, (Dataset(x, y), values))
    return [(shape, *case) for shape, case in cases.items()]


def _matrices(shape, values):
    """The values as PyTorch's weights (to, from) and biases, layer by layer."""
    made = []
    for k in range(1, len(shape.sizes)):
        before, here = shape.sizes[k - 1 : k + 1]
        weights = [[values[f"w{k}_{j + 1}{i + 1}"] for i in range(before)] for j in range(here)]
        made.append(torch.tensor(weights, dtype=torch.float64, requires_grad=True))
        biases = [values[f"b{k}_{j + 1}"] for j in range(here)]
        made.append(torch.tensor(biases, dtype=torch.float64, requires_grad=True))
    return made


def _in_order(matrices):
    """Their entries in the order of the graph's parameters: a neuron's weights, then its bias."""
    layers = zip(matrices[::2], matrices[1::2], strict=True)
    joined = [torch.cat([weights, biases[:, None]], dim=1).ravel() for weights, biases in layers]
    return torch.cat(joined).detach().numpy().copy()


def _cost(shape, matrices, data):
    """The mean cost, and the output of every neuron."""
    a = torch.from_numpy(data.x.reshape(len(data), -1))
    y = torch.from_numpy(data.y)
    signals = {}
    for k, activation in enumerate(shape.activations, 1):
        z = a @ matrices[2 * k - 2].T + matrices[2 * k - 1]
        a = TORCH[activation](z)
        signals |= {f"a{k}_{j + 1}": a[:, j].detach().numpy() for j in range(a.shape[1])}
    if shape.classes:
        return torch.nn.functional.binary_cross_entropy_with_logits(z[:, 0], y), signals
    return ((a[:, 0] - y) ** 2 / 2).mean(), signals


def test_two_hundred_random_shapes_are_all_sorts():
    shapes = [shape for shape, _, _ in _cases()]
    assert len(set(shapes)) == SHAPES
    assert min(Counter((s.inputs, s.classes, len(s.hidden)) for s in shapes).values()) >= 8
    used = Counter(layer.activation for shape in shapes for layer in shape.hidden)
    assert set(used) == set(ACTIVATIONS)


@pytest.mark.parametrize("part", range(4))
def test_forward_and_every_gradient_are_those_of_pytorch(part):
    for shape, data, values in _cases()[part::4]:
        graph, names = layered(shape), parameters(layered(shape))
        matrices = _matrices(shape, values)
        theirs, signals = _cost(shape, matrices, data)
        theirs.backward()
        gradients = _in_order([matrix.grad for matrix in matrices])

        forward = graph.forward(values | dict(data.columns))
        for name, signal in signals.items():
            assert np.allclose(forward[name], signal, rtol=1e-12, atol=1e-13), (shape, name)
        inputs = [forward[name] for name in graph.inputs]
        cost, *slopes = graph.compiled_gradient(names, real=True)(*inputs)
        assert np.mean(cost) == pytest.approx(float(theirs.detach()), rel=1e-12), shape
        size = np.abs(gradients).max()
        ours = [np.mean(slope) for slope in slopes]
        assert np.allclose(ours, gradients, rtol=1e-12, atol=1e-13 * size), shape


@pytest.mark.parametrize("decay", [0.0, 0.02])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_fifty_steps_are_those_of_pytorch(name, decay):
    rate = 0.01
    for shape, data, values in _cases()[:6]:
        graph, names = layered(shape), parameters(layered(shape))
        path = follow(graph, values, Recipe(data, name, rate, 50, names, decay=decay))
        matrices = _matrices(shape, values)
        optimizer = RULES[name](matrices, lr=rate, weight_decay=decay)
        points, costs = [], []
        for _ in range(51):
            points.append(_in_order(matrices))
            optimizer.zero_grad()
            cost, _ = _cost(shape, matrices, data)
            costs.append(float(cost.detach()))
            cost.backward()
            optimizer.step()
        ours = np.transpose([path.parameters[n] for n in names])
        assert np.allclose(ours, points, rtol=1e-8, atol=1e-9), shape
        assert np.allclose(path.cost, costs, rtol=1e-8, atol=1e-12), shape


def test_the_sum_over_all_paths_is_reverse_mode_and_the_complex_step():
    for shape, data, values in _cases()[::20]:
        graph = layered(shape)
        forward = graph.forward(values | dict(data.columns))
        backward = graph.backward(forward)
        height = graph.compiled([graph.output])
        for name in parameters(graph):
            paths = [
                np.prod([np.broadcast_to(f.value(forward), SAMPLES) for f in chain], axis=0)
                for chain in graph.chains(name)
            ]
            nudged = forward | {name: forward[name] + 1e-100j}
            (moved,) = height(*(nudged[n] for n in graph.inputs))
            # An adjoint of what another one cancels is as exact as the largest that went into it.
            size = max(1e-3, max(np.abs(path).max() for path in paths))
            assert np.allclose(sum(paths), backward[name], rtol=1e-10, atol=1e-12 * size)
            assert np.allclose(
                np.imag(moved) / 1e-100, backward[name], rtol=1e-10, atol=1e-12 * size
            )


def test_the_number_of_paths_is_the_product_of_the_widths_on_the_way():
    graph = layered(Architecture(2, (Layer(4), Layer(4), Layer(4)), classes=True))
    counts = [graph.path_count(name) for name in ("w1_11", "w2_11", "w3_11", "w4_11")]
    assert counts == [16, 4, 1, 1]


# ---- XOR, which one neuron cannot do


PAIR = Architecture(2, (Layer(2),), classes=True)
XOR, HELD_OUT = toy("xor")
TOLD = Recipe(XOR, "adam", 0.1, 500, parameters(layered(PAIR)))


def test_two_neurons_learn_xor_from_the_first_seed():
    path = follow(layered(PAIR), initial(PAIR, "normal", seed=0), TOLD)
    assert path.cost[-1] < 0.05
    assert stuck(PAIR, path, XOR) is None


def test_two_neurons_learn_xor_from_nine_seeds_of_twenty_or_more():
    starts = [initial(PAIR, "normal", seed) for seed in range(20)]
    together = {name: np.array([start[name] for start in starts]) for name in TOLD.train}
    ends = descend_many(layered(PAIR), together, TOLD)
    assert (ends.cost < 0.05).sum() >= 9


def test_who_does_not_learn_it_is_called_stuck():
    path = follow(layered(PAIR), initial(PAIR, "normal", seed=1), TOLD)
    assert path.cost[-1] > 0.3
    assert stuck(PAIR, path, XOR) is not None


def test_one_neuron_does_not_learn_xor_from_any_seed():
    alone = Architecture(2, (Layer(1),), classes=True)
    starts = [initial(alone, "normal", seed) for seed in range(20)]
    names = parameters(layered(alone))
    together = {name: np.array([start[name] for start in starts]) for name in names}
    ends = descend_many(layered(alone), together, Recipe(XOR, "adam", 0.1, 500, names))
    assert ends.cost.min() > 0.3
