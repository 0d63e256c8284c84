"""Places on a surface are named by their slope and curvature."""

from collections import Counter
from collections.abc import Iterator
from typing import get_args

import numpy as np
import pytest

from core.datasets import DATASETS, dataset
from core.descent import descend
from core.functions import ACTIVATIONS, COSTS
from core.graph import Graph
from core.network import Dataset, network, parameters
from core.surface import curvature, gradient
from core.terrain import Name, Place, name_place
from ui.words.remarks import TERRAIN, on_kink

AXES = ("w1", "w2")


@pytest.mark.parametrize(
    ("slope", "curvatures", "name"),
    [
        ((0, 0), (1, 2), "minimum"),
        ((0, 0), (-1, 2), "saddle"),
        ((0, 0), (0, 0), "plateau"),
        ((0, 0), (-1e-5, 1e-5), "plateau"),
        ((0, 0), (-2, -1), "maximum"),
        ((0, 0), (-2, 0), "ridge"),
        ((0, 0), (0, 2), "valley"),
        ((0, 0.05), (-0.1, -0.005), "ridge"),
        ((9e-4, 0), (2e-3, 1), "valley"),  # the lowest point of the floor is half a unit away
        ((9e-4, 0), (2e-3, 2e-3), "slope"),
        ((0.1, 0), (0.01, 5), "valley"),
        ((0, 0.1), (0.01, 5), "slope"),
        ((1, 1), (1, 1), "slope"),
        ((np.nan, 0), (1, 1), "undefined"),
    ],
)
def test_textbook_places(
    slope: tuple[float, ...], curvatures: tuple[float, ...], name: str
) -> None:
    assert name_place(np.array(slope, float), np.diag(curvatures).astype(float)).name == name


def at(preset: str, point: dict[str, float]) -> Place:
    chosen = DATASETS[preset]
    graph = network(2, chosen.activation, chosen.cost)
    data = dataset(preset, 0.0, 0.0)
    here = {**chosen.start, **point}
    slopes = gradient(graph, here, data, AXES)
    return name_place(np.array([slopes[n] for n in AXES]), curvature(graph, here, data, AXES))


def test_the_bowls_lowest_point_is_a_minimum_and_its_far_corner_a_plateau() -> None:
    bowl = DATASETS["bowl"]
    assert bowl.data is not None
    path = descend(network(2), bowl.start, bowl.data, "adam", 0.1, 2000, AXES)
    assert at("bowl", path.at(len(path) - 1)).name == "minimum"
    assert at("plateau", {"w1": 10.0, "w2": 10.0}).name == "plateau"


def places(count: int) -> Iterator[tuple[Graph, Dataset, dict[str, float], Place]]:
    """Random places over w1 and w2, every other one where a descent has come to."""
    rng = np.random.default_rng(11)
    for k in range(count):
        graph = network(2, rng.choice(sorted(ACTIVATIONS)), rng.choice(sorted(COSTS)))
        n = int(rng.integers(1, 6))
        data = Dataset(rng.uniform(-2, 2, n), rng.uniform(0, 1, n))
        here = {name: float(rng.uniform(-4, 4)) for name in parameters(graph)}
        if k % 10 == 0:
            here |= {"w1": 0.0, "w2": 0.0, "b1": 0.0}
        if k % 2:
            way = -1 if k % 4 == 1 else 1
            for _ in range(40):  # down to minima, or up to tops
                slopes = gradient(graph, here, data, AXES)
                here |= {a: float(np.clip(here[a] + way * slopes[a], -9, 9)) for a in AXES}
        slopes = gradient(graph, here, data, AXES)
        hessian = curvature(graph, here, data, AXES)
        yield graph, data, here, name_place(np.array([slopes[a] for a in AXES]), hessian)


AROUND = [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1)]


@pytest.mark.parametrize("count", [500, pytest.param(1200, marks=pytest.mark.thorough)])
def test_what_is_said_of_a_place_is_true_by_differences_of_the_cost_alone(count: int) -> None:
    seen: Counter[str] = Counter()
    for graph, data, here, place in places(count):

        def differences(h: float) -> tuple[np.ndarray, np.ndarray]:
            w1, w2 = np.array(AROUND).T[..., None] * h
            shifted = here | {"w1": here["w1"] + w1, "w2": here["w2"] + w2}  # noqa: B023
            found = graph.forward(shifted | {"x": data.x, "y": data.y})  # noqa: B023
            cost = np.mean(found[graph.output], axis=1)  # noqa: B023
            middle, right, left, up, down, *corners = cost
            mixed = corners[0] - corners[1] - corners[2] + corners[3]
            hessian = [[right - 2 * middle + left, mixed / 4], [mixed / 4, up - 2 * middle + down]]
            return np.array([right - left, up - down]) / (2 * h), np.array(hessian) / h**2

        if place.name == "undefined" or on_kink(graph, here, data, AXES):
            continue
        (slope, hessian), (_, coarser) = differences(1e-3), differences(2e-3)
        if not np.allclose(hessian, coarser, rtol=1e-2, atol=1e-5):
            continue  # a kink, or a cliff
        seen[place.name] += 1
        (low, high), ways = np.linalg.eigh(hessian)
        steepness = float(np.hypot(*slope))
        along, across = np.abs(ways.T @ slope)
        assert place.steepness == pytest.approx(steepness, rel=1e-2, abs=1e-5)
        assert place.curvatures == pytest.approx((low, high), rel=2e-2, abs=5e-5)
        said = TERRAIN[place.name]
        if "hardly any slope" in said:
            assert steepness < 1.02e-3
        if "hardly any curvature" in said:
            assert max(-low, high) < 1.1e-3
        if "curves up every way" in said:
            assert low > 9e-4
        if "curves down every way" in said:
            assert high < -9e-4
        if "up one way and down another" in said:
            assert min(-low, high) > 9e-4
        if place.name in ("minimum", "maximum", "saddle"):
            assert np.hypot(*(np.linalg.solve(hessian, slope))) < 0.15
            # It really is there: Newton's steps come to rest within a fifth of a unit.
            there = dict(here)
            for _ in range(20):
                slopes = gradient(graph, there, data, AXES)
                step = np.linalg.solve(
                    curvature(graph, there, data, AXES), [slopes[a] for a in AXES]
                )
                there |= {a: there[a] - float(s) for a, s in zip(AXES, step, strict=True)}
            assert np.hypot(*step) < 1e-6
            assert max(abs(there[a] - here[a]) for a in AXES) < 0.2
        if "curves up to the sides, far less along" in said:
            assert high > max(9e-4, 9 * abs(low))
            assert across < max(1.1e-3, 0.35 * steepness)
        if "curves down to the sides, far less along" in said:
            assert -low > max(9e-4, 9 * abs(high))
            assert along < max(1.1e-3, 0.35 * steepness)
    # A top over w1 and w2 is rare: none is among these.
    assert set(TERRAIN) - {"undefined", "kink", "maximum"} == set(seen) - {"maximum"}, seen
    assert sum(seen.values()) > 5 / 6 * count


def test_every_place_has_its_sentence() -> None:
    assert {*get_args(Name), "kink"} == set(TERRAIN)


def test_a_kink_is_called_one() -> None:
    relu, data = network(2, "relu"), Dataset([1.0, 2.0], [0.5, 1.0])
    here = {"w1": 1.0, "b1": -2.0, "w2": 1.0, "b2": 0.0}
    assert on_kink(relu, here, data, AXES)  # of the second sample z1 is 0
    assert not on_kink(relu, here | {"b1": -1.5, "b2": 0.5}, data, AXES)
    assert not on_kink(network(2), here, data, AXES)
