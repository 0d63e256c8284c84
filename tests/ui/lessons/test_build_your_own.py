"""What the lesson on a network of one's own says is true, and what it asks for comes out."""

from typing import Any

import numpy as np
import pytest

from core.network import Architecture, Layer, layered, parameters
from core.weights import write_hidden, write_weights
from ui.lessons import own
from ui.lessons.shown import Shown
from ui.session import course
from ui.session.parameters import PARAMETERS

LESSON = course.BY_NAME["build_your_own"]
DEFAULTS = {name: parameter.default for name, parameter in PARAMETERS.items()}
NAMES = [step.name for step in LESSON.steps]
KINDS = ("sigmoid", "tanh", "relu", "identity")


def shown(name: str, **settings: Any) -> Shown:
    """A step's state, but for these settings; ``by`` gives single weights another value."""
    moved = settings.pop("by", {})
    state = DEFAULTS | course.everything_shown(LESSON, NAMES.index(name)) | settings
    if moved:
        start = own.weights(state) | moved
        state["weights"] = write_weights(list(start.values()))
    return Shown(LESSON.name, state)


def holds(name: str, state: Shown) -> bool:
    claim = LESSON.steps[NAMES.index(name)].holds
    assert claim is not None
    return bool(claim(state))


def drawn(rng: np.random.Generator, state: Shown) -> str:
    """Weights as they may be dragged, near 0 as often as far out."""
    count = len(parameters(state.graph))
    return write_weights(rng.normal(0, rng.choice([0.1, 1.0, 10.0]), count).tolist())


@pytest.mark.parametrize("name", ["ways", "one", "own"])
def test_words_on_any_weights_are_true_of_any_weights(name: str) -> None:
    rng = np.random.default_rng(NAMES.index(name))
    state = shown(name)
    for k in range(300):
        tried = state.but(weights=drawn(rng, state), sample=1 + k % 40, steps=2, trained=0)
        assert holds(name, tried), dict(tried.settings)


def test_every_input_of_every_kind_of_network_is_the_sum_over_its_ways() -> None:
    rng = np.random.default_rng(3)
    for _ in range(25):
        layers = [
            Layer(int(rng.integers(1, 5)), str(rng.choice(KINDS)))
            for _ in range(rng.integers(1, 3))
        ]
        toy = str(rng.choice(["sine", "moons"]))
        assert holds("own", shown("own", toy=toy, hidden=write_hidden(layers), seed=7))


@pytest.mark.parametrize("seed", range(12))
def test_two_neurons_are_said_to_learn_xor_where_they_do(seed: int) -> None:
    state = shown("two", seed=seed)
    assert holds("two", state) == (float(state.path.cost[-1]) < 0.05)


def test_one_neuron_learns_xor_from_no_start() -> None:
    for seed in range(6):
        for kind in KINDS:
            assert holds("one", shown("one", seed=seed, hidden=f"{kind}1", steps=100))


def test_the_bias_of_the_second_side_can_be_dragged_to_the_samples() -> None:
    state = shown("bend")
    before = float(np.mean(state.over["J"]))
    for bias in (-12.0, -8.0, -4.0, 0.0, 3.0):
        moved = shown("bend", by={"b1_2": bias})
        assert holds("bend", moved)
        if bias == -4.0:
            assert float(np.mean(moved.over["J"])) < before / 20


@pytest.mark.parametrize("optimizer", ["gradient_descent", "momentum", "rmsprop", "adam"])
def test_twins_stay_twins_whatever_trains_them(optimizer: str) -> None:
    assert holds("twins", shown("twins", optimizer=optimizer, steps=100))
    assert holds("twins", shown("twins", optimizer=optimizer, steps=100, batch=5, seed=3))


@pytest.mark.parametrize("init", ["normal", "xavier", "he"])
def test_other_weights_at_first_part_the_twins_and_come_lower(init: str) -> None:
    twins, other = shown("twins"), shown("twins", init=init)
    assert not holds("twins", other)
    assert other.path.cost[-1] < twins.path.cost[-1] / 10


def test_a_relu_whose_bias_is_dragged_up_lives_and_learns() -> None:
    assert holds("dead", shown("dead", by={"b1_2": -4.0}))
    alive = shown("dead", by={"b1_2": 0.0})
    assert not holds("dead", alive)
    assert alive.path.cost[-1] < 0.05 < shown("dead").path.cost[-1]


@pytest.mark.parametrize("name", ["fast", "small"])
def test_a_learning_rate_of_1_is_neither_too_fast_nor_too_small(name: str) -> None:
    moderate = shown(name, rate=1.0)
    assert not holds(name, moderate)
    assert moderate.path.cost[-1] < 0.05


def test_more_samples_cannot_be_learned_by_heart() -> None:
    few, many = shown("few"), shown("few", count=100)
    assert not holds("few", many)
    assert few.held_cost[-1] > 10 * few.path.cost[-1]
    assert many.held_cost[-1] < 2 * many.path.cost[-1]


def test_words_are_withheld_from_a_run_that_cannot_begin_or_would_take_long() -> None:
    far = shown("one", weights=write_weights([1e6] * 5))
    for state in (shown("one", steps=2000), shown("one", count=200), far):
        assert isinstance(holds("one", state), bool)
    assert not holds("one", shown("one", steps=2000))


def test_what_a_run_comes_to_is_kept() -> None:
    state = shown("two")
    assert own.run(state.settings) is own.run({**state.settings, "opened": "J", "at": 3})


def test_the_learners_own_samples_make_the_network() -> None:
    one = own.architecture({**DEFAULTS, "toy": "own", "cloud": ""})
    two = own.architecture({**DEFAULTS, "toy": "own", "cloud": "3x0_0_1_1_1_0"})
    assert (one.inputs, one.classes, two.inputs, two.classes) == (1, False, 2, True)
    assert len(own.weights({**DEFAULTS, "weights": write_weights([1.0] * 4)})) == len(
        parameters(layered(Architecture(2, (Layer(2),), classes=True)))
    )
