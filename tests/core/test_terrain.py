"""Places on a surface are named by their slope and curvature."""

import numpy as np
import pytest

from core.datasets import DATASETS, dataset
from core.descent import descend
from core.network import network
from core.surface import curvature, gradient
from core.terrain import Place, name_place

AXES = ("w1", "w2")


@pytest.mark.parametrize(
    ("slope", "curvatures", "name"),
    [
        ((0, 0), (1, 2), "minimum"),
        ((0, 0), (-1, 2), "saddle"),
        ((0, 0), (0, 0), "plateau"),
        ((0, 0), (-1e-5, 1e-5), "plateau"),
        ((0, 0), (-2, -1), "maximum"),
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
