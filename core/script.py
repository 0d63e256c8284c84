"""A graph as a few plain lines of NumPy: the forward pass, the derivatives, the same numbers.

>>> from core.graph import Node, symbol
>>> square = Graph([Node("x"), Node("h", symbol("x") ** 2)])
>>> print(numpy_script(square, {"x": 3.0}))
import numpy as np
<BLANKLINE>
# The inputs
x = 3.0
<BLANKLINE>
# Forward: each node from its parents
h = x**2
<BLANKLINE>
# Backward: the derivative of h by each node, from the output back
dh_dh = 1
dh_dx = 2*dh_dh*x
<BLANKLINE>
print("h =", h)
print("dh/dx =", dh_dx)
<BLANKLINE>
"""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import sympy

from core.functions import FUNCTIONS, REAL, expanded
from core.graph import Graph, symbol
from core.numeric import code
from core.sweep import reverse_sweep


def numpy_script(graph: Graph, inputs: Mapping[str, float]) -> str:
    """A self-contained script that prints the output and its derivative by every input.

    Every line is printed from the graph's expressions, in the forms that keep their digits, so
    it prints the very numbers of :meth:`Graph.forward` and :meth:`Graph.backward`.
    """
    inner = [node.name for node in graph.nodes if node.expression is not None]
    formulas = {name: graph.formula(name) for name in inner}
    out = graph.output
    by = {node.name: symbol(f"d{out}_d{node.name}") for node in reversed(graph.nodes)}
    known: dict[str, sympy.Expr] = {out: by[out]}
    adjoints = [
        (by[out], sympy.Integer(1)),
        *reverse_sweep(by, graph.slopes, known, by.__getitem__),
    ]
    helpers = used_helpers((*formulas.values(), *(formula for _, formula in adjoints)))
    blocks = [
        ["import numpy as np"],
        *([helper, ""] for helper in helpers),
        ["# The inputs", *(f"{name} = {float(inputs[name])!r}" for name in graph.inputs)],
        [
            "# Forward: each node from its parents",
            *(f"{name} = {code(formula)}" for name, formula in formulas.items()),
        ],
        [
            f"# Backward: the derivative of {out} by each node, from the output back",
            *(f"{name} = {code(formula)}" for name, formula in adjoints),
        ],
        [
            f'print("{out} =", {out})',
            *(f'print("d{out}/d{name} =", {by[name]})' for name in graph.inputs if name in known),
        ],
    ]
    return "\n\n".join("\n".join(lines) for lines in blocks) + "\n"


def used_helpers(expressions: Iterable[sympy.Expr]) -> list[str]:
    """The definitions, as Python, of the functions in the expressions that NumPy lacks."""
    return [plain_source(REAL[name], name) for name in used_functions(expressions)]


def used_functions(expressions: Iterable[sympy.Expr]) -> list[str]:
    """The names of the functions in the expressions, as they are computed, that NumPy lacks."""
    used = {type(f).__name__ for e in expressions for f in expanded(e).atoms(sympy.Function)}
    return [name for name in REAL if name in used]


def torch_source(name: str) -> str:
    """A function that NumPy lacks, defined in PyTorch.

    >>> torch_source("relu")
    'relu = torch.relu'
    """
    row = FUNCTIONS[name]
    if row.torch or not row.real:
        return f"{name} = {row.torch or f'torch.{name}'}"
    return plain_source(row.real, name).replace("np.", "torch.")


def plain_source(function: Callable[..., Any], name: str = "") -> str:
    """A function's own source, by its own name or another: no annotations, no docstring."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    assert isinstance(definition, ast.FunctionDef)
    definition.name = name or definition.name
    definition.returns = None
    for argument in definition.args.args:
        argument.annotation = None
    if ast.get_docstring(definition):
        definition.body = definition.body[1:]
    return ast.unparse(definition)
