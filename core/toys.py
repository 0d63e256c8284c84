"""Data sets for the network that a learner builds: curves to fit, and two classes to tell apart.

>>> train, held_out = toy("xor", count=80)
>>> train.x.shape, held_out.x.shape, sorted({*train.y.tolist()})
((80, 2), (20, 2), [0.0, 1.0])
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from core.network import Dataset
from core.seeds import generator

FEWEST, MOST = 4, 200
"""How many samples a set to train on may have."""
WIDE = 3.0
"""Of a curve: x lies between −3 and 3."""
BROAD = 2.0
"""Of two classes: x₁ and x₂ lie between −2 and 2."""
HELD_OUT = 4
"""One sample is held out for every four to train on."""

Floats = npt.NDArray[np.float64]
Points = tuple[Floats, Floats]


@dataclass(frozen=True)
class Toy:
    """A kind of data set.

    Attributes:
        title: what it is called.
        description: what it asks of a network, in a sentence.
        inputs: 1 for a curve over x, 2 for points of a plane.
        classes: whether the target is a class, 0 or 1; else it is a number between −1 and 1.
        draw: x and y of as many points as are asked for, all of them on the shape itself.
    """

    title: str
    description: str
    inputs: int
    classes: bool
    draw: Callable[[np.random.Generator, int], Points]


def toy(
    name: str, *, count: int = 80, noise: float = 0.1, seed: int = 0
) -> tuple[Dataset, Dataset]:
    """Samples to train on, and a quarter as many from the same distribution that are held out.

    Args:
        name: a key of :data:`TOYS`.
        count: how many to train on, 4 to 200.
        noise: 0 to 1. Of a curve each y is moved up or down by at most half of it, of classes each
            point so far along both axes, every distance as likely; with 0 all are on the shape.
        seed: the same seed gives the same samples, and with another noise the same ones moved
            more or less. Those held out come from a stream of their own.

    Raises:
        ValueError: for a value that does not fit, with a sentence that says which.

    >>> train, _ = toy("line", count=4, noise=0)
    >>> bool(np.allclose(train.y, train.x / 3))
    True
    """
    if name not in TOYS:
        raise ValueError(f"Unknown data set {name!r}; known: {', '.join(TOYS)}.")
    if not (FEWEST <= count <= MOST and count == int(count)):
        raise ValueError(
            f"A data set has a whole number of samples from {FEWEST} to {MOST}, not {count}."
        )
    if not 0 <= noise <= 1:
        raise ValueError(f"The noise must be from 0 to 1, not {noise}.")
    train, held_out = generator(seed).spawn(2)
    return (
        _samples(TOYS[name], train, int(count), noise),
        _samples(TOYS[name], held_out, math.ceil(count / HELD_OUT), noise),
    )


def _samples(row: Toy, generator: np.random.Generator, count: int, noise: float) -> Dataset:
    x, y = row.draw(generator, count)
    if row.classes:
        return Dataset(x + noise * generator.uniform(-0.5, 0.5, x.shape), y)
    return Dataset(x, y + noise * generator.uniform(-0.5, 0.5, y.shape))


# ---- curves


def _curve(height: Callable[[Floats], Floats]) -> Callable[[np.random.Generator, int], Points]:
    def draw(generator: np.random.Generator, count: int) -> Points:
        x = generator.uniform(-WIDE, WIDE, count)
        return x, height(x)

    return draw


# ---- two classes, one sample of each in turn


def _classes(count: int) -> Floats:
    return np.asarray(np.arange(count) % 2, np.float64)


def _polar(radius: Floats, angle: Floats) -> Floats:
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _discs(*centres: tuple[float, float]) -> Callable[[np.random.Generator, int], Points]:
    """Discs of radius ½ around centres, whose classes are 0 and 1 in turn."""

    def draw(generator: np.random.Generator, count: int) -> Points:
        middle = np.array(centres)[np.arange(count) % len(centres)]
        radius: Floats = 0.5 * np.sqrt(
            generator.uniform(0, 1, count)
        )  # as many on every patch of a disc
        return middle + _polar(radius, generator.uniform(0, 2 * np.pi, count)), _classes(count)

    return draw


def _circles(generator: np.random.Generator, count: int) -> Points:
    y = _classes(count)
    return _polar(np.where(y == 1, 0.5, 1.5), generator.uniform(0, 2 * np.pi, count)), y


def _moons(generator: np.random.Generator, count: int) -> Points:
    y = _classes(count)
    arc = _polar(np.ones(count), generator.uniform(0, np.pi, count))
    centre = np.array([0.5, 0.25])
    return np.where(y[:, None] == 0, arc - centre, centre - arc), y


def _spiral(generator: np.random.Generator, count: int) -> Points:
    y = _classes(count)
    along = generator.uniform(0.1, 1, count)
    return _polar(1.5 * along, 1.5 * np.pi * along + np.pi * y), y


TOYS: Mapping[str, Toy] = MappingProxyType(
    {
        "line": Toy(
            "Line",
            "No bend at all: the least that a network can be asked for.",
            1,
            False,
            _curve(lambda x: x / WIDE),
        ),
        "sine": Toy("Sine", "Up and down: each bend takes a neuron.", 1, False, _curve(np.sin)),
        "step": Toy(
            "Step",
            "A jump at 0: one steep neuron.",
            1,
            False,
            _curve(lambda x: np.where(x < 0, -1.0, 1.0)),
        ),
        "bump": Toy(
            "Bump",
            "Up and down again: two neurons, one for each side.",
            1,
            False,
            _curve(lambda x: np.exp(-(x**2))),
        ),
        "blobs": Toy(
            "Blobs",
            "Two clusters that a straight line parts: one neuron does.",
            2,
            True,
            _discs((-1, -1), (1, 1)),
        ),
        "xor": Toy(
            "XOR",
            "Four clusters, the diagonal ones alike: no straight line parts them, two do.",
            2,
            True,
            _discs((-1, -1), (-1, 1), (1, 1), (1, -1)),
        ),
        "circles": Toy(
            "Circles",
            "One ring inside another: at least three straight lines to close around it.",
            2,
            True,
            _circles,
        ),
        "moons": Toy(
            "Moons", "Two arcs that reach into each other: a line that bends.", 2, True, _moons
        ),
        "spiral": Toy(
            "Spiral",
            "Two arms wound around each other: the hardest, for two layers or more.",
            2,
            True,
            _spiral,
        ),
    }
)
"""The data sets by name."""
