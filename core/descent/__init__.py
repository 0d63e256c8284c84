"""Gradient descent: the optimizers' rules, one run, many runs at once, and what became of them.

``rules`` the optimizers as expressions; ``recipes`` what a descent is told; ``run`` one descent
with every point of its path; ``regimes`` the words for how one ends; ``many`` the ends of many,
sooner; ``rates`` the learning rates at which the behaviour changes; ``race`` optimizers against
each other; ``starts`` which starts lead where; ``export`` a run as a script, a notebook, a table.
"""

from core.descent.recipes import LARGEST_COST, LARGEST_PARAMETER, MOST_STEPS, Recipe, recipe
from core.descent.run import Move, Path, costs_along, descend, follow

__all__ = [
    "LARGEST_COST",
    "LARGEST_PARAMETER",
    "MOST_STEPS",
    "Move",
    "Path",
    "Recipe",
    "costs_along",
    "descend",
    "follow",
    "recipe",
]
