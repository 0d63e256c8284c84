"""The same network and its training in PyTorch, which does the backward pass."""

from collections.abc import Mapping

from core.descent import Recipe
from core.descent.rules import RULES
from core.functions import ACTIVATIONS
from core.graph import symbol
from core.matrices import weights
from core.network import Architecture
from core.numeric import code
from core.parts import Part
from core.scratch.lines import (
    WIDEST,
    assignment,
    draw_lines,
    joined,
    matrix_names,
    network_title,
    quoted,
    require,
    settings_lines,
    shuffle_lines,
    spaced,
    training_title,
    update,
)
from core.script import torch_source, used_functions


def torch_script(
    architecture: Architecture,
    start: Mapping[str, float],
    recipe: Recipe,
    steps: int | None = None,
) -> str:
    """The same in PyTorch, whose automatic differentiation does the backward pass.

    Arguments, errors and what it prints are those of :func:`core.scratch.by_hand.numpy_script`.
    With mini-batches it takes the shuffles from NumPy, so that they are the same.
    """
    return joined(_torch_parts(architecture, start, recipe, steps))


def _torch_parts(
    architecture: Architecture, start: Mapping[str, float], recipe: Recipe, steps: int | None
) -> list[Part]:
    require(architecture, start, recipe)
    columns, size = recipe.data.columns, recipe.batch_size
    steps = recipe.steps if steps is None else steps
    data = [
        *(["import numpy as np"] if size else []),
        "import torch",
        "from torch import nn",
        "",
        "torch.set_default_dtype(torch.float64)",
        "",
        "# Written a column a sample; PyTorch wants them a row each.",
        assignment("x", [columns[name] for name in architecture.input_names], "torch.tensor", ".T"),
        assignment("y", [columns["y"]], "torch.tensor", ".T"),
    ]
    begin = [
        assignment(key, matrix if key[0] == "W" else matrix.ravel(), "torch.tensor")
        for key, matrix in weights(architecture, start).items()
    ]
    layers = []
    shapes = zip(architecture.sizes, architecture.sizes[1:], architecture.activations, strict=False)
    for n, m, name in shapes:
        layers += [f"nn.Linear({n}, {m}),", *(f"{called}()," for called in _modules(name))]
    if architecture.classes:
        layers[-2:] = [f"{layers[-2]}  # its sigmoid is in the cost, which is computed from z"]
    call = "binary_cross_entropy_with_logits" if architecture.classes else "mse_loss"
    half = "" if architecture.classes else " / 2"
    names = matrix_names(architecture)
    network = [
        *_classes(architecture),
        "network = nn.Sequential(",
        *(f"    {layer}" for layer in layers),
        ")",
        "with torch.no_grad():",
        f"    for p, began in zip(network.parameters(), [{', '.join(names)}]):",
        "        p.copy_(began)",
        "",
        "",
        "def cost(x, y):",
        f"    return nn.functional.{call}(network(x), y){half}",
    ]
    begin_training, step = _optimized(recipe) if RULES[recipe.optimizer].torch else _by_hand(recipe)
    training = [
        *settings_lines(recipe),
        *begin_training,
        *shuffle_lines(recipe),
        f"for step in range({steps}):",
        *(draw_lines(size, "len(y)") if size else []),
        "    network.zero_grad()",
        f"    cost({'x[seen], y[seen]' if size else 'x, y'}).backward()",
        *(f"    {line}" for line in step),
    ]
    result = [
        'print("J =", cost(x, y).item())',
        f"names = {quoted(names)}",
        "for name, p in zip(names, network.parameters()):",
        '    print(name, "=", p.reshape(len(p), -1).tolist())  # a bias as a column, too',
    ]
    return [
        Part(network_title(architecture, "in PyTorch"), "", "\n".join(data)),
        Part("The weights and biases before the training", "", "\n".join(begin)),
        Part("The network and its cost", "", "\n".join(network)),
        Part(training_title(recipe, steps), "", "\n".join(training)),
        Part("The result, as in Chain Rule Lab", "", "\n".join(result)),
    ]


def _modules(activation: str) -> list[str]:
    """The class of PyTorch that computes an activation, PyTorch's own or one of ours; or none."""
    row = ACTIVATIONS[activation]
    if row.of(Z) == Z:
        return []
    return [row.torch or "".join(word.title() for word in activation.split("_"))]


def _classes(architecture: Architecture) -> list[str]:
    """The classes of the activations that PyTorch lacks, with the functions that they call."""
    values = {
        name: ACTIVATIONS[name].of(Z)
        for name in architecture.activations
        if not ACTIVATIONS[name].torch and _modules(name)
    }
    lines = [torch_source(name) for name in used_functions(values.values())]
    for name, value in values.items():
        lines += [
            "",
            "",
            f"class {_modules(name)[0]}(nn.Module):",
            "    def forward(self, z):",
            f"        return {_torch(spaced(code(value)))}",
        ]
    return [*lines, "", ""] if lines else []


def _optimized(recipe: Recipe) -> tuple[list[str], list[str]]:
    """The rule as PyTorch has it: what stands before the steps, and what ends each of them."""
    name, _, settings = RULES[recipe.optimizer].torch.rstrip(")").partition("(")
    given = f"network.parameters(), {settings}"
    if recipe.decay:
        given += ", weight_decay=decay"
    line = f"optimizer = torch.optim.{name}({given})"
    if len(line) > WIDEST:
        line = f"optimizer = torch.optim.{name}(\n    {given}\n)"
    return [line], ["optimizer.step()"]


def _by_hand(recipe: Recipe) -> tuple[list[str], list[str]]:
    """The same of a rule that PyTorch lacks, written out."""
    rule = update(recipe)
    step = [
        *rule.once,
        "with torch.no_grad():",
        "    for k, w in enumerate(weights):" if rule.numbered else "    for w in weights:",
        "        g = w.grad",
        *(f"        {_torch(line)}" for line in rule.each),
    ]
    return ["weights = list(network.parameters())", *map(_torch, rule.begin)], step


def _torch(line: str) -> str:
    return line.replace("np.", "torch.")


Z = symbol("z")
