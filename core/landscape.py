r"""The cost in directions through all parameters at once, where two axes are too few.

``plane`` spans a map by two random directions, ``along`` is the line from one point to another,
``project`` says where the points of a path lie on the map.

A random direction would show nothing of a network whose weights are of many sizes: what is a small
step for one neuron is a leap for another. So each neuron's part of it, the weights that come in and
the bias, is made as long as that neuron's own weights and bias are at the centre; a step of one is
then as large as the network itself.

Sources: Li, Xu, Taylor, Studer and Goldstein, "Visualizing the loss landscape of neural nets",
2018, whose filters are these neurons (they leave out biases, here they belong to their neuron);
Goodfellow, Vinyals and Saxe, "Qualitatively characterizing neural network optimization problems",
2015, for the line.

>>> from core.network import network
>>> line, data = network(1, "identity"), Dataset([1.0, 2.0], [2.0, 4.0])
>>> along(line, {"w1": 0, "b1": 0}, {"w1": 4, "b1": 0}, data, [0, 0.5, 1])
array([5., 0., 5.])
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from core.descent.run import Path
from core.graph import Graph
from core.network import Dataset, parameters
from core.seeds import generator
from core.surface import costs_at

Floats = npt.NDArray[np.float64]
Point = Mapping[str, float]
"""A number for each parameter."""


class Directions(NamedTuple):
    """Two directions in the space of all parameters: for each parameter what a step of one adds."""

    first: Point
    second: Point


def directions(graph: Graph, centre: Point, seed: int = 0) -> Directions:
    """Two random directions, each normalised neuron by neuron.

    Every number is drawn from a standard normal distribution; then the weights into a neuron and
    its bias are scaled together, to the Euclidean length that they have at ``centre``. A neuron all
    of whose numbers are 0 does not move. As in the paper the two are random and so hardly ever at
    right angles; :func:`project` takes that into account.

    Args:
        graph: the network.
        centre: a number for each of its parameters; other keys are ignored.
        seed: of ``numpy.random.default_rng``.

    Raises:
        ValueError: for a parameter without a number, or a seed that is no whole number from 0.

    >>> from core.network import network
    >>> first, _ = directions(network(1), {"w1": 3.0, "b1": 4.0})
    >>> round(float(np.hypot(first["w1"], first["b1"])), 12)
    5.0
    """
    names = _require(graph, centre)
    draw = generator(seed)
    return Directions(*(_normalised(graph, names, centre, draw) for _ in range(2)))


def _normalised(
    graph: Graph, names: tuple[str, ...], centre: Point, generator: np.random.Generator
) -> Point:
    drawn = dict(zip(names, generator.standard_normal(len(names)).tolist(), strict=True))
    scaled = dict(drawn)
    for node in graph.nodes:
        incoming = [name for name in graph.parents(node.name) if name in drawn]
        if incoming:
            length, own = (
                float(np.linalg.norm([point[name] for name in incoming]))
                for point in (drawn, centre)
            )
            scaled |= {name: drawn[name] * (own / length) for name in incoming}
    return scaled


def plane(
    graph: Graph,
    centre: Point,
    data: Dataset,
    spanned: Directions,
    grids: tuple[npt.ArrayLike, npt.ArrayLike] = (np.linspace(-1, 1, 51),) * 2,
) -> Floats:
    """The mean cost over the plane through a point that two directions span.

    Args:
        graph: the network.
        centre: the point in the middle: a number for each parameter.
        data: the samples that the cost is averaged over.
        spanned: the two directions.
        grids: how far to go in each, two sequences of numbers ``g1`` and ``g2``.

    Returns:
        Shape ``(len(g2), len(g1))``: row i, column j is at centre + g1[j] first + g2[i] second.
        What overflows is infinite or NaN; no warning is raised.

    Raises:
        ValueError: for a parameter without a number.

    >>> from core.network import network
    >>> line, data = network(1, "identity"), Dataset([1.0], [0.0])
    >>> axes = Directions({"w1": 1.0, "b1": 0.0}, {"w1": 0.0, "b1": 1.0})
    >>> plane(line, {"w1": 0, "b1": 0}, data, axes, ([0, 1], [0, 1, 3]))
    array([[0. , 0.5],
           [0.5, 2. ],
           [4.5, 8. ]])
    """
    across, up = (np.asarray(grid, float).reshape(-1) for grid in grids)
    names = _require(graph, centre)
    first, second = (
        np.array([direction[name] for name in names])[:, None, None] for direction in spanned
    )
    middle = np.array([centre[name] for name in names], float)[:, None, None]
    points = middle + first * across + second * up[:, None]
    flat = points.reshape(len(names), -1)
    costs = costs_at(graph, dict(zip(names, flat, strict=True)), data)
    return costs.reshape(up.size, across.size)


def project(path: Path, centre: Point, spanned: Directions) -> tuple[Floats, Floats]:
    """Where the points of a path lie on the plane: how far from the centre in each direction.

    Each is the nearest point of the plane (least squares); a path hardly ever lies in it, so the
    cost there is not the path's. Two arrays of shape ``(len(path),)``.

    >>> from core.descent import descend
    >>> from core.network import network
    >>> path = descend(network(1, "identity"), {"w1": 3, "b1": 0}, Dataset([2.0], [4.0]),
    ...                steps=1, learning_rate=0.25, train=["w1"])
    >>> project(path, path.at(1), Directions({"w1": 0.5, "b1": 0.0}, {"w1": 0.0, "b1": 1.0}))
    (array([2., 0.]), array([0., 0.]))
    """
    names = tuple(path.parameters)
    basis = np.array([[direction[name] for name in names] for direction in spanned]).T
    away = np.array([path.parameters[name] - centre[name] for name in names])
    first, second = np.linalg.lstsq(basis, away)[0]
    return first, second


def along(graph: Graph, start: Point, end: Point, data: Dataset, ts: npt.ArrayLike) -> Floats:
    """The mean cost on the straight line from one point (t = 0) to another (t = 1), and beyond.

    Shape ``(len(ts),)``. ValueError for a parameter without a number.
    """
    shares = np.asarray(ts, float).reshape(-1)
    names = _require(graph, start)
    _require(graph, end)
    first, last = (np.array([point[n] for n in names], float)[:, None] for point in (start, end))
    points = (1 - shares) * first + shares * last
    return costs_at(graph, dict(zip(names, points, strict=True)), data)


def _require(graph: Graph, point: Point) -> tuple[str, ...]:
    names = parameters(graph)
    missing = [name for name in names if name not in point]
    if missing:
        raise ValueError(f"A value is missing for {', '.join(missing)}.")
    return names
