"""What the script in NumPy and the one in PyTorch have in common, line by line."""

import ast
import re
import textwrap
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import sympy

from core.descent import Recipe
from core.descent.rules import RULES, counts
from core.network import Architecture, layered, parameters
from core.numeric import code
from core.parts import Part
from core.surface import inputs

WIDEST = 88
"""Characters in a line of code."""


def require(architecture: Architecture, start: Mapping[str, float], recipe: Recipe) -> None:
    """Raise ValueError, with a sentence, where the arguments do not fit each other."""
    graph = layered(architecture)
    inputs(graph, start, recipe.data, ndim=1)
    if set(recipe.train) != set(parameters(graph)):
        raise ValueError("The code trains all the weights and biases, so the recipe must, too.")


def joined(all_parts: Sequence[Part]) -> str:
    """The parts as one script, each under its title."""
    text = ""
    for part in all_parts:
        text += f"# {part.title}\n{part.code}\n\n"
        text += "\n" if "def " in part.code else ""  # as PEP 8 has it
    return text.rstrip() + "\n"


def network_title(architecture: Architecture, how: str = "from scratch") -> str:
    """What the script is of."""
    widths = zip(architecture.sizes[1:], architecture.activations, strict=True)
    count = f"{architecture.inputs} input{'s' if architecture.inputs > 1 else ''}"
    return f"A neural network {how}: " + ", ".join([count, *(f"{n} {name}" for n, name in widths)])


def training_title(recipe: Recipe, steps: int) -> str:
    """How it is trained, in a few words."""
    parts = [RULES[recipe.optimizer].label, f"{steps} step{'s' if steps != 1 else ''}"]
    if recipe.batch_size:
        parts.append(f"each on {recipe.batch_size} of the samples")
    if recipe.decay:
        parts.append("with weight decay")
    return "Training: " + ", ".join(parts)


def settings_lines(recipe: Recipe) -> list[str]:
    """The numbers of the training that a learner may want to change."""
    lines = [f"eta = {float(recipe.learning_rate)!r}  # the learning rate"]
    if recipe.decay:
        lines.append(f"decay = {recipe.decay!r}  # of the weights")
    return lines


def shuffle_lines(recipe: Recipe) -> list[str]:
    """What mini-batches need before the first step."""
    if not recipe.batch_size:
        return []
    return [f"random, order = np.random.default_rng({int(recipe.seed)}), []"]


def draw_lines(size: int, samples: str) -> list[str]:
    """The samples that a step sees, as ``seen``."""
    return [
        "    if len(order) == 0:  # a new epoch: every sample once, in a new order",
        f"        order = random.permutation({samples})",
        f"    seen, order = order[:{size}], order[{size}:]",
    ]


class Update(NamedTuple):
    """What a step does, as code in NumPy: ``begin`` makes the memory, ``once`` is done once a
    step, ``each`` for a weight ``w`` with its gradient ``g``, the ``k``-th if it is ``numbered``.
    """

    begin: list[str]
    once: list[str]
    each: list[str]
    numbered: bool


def update(recipe: Recipe) -> Update:
    """The recipe's rule, written out."""
    rule = RULES[recipe.optimizer]
    counters = [part for part, renewed in rule.states if counts(part, renewed)]
    memory = [part for part, _ in rule.states if part not in counters]

    def written(expression: sympy.Expr) -> str:
        # Renamed as text: SymPy would sort the terms anew.
        text = spaced(code(expression))
        return re.sub(rf"\b({'|'.join(memory)})\b", r"\1[k]", text) if memory else text

    step = written(rule.step)
    falls = rule.step.is_Mul and step.startswith("-")
    return Update(
        [
            *(
                f"{part} = [np.zeros_like(w) for w in weights]  # {_MEMORY.get(part, 'the memory')}"
                for part in memory
            ),
            *(f"{part} = 0" for part in counters),
        ],
        [f"{part} = {written(new)}" for part, new in rule.states if part in counters],
        [
            *(["g = g + decay * w"] if recipe.decay else []),
            *(f"{part}[k] = {written(new)}" for part, new in rule.states if part in memory),
            f"w -= {step[1:]}" if falls else f"w += {step}",
        ],
        bool(memory),
    )


_MEMORY = {"v": "the velocity", "m": "the mean gradient", "s": "the squared gradients"}


def matrix_names(architecture: Architecture) -> list[str]:
    """W1, b1, W2, …"""
    return [f"{letter}{k}" for k in range(1, len(architecture.sizes)) for letter in "Wb"]


def quoted(names: Sequence[str]) -> str:
    """The names as a list in Python."""
    return "[" + ", ".join(f'"{name}"' for name in names) + "]"


def assignment(
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


def noted(lines: Sequence[tuple[str, str]]) -> list[str]:
    """Code with a comment at its side, the comments below each other."""
    width = max(len(code) for code, _ in lines)
    return [f"{code:{width}}  # {note}" for code, note in lines]


def spaced(expression: str) -> str:
    """An expression with spaces around its operators, powers excepted."""
    text = ast.unparse(ast.parse(expression, mode="eval")).replace(" ** ", "**")
    return text.replace("e-0", "e-")


def called(activation: str) -> str:
    """What an activation is called in a comment; the identity is not."""
    return {"sigmoid": "σ", "identity": ""}.get(activation, activation)


def raised(layer: int) -> str:
    """The number of a layer, as it stands above a symbol."""
    return f"⁽{'⁰¹²³⁴⁵'[layer]}⁾"
