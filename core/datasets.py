"""Data sets to descend on, each with a start that shows what it is for.

>>> len(DATASETS["bowl"].data), dataset("one_sample", x=1.5, y=1.0)
(9, Dataset(x=array([1.5]), y=array([1.])))
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.network import Dataset

LESSON: Mapping[str, float] = MappingProxyType({"w1": 0.8, "b1": -0.3, "w2": -1.4, "b2": 0.6})
"""The lesson's weights and biases."""


@dataclass(frozen=True, eq=False)
class Preset:
    """A data set and what belongs to it.

    ``data`` is None where the learner's own x and y are the only sample. The description holds
    for ``start`` (every weight and bias of the 1-1-1 network), ``activation`` and ``cost``.
    """

    title: str
    description: str
    data: Dataset | None
    start: Mapping[str, float]
    activation: str = "sigmoid"
    cost: str = "half_squared_error"


def dataset(name: str, x: float, y: float) -> Dataset:
    """The samples of a preset; for ``one_sample`` they are x and y. KeyError if unknown."""
    preset = DATASETS[name]
    return Dataset([x], [y]) if preset.data is None else preset.data


def _constant(x: list[float], y: list[float]) -> Dataset:
    # Every learner on the server shares these.
    data = Dataset(x, y)
    data.x.setflags(write=False)
    data.y.setflags(write=False)
    return data


def _start(w1: float, w2: float) -> Mapping[str, float]:
    return MappingProxyType({**LESSON, "w1": w1, "w2": w2})


_X = [-2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0]
_SOFT = _constant(_X, [0.52, 0.43, 0.42, 0.35, 0.37, 0.33, 0.23, 0.23, 0.17])
_NARROW = _constant(_X, [0.4, 0.29, 0.24, 0.16, 0.14, 0.1, 0.04, 0.04, 0.02])
_STEEP = _constant([0.5, 1.0, 1.5, 2.0, 2.5], [0.3, 0.4, 0.8, 1.0, 1.3])

DATASETS: Mapping[str, Preset] = MappingProxyType(
    {
        "one_sample": Preset("One sample", "Your own x and y, and nothing else.", None, LESSON),
        "bowl": Preset(
            "Bowl",
            "Nine samples with one lowest point, and a way down to it from this start.",
            _SOFT,
            _start(2.0, -1.0),
        ),
        "valley": Preset(
            "Narrow valley",
            "At its lowest point the floor bends forty times more gently than the walls, so the "
            "path turns along it and creeps.",
            _NARROW,
            LESSON,
        ),
        "plateau": Preset(
            "Plateau",
            "The bowl's samples, from a start where both sigmoids are saturated: hardly any slope.",
            _SOFT,
            _start(8.0, 8.0),
        ),
        "steep": Preset(
            "Steep walls",
            "No sigmoid tames the cost: at a learning rate of 0.5 the path has left the map "
            "within four steps. Try 0.1.",
            _STEEP,
            _start(0.4, 2.2),
            activation="identity",
        ),
    }
)
"""The presets by name."""
