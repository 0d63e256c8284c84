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

from core.functions import REAL, expanded
from core.graph import Graph, symbol
from core.numeric import code


def numpy_script(graph: Graph, inputs: Mapping[str, float]) -> str:
    """A self-contained script that prints the output and its derivative by every input.

    Every line is printed from the graph's expressions, in the forms that keep their digits, so
    it prints the very numbers of :meth:`Graph.forward` and :meth:`Graph.backward`.
    """
    inner = [node.name for node in graph.nodes if node.expression is not None]
    formulas = {name: graph.formula(name) for name in inner}
    adjoints = {
        node.name: _adjoint(graph, node.name)
        for node in reversed(graph.nodes)
        if graph.path_count(node.name)
    }
    helpers = used_helpers((*formulas.values(), *adjoints.values()))
    out = graph.output
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
            *(f"d{out}_d{name} = {code(formula)}" for name, formula in adjoints.items()),
        ],
        [
            f'print("{out} =", {out})',
            *(
                f'print("d{out}/d{name} =", d{out}_d{name})'
                for name in graph.inputs
                if name in adjoints
            ),
        ],
    ]
    return "\n\n".join("\n".join(lines) for lines in blocks) + "\n"


def _adjoint(graph: Graph, name: str) -> sympy.Expr:
    if name == graph.output:
        return sympy.Integer(1)
    return sympy.Add(
        *(
            symbol(f"d{graph.output}_d{child}") * graph.factor(child, name).numeric
            for child in graph.children(name)
            if graph.path_count(child)
        )
    )


def used_helpers(expressions: Iterable[sympy.Expr]) -> list[str]:
    """The definitions, as Python, of the functions in the expressions that NumPy lacks."""
    return [plain_source(REAL[name], name) for name in used_functions(expressions)]


def used_functions(expressions: Iterable[sympy.Expr]) -> list[str]:
    """The names of the functions in the expressions, as they are computed, that NumPy lacks."""
    used = {type(f).__name__ for e in expressions for f in expanded(e).atoms(sympy.Function)}
    return [name for name in REAL if name in used]


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
