"""A network and its training in plain NumPy: forward, backward and update in matrix form."""

import textwrap
from collections.abc import Mapping

import sympy

from core import parts
from core.descent import Recipe
from core.descent.rules import RULES, assignments
from core.functions import ACTIVATIONS, WRITTEN_BY_OWN_VALUE
from core.graph import symbol
from core.matrices import formulas, weights
from core.network import Architecture
from core.numeric import code
from core.parts import Part
from core.printing import latex
from core.scratch.lines import (
    assignment,
    called,
    draw_lines,
    joined,
    matrix_names,
    network_title,
    noted,
    quoted,
    raised,
    require,
    settings_lines,
    shuffle_lines,
    spaced,
    training_title,
    update,
)
from core.script import used_helpers


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
    return joined(_numpy_parts(architecture, start, recipe, steps))


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


def _numpy_parts(
    architecture: Architecture, start: Mapping[str, float], recipe: Recipe, steps: int | None
) -> list[Part]:
    require(architecture, start, recipe)
    columns = recipe.data.columns
    x, y = [columns[name] for name in architecture.input_names], [columns["y"]]
    samples, steps = len(recipe.data), recipe.steps if steps is None else steps
    data = [
        "import numpy as np",
        "",
        f"# A column is a sample: x is {len(x)} × {samples}, y is 1 × {samples}.",
        assignment("x", x),
        assignment("y", y),
    ]
    begin = [assignment(key, matrix) for key, matrix in weights(architecture, start).items()]
    equations = " \\\\\n".join(
        formula.replace("=", "&=", 1) for formula in formulas(architecture).values()
    )
    return [
        Part(network_title(architecture), "The samples.", "\n".join(data)),
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
            training_title(recipe, steps),
            _rule(recipe),
            _training(architecture, recipe, steps),
        ),
        Part(
            "The result, as in Chain Rule Lab",
            "The mean cost over all the samples, and the weights.",
            "J, _ = cost_and_gradient(x, y)\n"
            'print("J =", J)\n'
            f"for name, w in zip({quoted(matrix_names(architecture))}, weights):\n"
            '    print(name, "=", w.tolist())',
        ),
    ]


def _cost_and_gradient(architecture: Architecture) -> str:
    """The two passes as a function, with the functions that NumPy lacks in front."""
    last, keys = len(architecture.activations), matrix_names(architecture)
    signals = ["x", *(f"a{k}" for k in range(1, last)), "yhat"]
    written = ["x", *(f"a{raised(k)}" for k in range(1, last)), "ŷ"]
    forward, backward = [], []
    for k, activation in enumerate(architecture.activations, 1):
        value, slope = _activated(activation, k)
        up, above, name = raised(k), raised(k + 1), called(activation)
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
        *noted(forward),
        *_cost(architecture),
        "# Backward, with δ = ∂J/∂z, a column a sample; @ and sum add the samples up",
        *noted([line for lines in reversed(backward) for line in lines]),
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
    factor = spaced(code(slope))
    if not slope.is_Mul:
        factor = "" if slope == 1 else f"({factor})"
    return spaced(code(value)), factor


def _rule(recipe: Recipe) -> str:
    """What a step does, in Markdown."""
    rule, decay = RULES[recipe.optimizer], recipe.decay
    changes = (rf"${name} \leftarrow {latex(new)}$" for name, new in assignments(recipe.optimizer))
    sentences = [f"{rule.summary}: {', '.join(changes)}.", rule.source]
    if decay:
        sentences.append(f"Before that, weight decay adds ${decay!r}\\, p$ to the gradient $g$.")
    if recipe.batch_size:
        sentences.append(f"Each step sees {recipe.batch_size} of the samples.")
    return " ".join(sentences)


def _training(architecture: Architecture, recipe: Recipe, steps: int) -> str:
    size, rule = recipe.batch_size, update(recipe)
    lines = [
        *settings_lines(recipe),
        f"weights = [{', '.join(matrix_names(architecture))}]  # the arrays themselves, not copies",
        *rule.begin,
        *shuffle_lines(recipe),
        f"for step in range({steps}):",
        *(draw_lines(size, "y.size") if size else []),
        f"    _, gradient = cost_and_gradient({'x[:, seen], y[:, seen]' if size else 'x, y'})",
        *(f"    {line}" for line in rule.once),
        "    for k, (w, g) in enumerate(zip(weights, gradient)):"
        if rule.numbered
        else "    for w, g in zip(weights, gradient):",
        *(f"        {line}" for line in rule.each),
    ]
    return "\n".join(lines)
