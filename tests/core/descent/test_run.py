"""The path of a descent, and what it is said to have done."""

import re
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.datasets import LESSON
from core.descent import LARGEST_PARAMETER, MOST_STEPS, descend
from core.descent.rules import OPTIMIZERS
from core.functions import ACTIVATIONS
from core.graph import Graph, Node, symbol
from core.network import Dataset, network, parameters
from core.surface import gradient

SAMPLE = Dataset([1.5], [1.0])
LINE = network(1, "identity")  # with the half squared error, J is a parabola in w1 …
POINTS = Dataset([1.0, 2.0], [2.0, 4.0])  # … of curvature mean(x²) = 2.5, lowest at w1 = 2
STEEPEST = 2 / 2.5  # the learning rate above which a descent on it diverges
FAR = {"w1": 5.0, "b1": 0.0}


def _on_the_parabola(rate, **options):
    return descend(LINE, FAR, POINTS, learning_rate=rate, train=["w1"], **options)


# ---- the path


@given(
    depth=st.integers(1, 4),
    activation=st.sampled_from(sorted(ACTIVATIONS)),
    rate=st.floats(1e-3, 1.0),
    seed=st.integers(0, 10**6),
)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_a_step_is_the_rate_times_the_slope_downhill(depth, activation, rate, seed):
    rng = np.random.default_rng(seed)
    graph = network(depth, activation)
    names = parameters(graph)
    start = {name: rng.uniform(-2, 2) for name in names}
    data = Dataset(rng.uniform(-2, 2, 6), rng.uniform(0, 1, 6))
    train = list(rng.choice(names, rng.integers(1, len(names) + 1), replace=False))
    path = descend(graph, start, data, learning_rate=rate, steps=3, train=train)
    for k in range(len(path) - 1):
        slope = gradient(graph, path.at(k), data, train)
        for name in train:
            assert path.gradients[name][k] == pytest.approx(slope[name], rel=1e-12, abs=1e-15)
            moved = path.parameters[name][k] - rate * slope[name]
            assert path.parameters[name][k + 1] == pytest.approx(moved, rel=1e-12, abs=1e-15)
    for name in set(names) - set(train):
        assert (path.parameters[name] == start[name]).all()
        assert name not in path.gradients


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_follows_its_own_update(optimizer):
    path = descend(network(), LESSON, SAMPLE, optimizer, 0.1, steps=20)
    init, update = OPTIMIZERS[optimizer]
    point = np.array([LESSON["w1"], LESSON["w2"]])
    state = init(point)
    for k in range(21):
        here = {**LESSON, "w1": point[0], "w2": point[1]}
        assert path.at(k) == pytest.approx(here, rel=1e-12)
        slope = gradient(network(), here, SAMPLE, ["w1", "w2"])
        step, state = update(np.array(list(slope.values())), state, 0.1)
        point = point + step


def test_a_path_holds_the_start_and_every_step():
    path = descend(network(), {**LESSON, "x": 1.5, "y": 1.0, "label": "mine"}, SAMPLE, steps=7)
    assert len(path) == 8
    assert path.cost.shape == (8,)
    assert path.train == ("w1", "w2")
    assert list(path.parameters) == ["w1", "b1", "w2", "b2"]
    assert {values.shape for values in path.parameters.values()} == {(8,)}
    assert {name: values.shape for name, values in path.gradients.items()} == {
        "w1": (8,),
        "w2": (8,),
    }
    assert path.at(0) == LESSON
    assert path.cost[0] == pytest.approx(0.1785419, abs=5e-8)
    assert path.stopped is None


def test_small_steps_downhill_never_raise_the_cost():
    path = descend(network(), LESSON, SAMPLE, learning_rate=0.05, steps=500)
    assert (np.diff(path.cost) < 0).all()


def test_the_parabola_is_descended_by_its_closed_form():
    # w − 2 shrinks by 1 − 2.5 η with every step.
    path = _on_the_parabola(0.1, steps=50)
    assert path.parameters["w1"] == pytest.approx(2 + 3 * 0.75 ** np.arange(51), rel=1e-13)
    assert path.cost == pytest.approx(1.25 * 9 * 0.75 ** (2 * np.arange(51)), rel=1e-7, abs=1e-25)


def test_the_start_is_not_changed():
    start = dict(LESSON)
    descend(network(), start, SAMPLE, steps=5)
    assert start == LESSON


# ---- regimes


@pytest.mark.parametrize(
    ("share", "regime"),
    [
        (0.1, "converged"),
        (0.5, "converged"),
        (0.9, "converged"),
        (0.99, "oscillating"),
        (1.0, "oscillating"),
        (1.001, "diverging"),
        (1.05, "diverging"),
        (3.0, "diverging"),
    ],
)
def test_a_parabola_diverges_just_above_two_over_its_curvature(share, regime):
    path = _on_the_parabola(share * STEEPEST)
    assert path.regime == regime
    assert len(path) == 201 or path.stopped == len(path)


def test_too_few_steps_are_still_descending():
    path = descend(network(), LESSON, SAMPLE)
    assert path.regime == "still descending"
    assert path.cost[-1] < path.cost[0]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_with_time_every_optimizer_converges_to_the_least_cost_of_a_line(optimizer):
    data = Dataset([-1.0, 0.0, 2.0], [1.0, 0.0, 1.0])  # no line fits
    rate = {"adagrad": 0.5, "rmsprop": 0.05, "adam": 0.05}.get(optimizer, 0.1)
    path = descend(
        LINE, {"w1": 0.5, "b1": 0.2}, data, optimizer, rate, MOST_STEPS, train=["w1", "b1"]
    )
    best = {"w1": 1 / 14, "b1": 9 / 14}  # the normal equations, by hand
    if path.regime == "converged":
        assert path.at(-1) == pytest.approx(best, abs=1e-3)
    else:  # RMSProp's steps do not shrink with the slope: it ends up dancing round the minimum
        assert (optimizer, path.regime) == ("rmsprop", "oscillating")


def test_a_minimum_with_a_cost_left_has_converged():
    data = Dataset([1.0, 1.0], [0.0, 1.0])  # one input, two targets: ½ is the best prediction
    path = descend(LINE, {"w1": 3.0, "b1": 0.0}, data, learning_rate=0.5, train=["w1"])
    assert path.regime == "converged"
    assert path.cost[-1] == pytest.approx(0.125)
    assert "minimum" in path.reason


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("off", [0.0, 1e-15, -1e-12])
def test_who_starts_at_the_bottom_has_converged(optimizer, off):
    # Rounding may raise a cost of 1e-30 tenfold; that is no divergence.
    path = descend(LINE, {"w1": 2.0 + off, "b1": 0.0}, POINTS, optimizer, 0.1, train=["w1"])
    assert path.regime == "converged"


@pytest.mark.parametrize("w1", [-8.0, 8.0])
@pytest.mark.parametrize("w2", [-8.0, 8.0])
@pytest.mark.parametrize("y", [0.2, 0.5])
def test_saturated_sigmoids_are_a_plateau(w1, w2, y):
    path = descend(network(), {**LESSON, "w1": w1, "w2": w2}, Dataset([1.5], [y]))
    assert path.regime == "stuck on a plateau"
    assert np.ptp(path.cost) < 0.01 * path.cost[0]


def test_a_saturated_sigmoid_that_hits_its_target_has_converged():
    path = descend(network(), {**LESSON, "w1": 8.0, "w2": 8.0}, SAMPLE)
    assert path.regime == "converged"
    assert path.cost[-1] < 1e-6


def test_a_dead_relu_is_a_plateau():
    path = descend(network(2, "relu"), {"w1": -1, "b1": 0, "w2": 1, "b2": 0}, SAMPLE)
    assert path.regime == "stuck on a plateau"
    assert (path.cost == path.cost[0]).all()


def test_a_saddle_is_no_minimum():
    path = descend(network(2, "tanh"), {"w1": 0, "b1": 0, "w2": 0, "b2": 0}, SAMPLE)
    assert path.regime == "stuck on a plateau"
    assert "saddle" in path.reason


def test_momentum_swings_through_the_bottom():
    path = descend(LINE, FAR, POINTS, "momentum", 0.05, steps=60, train=["w1"])
    assert path.regime == "oscillating"
    assert np.sum(np.diff(path.cost) > 0) > 10


def test_a_rate_too_large_for_a_deep_linear_network_blows_up():
    path = descend(network(3, "identity"), dict.fromkeys(parameters(network(3)), 2.0), SAMPLE)
    assert path.regime == "diverging"
    assert path.stopped == len(path) < 201


@pytest.mark.parametrize("steps", [1, 2, 3, 7])
@pytest.mark.parametrize("rate", [1e-3, 0.5, 1000.0])
def test_short_paths_have_a_regime_too(steps, rate):
    path = descend(network(), LESSON, SAMPLE, learning_rate=rate, steps=steps)
    assert len(path) == steps + 1
    assert path.reason


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_whatever_happens_only_finite_numbers_are_kept(activation, optimizer):
    rng = np.random.default_rng(11)
    with warnings.catch_warnings(), np.errstate(all="warn"):
        warnings.simplefilter("error")
        for rate in (1e-4, 0.5, 30.0, 1000.0):
            start = {name: rng.uniform(-10, 10) for name in LESSON}
            data = Dataset(rng.uniform(-10, 10, 8), rng.uniform(0, 1, 8))
            for cost in ("half_squared_error", "cross_entropy"):
                path = descend(network(2, activation, cost), start, data, optimizer, rate, 60)
                kept = [path.cost, *path.parameters.values(), *path.gradients.values()]
                assert all(np.isfinite(values).all() for values in kept)
                assert {len(values) for values in kept} == {len(path)}
                assert max(np.abs(v).max() for v in path.parameters.values()) <= LARGEST_PARAMETER
                assert (path.stopped is None) == (len(path) == 61)


@pytest.mark.parametrize("rate", [0.1, 0.7, 0.8, 0.801, 5.0])
def test_the_reason_is_one_typeset_sentence_or_two(rate):
    for path in (_on_the_parabola(rate), descend(network(), LESSON, SAMPLE, learning_rate=rate)):
        assert path.reason[0].isupper()
        assert path.reason.endswith(".")
        assert "nan" not in path.reason
        assert "inf" not in path.reason
        assert not re.search(r"-\d|\de[-+]?\d|[1-9]\d{4}", path.reason), path.reason


# ---- what does not fit


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"optimizer": "newton"}, "Unknown optimizer 'newton'; known: gradient_descent"),
        ({"train": ["w1", "w7"]}, "w7 is not a parameter"),
        ({"train": ["x"]}, "x is not a parameter"),
        ({"train": []}, "At least one parameter"),
        ({"train": ["w1", "w1"]}, "named twice"),
        ({"learning_rate": 0.0}, "learning rate must be positive"),
        ({"learning_rate": -0.5}, "learning rate must be positive"),
        ({"learning_rate": np.nan}, "learning rate must be positive"),
        ({"learning_rate": np.inf}, "learning rate must be positive"),
        ({"steps": 0}, "steps must be a whole number from 1 to 2000, not 0"),
        ({"steps": MOST_STEPS + 1}, "not 2001"),
        ({"steps": 1.5}, "not 1.5"),
        ({"start": {"w1": 1.0, "w2": 1.0}}, "A value is missing for b1, b2"),
        ({"start": {**LESSON, "w1": np.nan}}, "w1 must be a finite number"),
    ],
)
def test_an_argument_that_does_not_fit_is_refused_in_a_sentence(changed, sentence):
    arguments = {"graph": network(), "start": LESSON, "data": SAMPLE} | changed
    with pytest.raises(ValueError, match=sentence):
        descend(**arguments)


def test_a_start_without_a_slope_is_refused():
    root = Graph([Node("w1", kind="parameter"), Node("J", symbol("w1") ** 0.5)])
    with pytest.raises(ValueError, match="At the start the cost or its slope"):
        descend(root, {"w1": 0.0}, SAMPLE, train=["w1"])


# ---- a tolerance


def test_a_path_ends_where_the_slope_comes_within_the_tolerance():
    whole = _on_the_parabola(0.1)
    path = _on_the_parabola(0.1, tolerance=1e-2)
    # The slope is 7.5 · 0.75ᵏ.
    assert path.reached == len(path) - 1 == int(np.ceil(np.log(7.5 / 1e-2) / np.log(4 / 3)))
    assert abs(path.gradients["w1"][-1]) <= 1e-2 < abs(path.gradients["w1"][-2])
    assert (path.cost == whole.cost[: len(path)]).all()
    assert path.stopped is None
    assert path.regime == "converged"
    assert "within the tolerance of 0.01" in path.reason


def test_a_tolerance_that_is_not_met_changes_nothing():
    path = _on_the_parabola(0.1, steps=20, tolerance=1e-9)
    assert path.reached is None
    assert path.regime == _on_the_parabola(0.1, steps=20).regime == "still descending"


def test_who_starts_within_the_tolerance_takes_no_step():
    path = descend(LINE, {"w1": 2.0, "b1": 0.0}, POINTS, train=["w1"], tolerance=1e-3)
    assert (len(path), path.reached, path.regime) == (1, 0, "converged")
    assert path.reason.startswith("At the start")


def test_a_tolerance_met_on_a_plateau_is_no_convergence():
    path = descend(network(), {**LESSON, "w1": 8, "w2": 8}, Dataset([1.5], [0.2]), tolerance=0.1)
    assert (path.reached, path.regime) == (0, "stuck on a plateau")
    saddle = descend(network(2, "tanh"), dict.fromkeys(LESSON, 0.0), SAMPLE, tolerance=0.1)
    assert saddle.regime == "stuck on a plateau"
    assert "saddle" in saddle.reason


def test_what_blows_up_is_not_stopped_by_a_tolerance():
    path = _on_the_parabola(3.0, tolerance=1e-6)
    assert path.stopped == len(path)
    assert path.reached is None


# ---- mini-batches


@pytest.mark.parametrize("batch", [1, 2, 3, 4])
def test_a_stochastic_path_can_be_repeated_and_follows_the_slopes_of_its_batches(batch):
    rng = np.random.default_rng(5)
    data = Dataset(rng.uniform(-2, 2, 5), rng.uniform(0, 1, 5))
    options = {"learning_rate": 0.5, "steps": 40, "batch": batch, "seed": 7}
    path = descend(network(), LESSON, data, **options)
    again = descend(network(), LESSON, data, **options)
    other = descend(network(), LESSON, data, **options | {"seed": 8})
    assert (path.cost == again.cost).all()
    assert (path.cost != other.cost).any()
    for k, seen in enumerate(path.batches):
        part = Dataset(data.x[seen], data.y[seen])
        slope = gradient(network(), path.at(k), part, ["w1", "w2"])
        assert path.gradients["w1"][k] == pytest.approx(slope["w1"], rel=1e-12, abs=1e-16)
        moved = path.parameters["w2"][k] - 0.5 * slope["w2"]
        assert path.parameters["w2"][k + 1] == pytest.approx(moved, rel=1e-12)
        values = network().forward({**path.at(k), "x": data.x, "y": data.y})
        assert path.cost[k] == pytest.approx(values["J"].mean(), rel=1e-14)
    pieces = -(-5 // batch)
    for epoch in range(len(path.batches) // pieces):
        drawn = np.concatenate(path.batches[epoch * pieces : (epoch + 1) * pieces])
        assert sorted(drawn) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("batch", [None, 2, 100])
def test_a_batch_of_all_samples_is_plain_descent(batch):
    path = _on_the_parabola(0.1, batch=batch, seed=3)
    assert path.batches is None
    assert (path.cost == _on_the_parabola(0.1).cost).all()


def test_one_sample_at_a_time_dances_round_the_minimum_of_samples_that_disagree():
    data = Dataset([1.0, 1.0], [0.0, 1.0])
    path = descend(LINE, {"w1": 3, "b1": 0}, data, learning_rate=0.5, train=["w1"], batch=1)
    assert path.regime == "oscillating"
    assert path.reason.endswith("each step sees only 1 of the 2 samples.")


# ---- the numbers of an update


def _by_the_equations(optimizer, g, was):
    """What is multiplied by −η, and the new state."""
    if optimizer == "gradient_descent":
        return g, {}
    if optimizer == "momentum":
        v = 0.9 * was["v"] + g
        return v, {"v": v}
    if optimizer == "nesterov":
        v = 0.9 * was["v"] + g
        return g + 0.9 * v, {"v": v}
    if optimizer == "adagrad":
        s = was["s"] + g * g
        return g / (np.sqrt(s) + 1e-10), {"s": s}
    if optimizer == "rmsprop":
        s = 0.99 * was["s"] + 0.01 * g * g
        return g / (np.sqrt(s) + 1e-8), {"s": s}
    m, s, t = 0.9 * was["m"] + 0.1 * g, 0.999 * was["s"] + 0.001 * g * g, was["t"] + 1
    m_hat, s_hat = m / (1 - 0.9**t), s / (1 - 0.999**t)
    return m_hat / (np.sqrt(s_hat) + 1e-8), {"m": m, "s": s, "t": t}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("batch", [None, 1])
def test_every_update_adds_up_from_its_own_numbers(optimizer, batch):
    path = descend(LINE, FAR, POINTS, optimizer, 0.01, 30, ["w1", "b1"], batch=batch)
    for k in range(30):
        for name, move in path.update(k).items():
            direction, state = _by_the_equations(optimizer, move.gradient, move.was)
            now, was = move.now, move.was
            assert now == pytest.approx(state, rel=1e-12)
            assert move.step == pytest.approx(-0.01 * direction, rel=1e-12)
            assert move.before + move.step == move.after == path.parameters[name][k + 1]
            if k == 0:
                assert not any(was.values())


def test_there_is_no_update_after_the_last_point():
    path = _on_the_parabola(0.1, steps=3)
    with pytest.raises(IndexError, match="no step from point 3"):
        path.update(3)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"tolerance": 0.0}, "tolerance must be positive"),
        ({"tolerance": np.nan}, "tolerance must be positive"),
        ({"batch": 0}, "batch must be a whole number of samples from 1, not 0"),
        ({"batch": 1.5}, "not 1.5"),
        ({"seed": -1}, "seed must be a whole number from 0"),
    ],
)
def test_a_setting_that_does_not_fit_is_refused_in_a_sentence(changed, sentence):
    with pytest.raises(ValueError, match=sentence):
        descend(network(), LESSON, SAMPLE, **changed)
