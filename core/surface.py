r"""The cost as a landscape over the parameters: its height, its slope, how it bends.

Everywhere the cost is the mean over the samples of a :class:`core.network.Dataset`,

.. math:: \bar J(p) = \frac1n \sum_{i=1}^n J(x_i, y_i; p),

and ``parameters`` is a mapping with a number for each of the graph's parameters; other keys
in it, such as ``x`` and ``y``, are ignored. All numbers are float64 and without a unit.

>>> from core.network import network
>>> data = Dataset([1.5, -1.0], [0.8, 0.3])
>>> here = {"w1": 0.8, "b1": -0.3, "w2": -1.4, "b2": 0.6}
>>> cost_surface(network(), here, data, grids=([0.0, 0.8], [-1.4])).round(4)
array([[0.0324, 0.0567]])
>>> round(gradient(network(), here, data, ["w1"])["w1"], 4)
0.0291
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from core.functions import Array
from core.graph import Graph
from core.network import SAMPLED, Dataset

GRID: npt.NDArray[np.float64] = np.linspace(-10, 10, 201)
"""The range of the lesson's weights and biases, in steps of 0.1."""
GRID.setflags(write=False)

CHUNK = 1 << 16
"""Numbers in one temporary array: half a megabyte, which stays in a core's own cache."""

COMPLEX_STEP = 1e-100
"""Its square vanishes beside any double, so the complex step has no truncation error."""


def cost_surface(
    graph: Graph,
    parameters: Mapping[str, float],
    data: Dataset,
    axes: tuple[str, str] = ("w1", "w2"),
    grids: tuple[npt.ArrayLike, npt.ArrayLike] = (GRID, GRID),
) -> npt.NDArray[np.float64]:
    """The mean cost at every point of a grid over two parameters.

    Args:
        graph: the network, whose inputs x (or x1, x2) and y are the data's.
        data: the samples that the cost is averaged over.
        parameters: the point at which the other parameters are held.
        axes: the names of the two parameters.
        grids: their values, two sequences of numbers ``g1`` and ``g2``.

    Returns:
        Shape ``(len(g2), len(g1))``, as plots want it: row i holds ``axes[1] = g2[i]``. What is
        undefined or overflows is NaN or infinite in its cell; no warning is raised.

    Raises:
        ValueError: for an unknown or repeated axis, or a parameter without a number.

    The samples lie on the first axis, the grid on the other two, so that NumPy's inner loops are
    long. What does not depend on ``axes[1]`` is computed once; the rest in groups of rows small
    enough for the cache.
    """
    require(graph, axes)
    across, along = (np.asarray(grid, dtype=float).reshape(-1) for grid in grids)
    column, row = axes
    moved = downstream(graph, row)
    used = {graph.output}.union(
        *({s.name for s in graph.formula(name).free_symbols} for name in moved - {row})
    )
    fixed = [n.name for n in graph.nodes if n.expression is not None and n.name in used - moved]

    arguments = inputs(graph, parameters, data, ndim=3) | {column: across, row: along[:1, None]}
    surface = np.empty((along.size, across.size))
    if not surface.size:
        return surface
    with np.errstate(all="ignore"):
        known = graph.compiled(fixed)(*arguments.values())
        height = graph.compiled([graph.output], given=(*arguments, *fixed))
        rows = max(1, CHUNK // (len(data) * across.size))
        for start in range(0, along.size, rows):
            chunk = slice(start, start + rows)
            arguments[row] = along[chunk, None]
            (costs,) = height(*arguments.values(), *known)
            surface[chunk] = over_samples(costs, ndim=3)
    return surface


def slices(
    graph: Graph,
    parameters: Mapping[str, float],
    data: Dataset,
    axis: str,
    grid: npt.ArrayLike,
) -> npt.NDArray[np.float64]:
    """The mean cost along one parameter, the others held: shape ``(len(grid),)``.

    ValueError for an unknown axis or a parameter without a number.

    >>> from core.network import network
    >>> line = network(1, "identity", "squared_error")
    >>> slices(line, {"w1": 0, "b1": 0}, Dataset([1.0], [2.0]), "w1", [0, 1, 2])
    array([4., 1., 0.])
    """
    require(graph, [axis])
    values = np.asarray(grid, dtype=float).reshape(-1)
    arguments = inputs(graph, parameters, data, ndim=2) | {axis: values}
    with np.errstate(all="ignore"):
        (costs,) = graph.compiled([graph.output])(*arguments.values())
    return np.broadcast_to(over_samples(costs, ndim=2), values.shape).copy()


def costs_at(
    graph: Graph, points: Mapping[str, npt.NDArray[np.float64]], data: Dataset
) -> npt.NDArray[np.float64]:
    """The mean cost at many points, an array of one length for each parameter: that shape.

    In groups of points small enough for the cache. What overflows is infinite or NaN. ValueError
    for a parameter without numbers, or data without the graph's inputs.

    >>> from core.network import network
    >>> line = network(1, "identity", "squared_error")
    >>> costs_at(line, {"w1": np.array([0, 1, 2]), "b1": np.zeros(3)}, Dataset([1.0], [2.0]))
    array([4., 1., 0.])
    """
    (count,) = {len(values) for values in points.values()}
    arguments = inputs(graph, dict.fromkeys(points, 0.0), data, ndim=2)
    height = graph.compiled([graph.output])
    costs = np.empty(count)
    size = max(1, CHUNK // len(data))
    with np.errstate(all="ignore"):
        for first in range(0, count, size):
            chunk = slice(first, first + size)
            here = arguments | {name: points[name][chunk] for name in arguments if name in points}
            (values,) = height(*here.values())
            costs[chunk] = over_samples(values, ndim=2)
    return costs


def gradient(
    graph: Graph, parameters: Mapping[str, float], data: Dataset, names: Sequence[str]
) -> dict[str, float]:
    """The derivatives of the mean cost by the named parameters, exact by the chain rule.

    ValueError for an unknown name or a parameter without a number.

    >>> from core.network import network
    >>> line = network(1, "identity", "squared_error")
    >>> gradient(line, {"w1": 3, "b1": 0}, Dataset([1.0, 2.0], [2.0, 4.0]), ["w1", "b1"])
    {'w1': 5.0, 'b1': 3.0}
    """
    require(graph, names)
    arguments = inputs(graph, parameters, data, ndim=1)
    with np.errstate(all="ignore"):
        _, *slopes = graph.compiled_gradient(names)(*arguments.values())
    return {name: float(np.mean(slope)) for name, slope in zip(names, slopes, strict=True)}


def curvature(
    graph: Graph,
    parameters: Mapping[str, float],
    data: Dataset,
    axes: Sequence[str] = ("w1", "w2"),
) -> npt.NDArray[np.float64]:
    r"""The Hessian of the mean cost by the named parameters: shape ``(n, n)``, symmetric.

    Column j is the imaginary part of the exact gradient at a point moved by ih along parameter j,

    .. math:: \frac{\partial^2 \bar J}{\partial p_i\,\partial p_j}
              = \operatorname{Im} \frac{\nabla_i \bar J(p + i h\, e_j)}{h} + O(h^2).

    Nothing is subtracted, so h can be 1e-100 and the result is exact to rounding. At a kink of
    relu the curvature is that of the flat side.

    Source: Squire and Trapp, "Using complex variables to estimate derivatives of real
    functions", SIAM Review 40 (1998).

    Raises:
        ValueError: for an unknown name or a parameter without a number.

    >>> from core.network import network
    >>> line = network(1, "identity", "half_squared_error")
    >>> curvature(line, {"w1": 3, "b1": 0}, Dataset([1.0, 2.0], [2.0, 4.0]), ["w1", "b1"])
    array([[2.5, 1.5],
           [1.5, 1. ]])
    """
    require(graph, axes)
    arguments = inputs(graph, parameters, data, ndim=1)
    slopes = graph.compiled_gradient(axes)
    columns = []
    with np.errstate(all="ignore"):
        for name in axes:
            nudged = arguments | {name: arguments[name] + 1j * COMPLEX_STEP}
            columns.append([np.mean(np.imag(s)) for s in slopes(*nudged.values())[1:]])
    hessian = np.array(columns) / COMPLEX_STEP
    return (hessian + hessian.T) / 2


def require(graph: Graph, names: Sequence[str]) -> None:
    """ValueError with a sentence unless the names are different parameters of the graph."""
    known = [name for name in graph.inputs if name not in SAMPLED]
    for name in names:
        if name not in known:
            raise ValueError(f"{name} is not a parameter; known: {', '.join(known)}.")
    if len(set(names)) < len(names):
        raise ValueError(f"A parameter is named twice: {', '.join(names)}.")


def inputs(
    graph: Graph, parameters: Mapping[str, float], data: Dataset, ndim: int
) -> dict[str, Array]:
    """The graph's inputs in its order: parameters as scalars, samples on axis 0 of ``ndim``.

    ValueError if a parameter has no number, or one that is not finite.
    """
    missing = [n for n in graph.inputs if n not in SAMPLED and n not in parameters]
    if missing:
        raise ValueError(f"A value is missing for {', '.join(missing)}.")
    shape = (-1, *[1] * (ndim - 1))
    samples = {name: column.reshape(shape) for name, column in data.columns.items()}
    absent = [n for n in graph.inputs if n in SAMPLED and n not in samples]
    if absent:
        raise ValueError(f"The data has no {', '.join(absent)}.")
    arguments: dict[str, Array] = {
        name: samples[name] if name in samples else np.asarray(parameters[name], float)
        for name in graph.inputs
    }
    for name, value in arguments.items():
        if not np.isfinite(value).all():
            raise ValueError(f"{name} must be a finite number, not {value}.")
    return arguments


def over_samples(values: Array, ndim: int) -> Array:
    """The mean over axis 0 of ``ndim``; what is the same for every sample has no such axis."""
    return np.mean(values, axis=0) if np.ndim(values) == ndim else np.asarray(values)


def downstream(graph: Graph, source: str) -> set[str]:
    """The node and everything that depends on it."""
    found = {source}
    for node in graph.nodes:
        if found.intersection(graph.parents(node.name)):
            found.add(node.name)
    return found
