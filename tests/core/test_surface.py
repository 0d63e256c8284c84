"""The cost over a grid, its slices, slope and curvature, against one point at a time."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.functions import ACTIVATIONS, COSTS
from core.graph import Graph, Node, symbol
from core.network import Dataset, network, parameters
from core.surface import GRID, cost_surface, curvature, gradient, slices

HERE = {"w1": 0.8, "b1": -0.3, "w2": -1.4, "b2": 0.6}
DATA = Dataset([1.5, -1.0, 0.2, -2.5], [0.8, 0.3, 0.5, 0.1])
AXES = [("w1", "w2"), ("w2", "w1"), ("b1", "b2"), ("w1", "b1"), ("b2", "w2")]


def _mean_cost(graph, point, data):
    """The definition: one sample after the other, through the dictionary of nodes."""
    costs = [
        float(graph.forward({**point, "x": x, "y": y})["J"])
        for x, y in zip(data.x, data.y, strict=True)
    ]
    return sum(costs) / len(costs)


@pytest.mark.parametrize("axes", AXES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_surface_is_the_mean_cost_at_every_grid_point(activation, axes):
    graph = network(2, activation)
    g1, g2 = [-3.0, 0.5, 10.0], [-10.0, -1.4, 0.0, 2.0, 7.5]
    surface = cost_surface(graph, HERE, DATA, axes, (g1, g2))
    assert surface.shape == (len(g2), len(g1))
    assert surface.dtype == np.float64
    for i, along in enumerate(g2):
        for j, across in enumerate(g1):
            point = {**HERE, axes[0]: across, axes[1]: along}
            assert surface[i, j] == pytest.approx(_mean_cost(graph, point, DATA), rel=1e-13)


@given(
    depth=st.integers(1, 5),
    activation=st.sampled_from(sorted(ACTIVATIONS)),
    cost=st.sampled_from(sorted(COSTS)),
    seed=st.integers(0, 10**6),
)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_any_two_axes_of_any_network_give_the_forward_pass(depth, activation, cost, seed):
    rng = np.random.default_rng(seed)
    graph = network(depth, activation, cost)
    point = {name: rng.uniform(-2, 2) for name in parameters(graph)}
    axes = tuple(rng.choice(parameters(graph), 2, replace=False))
    grids = (rng.uniform(-3, 3, 4), rng.uniform(-3, 3, 3))
    data = Dataset(rng.uniform(-2, 2, 5), rng.uniform(0, 1, 5))
    surface = cost_surface(graph, point, data, axes, grids)
    for i in range(3):
        for j in range(4):
            there = {**point, axes[0]: grids[0][j], axes[1]: grids[1][i]}
            assert surface[i, j] == pytest.approx(_mean_cost(graph, there, data), rel=1e-12)


def test_a_grid_larger_than_the_cache_is_the_same_in_one_piece():
    rng = np.random.default_rng(5)
    data = Dataset(rng.uniform(-3, 3, 50), rng.uniform(0, 1, 50))
    surface = cost_surface(network(), HERE, data)
    assert surface.shape == (GRID.size, GRID.size)
    values = network().forward(
        {**HERE, "x": data.x, "y": data.y, "w1": GRID[:, None], "w2": GRID[:, None, None]}
    )
    assert np.allclose(surface, values["J"].mean(axis=-1), rtol=1e-14, atol=0)


def test_an_axis_that_nothing_depends_on_still_fills_the_surface():
    nodes = [Node(name, kind="parameter") for name in ("w1", "w2")]
    flat = Graph([*nodes, Node("J", symbol("w1") ** 2)])
    rows = cost_surface(flat, {"w1": 0, "w2": 0}, DATA, ("w1", "w2"), ([1, 2, 3], [5, 6]))
    assert rows.tolist() == [[1, 4, 9], [1, 4, 9]]
    columns = cost_surface(flat, {"w1": 0, "w2": 0}, DATA, ("w2", "w1"), ([5, 6], [1, 2, 3]))
    assert columns.tolist() == [[1, 1], [4, 4], [9, 9]]
    assert slices(flat, {"w1": 3, "w2": 0}, DATA, "w2", [1, 2]).tolist() == [9, 9]


def test_an_empty_grid_is_an_empty_surface():
    assert cost_surface(network(), HERE, DATA, grids=([], [1.0])).shape == (1, 0)
    assert cost_surface(network(), HERE, DATA, grids=([1.0], [])).shape == (0, 1)


def test_what_overflows_stays_infinite_and_warns_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        surface = cost_surface(
            network(2, "identity"), HERE, DATA, grids=([1.0, 1e200], [1.0, 1e200])
        )
    assert np.isfinite(surface[0, 0])
    assert np.isinf(surface[1, 1])


@pytest.mark.parametrize("axis", ["w1", "b1", "w2", "b2"])
def test_a_slice_is_a_row_or_a_column_of_the_surface(axis):
    grid = np.linspace(-4, 4, 9)
    other = "b2" if axis != "b2" else "w1"
    along = slices(network(), HERE, DATA, axis, grid)
    surface = cost_surface(network(), HERE, DATA, (axis, other), (grid, [HERE[other]]))
    assert along == pytest.approx(surface[0], rel=1e-14)


def test_a_depth_of_eight_has_sixteen_axes():
    graph = network(8, "tanh")
    point = dict.fromkeys(parameters(graph), 0.5)
    surface = cost_surface(graph, point, DATA, ("b8", "w1"), ([0.5, 1.0], [0.5]))
    assert surface[0, 0] == pytest.approx(_mean_cost(graph, point, DATA), rel=1e-14)


@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_slope_and_curvature_are_those_of_the_surface(activation, cost):
    graph = network(2, activation, cost)
    names = ["w1", "b1", "w2", "b2"]
    slope = gradient(graph, HERE, DATA, names)
    hessian = curvature(graph, HERE, DATA, names)
    assert hessian.shape == (4, 4)
    assert (hessian == hessian.T).all()
    h = 2.0**-13
    for i, name in enumerate(names):
        low, high = ({**HERE, name: HERE[name] + d} for d in (-h, h))
        rise = _mean_cost(graph, high, DATA) - _mean_cost(graph, low, DATA)
        assert slope[name] == pytest.approx(rise / (2 * h), rel=1e-5, abs=1e-9)
        turn = [
            (gradient(graph, high, DATA, names)[n] - gradient(graph, low, DATA, names)[n]) / (2 * h)
            for n in names
        ]
        assert hessian[i] == pytest.approx(turn, rel=1e-5, abs=1e-8)


def test_the_curvature_of_a_line_is_the_matrix_of_moments():
    # J = mean of ½(w x + b − y)²: ∂²J/∂w² is the mean of x², ∂²J/∂w∂b that of x, ∂²J/∂b² is 1.
    hessian = curvature(network(1, "identity"), {"w1": 3, "b1": 2}, DATA, ("w1", "b1"))
    mean, square = DATA.x.mean(), (DATA.x**2).mean()
    assert hessian == pytest.approx(np.array([[square, mean], [mean, 1.0]]), rel=1e-15)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_curvature_is_finite_however_far_the_network_saturates(activation):
    for w in (-1000.0, 1000.0):
        point = {"w1": w, "b1": 0.0, "w2": w, "b2": 0.0}
        assert np.isfinite(curvature(network(2, activation), point, DATA)).all()
        assert np.isfinite(curvature(network(2, activation, "cross_entropy"), point, DATA)).all()


def test_what_does_not_fit_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match="w3 is not a parameter; known: w1, b1, w2, b2"):
        cost_surface(network(), HERE, DATA, ("w1", "w3"))
    with pytest.raises(ValueError, match="x is not a parameter"):
        slices(network(), HERE, DATA, "x", [1.0])
    with pytest.raises(ValueError, match="named twice"):
        cost_surface(network(), HERE, DATA, ("w1", "w1"))
    with pytest.raises(ValueError, match="A value is missing for w2, b2"):
        gradient(network(), {"w1": 1, "b1": 1}, DATA, ["w1"])
    with pytest.raises(ValueError, match="b2 must be a finite number, not nan"):
        curvature(network(), HERE | {"b2": np.nan}, DATA)
