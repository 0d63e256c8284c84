"""Gradient descent: the optimizers' rules, one run, many runs at once, and what became of them.

``rules`` the optimizers as expressions; ``run`` one descent with every point of its path;
``regimes`` the words for how one ends; ``many`` the ends of many, sooner; ``rates`` the learning
rates at which the behaviour changes; ``race`` optimizers against each other; ``starts`` which
starts lead where; ``export`` a run as a script, a notebook and a table.
"""

from core.descent.run import (
    LARGEST_COST,
    LARGEST_PARAMETER,
    MOST_STEPS,
    Move,
    Path,
    descend,
    recipe,
)

__all__ = [
    "LARGEST_COST",
    "LARGEST_PARAMETER",
    "MOST_STEPS",
    "Move",
    "Path",
    "descend",
    "recipe",
]
