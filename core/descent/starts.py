"""Which starts lead where: a descent from every point of a grid.

>>> from core.network import Dataset, network
>>> from core.descent.regimes import REGIMES
>>> line, data = network(1, "identity"), Dataset([2.0], [4.0])
>>> recipe = Recipe(data, learning_rate=0.1, steps=60, train=("w1", "b1"), tolerance=1e-6)
>>> found = starts_map(line, {}, recipe, ("w1", "b1"), ([0, 1], [0, 1, 2]))
>>> found.regime.shape, sorted({REGIMES[code] for code in found.regime.flat})
((3, 2), ['converged'])
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from core.descent.many import descend_many
from core.descent.recipes import Recipe
from core.descent.regimes import Codes
from core.graph import Graph
from core.surface import require

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
    recipe: Recipe,
    axes: tuple[str, str] = ("w1", "w2"),
    grids: tuple[npt.ArrayLike, npt.ArrayLike] = (np.linspace(-10, 10, 61),) * 2,
    on_progress: Callable[[float], object] | None = None,
) -> StartsMap:
    """Descend from every point of a grid over two parameters.

    Args:
        graph: the network, with inputs x and y.
        parameters: where the other parameters start, or are held.
        recipe: how each descends; every step sees all the samples.
        axes: the names of the two parameters of the grid.
        grids: their values, two sequences of numbers ``g1`` and ``g2``.
        on_progress: called now and then with the share of the work that is done, from 0 to 1.
            To cancel, raise: the exception ends the work and goes to the caller.

    Raises:
        ValueError: for an argument that does not fit, with a sentence that says which.
    """
    require(graph, axes)
    across, along = (np.asarray(grid, dtype=float).reshape(-1) for grid in grids)
    if not (across.size and along.size and np.isfinite([*across, *along]).all()):
        raise ValueError("Each axis of the grid needs at least one number, all of them finite.")
    shape = (along.size, across.size)
    grid = (np.broadcast_to(g, shape).ravel() for g in (across, along[:, None]))
    starts = {**parameters, **dict(zip(axes, grid, strict=True))}
    ends = descend_many(graph, starts, recipe, on_progress=on_progress)
    return StartsMap(
        ends.cost.reshape(shape),
        np.where(ends.reached, ends.steps, np.nan).reshape(shape),
        ends.regime.reshape(shape),
        {
            name: values.reshape(shape)
            for name, values in zip(recipe.train, ends.points, strict=True)
        },
    )
