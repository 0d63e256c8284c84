"""What a page shows at some settings: the numbers that a sentence's condition is tried on."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from core.datasets import dataset
from core.descent import Path, costs_along, descend
from core.functions import Array
from core.graph import Graph
from core.network import Dataset, layered, network
from core.parsing import parse
from core.tabular import decode_points
from ui.lessons import own


def near(first: float, second: float) -> bool:
    """Whether two ways to one number came to the same, but for rounding."""
    return math.isclose(first, second, rel_tol=1e-9, abs_tol=1e-12)


@dataclass(frozen=True)
class Shown:
    """One lesson at one state of all its parameters; everything else is computed when asked for.

    ``settings`` gives every parameter of the app its value, by its name in the link.
    """

    lesson: str
    settings: Mapping[str, float | str]

    @property
    def built(self) -> bool:
        """Whether the network is the one that the learner builds."""
        return self.lesson == own.PAGE

    def __getitem__(self, name: str) -> float:
        """A node's value."""
        return float(self.values[name])

    def slope(self, name: str) -> float:
        """The derivative of the output with respect to a node."""
        return float(self.slopes[name])

    def factor(self, child: str, parent: str) -> float:
        """The local derivative of a child with respect to its parent."""
        return float(self.graph.factor(child, parent).value(self.values))

    @cached_property
    def graph(self) -> Graph:
        if self.lesson == "chain_rule":
            return parse(str(self.settings["f"]))
        if self.built:
            return layered(own.architecture(self.settings))
        depth = int(self.settings["depth"]) if self.lesson == "going_deeper" else 2
        return network(depth, str(self.settings["activation"]), str(self.settings["cost"]))

    @cached_property
    def values(self) -> dict[str, Array]:
        """What the network carries: one of the data's samples, at the step of the path."""
        carried = self._inputs
        if self.built or self.lesson in ("cost_surface", "gradient_descent"):
            which = self.settings["point" if self.built else "sample"]
            k = min(int(which), len(self.data)) - 1
            carried |= {name: float(column[k]) for name, column in self.data.columns.items()}
        return self.graph.forward(carried | (self.path.at(self.at) if self.at else {}))

    @property
    def at(self) -> int:
        """The step of the path that the player stands on; 0 of a run that is not made here."""
        plays = self.settings["trained"] if self.built else self.lesson == "gradient_descent"
        if not plays or not self.settings["at"] or (self.built and not self.runs):
            return 0
        return min(int(self.settings["at"]), len(self.path) - 1)

    @cached_property
    def _inputs(self) -> dict[str, float]:
        if self.built:
            return own.weights(self.settings)
        return {name: float(self.settings[name]) for name in self.graph.inputs}

    def but(self, **settings: float | str) -> "Shown":
        """The same with other settings, to compare with."""
        return replace(self, settings={**self.settings, **settings})

    @property
    def after(self) -> dict[str, float]:
        """The parameters after the path's next step."""
        return self.path.at(min(self.at + 1, len(self.path) - 1))

    @cached_property
    def slopes(self) -> dict[str, Array]:
        return self.graph.backward(self.values)

    @cached_property
    def data(self) -> Dataset:
        if self.built:
            return own.samples(self.settings)[0]
        if self.settings["data"] == "own":
            return decode_points(str(self.settings["points"]))
        x, y = float(self.settings["x"]), float(self.settings["y"])
        return dataset(str(self.settings["data"]), x, y)

    @cached_property
    def path(self) -> Path:
        """The descent with these settings."""
        if self.built:
            return own.run(self.settings)
        chosen = self.settings
        every = tuple(n for n in self.graph.inputs if self.graph[n].kind == "parameter")
        return descend(
            self.graph,
            self._inputs,
            self.data,
            str(chosen["optimizer"]),
            float(chosen["rate"]),
            int(chosen["steps"]),
            ("w1", "w2") if chosen["train"] == "weights" else every,
            float(chosen["tolerance"]) or None,
            int(chosen["batch"]) or None,
            int(chosen["seed"]),
        )

    # ---- of the network that the learner builds

    @cached_property
    def runs(self) -> bool:
        """Whether its run can be made, and is short enough to be made for a sentence's sake."""
        try:
            return own.brief(self.settings) and len(self.path) > 1
        except ValueError:
            return False

    @cached_property
    def over(self) -> dict[str, Array]:
        """Every node's value over the samples, at the step of the path."""
        return own.over(self.graph, self.path.at(self.at) if self.at else self._inputs, self.data)

    @cached_property
    def at_the_end(self) -> dict[str, Array]:
        """The same after the last step."""
        return own.over(self.graph, self.path.at(len(self.path) - 1), self.data)

    @cached_property
    def held_cost(self) -> Array:
        """The mean cost of the samples that are held out, at each point of the path."""
        _, held = own.samples(self.settings)
        return (
            np.full(len(self.path), np.nan)
            if held is None
            else costs_along(self.graph, self.path, held)
        )
