"""Which starts lead where: a descent from every point of a grid.

>>> from core.network import network
>>> from core.descent.regimes import REGIMES
>>> line, data = network(1, "identity"), Dataset([2.0], [4.0])
>>> found = starts_map(line, {}, data, ("w1", "b1"), ([0, 1], [0, 1, 2]), steps=60,
...                    learning_rate=0.1, tolerance=1e-6)
>>> found.regime.shape, sorted({REGIMES[code] for code in found.regime.flat})
((3, 2), ['converged'])
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from core.descent.many import descend_many
from core.descent.regimes import Codes
from core.graph import Graph
from core.network import Dataset
from core.surface import inputs, require

Floats = npt.NDArray[np.float64]


class StartsMap(NamedTuple):
    """Where the descent from each start ended; arrays of shape ``(len(g2), len(g1))``.

    Attributes:
        cost: the last usable cost; NaN where the start has none.
        steps: how many steps it took for the slope to come within the tolerance, or NaN if it
            did not.
        regime: the place in :data:`core.descent.regimes.REGIMES`, by the rules for a single path;
            or ``UNDEFINED`` where the cost or its slope at the start is not a finite number.
        ends: the last usable value of each trained parameter.
    """

    cost: Floats
    steps: Floats
    regime: Codes
    ends: dict[str, Floats]


def starts_map(
    graph: Graph,
    parameters: Mapping[str, float],
    data: Dataset,
    axes: tuple[str, str] = ("w1", "w2"),
    grids: tuple[npt.ArrayLike, npt.ArrayLike] = (np.linspace(-10, 10, 61),) * 2,
    optimizer: str = "gradient_descent",
    learning_rate: float = 0.5,
    steps: int = 300,
    tolerance: float | None = 1e-3,
    train: Sequence[str] | None = None,
    on_progress: Callable[[float], object] | None = None,
) -> StartsMap:
    """Descend from every point of a grid over two parameters.

    Args:
        graph: the network, with inputs x and y.
        parameters: where the other parameters start, or are held.
        data: the samples that the cost is averaged over.
        axes: the names of the two parameters of the grid.
        grids: their values, two sequences of numbers ``g1`` and ``g2``.
        optimizer: a name in :data:`core.descent.rules.OPTIMIZERS`.
        learning_rate: positive.
        steps: 1 to 2000; the most that each path takes.
        tolerance: of the slope, at which a path ends; None for never.
        train: the parameters that are moved, by default those of the axes.
        on_progress: called now and then with the share of the work that is done, from 0 to 1.
            To cancel, raise: the exception ends the work and goes to the caller.

    Raises:
        ValueError: for an argument that does not fit, with a sentence that says which.
    """
    require(graph, axes)
    across, along = (np.asarray(grid, dtype=float).reshape(-1) for grid in grids)
    if not (across.size and along.size and np.isfinite([*across, *along]).all()):
        raise ValueError("Each axis of the grid needs at least one number, all of them finite.")
    rest = {name: value for name, value in parameters.items() if name not in axes}
    arguments = inputs(graph, rest | dict.fromkeys(axes, 0.0), data, ndim=2)
    shape = (along.size, across.size)
    arguments[axes[0]] = np.broadcast_to(across, shape).ravel()
    arguments[axes[1]] = np.broadcast_to(along[:, None], shape).ravel()
    moved = tuple(axes) if train is None else tuple(train)
    ends = descend_many(
        graph, arguments, optimizer, learning_rate, steps, moved, tolerance, on_progress
    )
    return StartsMap(
        ends.cost.reshape(shape),
        np.where(ends.reached, ends.steps, np.nan).reshape(shape),
        ends.regime.reshape(shape),
        {name: values.reshape(shape) for name, values in zip(moved, ends.points, strict=True)},
    )
