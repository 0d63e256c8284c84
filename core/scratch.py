"""A network that a learner built, to take away: as code from scratch, in PyTorch, as its weights.

The code is for exactly one shape, one data set and one way to train, with nothing left open. The
NumPy script computes with matrices what :func:`core.descent.follow` computes node by node, so it
adds in another order: of a run that forgets small differences the numbers agree to about 12 digits,
of one that magnifies them (a learning rate that is too large, a relu at its corner) to fewer.

>>> from core.network import Dataset, Layer
>>> line = Architecture(1, (Layer(1, "identity"),))
>>> start = {"w1_11": 1.0, "b1_1": 0.0, "w2_11": 1.0, "b2_1": 0.0}
>>> recipe = Recipe(Dataset([2.0], [4.0]), train=tuple(start), learning_rate=0.125, steps=1)
>>> code = numpy_script(line, start, recipe)
>>> print(code[code.index("# Training") :])
# Training: Gradient descent, 1 step
eta = 0.125  # the learning rate
weights = [W1, b1, W2, b2]  # the arrays themselves, not copies
for step in range(1):
    _, gradient = cost_and_gradient(x, y)
    for w, g in zip(weights, gradient):
        w -= eta * g
<BLANKLINE>
# The result, as in Chain Rule Lab
J, _ = cost_and_gradient(x, y)
print("J =", J)
for name, w in zip(["W1", "b1", "W2", "b2"], weights):
    print(name, "=", w.tolist())
<BLANKLINE>
"""

import ast
import json
import math
import re
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import sympy

from core import parts
from core.descent import Path, Recipe
from core.descent.rules import RULES, assignments, counts
from core.functions import ACTIVATIONS, WRITTEN_BY_OWN_VALUE
from core.graph import symbol
from core.matrices import by_name, formulas, weights
from core.network import Architecture, Dataset, Layer, layered, parameters
from core.numeric import code
from core.parts import Part
from core.printing import latex
from core.script import used_helpers
from core.surface import inputs

WIDEST = 88
"""Characters in a line of code."""
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


def numpy_script(
    architecture: Architecture,
    start: Mapping[str, float],
    recipe: Recipe,
    steps: int | None = None,
) -> str:
    """The network and its training in plain NumPy: forward, backward and update in matrix form.

    Its last lines print ``J = number``, the mean cost over all the samples, and ``W1 = [[…], …]``
    for each matrix.

    Args:
        architecture: the network's shape.
        start: a number for each weight and bias; other keys are ignored.
        recipe: the data and how to train; its ``train`` must be all the weights and biases.
        steps: how many to take, where the run ended before all of the recipe's: a path takes
            ``len(path) - 1``, and what ended it is no part of the script.

    Raises:
        ValueError: for an argument that does not fit, with a sentence that says which.
    """
    return _script(_numpy_parts(architecture, start, recipe, steps))


def torch_script(
    architecture: Architecture,
    start: Mapping[str, float],
    recipe: Recipe,
    steps: int | None = None,
) -> str:
    """The same in PyTorch, whose automatic differentiation does the backward pass.

    Arguments, errors and what it prints are those of :func:`numpy_script`. With mini-batches it
    takes the shuffles from NumPy, so that they are the same.
    """
    return _script(_torch_parts(architecture, start, recipe, steps))


def notebook(
    architecture: Architecture,
    start: Mapping[str, float],
    recipe: Recipe,
    steps: int | None = None,
) -> str:
    """The NumPy script as a Jupyter notebook, format 4.5, with the formulas above the code.

    Arguments and errors are those of :func:`numpy_script`.
    """
    return parts.notebook(_numpy_parts(architecture, start, recipe, steps))


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
    saved = {
        "format": FORMAT,
        "inputs": list(architecture.input_names),
        "cost": architecture.cost,
        "layers": layers,
        "result": {"steps": len(path) - 1, "J": float(path.cost[-1])},
        "training": {name: getattr(recipe, name) for name in _TRAINING} | {"decay": _decay(recipe)},
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


# ---- NumPy


def _numpy_parts(
    architecture: Architecture, start: Mapping[str, float], recipe: Recipe, steps: int | None
) -> list[Part]:
    _require(architecture, start, recipe)
    columns = recipe.data.columns
    x, y = [columns[name] for name in architecture.input_names], [columns["y"]]
    samples, steps = len(recipe.data), recipe.steps if steps is None else steps
    data = [
        "import numpy as np",
        "",
        f"# A column is a sample: x is {len(x)} × {samples}, y is 1 × {samples}.",
        _array("x", x),
        _array("y", y),
    ]
    begin = [_array(key, matrix) for key, matrix in weights(architecture, start).items()]
    equations = " \\\\\n".join(
        formula.replace("=", "&=", 1) for formula in formulas(architecture).values()
    )
    return [
        Part(_title(architecture), "The samples.", "\n".join(data)),
        Part(
            "The weights and biases before the training",
            "Row $j$ of a matrix holds the weights into neuron $j$ of its layer.",
            "\n".join(begin),
        ),
        Part(
            "Forward, then backward",
            f"With $\\delta^{{(l)}} = \\partial J / \\partial z^{{(l)}}$, for one sample:\n\n"
            f"$$\n\\begin{{aligned}}\n{equations}\n\\end{{aligned}}\n$$\n\n"
            "The code does it for all the samples at once, a column each; the products with a "
            "transposed matrix add up their derivatives.",
            _cost_and_gradient(architecture),
        ),
        Part(
            _training_title(recipe, steps),
            _rule(recipe),
            _training(architecture, recipe, steps),
        ),
        Part(
            "The result, as in Chain Rule Lab",
            "The mean cost over all the samples, and the weights.",
            "J, _ = cost_and_gradient(x, y)\n"
            'print("J =", J)\n'
            f"for name, w in zip({_quoted(_keys(architecture))}, weights):\n"
            '    print(name, "=", w.tolist())',
        ),
    ]


def _cost_and_gradient(architecture: Architecture) -> str:
    """The two passes as a function, with the functions that NumPy lacks in front."""
    last, keys = len(architecture.activations), _keys(architecture)
    signals = ["x", *(f"a{k}" for k in range(1, last)), "yhat"]
    written = ["x", *(f"a{_up(k)}" for k in range(1, last)), "ŷ"]
    forward, backward = [], []
    for k, activation in enumerate(architecture.activations, 1):
        value, slope = _activated(activation, k)
        up, above, name = _up(k), _up(k + 1), _called(activation)
        forward += [
            (f"z{k} = W{k} @ {signals[k - 1]} + b{k}", f"z{up} = W{up} {written[k - 1]} + b{up}"),
            (
                f"{signals[k]} = {value}",
                f"{written[k]} = {name}(z{up})" if name else f"{written[k]} = z{up}",
            ),
        ]
        delta = (f"W{k + 1}.T @ delta{k + 1}", f"W{above}ᵀ δ{above}")
        if k == last:
            delta = ("(yhat - y) / y.size", "ŷ − y, over n for the mean of J")
        elif slope:
            delta = (f"({delta[0]}) * {slope}", f"({delta[1]}) ⊙ {name}′(z{up})")
        backward.append(
            [
                (f"delta{k} = {delta[0]}", f"δ{up} = {delta[1]}"),
                (f"dW{k} = delta{k} @ {signals[k - 1]}.T", f"∂J/∂W{up} = δ{up} {written[k - 1]}ᵀ"),
                (f"db{k} = delta{k}.sum(axis=1, keepdims=True)", f"∂J/∂b{up} = δ{up}"),
            ]
        )
    body = [
        "# Forward",
        *_noted(forward),
        *_cost(architecture),
        "# Backward, with δ = ∂J/∂z, a column a sample; @ and sum add the samples up",
        *_noted([line for lines in reversed(backward) for line in lines]),
        f"return J, [{', '.join(f'd{key}' for key in keys)}]",
    ]
    function = "def cost_and_gradient(x, y):\n" + textwrap.indent("\n".join(body), "    ")
    return "\n\n\n".join([*_helpers(architecture), function])


def _cost(architecture: Architecture) -> list[str]:
    if not architecture.classes:
        return ["J = np.mean((yhat - y)**2 / 2)  # half the squared error, mean over the samples"]
    last = len(architecture.activations)
    return [
        "# The cross-entropy −y log ŷ − (1 − y) log(1 − ŷ), mean over the samples; of z",
        "# it is log(1 + eᶻ) − y z, which has its number even where ŷ rounds to 0 or 1",
        f"J = np.mean(np.logaddexp(0, z{last}) - y * z{last})",
    ]


def _helpers(architecture: Architecture) -> list[str]:
    values = [part for k, name in enumerate(architecture.activations, 1) for part in _of(name, k)]
    own = [source for source in used_helpers(values) if not source.startswith(_PLAIN)]
    if not own:
        return []
    overflow = 'np.seterr(over="ignore")  # far from 0 an exp may be inf: 1 / (1 + inf) is 0'
    first, *rest = own
    return [f"{overflow}\n\n\n{first}", *rest]


_PLAIN = ("def relu", "def step")
"""What is written out where it is used."""


def _of(activation: str, layer: int) -> tuple[sympy.Expr, sympy.Expr]:
    """a = σ(z) and σ′(z), which may be in terms of a."""
    z, a = symbol(f"z{layer}"), symbol(f"a{layer}")
    value = ACTIVATIONS[activation].of(z)
    slope = value.diff(z)
    return value, slope.xreplace({value: a}) if isinstance(value, WRITTEN_BY_OWN_VALUE) else slope


def _activated(activation: str, layer: int) -> tuple[str, str]:
    """The same as code; the slope is ready to stand in a product, or empty if it is 1."""
    if activation == "relu":
        return f"np.maximum(z{layer}, 0)", f"(z{layer} > 0)"
    value, slope = _of(activation, layer)
    factor = _spaced(code(slope))
    if not slope.is_Mul:
        factor = "" if slope == 1 else f"({factor})"
    return _spaced(code(value)), factor


def _rule(recipe: Recipe) -> str:
    """What a step does, in Markdown."""
    rule, decay = RULES[recipe.optimizer], _decay(recipe)
    changes = (rf"${name} \leftarrow {latex(new)}$" for name, new in assignments(recipe.optimizer))
    sentences = [f"{rule.summary}: {', '.join(changes)}.", rule.source]
    if decay:
        sentences.append(f"Before that, weight decay adds ${decay!r}\\, p$ to the gradient $g$.")
    if recipe.batch_size:
        sentences.append(f"Each step sees {recipe.batch_size} of the samples.")
    return " ".join(sentences)


def _training(architecture: Architecture, recipe: Recipe, steps: int) -> str:
    rule, size, decay = RULES[recipe.optimizer], recipe.batch_size, _decay(recipe)
    counters = [part for part, renewed in rule.states if counts(part, renewed)]
    memory = [part for part, _ in rule.states if part not in counters]

    def written(expression: sympy.Expr) -> str:
        # Renamed as text: SymPy would sort the terms anew.
        text = _spaced(code(expression))
        return re.sub(rf"\b({'|'.join(memory)})\b", r"\1[k]", text) if memory else text

    step = written(rule.step)
    falls = rule.step.is_Mul and step.startswith("-")
    lines = [
        *_settings(recipe),
        f"weights = [{', '.join(_keys(architecture))}]  # the arrays themselves, not copies",
        *(
            f"{part} = [np.zeros_like(w) for w in weights]  # {_MEMORY.get(part, 'the memory')}"
            for part in memory
        ),
        *(f"{part} = 0" for part in counters),
        *_shuffles(recipe),
        f"for step in range({steps}):",
        *(_drawn(size, "y.size") if size else []),
        f"    _, gradient = cost_and_gradient({'x[:, seen], y[:, seen]' if size else 'x, y'})",
        *(f"    {part} = {written(new)}" for part, new in rule.states if part in counters),
        "    for k, (w, g) in enumerate(zip(weights, gradient)):"
        if memory
        else "    for w, g in zip(weights, gradient):",
        *(["        g = g + decay * w"] if decay else []),
        *(f"        {part}[k] = {written(new)}" for part, new in rule.states if part in memory),
        f"        w -= {step[1:]}" if falls else f"        w += {step}",
    ]
    return "\n".join(lines)


_MEMORY = {"v": "the velocity", "m": "the mean gradient", "s": "the squared gradients"}


# ---- PyTorch


_MODULES = {
    "sigmoid": "nn.Sigmoid(),",
    "tanh": "nn.Tanh(),",
    "relu": "nn.ReLU(),",
    "identity": "",
}
"""Each activation of :data:`core.functions.ACTIVATIONS` as PyTorch calls it, with its comma."""
_OPTIMIZERS = {
    "gradient_descent": "SGD(lr=eta)",
    "momentum": "SGD(lr=eta, momentum=0.9)",
    "nesterov": "SGD(lr=eta, momentum=0.9, nesterov=True)",
    "adagrad": "Adagrad(lr=eta, eps=1e-10)",
    "rmsprop": "RMSprop(lr=eta, alpha=0.99, eps=1e-8)",
    "adam": "Adam(lr=eta, betas=(0.9, 0.999), eps=1e-8)",
}
"""Each rule of :data:`core.descent.rules.RULES` as PyTorch calls it."""


def _torch_parts(
    architecture: Architecture, start: Mapping[str, float], recipe: Recipe, steps: int | None
) -> list[Part]:
    _require(architecture, start, recipe)
    columns, size, decay = recipe.data.columns, recipe.batch_size, _decay(recipe)
    steps = recipe.steps if steps is None else steps
    data = [
        *(["import numpy as np"] if size else []),
        "import torch",
        "from torch import nn",
        "",
        "torch.set_default_dtype(torch.float64)",
        "",
        "# Written a column a sample; PyTorch wants them a row each.",
        _array("x", [columns[name] for name in architecture.input_names], "torch.tensor", ".T"),
        _array("y", [columns["y"]], "torch.tensor", ".T"),
    ]
    begin = [
        _array(key, matrix if key[0] == "W" else matrix.ravel(), "torch.tensor")
        for key, matrix in weights(architecture, start).items()
    ]
    shapes = zip(architecture.sizes, architecture.sizes[1:], architecture.activations, strict=False)
    layers = [part for n, m, name in shapes for part in (f"nn.Linear({n}, {m}),", _MODULES[name])]
    if architecture.classes:
        layers[-2:] = [f"{layers[-2]}  # its sigmoid is in the cost, which is computed from z"]
    call = "binary_cross_entropy_with_logits" if architecture.classes else "mse_loss"
    half = "" if architecture.classes else " / 2"
    network = [
        "network = nn.Sequential(",
        *(f"    {layer}" for layer in layers if layer),
        ")",
        "with torch.no_grad():",
        f"    for p, began in zip(network.parameters(), [{', '.join(_keys(architecture))}]):",
        "        p.copy_(began)",
        "",
        "",
        "def cost(x, y):",
        f"    return nn.functional.{call}(network(x), y){half}",
    ]
    rule = _OPTIMIZERS[recipe.optimizer].replace("(lr=eta", "(network.parameters(), lr=eta")
    if decay:
        rule = f"{rule[:-1]}, weight_decay=decay)"
    name, _, settings = rule.partition("(")
    optimizer = f"optimizer = torch.optim.{rule}"
    if len(optimizer) > WIDEST:
        optimizer = f"optimizer = torch.optim.{name}(\n    {settings[:-1]}\n)"
    training = [
        *_settings(recipe),
        optimizer,
        *_shuffles(recipe),
        f"for step in range({steps}):",
        *(_drawn(size, "len(y)") if size else []),
        "    optimizer.zero_grad()",
        f"    cost({'x[seen], y[seen]' if size else 'x, y'}).backward()",
        "    optimizer.step()",
    ]
    result = [
        'print("J =", cost(x, y).item())',
        f"names = {_quoted(_keys(architecture))}",
        "for name, p in zip(names, network.parameters()):",
        '    print(name, "=", p.reshape(len(p), -1).tolist())  # a bias as a column, too',
    ]
    return [
        Part(_title(architecture, "in PyTorch"), "", "\n".join(data)),
        Part("The weights and biases before the training", "", "\n".join(begin)),
        Part("The network and its cost", "", "\n".join(network)),
        Part(_training_title(recipe, steps), "", "\n".join(training)),
        Part("The result, as in Chain Rule Lab", "", "\n".join(result)),
    ]


# ---- both


def _require(architecture: Architecture, start: Mapping[str, float], recipe: Recipe) -> None:
    graph = layered(architecture)
    inputs(graph, start, recipe.data, ndim=1)
    if set(recipe.train) != set(parameters(graph)):
        raise ValueError("The code trains all the weights and biases, so the recipe must, too.")


def _decay(recipe: Recipe) -> float:
    return float(getattr(recipe, "decay", 0.0))


def _script(all_parts: Sequence[Part]) -> str:
    text = ""
    for part in all_parts:
        text += f"# {part.title}\n{part.code}\n\n"
        text += "\n" if "def " in part.code else ""  # as PEP 8 has it
    return text.rstrip() + "\n"


def _title(architecture: Architecture, how: str = "from scratch") -> str:
    widths = zip(architecture.sizes[1:], architecture.activations, strict=True)
    count = f"{architecture.inputs} input{'s' if architecture.inputs > 1 else ''}"
    return f"A neural network {how}: " + ", ".join([count, *(f"{n} {name}" for n, name in widths)])


def _training_title(recipe: Recipe, steps: int) -> str:
    parts = [RULES[recipe.optimizer].label, f"{steps} step{'s' if steps != 1 else ''}"]
    if recipe.batch_size:
        parts.append(f"each on {recipe.batch_size} of the samples")
    if _decay(recipe):
        parts.append("with weight decay")
    return "Training: " + ", ".join(parts)


def _settings(recipe: Recipe) -> list[str]:
    lines = [f"eta = {float(recipe.learning_rate)!r}  # the learning rate"]
    if _decay(recipe):
        lines.append(f"decay = {_decay(recipe)!r}  # of the weights")
    return lines


def _shuffles(recipe: Recipe) -> list[str]:
    if not recipe.batch_size:
        return []
    return [f"random, order = np.random.default_rng({int(recipe.seed)}), []"]


def _drawn(size: int, samples: str) -> list[str]:
    return [
        "    if len(order) == 0:  # a new epoch: every sample once, in a new order",
        f"        order = random.permutation({samples})",
        f"    seen, order = order[:{size}], order[{size}:]",
    ]


def _keys(architecture: Architecture) -> list[str]:
    return [f"{letter}{k}" for k in range(1, len(architecture.sizes)) for letter in "Wb"]


def _quoted(names: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{name}"' for name in names) + "]"


def _array(
    name: str,
    values: npt.ArrayLike | Sequence[npt.ArrayLike],
    call: str = "np.array",
    end: str = "",
) -> str:
    """An assignment of a vector or a matrix, with every digit."""
    array = np.asarray(values, float)
    line = f"{name} = {call}({array.tolist()!r}){end}"
    if len(line) <= WIDEST:
        return line
    rows = [", ".join(map(repr, row)) for row in np.atleast_2d(array).tolist()]
    if array.ndim == 1:
        lines = [_filled(rows[0], "    ", "    ")]
    else:
        lines = [_filled(row, "    [", "     ") + "]," for row in rows]
    return "\n".join([f"{name} = {call}([", *lines, f"]){end}"])


def _filled(row: str, first: str, then: str) -> str:
    return textwrap.fill(
        row, WIDEST - 2, initial_indent=first, subsequent_indent=then, break_on_hyphens=False
    )


def _noted(lines: Sequence[tuple[str, str]]) -> list[str]:
    """Code with a comment at its side, the comments below each other."""
    width = max(len(code) for code, _ in lines)
    return [f"{code:{width}}  # {note}" for code, note in lines]


def _spaced(expression: str) -> str:
    """An expression with spaces around its operators, powers excepted."""
    text = ast.unparse(ast.parse(expression, mode="eval")).replace(" ** ", "**")
    return text.replace("e-0", "e-")


def _called(activation: str) -> str:
    return {"sigmoid": "σ", "identity": ""}.get(activation, activation)


def _up(layer: int) -> str:
    return f"⁽{'⁰¹²³⁴⁵'[layer]}⁾"
