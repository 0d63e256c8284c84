"""A descent to take away: as a table, as a script that repeats it, as a notebook.

The script needs NumPy and nothing of this lab. Its formulas are printed from the graph and from the
update rule in :mod:`core.descent.rules`, so it prints the very numbers of
:func:`core.descent.descend`. Where PyTorch is installed it also compares the gradients with those
of PyTorch's automatic differentiation.

>>> from core.descent import descend
>>> from core.network import Dataset, network
>>> line, data = network(1, "identity"), Dataset([2.0], [4.0])
>>> path = descend(line, {"w1": 3, "b1": 0}, data, steps=1, train=["w1"], learning_rate=0.25)
>>> print(path_csv(path).replace(chr(13), ""))
step,w1,b1,J,dJ/dw1
0,3.0,0.0,2.0,4.0
1,2.0,0.0,0.0,0.0
<BLANKLINE>
"""

import csv
import io
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from core.descent.recipes import LARGEST_COST, LARGEST_PARAMETER, Recipe, batches
from core.descent.rules import RULES, assignments, source
from core.descent.run import Path
from core.graph import Graph
from core.network import SAMPLED
from core.numeric import code
from core.parts import Part, notebook, script
from core.printing import latex
from core.script import plain_source, torch_source, used_functions, used_helpers
from core.surface import inputs, require


def path_csv(path: Path, cost: str = "J") -> str:
    """Every point of a path: step, parameters, mean cost, gradients; numbers in full.

    ``cost`` is what the mean cost is called. A gradient is the one that the step from that point
    used. Rows end as RFC 4180 has it.
    """
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(["step", *path.parameters, cost, *(f"d{cost}/d{name}" for name in path.train)])
    columns = [*path.parameters.values(), path.cost, *path.gradients.values()]
    for k, row in enumerate(zip(*(column.tolist() for column in columns), strict=True)):
        writer.writerow([k, *map(repr, row)])
    return table.getvalue()


def descent_script(graph: Graph, start: Mapping[str, float], recipe: Recipe) -> str:
    """A Python script that repeats the descent from a start by a recipe.

    Its last lines print ``name = number`` for the steps taken, each parameter and the cost, which
    is called ``J_bar`` where it is a mean over several samples.

    Raises:
        ValueError: for an argument that does not fit, with a sentence that says which.
    """
    return script(_parts(graph, start, recipe))


def descent_notebook(graph: Graph, start: Mapping[str, float], recipe: Recipe) -> str:
    """The same as a Jupyter notebook, format 4.5: a cell of text and a cell of code for each part.

    Raises:
        ValueError: for an argument that does not fit, with a sentence that says which.
    """
    return notebook(_parts(graph, start, recipe))


def _parts(graph: Graph, start: Mapping[str, float], recipe: Recipe) -> list[Part]:
    data, optimizer, tolerance = recipe.data, recipe.optimizer, recipe.tolerance
    require(graph, recipe.train)
    named = inputs(graph, start, data, ndim=1)
    held = {n: float(v) for n, v in named.items() if n not in SAMPLED}
    mean = f"{graph.output}_bar" if len(data) > 1 else graph.output
    settings = [
        "import numpy as np",
        "",
        'np.seterr(all="ignore")  # an exp may overflow harmlessly: 1 / (1 + inf) is 0',
        *(f"{name} = np.array({column.tolist()!r})" for name, column in data.columns.items()),
        f"start = {held!r}",
        f"train = {list(recipe.train)!r}  # the parameters that are moved",
        f"learning_rate = {float(recipe.learning_rate)!r}",
        f"steps = {recipe.steps}",
        *([f"decay = {float(recipe.decay)!r}"] if recipe.decay else []),
        *([f"tolerance = {float(tolerance)!r}"] if tolerance is not None else []),
        *(
            [f"batch = {recipe.batch_size}", f"seed = {int(recipe.seed)}"]
            if recipe.batch_size
            else []
        ),
    ]
    parts = [
        Part(
            "Gradient descent, step by step", "The samples and the settings.", "\n".join(settings)
        ),
        Part(
            "The network: forward, then backward",
            f"Each node from its parents; then, from the output back, the derivative of "
            f"${graph.output}$ by each node, one number a sample.",
            _gradient_code(graph, recipe.train),
        ),
        Part(f"The update rule: {RULES[optimizer].label}", _equation(optimizer), source(optimizer)),
    ]
    if recipe.batch_size:
        text = "Every epoch is a new shuffle of the samples, cut into pieces."
        parts.append(Part("Mini-batches", text, plain_source(batches)))
    return [
        *parts,
        Part(
            "The descent",
            "Each step: the slopes here, the step that the rule makes of them, and on.",
            _loop_code(tolerance is not None, recipe.batch_size is not None, recipe.decay > 0),
        ),
        Part(
            "A check with PyTorch",
            "Automatic differentiation must give the same gradients, at the start and at the end.",
            _torch_code(graph),
        ),
        Part(
            "The result",
            "The very numbers of Chain Rule Lab.",
            'print("steps =", len(path) - 1)\n'
            "for name, value in path[-1].items():\n"
            '    print(name, "=", repr(float(value)))\n'
            f'print("{mean} =", repr(float(costs[-1])))',
        ),
    ]


def _gradient_code(graph: Graph, train: Sequence[str]) -> str:
    lines, (output, *slopes) = graph.gradient_lines(train)
    used = used_helpers(expression for _, expression in lines)
    names = [name for name in graph.inputs if name not in SAMPLED]
    forward, backward = _forward(graph), lines[len(_forward(graph)) :]
    body = [
        f'"""{output} of each sample, and its derivatives by the trained parameters."""',
        *(f'{name} = p["{name}"]' for name in names),
        "# Forward",
        *(f"{name} = {code(expression)}" for name, expression in forward),
        "# Backward",
        *(f"{_d(graph, str(n))} = {_d(graph, code(e))}" for n, e in backward),
        f"return {output}, [{', '.join(_d(graph, code(s)) for s in slopes)}]",
    ]
    function = "def cost_and_slopes(p):\n" + textwrap.indent("\n".join(body), "    ")
    return "\n\n\n".join([*used, function])


def _forward(graph: Graph) -> list[Any]:
    return [
        (node.name, graph.formula(node.name)) for node in graph.nodes if node.expression is not None
    ]


def _d(graph: Graph, text: str) -> str:
    """As mathematics has it: dJ_dz1, not adjoint_z1."""
    return text.replace("adjoint_", f"d{graph.output}_d")


def _torch_code(graph: Graph) -> str:
    lines = [f"{n} = {code(e).replace('np.', 'torch.')}" for n, e in _forward(graph)]
    used = [torch_source(name) for name in used_functions(e for _, e in _forward(graph))]
    names = [name for name in graph.inputs if name not in SAMPLED]
    columns = [name for name in graph.inputs if name in SAMPLED]
    inner = "\n".join([*used, *lines, f"return {graph.output}.mean()"])
    return f"""\
try:
    import torch
except ImportError:
    print("# PyTorch is not installed, so the gradients were not compared.")
else:

    def torch_cost({", ".join([*columns, *names])}):
{textwrap.indent(inner, " " * 8)}

    def autograd(p):
        p = {{n: torch.tensor(v, dtype=torch.float64, requires_grad=True) for n, v in p.items()}}
        cost = torch_cost({", ".join(f"torch.tensor({column})" for column in columns)}, **p)
        return [float(slope) for slope in torch.autograd.grad(cost, [p[n] for n in train])]

    for k in (0, -1):
        ours = [float(np.mean(s)) for s in cost_and_slopes(path[k])[1]]
        assert np.allclose(ours, autograd(path[k]), rtol=1e-6, atol=1e-9)
    print("# PyTorch's autograd gives the same gradients.")"""


def _loop_code(tolerance: bool, few: bool, decay: bool) -> str:
    lines = [
        "p = {name: np.float64(value) for name, value in start.items()}",
        "point = np.array([p[name] for name in train])",
        "state = init(point)",
        "path, costs = [], []",
        *(["draw = batches(len(y), batch, seed)"] if few else []),
        "for k in range(steps + 1):",
        "    p = p | dict(zip(train, point))",
        "    cost, slopes = cost_and_slopes(p)",
        "    mean_cost, gradient = np.mean(cost), np.array([np.mean(s) for s in slopes])",
        *(["    gradient = gradient + decay * point"] if decay else []),
        "    # The end, where the path leaves all bounds",
        f"    highest = {LARGEST_COST:g} * max(1.0, abs(costs[0] if costs else mean_cost))",
        "    if not (abs(mean_cost) <= highest and np.isfinite(gradient).all()):",
        "        break",
        f"    if k > 0 and np.abs(point).max() > {LARGEST_PARAMETER:g}:",
        "        break",
        "    path.append(p)",
        "    costs.append(mean_cost)",
        *(["    if np.linalg.norm(gradient) <= tolerance:", "        break"] if tolerance else []),
        "    if k == steps:",
        "        break",
        *(["    seen = next(draw)"] if few else []),
        *(["    gradient = np.array([np.mean(s[seen]) for s in slopes])"] if few else []),
        *(["    gradient = gradient + decay * point"] if few and decay else []),
        "    move, state = update(gradient, state, learning_rate)",
        "    point = point + move",
    ]
    return "\n".join(lines)


def _equation(optimizer: str) -> str:
    """What the rule does, its equations and its source, in Markdown."""
    rule = RULES[optimizer]
    steps = (rf"${name} \leftarrow {latex(new)}$" for name, new in assignments(optimizer))
    return f"{rule.summary}: {', '.join(steps)}. {rule.source}"
