"""Critical rates against quadratics whose curvature is known by hand, sweeps against descents."""

import numpy as np
import pytest

from core.datasets import DATASETS, LESSON, dataset
from core.descent import descend
from core.network import Dataset, network
from core.optimizers import OPTIMIZERS
from core.rates import critical_rates, nearest_minimum, sweep
from core.regimes import REGIMES
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
    assert found.condition == pytest.approx(high / low)


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
def test_a_sweep_ends_where_the_descents_end(optimizer, preset, tolerance):
    chosen = DATASETS[preset]
    graph, data = network(2, chosen.activation, chosen.cost), dataset(preset, 1.5, 1.0)
    rates = np.geomspace(1e-3, 100, 60)
    swept = sweep(graph, chosen.start, data, optimizer, rates, 60, tolerance=tolerance)
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
    swept = sweep(
        LINE, {"w1": 5, "b1": 0}, Dataset([1, 2], [2, 4]), "gradient_descent", rates, 200, ["w1"]
    )
    below = rates < 0.95 * 2 / 2.5
    assert {REGIMES[code] for code in swept.regime[below]} == {"converged"}
    assert {REGIMES[code] for code in swept.regime[rates > 1.001 * 2 / 2.5]} == {"diverging"}


@pytest.mark.parametrize("rates", [[0.1, 0.0], [0.1, np.nan], [-1.0]])
def test_a_rate_that_does_not_fit_is_refused(rates):
    with pytest.raises(ValueError, match="learning rate must be positive"):
        sweep(LINE, FAR, DATA, "adam", rates, 10, ["w1"])
