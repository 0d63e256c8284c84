"""A network that a learner built as JSON, with its data and its training."""

import json
import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from core.descent import Path, Recipe
from core.matrices import by_name, weights
from core.network import Architecture, Dataset, Layer, layered, parameters

FORMAT = "chain-rule-lab-network-1"
"""The first entry of a saved network, which says how the rest is to be read."""


class Saved(NamedTuple):
    """A trained network as it is kept in a file.

    Attributes:
        architecture: its shape.
        start: its weights and biases before the training, by the graph's names.
        recipe: the data and how it was trained.
        steps: how many were taken.
        end: its weights and biases after them.
        cost: the mean cost there.
    """

    architecture: Architecture
    start: dict[str, float]
    recipe: Recipe
    steps: int
    end: dict[str, float]
    cost: float


def weights_json(
    architecture: Architecture, start: Mapping[str, float], recipe: Recipe, path: Path
) -> str:
    """The network, its data, its training and what came of it; :func:`read_network` reads it.

    Every number is written so that it is read back to the last bit. The layers hold the weights
    after the last step of the path, as matrices; ``start`` holds those before the first.
    """
    began, ended = weights(architecture, start), weights(architecture, path.at(-1))
    layers = [
        {
            "activation": activation,
            "W": ended[f"W{k}"].tolist(),
            "b": ended[f"b{k}"].ravel().tolist(),
        }
        for k, activation in enumerate(architecture.activations, 1)
    ]
    training = {name: getattr(recipe, name) for name in _TRAINING}
    saved = {
        "format": FORMAT,
        "inputs": list(architecture.input_names),
        "cost": architecture.cost,
        "layers": layers,
        "result": {"steps": len(path) - 1, "J": float(path.cost[-1])},
        "training": training | {"decay": recipe.decay},
        "start": {key: matrix.tolist() for key, matrix in began.items()},
        "data": {name: column.tolist() for name, column in recipe.data.columns.items()},
    }
    return json.dumps(saved, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def read_network(text: str) -> Saved:
    """What :func:`weights_json` wrote.

    Raises:
        ValueError: for any other text, with a sentence.

    >>> read_network("[1, 2]")
    Traceback (most recent call last):
    ValueError: This is no network that Chain Rule Lab has written.
    """
    try:
        return _saved(json.loads(text))
    except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RecursionError):
        raise ValueError("This is no network that Chain Rule Lab has written.") from None


_TRAINING = ("optimizer", "learning_rate", "steps", "batch", "seed", "tolerance")


def _saved(found: Any) -> Saved:
    *hidden, last = found["layers"]
    sizes = [Layer(len(layer["b"]), layer["activation"]) for layer in hidden]
    architecture = Architecture(
        len(found["inputs"]), tuple(sizes), classes=last["activation"] == "sigmoid"
    )
    told = (FORMAT, list(architecture.input_names), architecture.cost, architecture.activations[-1])
    if told != (found["format"], found["inputs"], found["cost"], last["activation"]):
        raise ValueError("Its parts belong to different networks.")
    end: dict[str, Any] = {}
    for k, layer in enumerate(found["layers"], 1):
        end |= {f"W{k}": layer["W"], f"b{k}": [[bias] for bias in layer["b"]]}
    columns = [found["data"][name] for name in architecture.input_names]
    x = columns[0] if len(columns) == 1 else np.array(columns, float).T
    training = {name: found["training"][name] for name in _TRAINING}
    training["learning_rate"] = float(training["learning_rate"])  # elsewhere there may be several
    if found["training"]["decay"]:
        training["decay"] = found["training"]["decay"]
    recipe = Recipe(
        Dataset(x, found["data"]["y"]), train=parameters(layered(architecture)), **training
    )
    saved = Saved(
        architecture,
        by_name(architecture, found["start"]),
        recipe,
        int(found["result"]["steps"]),
        by_name(architecture, end),
        float(found["result"]["J"]),
    )
    if not all(map(math.isfinite, [*saved.start.values(), *saved.end.values(), saved.cost])):
        raise ValueError("It holds a number that is not finite.")
    return saved
