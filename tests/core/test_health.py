import numpy as np
import pytest

from core.descent import descend
from core.health import constant_cost, neurons, stuck
from core.initialisation import initial
from core.network import Architecture, Dataset, Layer, layered, parameters
from core.toys import toy

XOR, _ = toy("xor")
LINE = Dataset(np.linspace(-1, 1, 20), np.linspace(-1, 1, 20))


def _one(activation, w, b, neurons_=1):
    """A network of one hidden layer, with these into every neuron and 1 out of it, then 2, …"""
    architecture = Architecture(1, (Layer(neurons_, activation),))
    values = {"b2_1": 0.0}
    for j in range(1, neurons_ + 1):
        values |= {f"w1_{j}1": w, f"b1_{j}": b, f"w2_1{j}": float(j)}
    return architecture, values


def _train(architecture, start, data, steps=400, rate=0.05):
    graph = layered(architecture)
    return descend(graph, start, data, "adam", rate, steps, parameters(graph))


@pytest.mark.parametrize(("b", "dead"), [(-1.0, True), (-0.99, False), (0.0, False), (1.0, False)])
def test_a_relu_is_dead_where_no_sample_reaches_it(b, dead):
    architecture, values = _one("relu", 1.0, b)
    (neuron,) = neurons(architecture, values, LINE)
    assert neuron.dead == dead
    assert neuron.well != dead
    assert ("is dead" in neuron.sentence) == dead


def test_only_a_relu_can_be_dead():
    for activation in ("sigmoid", "tanh", "identity"):
        architecture, values = _one(activation, 1.0, -2.0)
        assert not neurons(architecture, values, LINE)[0].dead


@pytest.mark.parametrize(
    ("activation", "b", "saturated"),
    [
        ("tanh", 4.0, True),
        ("tanh", 2.9, False),
        ("tanh", -4.0, True),
        ("sigmoid", 4.0, False),  # as steep as tanh is at half of z
        ("sigmoid", 7.0, True),
        ("relu", 9.0, False),
        ("identity", 9.0, False),
    ],
)
def test_a_neuron_is_saturated_where_its_slope_is_a_hundredth_of_the_steepest(
    activation, b, saturated
):
    architecture, values = _one(activation, 0.01, b)
    (neuron,) = neurons(architecture, values, LINE)
    assert neuron.saturated == saturated
    assert neuron.flat == (1 if saturated else 0)


def test_one_sample_in_twenty_may_be_on_the_slope():
    architecture, values = _one("tanh", 1.0, 0.0)
    for on_the_slope, saturated in [(1, True), (2, False)]:
        x = np.where(np.arange(20) < on_the_slope, 0.0, 9.0)
        (neuron,) = neurons(architecture, values, Dataset(x, x))
        assert neuron.saturated == saturated


def test_twins_have_the_same_weights_in_and_out():
    architecture, values = _one("tanh", 0.5, 0.1, neurons_=3)
    assert all(neuron.well for neuron in neurons(architecture, values, LINE))
    alike = values | {"w2_11": 3.0}
    first, second, third = neurons(architecture, alike, LINE)
    assert (first.twins, second.twins, third.twins) == (("a1_3",), (), ("a1_1",))
    assert first.sentence.startswith("Neuron 1 of layer 1 is a twin of neuron 3:")
    nearly = alike | {"w1_31": 0.5 + 1e-6}
    assert all(neuron.well for neuron in neurons(architecture, nearly, LINE))


def test_after_zeros_all_neurons_of_a_layer_stay_twins_and_training_is_stuck():
    architecture = Architecture(2, (Layer(3),), classes=True)
    path = _train(architecture, initial(architecture, "zeros"), XOR)
    found = stuck(architecture, path, XOR)
    assert [neuron.twins for neuron in found.neurons] == [
        ("a1_2", "a1_3"),
        ("a1_1", "a1_3"),
        ("a1_1", "a1_2"),
    ]
    assert "Neuron 1 of layer 1 is a twin of neurons 2 and 3" in found.sentence


def test_twins_at_the_start_are_twins_after_training():
    architecture, values = _one("tanh", 0.5, 0.1, neurons_=2)
    path = _train(architecture, values | {"w2_12": 1.0}, toy("bump")[0], steps=100)
    assert all(n.twins for n in neurons(architecture, path.at(100), LINE))


def test_a_network_of_dead_neurons_is_stuck_because_of_them():
    architecture = Architecture(1, (Layer(2, "relu"),))
    start = initial(architecture, "normal", seed=0) | {"b1_1": -9.0, "b1_2": -9.0}
    found = stuck(architecture, _train(architecture, start, LINE), LINE)
    assert [neuron.name for neuron in found.neurons] == ["a1_1", "a1_2"]
    assert all(neuron.dead for neuron in found.neurons)
    assert found.sentence.count("is dead") == 2


def test_what_one_neuron_cannot_do_is_stuck_with_no_neuron_to_blame():
    architecture = Architecture(2, (Layer(1),), classes=True)
    four = Dataset([[-1, -1], [-1, 1], [1, 1], [1, -1]], [0, 1, 0, 1])
    path = _train(architecture, initial(architecture, seed=1), four, steps=2000, rate=0.02)
    found = stuck(architecture, path, four)
    assert found is not None
    assert found.sentence.startswith("Training is stuck at a cost of 0.")


def test_training_that_gets_there_or_is_on_its_way_is_not_stuck():
    architecture = Architecture(1, (Layer(3),))
    data, _ = toy("line", noise=0)
    for steps in (5, 800):
        path = _train(architecture, initial(architecture), data, steps, 0.02)
        assert stuck(architecture, path, data) is None


def test_what_blows_up_is_not_stuck():
    architecture = Architecture(1, (Layer(2, "relu"), Layer(2, "relu")))
    graph = layered(architecture)
    start = initial(architecture, "normal", seed=1)
    path = descend(graph, start, LINE, learning_rate=1e6, steps=20, train=parameters(graph))
    assert path.regime == "diverging"
    assert stuck(architecture, path, LINE) is None


@pytest.mark.parametrize(("name", "classes"), [("sine", False), ("xor", True)])
def test_no_constant_costs_less_than_the_mean_target(name, classes):
    data, _ = toy(name, count=11)
    inputs = data.x.ndim
    architecture = Architecture(inputs, (Layer(1),), classes)
    graph = layered(architecture)
    still = initial(architecture, "zeros")
    every = still | {"b2_1": np.linspace(-2, 2, 4001)[:, None]} | dict(data.columns)
    costs = np.mean(graph.forward(every)["J"], axis=1)
    assert constant_cost(data, architecture) == pytest.approx(min(costs), rel=1e-5)
    assert constant_cost(data, architecture) <= min(costs)
    assert constant_cost(Dataset(data.x, np.ones(11)), architecture) == 0
