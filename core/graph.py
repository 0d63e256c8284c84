r"""A computation graph, written once in SymPy, and the chain rule on it.

A :class:`Node`'s expression names only its parents. From these definitions come LaTeX,
vectorised NumPy and JSON expression trees. The chain rule is then short: the derivative of
the output by a node is the sum, over the paths from the node to the output, of the product
of the local derivatives along the path (:meth:`Graph.chains`). Reverse mode
(:meth:`Graph.backward`) gets the same number for every node in one sweep.

What needs no graph to be said is elsewhere: nodes and factors in ``node``, the sweep in ``sweep``,
JSON in ``plain``. The rest is long, and stays one class: chains and numbers are both made of the
same factors and formulas, which it derives once and keeps.

Source: Griewank and Walther, *Evaluating Derivatives*, 2nd ed., 2008, chapter 3.

>>> x, u = symbol("x"), symbol("u1")
>>> graph = Graph([Node("x"), Node("u1", sympy.sin(x)), Node("h", x * u)])
>>> values = graph.forward({"x": 2.0})
>>> float(values["h"]), float(graph.backward(values)["x"])  # x sin x; sin x + x cos x
(1.8185948536513634, 0.07700375...)
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from graphlib import CycleError, TopologicalSorter
from typing import Any

import numpy as np
import sympy

from core import layout
from core.functions import WRITTEN_BY_OWN_VALUE, Array, sigmoid, stable
from core.node import Chain, Factor, Kind, Node, Values, as_float, evaluate, symbol, where_defined
from core.numeric import Line, compiled
from core.plain import plain
from core.printing import latex
from core.sweep import reverse_sweep

__all__ = ["Chain", "Factor", "Graph", "Kind", "Node", "Values", "evaluate", "symbol"]


class Graph:
    """Nodes in topological order, with one output.

    Args:
        nodes: every node, in any order; inputs have no expression.
        output: the name of the node that derivatives are taken of; by default the only
            node that no other one uses.

    Raises:
        ValueError: for a repeated name, an unknown parent, a cycle, or no single output.
    """

    def __init__(self, nodes: Iterable[Node], output: str | None = None) -> None:
        given = {}
        for node in nodes:
            if node.name in given:
                raise ValueError(f"Two nodes are called {node.name}.")
            given[node.name] = node
        self._parents = {name: _parents(node, given) for name, node in given.items()}
        inputs = [name for name, node in given.items() if node.expression is None]
        order = _topological(self._parents, inputs)
        self.nodes: tuple[Node, ...] = tuple(given[name] for name in order)
        self.inputs: tuple[str, ...] = tuple(inputs)
        self._by_name = {node.name: node for node in self.nodes}
        self._children: dict[str, tuple[str, ...]] = {
            name: tuple(n for n in order if name in self._parents[n]) for name in order
        }
        ends = [name for name in order if not self._children[name]]
        if output is None:
            ends = [name for name in ends if name not in inputs] or ends
            if len(ends) != 1:
                raise ValueError(f"Which node is the output: {', '.join(ends)}?")
            output = ends[0]
        if output not in self._by_name:
            raise ValueError(f"There is no node called {output}.")
        self.output: str = output
        self._factors: dict[tuple[str, str], Factor] = {}
        self._across: dict[tuple[str, str, str], Factor | None] = {}
        self._cuts: dict[str, Graph] = {}
        self._functions: dict[tuple[object, ...], Callable[..., Sequence[Array]]] = {}

    def __getitem__(self, name: str) -> Node:
        return self._by_name[name]

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def parents(self, name: str) -> tuple[str, ...]:
        """The names that the node's expression uses, in the order of the formula's inputs."""
        return self._parents[name]

    def children(self, name: str) -> tuple[str, ...]:
        """The names of the nodes whose expressions use this one, in topological order."""
        return self._children[name]

    def cut(self, name: str) -> "Graph":
        """The graph with a node made an input, so that it can be given a value, or nudged.

        >>> x, u = symbol("x"), symbol("u1")
        >>> whole = Graph([Node("x"), Node("u1", 2 * x), Node("h", u**2)])
        >>> float(whole.cut("u1").forward({"x": 0.0, "u1": 3.0})["h"])
        9.0
        """
        if self[name].expression is None:
            return self
        if name not in self._cuts:  # kept, with all that it will have compiled
            nodes = [replace(n, expression=None) if n.name == name else n for n in self.nodes]
            self._cuts[name] = Graph(nodes, self.output)
        return self._cuts[name]

    # ---- symbolic

    def local_derivative(self, child: str, parent: str) -> sympy.Expr:
        """∂child/∂parent with the child's other parents held, in the parents' symbols.

        >>> x = symbol("x")
        >>> Graph([Node("x"), Node("h", x**2)]).local_derivative("h", "x")
        2*x
        """
        if parent not in self._parents[child]:
            raise KeyError(f"{child} does not depend directly on {parent}.")
        return _derivative(self._by_name[child].expression, symbol(parent))

    def factor(self, child: str, parent: str) -> Factor:
        """The local derivative ∂child/∂parent, ready to show and to evaluate."""
        key = (child, parent)
        if key not in self._factors:
            self._factors[key] = self._factor(child, parent)
        return self._factors[key]

    def _factor(self, child: str, parent: str) -> Factor:
        exact = self.local_derivative(child, parent)
        node = self._by_name[child]
        shown = exact
        if isinstance(node.expression, WRITTEN_BY_OWN_VALUE):
            shown = exact.xreplace({node.expression: node.symbol})
        shown = _as_taught(shown)
        return Factor(
            child,
            parent,
            exact,
            self.derivative_latex(child, parent, partial=len(self._parents[child]) > 1),
            self.latex(shown),
            shown,
            self.numeric(exact),
        )

    def slopes(self, name: str) -> dict[str, sympy.Expr]:
        """The local derivatives of a node's children by it, in the forms that are evaluated."""
        return {child: self.factor(child, name).numeric for child in self._children[name]}

    def derivative_latex(self, of: str, by: str, *, partial: bool = False) -> str:
        r"""``\frac{\partial J}{\partial w_{1}}``; with d when nothing else is held still."""
        d = r"\partial" if partial or len(self.inputs) > 1 else "d"
        return rf"\frac{{{d} {self[of].tex}}}{{{d} {self[by].tex}}}"

    def path_count(self, source: str) -> int:
        """How many paths lead from the node to the output, without walking them."""
        count = {node.name: 0 for node in self.nodes} | {source: 1}
        for node in self.nodes:
            count[node.name] += sum(count[parent] for parent in self._parents[node.name])
        return count[self.output]

    def chains(self, source: str, *, most: int = 4096) -> tuple[Chain, ...]:
        """Every path from ``source`` to the output, as its factors, outermost first.

        The derivative of the output by ``source`` is the sum over the chains of the product
        of their factors. ``ValueError`` if there are more than ``most`` paths; KeyError if
        the node is not in the graph.
        """
        if self.path_count(source) > most:
            raise ValueError(
                f"{self.path_count(source)} paths lead from {source} to {self.output}; "
                f"at most {most} are listed."
            )
        downstream = {source}
        for node in self.nodes:
            if downstream.intersection(self._parents[node.name]):
                downstream.add(node.name)

        def walk(name: str) -> Iterator[Chain]:
            if name == source:
                yield ()
                return
            for parent in self._parents[name]:
                if parent in downstream:
                    for rest in walk(parent):
                        yield (self.factor(name, parent), *rest)

        return tuple(walk(self.output))

    def cancelled(self, chain: Chain) -> Chain:
        """The chain with two factors as one where they cancel: ŷ − y for ∂J/∂ŷ · ∂ŷ/∂z.

        >>> from core.network import network
        >>> graph = network(1, cost="cross_entropy")
        >>> [factor.shown for factor in graph.cancelled(graph.chains("b1")[0])]
        [a1 - y, 1]
        """
        left, done = list(chain), []
        while left:
            factor = left.pop(0)
            both = self.across(factor, left[0]) if left else None
            if both is not None:
                left.pop(0)
            done.append(both or factor)
        return tuple(done)

    def across(self, outer: Factor, inner: Factor) -> Factor | None:
        """Two neighbours of a chain as one factor, where reverse mode takes them in one step."""
        key = (outer.child, outer.parent, inner.parent)
        if key not in self._across:
            self._across[key] = self._cancelling(outer, inner)
        return self._across[key]

    def _cancelling(self, outer: Factor, inner: Factor) -> Factor | None:
        child, middle, parent = outer.child, outer.parent, inner.parent
        slope = self.pulls[parent].get(child)
        between = set(self._parents[child]) & set(self._children[parent])
        if slope is None or between != {middle} or child in self.pulls[middle]:
            return None
        if self[middle].symbol not in sympy.denom(sympy.together(outer.shown)).free_symbols:
            return None  # nothing is divided by, so nothing cancels
        product = outer.shown * inner.shown
        if _is_power(self[middle].expression):
            product = product.xreplace({self[middle].symbol: self[middle].expression})
        shown = _as_taught(sympy.cancel(product))
        tex = self.derivative_latex(child, parent)
        return Factor(child, parent, slope, tex, self.latex(shown), shown, slope)

    def closed_form(self, name: str) -> sympy.Expr:
        """A node in the inputs' symbols alone: every inner node replaced by its formula.

        For showing; it grows fast with the number of nodes, so numbers never come from it.

        >>> x, u = symbol("x"), symbol("u1")
        >>> Graph([Node("x"), Node("u1", sympy.cos(x)), Node("h", sympy.log(u))]).closed_form("h")
        log(cos(x))
        """
        return self.written_out(self._by_name[name].symbol)

    def written_out(self, expression: sympy.Expr) -> sympy.Expr:
        """An expression in nodes, with every inner node replaced by its formula."""
        for node in reversed(self.nodes):
            if node.expression is not None:
                expression = expression.xreplace({node.symbol: node.expression})
        return expression

    def latex(self, expression: sympy.Expr) -> str:
        """The expression typeset with this graph's symbols, in the order it was written."""
        return latex(expression, {node.symbol: node.tex for node in self._used(expression)})

    def mathml(self, expression: sympy.Expr) -> str:
        """The same as MathML, each symbol with its node's kind as its class."""
        kinds = {node.symbol: node.kind for node in self._used(expression)}
        return layout.mathml(expression, self._written(expression), kinds)

    def text(self, expression: sympy.Expr) -> str:
        """The same on one line.

        >>> from core.network import network
        >>> graph = network(1)
        >>> graph.text(graph["J"].expression)
        '½(ŷ − y)²'
        """
        return layout.text(expression, self._written(expression))

    def _used(self, expression: sympy.Expr) -> list[Node]:
        # Those that it holds, and no others: what is printed is kept for all graphs that hold it.
        names = sorted(symbol.name for symbol in expression.free_symbols)
        return [self._by_name[name] for name in names if name in self._by_name]

    def _written(self, expression: sympy.Expr) -> dict[sympy.Symbol, str]:
        return {node.symbol: node.written for node in self._used(expression) if node.written}

    # ---- numbers

    def formula(self, name: str) -> sympy.Expr:
        """The expression that a node's number is computed from; see :meth:`numeric`."""
        own = self._by_name[name].expression
        return own if own in self._known else self.numeric(own)

    def numeric(self, expression: sympy.Expr) -> sympy.Expr:
        """The form of an expression that is evaluated: the same quantity, keeping its digits.

        A parent that is a sigmoid is written out where that lets ``1 − σ(z)`` become
        ``σ(−z)`` (see :func:`core.functions.stable`), and a power under a logarithm, which may
        be too large for a double though the logarithm is not; elsewhere its value is used as it is.
        """
        inline = {
            s: self._by_name[s.name].expression
            for s in expression.free_symbols
            if isinstance(self._by_name[s.name].expression, sigmoid)
        }
        logarithms = {
            log: _log_of_power(self._by_name[log.args[0].name].expression)
            for log in expression.atoms(sympy.log)
            if log.args[0].is_Symbol and _is_power(self._by_name[log.args[0].name].expression)
        }
        written_out = stable(expression.xreplace(logarithms).xreplace(inline))
        return written_out.xreplace(self._known)

    @cached_property
    def _known(self) -> dict[sympy.Expr, sympy.Symbol]:
        """Function values that are nodes already, so that they are not computed again."""
        return {
            node.expression: node.symbol
            for node in self.nodes
            if isinstance(node.expression, WRITTEN_BY_OWN_VALUE)
        }

    def forward(self, inputs: Values) -> dict[str, Array]:
        """The value of every node, inputs included, in one vectorised pass.

        Args:
            inputs: a number or array for each of ``graph.inputs``; they broadcast against
                each other, and each node keeps the smallest shape its own inputs need.

        Raises:
            KeyError: if an input is missing.

        Outside a function's domain the value is NaN; no warning is raised.
        """
        missing = [name for name in self.inputs if name not in inputs]
        if missing:
            raise KeyError(f"forward needs a value for {', '.join(missing)}.")
        arrays = [as_float(inputs[name]) for name in self.inputs]
        with np.errstate(all="ignore"):
            results = self._compiled_forward(*arrays)
        named = dict(zip(self.inputs, arrays, strict=True))
        inner = [node.name for node in self.nodes if node.expression is not None]
        return named | {n: as_float(r) for n, r in zip(inner, results, strict=True)}

    def backward(self, values: Values) -> dict[str, Array]:
        """d output / d node for every node, in one reverse sweep.

        Args:
            values: what :meth:`forward` returned.

        Elementwise over the broadcast values: for a cost averaged over samples, take the mean
        of the result over the samples' axis. A node that the output does not use gets 0; where
        the output has no finite value every other derivative is NaN.
        """
        arrays = [as_float(values[node.name]) for node in self.nodes]
        with np.errstate(all="ignore"):
            results = self._compiled_backward(*arrays)
        names = [node.name for node in self.nodes]
        derivatives = {n: as_float(r) for n, r in zip(names, results, strict=True)}
        output = values[self.output]
        if np.all(np.isfinite(output)):
            return derivatives
        return {
            name: where_defined(derivative, output) if self.path_count(name) else derivative
            for name, derivative in derivatives.items()
        }

    def compiled(
        self, results: Sequence[str], given: Sequence[str] | None = None
    ) -> Callable[..., Sequence[Array]]:
        """A NumPy function from the numbers of some nodes to those of others.

        :meth:`forward` for loops: no names, and nothing is computed that ``results`` do not
        need. Its arguments are the numbers of ``given``, by default of ``graph.inputs``.

        >>> x = symbol("x")
        >>> graph = Graph([Node("x"), Node("u1", sympy.sin(x)), Node("h", symbol("u1") ** 2)])
        >>> graph.compiled(["h"], given=["x", "u1"])(0.0, 3.0)
        [9.0]
        """
        given = self.inputs if given is None else tuple(given)
        key = (tuple(results), given)
        if key not in self._functions:
            needed, lines = set(results), []
            for node in reversed(self.nodes):
                if node.name in needed - set(given):
                    formula = self.formula(node.name)
                    needed |= {s.name for s in formula.free_symbols}
                    lines.append((node.symbol, formula))
            self._functions[key] = compiled(
                [symbol(name) for name in given], lines[::-1], [symbol(name) for name in results]
            )
        return self._functions[key]

    def compiled_gradient(
        self, names: Sequence[str], *, real: bool = False
    ) -> Callable[..., Sequence[Array]]:
        """A NumPy function from the inputs' numbers to the output and its derivatives by ``names``.

        The reverse sweep of :meth:`backward`, for loops: one call, and only the adjoints that
        ``names`` need. It differentiates the formulas that are evaluated, so that a cross-entropy
        is passed through in one step, by z, and stays finite however far the sigmoid saturates.
        With ``real`` it is quicker, and not for complex numbers.

        >>> w = symbol("w")
        >>> Graph([Node("w"), Node("J", w**2)]).compiled_gradient(["w"])(3.0)
        [9.0, 6.0]
        """
        key = (tuple(names), real)
        if key not in self._functions:
            lines, results = self.gradient_lines(names)
            arguments = [symbol(name) for name in self.inputs]
            self._functions[key] = compiled(arguments, lines, results, real=real)
        return self._functions[key]

    def gradient_lines(self, names: Sequence[str]) -> tuple[list[Line], list[sympy.Expr]]:
        """The assignments that :meth:`compiled_gradient` runs, and what it returns of them.

        Forward first, each node from its parents; then backward, where ``adjoint_z1`` stands for
        the derivative of the output by z1.

        >>> w = symbol("w")
        >>> Graph([Node("w"), Node("J", w**2)]).gradient_lines(["w"])
        ([(J, w**2), (adjoint_w, 2*w)], [J, adjoint_w])
        """
        inner = [node.name for node in self.nodes if node.expression is not None]
        formulas = {name: self.formula(name) for name in inner}
        moved = set(names)
        for name, formula in formulas.items():
            if any(s.name in moved for s in formula.free_symbols):
                moved.add(name)
        forward = [(symbol(name), formula) for name, formula in formulas.items()]
        adjoints, backward = self._adjoints(moved)
        slopes = [adjoints.get(name, sympy.Integer(0)) for name in names]
        return [*forward, *backward], [self[self.output].symbol, *slopes]

    def _adjoints(self, names: Collection[str]) -> tuple[dict[str, sympy.Expr], list[Line]]:
        """The adjoints of the named nodes, and the lines that they are computed by."""
        adjoints: dict[str, sympy.Expr] = {self.output: sympy.Integer(1)}
        order = [node.name for node in reversed(self.nodes) if node.name in names]
        lines = reverse_sweep(
            order, self.pulls.__getitem__, adjoints, lambda name: symbol(f"adjoint_{name}")
        )
        return adjoints, lines

    @cached_property
    def _compiled_forward(self) -> Callable[..., Sequence[Array]]:
        inner = [
            (node.symbol, self.formula(node.name))
            for node in self.nodes
            if node.expression is not None
        ]
        return compiled([symbol(name) for name in self.inputs], inner, [name for name, _ in inner])

    @cached_property
    def pulls(self) -> dict[str, dict[str, sympy.Expr]]:
        """For each node what reverse mode multiplies: its users' names, and their slopes by it.

        A user is a node whose evaluated formula holds it. A cross-entropy is computed from z, past
        the sigmoid, so it pulls at z itself: ŷ − y, with no 1/(ŷ(1 − ŷ)) to cancel. What all pass
        over pulls at nothing: 0 times its slope, which may be infinite, is not asked for.
        """
        formulas = {n.name: self.formula(n.name) for n in self.nodes if n.expression is not None}
        used = {self.output}
        for name in reversed(formulas):
            if name in used:
                used |= {s.name for s in formulas[name].free_symbols}
        return {
            node.name: {
                child: self.numeric(_derivative(formula, node.symbol))
                if child in used
                else sympy.Integer(0)
                for child, formula in formulas.items()
                if node.symbol in formula.free_symbols
            }
            for node in self.nodes
        }

    @cached_property
    def _compiled_backward(self) -> Callable[..., Sequence[Array]]:
        adjoints, lines = self._adjoints(self._by_name)
        # A node that its users are computed past has a derivative too; it is shown, and nothing
        # is computed from it.
        past = [
            node.name
            for node in reversed(self.nodes)
            if node.name != self.output
            and any(child not in self.pulls[node.name] for child in self._children[node.name])
        ]
        shown = {name: adjoint for name, adjoint in adjoints.items() if name not in past}
        lines += reverse_sweep(past, self.slopes, shown, lambda name: symbol(f"shown_{name}"))
        results = [shown.get(node.name, sympy.Integer(0)) for node in self.nodes]
        return compiled([node.symbol for node in self.nodes], lines, results)

    # ---- data

    def to_json(self) -> dict[str, Any]:
        """The graph as plain data for the browser; see :func:`core.plain.plain`."""
        return plain(self)


@lru_cache(maxsize=1024)
def _derivative(expression: sympy.Expr, by: sympy.Symbol) -> sympy.Expr:
    return expression.diff(by)


def _is_power(expression: sympy.Expr | None) -> bool:
    return isinstance(expression, sympy.Pow) and bool(expression.exp.is_number)


def _log_of_power(power: sympy.Pow) -> sympy.Expr:
    """log(bⁿ) as n log|b| or n log b, whichever has a value where bⁿ > 0."""
    base, exponent = power.args
    return exponent * sympy.log(sympy.Abs(base) if exponent.is_even else base)


def _as_taught(expression: sympy.Expr) -> sympy.Expr:
    """A common number in front and what is subtracted last: 2(ŷ − y), not −2y + 2ŷ."""
    common, rest = expression.primitive()
    if not rest.is_Add:
        return expression
    terms = sorted(rest.args, key=lambda term: bool(term.could_extract_minus_sign()))
    rest = sympy.Add(*terms, evaluate=False)
    return rest if common == 1 else sympy.Mul(common, rest, evaluate=False)


def _topological(parents: Mapping[str, tuple[str, ...]], inputs: Sequence[str]) -> list[str]:
    """Inputs first; the rest in the order given where that is topological already."""
    order = [*inputs, *(name for name in parents if name not in inputs)]
    place = {name: k for k, name in enumerate(order)}
    if all(place[p] < place[name] for name in order for p in parents[name]):
        return order
    try:
        order = list(TopologicalSorter(parents).static_order())
    except CycleError as error:
        raise ValueError(f"A cycle: {' → '.join(error.args[1])}.") from None
    return [*inputs, *(name for name in order if name not in inputs)]


def _parents(node: Node, given: Mapping[str, Node]) -> tuple[str, ...]:
    if node.expression is None:
        return ()
    free = {s.name for s in node.expression.free_symbols}
    unknown = sorted(free - given.keys())
    if unknown:
        raise ValueError(f"{node.name} uses {', '.join(unknown)}, which is not a node.")
    return tuple(name for name in given if name in free)
