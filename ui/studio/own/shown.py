"""The network as it stands on the screen: its weights at the step that the player shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from core.descent import Path, Recipe
from core.graph import Graph
from core.network import Architecture, Dataset, layered, parameters
from ui.session.learner import cost_name


@dataclass(frozen=True, eq=False)
class Shown:
    """What the views look at.

    Attributes:
        settings: the learner's, from :func:`ui.session.built.now`.
        shape: the network's.
        start: the weights and biases before the run.
        recipe: the samples, and how it is trained.
        path: the run; None before there is one.
    """

    settings: Mapping[str, Any]
    shape: Architecture
    start: Mapping[str, float]
    recipe: Recipe
    path: Path | None = None

    @cached_property
    def graph(self) -> Graph:
        return layered(self.shape)

    @property
    def data(self) -> Dataset:
        return self.recipe.data

    @property
    def step(self) -> int:
        """The step on the screen; the path may be shorter than where the player stood before."""
        return min(int(self.settings["at"]), len(self.path) - 1) if self.path else 0

    @property
    def values(self) -> dict[str, float]:
        """The weights and biases on the screen."""
        return self.path.at(self.step) if self.path else dict(self.start)

    @property
    def names(self) -> tuple[str, ...]:
        return parameters(self.graph)

    @property
    def cost(self) -> str:
        """The cost's name on one line."""
        return cost_name(self.data)

    @property
    def when(self) -> str:
        """Which weights these are, in words.

        >>> from core.network import Layer
        >>> one = Dataset([0.0], [0.0])
        >>> Shown({"at": 0}, Architecture(1, (Layer(1),)), {}, Recipe(one)).when
        'before any training'
        """
        if self.path is None:
            return "before any training"
        return f"at step {self.step} of {len(self.path) - 1}"

    def written(self, name: str) -> str:
        """A node's name on one line."""
        return self.graph.text(self.graph[name].symbol)
