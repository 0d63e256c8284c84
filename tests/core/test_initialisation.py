import numpy as np
import pytest

from core.initialisation import INITIALISATIONS, initial, spread
from core.network import Architecture, Dataset, Layer, layered, parameters
from core.toys import toy

WIDE = Architecture(2, (Layer(4), Layer(3, "relu"), Layer(2, "sigmoid")), classes=True)
VARIANCES = {
    "zeros": [0, 0, 0, 0],
    "normal": [1, 1, 1, 1],
    "xavier": [2 / 6, 2 / 7, 2 / 5, 2 / 3],
    "he": [2 / 2, 2 / 4, 2 / 3, 2 / 2],
}


def _weights(start, layer):
    return [value for name, value in start.items() if name.startswith(f"w{layer}_")]


@pytest.mark.parametrize("how", INITIALISATIONS)
def test_every_parameter_gets_a_number_and_every_bias_none_but_0(how):
    start = initial(WIDE, how, seed=1)
    assert tuple(start) == parameters(layered(WIDE))
    assert all(value == 0 for name, value in start.items() if name.startswith("b"))


@pytest.mark.parametrize("how", VARIANCES)
def test_the_weights_spread_as_their_source_says(how):
    starts = [initial(WIDE, how, seed) for seed in range(400)]
    for layer, variance in enumerate(VARIANCES[how], 1):
        drawn = np.array([_weights(start, layer) for start in starts]).ravel()
        # The variance of n normal numbers is off by √(2/n), four times of which is allowed.
        assert np.var(drawn) == pytest.approx(variance, rel=4 * np.sqrt(2 / drawn.size))
        assert np.mean(drawn) == pytest.approx(0, abs=4 * np.sqrt(variance / drawn.size))


def test_a_seed_draws_the_same_numbers_whatever_they_are_scaled_to():
    normal, xavier = (initial(WIDE, how, seed=2) for how in ("normal", "xavier"))
    ratio = np.divide(_weights(xavier, 2), _weights(normal, 2))
    assert np.allclose(ratio, np.sqrt(2 / 7))
    assert initial(WIDE, seed=2) == xavier != initial(WIDE, seed=3)


@pytest.mark.parametrize("told", [{"how": "lecun"}, {"seed": -1}, {"seed": 0.5}])
def test_what_does_not_fit_is_refused(told):
    with pytest.raises(ValueError, match=r"Unknown initialisation 'lecun'|whole number from 0"):
        initial(WIDE, **told)


def test_the_spread_is_what_the_graph_gives():
    train, _ = toy("moons", count=12)
    values = initial(WIDE, "he", seed=3)
    graph = layered(WIDE)
    forward = graph.forward(values | dict(train.columns))
    backward = graph.backward(forward)
    for k, layer in enumerate(spread(WIDE, values, train), 1):
        assert layer.activations.shape == layer.derivatives.shape == (12, WIDE.sizes[k])
        for j in range(WIDE.sizes[k]):
            name = f"{k}_{j + 1}"
            assert np.allclose(layer.activations[:, j], forward[f"a{name}"], rtol=1e-13)
            assert np.allclose(
                layer.derivatives[:, j], backward[f"z{name}"], rtol=1e-12, atol=1e-15
            )


def test_zeros_let_nothing_flow_back_past_the_output():
    line = Architecture(1, (Layer(3), Layer(3)))
    *hidden, output = spread(line, initial(line, "zeros"), Dataset([1.0, -1.0], [1.0, -1.0]))
    assert all((layer.activations == 0).all() for layer in hidden)
    assert all((layer.derivatives == 0).all() for layer in hidden)
    assert output.derivatives.ravel().tolist() == [-1, 1]


def test_deep_tanh_layers_keep_their_size_with_xavier_and_lose_it_with_small_weights():
    deep = Architecture(1, (Layer(4),) * 3)
    train, _ = toy("sine")
    sizes = {}
    for factor in (1.0, 0.1):
        starts = [initial(deep, seed=seed) for seed in range(20)]
        flows = [spread(deep, {n: factor * v for n, v in s.items()}, train) for s in starts]
        sizes[factor] = np.mean([[np.std(layer.activations) for layer in f] for f in flows], axis=0)
    assert sizes[1.0][2] > 0.3 * sizes[1.0][0]
    assert sizes[0.1][2] < 0.1 * sizes[0.1][0]


def test_data_of_another_number_of_inputs_is_refused():
    with pytest.raises(ValueError, match=r"The data has no x1, x2\."):
        spread(WIDE, initial(WIDE), Dataset([1.0], [1.0]))
