"""Critical rates against quadratics whose curvature is known by hand, sweeps against descents."""

import numpy as np
import pytest

from core.datasets import DATASETS, LESSON, dataset
from core.descent import Recipe, descend
from core.descent.rates import critical_rates, nearest_minimum, special_rates, sweep
from core.descent.regimes import REGIMES
from core.descent.rules import OPTIMIZERS
from core.network import Dataset, network
from core.surface import curvature, gradient

LINE = network(1, "identity")
DATA = Dataset([-1.0, 0.5, 2.0], [1.0, 0.0, 1.0])
FAR = {"w1": 5.0, "b1": -3.0}
# Of the mean of ½(w x + b − y)², by hand: H = [[mean x², mean x], [mean x, 1]].
HESSIAN = np.array([[5.25 / 3, 0.5], [0.5, 1.0]])


def _rates(optimizer="gradient_descent", train=("w1", "b1"), data=DATA):
    found = critical_rates(LINE, FAR, data, train, optimizer)
    return found, {rate.name: rate.value for rate in found.rates}


def _distances(optimizer, rate, steps=2000):
    """How far each point of a path is from the bottom of the bowl."""
    bottom, _ = _rates()
    path = descend(LINE, FAR, DATA, optimizer, rate, steps, ("w1", "b1"))
    return np.hypot(*(path.parameters[n] - bottom.minimum[n] for n in ("w1", "b1")))


def test_a_lines_curvature_is_the_mean_of_the_squared_inputs():
    found, rates = _rates(train=("w1",))
    assert found.least == found.most == pytest.approx(1.75)
    assert rates == pytest.approx({"steepest": 4 / 7, "best": 4 / 7, "edge": 8 / 7})


def test_the_bowl_of_a_line_has_the_curvatures_of_the_normal_equations():
    found, rates = _rates()
    low, high = np.linalg.eigvalsh(HESSIAN)
    assert (found.least, found.most) == pytest.approx((low, high))
    assert rates == pytest.approx(
        {"steepest": 1 / high, "best": 2 / (low + high), "edge": 2 / high}
    )
    slope, offset = np.polyfit(DATA.x, DATA.y, 1)
    assert found.minimum == pytest.approx({"w1": slope, "b1": offset}, abs=1e-8)
    assert found.most / found.least == pytest.approx(high / low)


@pytest.mark.parametrize("optimizer", ["gradient_descent", "momentum", "nesterov"])
def test_the_edge_parts_paths_that_settle_from_paths_that_fly_off(optimizer):
    _, rates = _rates(optimizer)
    inside = _distances(optimizer, 0.99 * rates["edge"])
    assert inside[-1] < 1e-3 * inside[0]
    outside = descend(LINE, FAR, DATA, optimizer, 1.01 * rates["edge"], 2000, ("w1", "b1"))
    assert outside.regime == "diverging"


@pytest.mark.parametrize("off", [0.8, 0.95, 1.05])
def test_no_rate_is_faster_than_the_best(off):
    _, rates = _rates()
    best = _distances("gradient_descent", rates["best"], 40)[-1]
    assert best < _distances("gradient_descent", off * rates["best"], 40)[-1]


def test_with_momentum_the_best_rates_shrink_by_the_root_of_beta():
    _, rates = _rates("momentum")
    far = _distances("momentum", 1.2 * rates["best"], 300)
    assert (far[300] / far[100]) ** (1 / 200) == pytest.approx(0.9**0.5, rel=0.01)
    assert rates["swing"] < rates["best"] < rates["edge"]


@pytest.mark.parametrize("optimizer", ["adagrad", "rmsprop", "adam"])
def test_rules_that_divide_by_the_slopes_have_no_edge(optimizer):
    found, rates = _rates(optimizer)
    assert not rates
    assert found.note.startswith("No edge")
    path = descend(LINE, FAR, DATA, optimizer, 10 * _rates()[1]["edge"], 500, ("w1", "b1"))
    assert path.stopped is None


@pytest.mark.parametrize("preset", ["bowl", "valley", "plateau", "steep"])
def test_the_minimum_is_one(preset):
    chosen = DATASETS[preset]
    graph = network(2, chosen.activation, chosen.cost)
    data = dataset(preset, 1.5, 1.0)
    found = critical_rates(graph, chosen.start, data)
    slope = gradient(graph, found.minimum, data, ("w1", "w2"))
    assert np.linalg.norm(list(slope.values())) < 1e-8
    low, high = np.linalg.eigvalsh(curvature(graph, found.minimum, data))
    assert (found.least, found.most) == pytest.approx((low, high), rel=1e-6)
    assert low > 0


def test_descent_with_half_the_edge_ends_in_the_same_minimum():
    bowl = DATASETS["bowl"]
    found = critical_rates(network(), bowl.start, bowl.data)
    rate = found.rates[-1].value / 2
    path = descend(network(), bowl.start, bowl.data, learning_rate=rate, steps=2000)
    assert path.at(-1) == pytest.approx(found.minimum, abs=1e-3)


def test_a_valley_of_minima_counts_only_the_directions_that_bend():
    # One sample, w1·w2·x = y: along the hyperbola the cost stays 0; across it λ = x²(w1² + w2²).
    start = {"w1": 1.0, "b1": 0.0, "w2": 2.0, "b2": 0.0}
    found = critical_rates(network(2, "identity"), start, Dataset([1.0], [3.0]))
    w1, w2 = found.minimum["w1"], found.minimum["w2"]
    assert w1 * w2 == pytest.approx(3)
    assert found.least == found.most == pytest.approx(w1**2 + w2**2)


@pytest.mark.parametrize(
    ("graph", "start", "data"),
    [
        (network(), LESSON, Dataset([1.5], [1.0])),  # the cost sinks towards infinity
        (network(2, "relu"), dict.fromkeys(LESSON, -1.0), Dataset([1.5], [1.0])),  # a dead relu
        (network(2, "tanh"), dict.fromkeys(LESSON, 0.0), Dataset([1.5], [1.0])),  # a saddle
        (network(), dict.fromkeys(LESSON, 1000.0), Dataset([1.5], [0.2])),  # saturated
    ],
)
def test_where_there_is_no_minimum_there_are_no_rates(graph, start, data):
    assert nearest_minimum(graph, start, data, ("w1", "w2")) is None
    assert critical_rates(graph, start, data) is None


# ---- sweeps


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("preset", ["bowl", "steep", "one_sample"])
@pytest.mark.parametrize("tolerance", [None, 1e-3])
@pytest.mark.parametrize("count", [20, pytest.param(60, marks=pytest.mark.thorough)])
def test_a_sweep_ends_where_the_descents_end(optimizer, preset, tolerance, count):
    chosen = DATASETS[preset]
    graph, data = network(2, chosen.activation, chosen.cost), dataset(preset, 1.5, 1.0)
    rates = np.geomspace(1e-3, 100, count)
    recipe = Recipe(data, optimizer, steps=60, tolerance=tolerance)
    swept = sweep(graph, chosen.start, recipe, rates)
    for k, rate in enumerate(rates):
        path = descend(graph, chosen.start, data, optimizer, rate, 60, tolerance=tolerance)
        assert swept.cost[k] == pytest.approx(path.cost[-1], rel=1e-9, abs=1e-12)
        assert REGIMES[swept.regime[k]] == path.regime
        assert swept.steps[k] == len(path) - 1
        assert swept.points[:, k] == pytest.approx(
            [path.parameters[n][-1] for n in path.train], rel=1e-9
        )


def test_a_sweep_passes_through_the_regimes_of_a_parabola():
    rates = np.linspace(0.05, 1.5, 60) * 2 / 2.5
    recipe = Recipe(Dataset([1, 2], [2, 4]), train=("w1",))
    swept = sweep(LINE, {"w1": 5, "b1": 0}, recipe, rates)
    below = rates < 0.95 * 2 / 2.5
    assert {REGIMES[code] for code in swept.regime[below]} == {"converged"}
    assert {REGIMES[code] for code in swept.regime[rates > 1.001 * 2 / 2.5]} == {"diverging"}


@pytest.mark.parametrize("rates", [[0.1, 0.0], [0.1, np.nan], [-1.0]])
def test_a_rate_that_does_not_fit_is_refused(rates):
    with pytest.raises(ValueError, match="learning rate must be positive"):
        sweep(LINE, FAR, Recipe(DATA, "adam", steps=10, train=("w1",)), rates)


# ---- what the sentences say, on a thousand bowls


def heavy_ball(x, curve, rate, steps, ahead=False):
    """Momentum on ½ λ x², from rest, written out; with a look ahead, PyTorch's Nesterov."""
    velocity, path = 0.0 * x, [x]
    for _ in range(steps):
        slope = curve * path[-1]
        velocity = 0.9 * velocity + slope
        path.append(path[-1] - rate * (slope + 0.9 * velocity if ahead else velocity))
    return np.array(path)


BOWLS = np.random.default_rng(2)
MOST = 10 ** BOWLS.uniform(-2, 2, 1000)
LEAST = MOST / 10 ** BOWLS.uniform(0, 3, 1000)


def marks(optimizer):
    """The rates of a thousand bowls by name, NaN where a bowl has no such rate, and sentences."""
    found = [special_rates(optimizer, low, high) for low, high in zip(LEAST, MOST, strict=True)]
    named = [{rate.name: rate.value for rate in rates} for rates, _ in found]
    values = {
        name: np.array([each.get(name, np.nan) for each in named])
        for name in {name for each in named for name in each}
    }
    return values, {rate.sentence for rates, _ in found for rate in rates}, {n for _, n in found}


def test_what_is_said_of_gradient_descents_rates_is_true():
    values, sentences, (note,) = marks("gradient_descent")
    assert len(sentences) == 3
    assert "multiplies the distance along a direction by 1 − ηλ" in note
    step = lambda x, curve, rate: x - rate * curve * x  # noqa: E731
    assert step(1.0, MOST, values["steepest"]) == pytest.approx(np.zeros(1000), abs=1e-12)
    best = values["best"]
    assert abs(step(1.0, MOST, best)) == pytest.approx(abs(step(1.0, LEAST, best)))
    assert (abs(step(1.0, MOST, 1.01 * values["edge"])) > 1).all()
    assert (abs(step(1.0, MOST, 0.99 * values["edge"])) < 1).all()


def test_what_is_said_of_momentums_rates_is_true():
    values, sentences, (note,) = marks("momentum")
    assert len(sentences) == 3
    assert "no rate is faster in the long run than a factor of √β" in note
    one = np.ones(1000)
    below = heavy_ball(one, MOST, 0.98 * values["swing"], 200)
    above = heavy_ball(one, MOST, 1.1 * values["swing"], 400)
    assert (below > 0).all()  # it comes to the bottom from one side
    assert (above.min(axis=0) < 0).all()  # it swings through
    assert (abs(above[-1]) < 1e-3).all()  # and settles
    late = lambda path: abs(path[-40:]).max(axis=0)  # noqa: E731
    for off, grows in ((0.99, False), (1.01, True)):
        path = heavy_ball(one, MOST, off * values["edge"], 900)
        assert (late(path) > late(path[:-400])).all() == grows
    known = np.isfinite(values["best"])
    assert known.any()
    for curve in (LEAST, MOST):
        path = heavy_ball(one, curve, values["best"], 1000)[:, known]
        factor = (late(path) / late(path[:600])) ** (1 / 401)
        assert factor == pytest.approx(np.full(known.sum(), 0.9**0.5), rel=0.01)
    rng = np.random.default_rng(4)
    path = heavy_ball(one, MOST, rng.uniform(0, 4, 1000) / MOST, 1000)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = (late(path) / late(path[:600])) ** (1 / 401)
    assert (factor >= 0.995 * 0.9**0.5).all()


def test_what_is_said_of_nesterovs_rates_is_true():
    values, sentences, (note,) = marks("nesterov")
    assert {"goes 90 % too far" in sentence for sentence in sentences} == {True, False}
    assert "damps the swings" in note
    one = np.ones(1000)
    first, second, *_ = heavy_ball(one, MOST, values["steepest"], 20, ahead=True)[1:]
    assert first == pytest.approx(np.full(1000, -0.9))
    assert second == pytest.approx(np.zeros(1000), abs=1e-12)
    late = lambda path: abs(path[-40:]).max(axis=0)  # noqa: E731
    for off, grows in ((0.99, False), (1.01, True)):
        path = heavy_ball(one, MOST, off * values["edge"], 900, ahead=True)
        assert (late(path) > late(path[:-400])).all() == grows
    assert (values["edge"] < marks("momentum")[0]["edge"]).all()
    # At equal rates where plain momentum swings, the swings die out faster.
    rate = np.random.default_rng(4).uniform(0.1, 1.2, 1000) / MOST
    assert (
        late(heavy_ball(one, MOST, rate, 120, ahead=True)) < late(heavy_ball(one, MOST, rate, 120))
    ).all()


@pytest.mark.parametrize("optimizer", ["rmsprop", "adam"])
def test_ten_times_as_steep_ground_leaves_their_paths_as_they_are(optimizer):
    _, _, (note,) = marks(optimizer)
    assert "ten times as steep" in note
    rule = OPTIMIZERS[optimizer]

    def path(scale):
        x, rng = np.stack([np.ones(1000), np.ones(1000)]), np.random.default_rng(1)
        rates, states, found = 10 ** rng.uniform(-3, 0, 1000), rule.init(x), []
        for _ in range(30):
            step, states = rule.update(scale * np.stack([MOST / 3, MOST]) * x, states, rates)
            x = x + step
            found.append(x)
        return np.array(found)

    # Until it is at the bottom, where the last digits decide.
    away = abs(path(10.0) - path(1.0))
    assert (away <= 5e-3 * np.maximum(1, abs(path(1.0)))).all()


def test_adagrads_steps_come_to_rest_on_any_bowl():
    _, _, (note,) = marks("adagrad")
    assert note.startswith("No edge")
    rule, x = OPTIMIZERS["adagrad"], np.ones(1000)
    states, rates = rule.init(x), 10 ** np.random.default_rng(1).uniform(-1, 1, 1000)
    moved = []
    for _ in range(3000):
        step, states = rule.update(MOST * x, states, rates)
        x = x + step
        moved.append(abs(step))
    assert (np.array(moved[-100:]).max(axis=0) < 0.05).all()
    assert np.isfinite(x).all()
