import numpy as np
import pytest

from core.network import Architecture, Layer, layered
from core.toys import BROAD, TOYS, WIDE, toy

SHAPES = {
    "line": lambda x: x / 3,
    "sine": np.sin,
    "step": lambda x: np.where(x < 0, -1, 1),
    "bump": lambda x: np.exp(-(x**2)),
}
CENTRES = {
    "blobs": {0: [(-1, -1)], 1: [(1, 1)]},
    "xor": {0: [(-1, -1), (1, 1)], 1: [(-1, 1), (1, -1)]},
}


@pytest.mark.parametrize("name", TOYS)
@pytest.mark.parametrize("noise", [0, 0.1, 1])
def test_samples_lie_in_the_window_that_is_drawn(name, noise):
    row = TOYS[name]
    for data in toy(name, count=200, noise=noise, seed=3):
        assert data.x.ndim == row.inputs
        assert np.abs(data.x).max() <= (BROAD if row.classes else WIDE)
        assert set(data.y) == {0, 1} if row.classes else np.abs(data.y).max() <= 1.5


@pytest.mark.parametrize("name", TOYS)
@pytest.mark.parametrize(("count", "held"), [(4, 1), (5, 2), (80, 20), (200, 50)])
def test_a_quarter_as_many_are_held_out(name, count, held):
    assert tuple(map(len, toy(name, count=count))) == (count, held)


@pytest.mark.parametrize("name", TOYS)
def test_a_seed_gives_the_same_samples_and_another_seed_others(name):
    once, again, other = (toy(name, seed=seed) for seed in (5, 5, 6))
    for part in (0, 1):
        assert (once[part].x == again[part].x).all()
        assert (once[part].y == again[part].y).all()
        assert not (once[part].x == other[part].x).any()


@pytest.mark.parametrize("name", TOYS)
def test_no_sample_to_train_on_is_held_out(name):
    train, held_out = toy(name, count=200, noise=0)
    assert not np.isin(held_out.x, train.x).any()


@pytest.mark.parametrize("name", TOYS)
def test_more_noise_moves_the_same_samples_further(name):
    still, moved, far = (toy(name, noise=noise)[0] for noise in (0, 0.2, 0.4))
    for part in ("x", "y"):
        step = getattr(moved, part) - getattr(still, part)
        assert np.abs(step).max() <= 0.1
        assert np.allclose(getattr(far, part) - getattr(still, part), 2 * step)


@pytest.mark.parametrize("name", SHAPES)
def test_without_noise_a_curve_is_the_function(name):
    for data in toy(name, noise=0):
        assert np.allclose(data.y, SHAPES[name](data.x), rtol=0, atol=1e-15)


@pytest.mark.parametrize("name", CENTRES)
def test_without_noise_a_cluster_is_a_disc(name):
    for data in toy(name, noise=0):
        for y, centres in CENTRES[name].items():
            away = [np.hypot(*(data.x[data.y == y] - centre).T) for centre in centres]
            assert np.min(away, axis=0).max() <= 0.5


def test_without_noise_a_ring_has_one_radius():
    for data in toy("circles", noise=0):
        assert np.allclose(np.hypot(*data.x.T), np.where(data.y == 1, 0.5, 1.5))


def test_without_noise_a_moon_is_half_a_circle():
    for data in toy("moons", noise=0):
        centre = np.where(data.y[:, None] == 0, [-0.5, -0.25], [0.5, 0.25])
        x, y = (data.x - centre).T
        assert np.allclose(np.hypot(x, y), 1)
        assert ((y >= 0) == (data.y == 0)).all()


def test_without_noise_a_spirals_radius_tells_its_angle():
    for data in toy("spiral", noise=0):
        x, y = data.x.T
        angle = np.pi * np.hypot(x, y) + np.pi * data.y
        assert np.allclose(np.exp(1j * angle), (x + 1j * y) / np.hypot(x, y))


@pytest.mark.parametrize("name", TOYS)
def test_every_set_fits_a_network_of_its_own(name):
    row, (train, _) = TOYS[name], toy(name, count=8)
    graph = layered(Architecture(row.inputs, (Layer(1),), row.classes))
    assert set(train.columns) == set(graph.inputs) & {"x", "x1", "x2", "y"}
    assert row.title
    assert row.description.endswith(".")


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"name": "swirl"}, "Unknown data set 'swirl'; known: line, "),
        ({"count": 3}, "whole number of samples from 4 to 200, not 3"),
        ({"count": 201}, "not 201"),
        ({"count": 10.5}, "not 10.5"),
        ({"noise": -0.1}, "noise must be from 0 to 1, not -0.1"),
        ({"noise": float("nan")}, "not nan"),
        ({"seed": -1}, "The seed must be a whole number from 0, not -1"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(told, sentence):
    with pytest.raises(ValueError, match=sentence):
        toy(**{"name": "line", **told})
