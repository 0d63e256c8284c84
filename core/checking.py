r"""Derivatives without the chain rule, to hold beside it.

A nudge of an input and a division give a derivative that knows nothing of local derivatives:

.. math:: \frac{\partial J}{\partial p} \approx \frac{J(p + h) - J(p - h)}{2h},
          \qquad \frac{\partial J}{\partial p} = \frac{\operatorname{Im} J(p + ih)}{h} + O(h^2).

The first loses digits in the subtraction, the second has none to lose.

>>> from core.network import network
>>> here = {"x": 1.5, "y": 1.0, "w1": 0.8, "b1": -0.3, "w2": -1.4, "b2": 0.6}
>>> result = check(network(), here, "w1")
>>> round(result.chain_rule, 10) == round(result.complex_step, 10), result.relative_error < 1e-9
(True, True)
"""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import sympy

from core.functions import CORNERED, Array, expanded
from core.graph import Chain, Graph, Values, evaluate
from core.surface import COMPLEX_STEP, downstream


@dataclass(frozen=True)
class Check:
    """One derivative, found in three ways.

    ``chain_rule`` is the graph's, ``central`` the central difference with the nudge ``step``,
    ``complex_step`` NaN where the function has no complex derivative, such as at relu's kink.
    ``absolute_error`` is the distance of ``chain_rule`` and ``central``, ``relative_error`` that
    distance over the larger of the two (0 if both are 0).
    """

    chain_rule: float
    central: float
    complex_step: float
    step: float
    absolute_error: float
    relative_error: float


def check(graph: Graph, inputs: Mapping[str, float], name: str) -> Check:
    """The derivative of the graph's output by an input: by the chain rule, and by nudges.

    KeyError if ``name`` is not an input of the graph, or an input has no number.
    """
    central = central_difference(graph, inputs, name)
    chain_rule = float(graph.backward(graph.forward(inputs))[name])
    return _compared(
        chain_rule, central, complex_step(graph, inputs, name), nudge_size(inputs[name])
    )


def checks(graph: Graph, inputs: Mapping[str, float], names: Sequence[str]) -> dict[str, Check]:
    """:func:`check` for several inputs at once, all of their nudges in one forward pass of arrays.

    The numbers are those of :func:`check` to rounding: NumPy may round the last bit of a function
    of an array otherwise than that of one number.

    Args:
        graph: the graph.
        inputs: a number for each of its inputs.
        names: the inputs that are nudged, each by itself.

    Raises:
        KeyError: if one of ``names`` is not an input of the graph, or an input has no number.

    >>> from core.network import network, parameters
    >>> here = {"x": 1.5, "y": 1.0, "w1": 0.8, "b1": -0.3, "w2": -1.4, "b2": 0.6}
    >>> found = checks(network(), here, parameters(network()))
    >>> list(found), max(result.absolute_error for result in found.values()) < 1e-9
    (['w1', 'b1', 'w2', 'b2'], True)
    """
    point = {name: _value(graph, inputs, name) for name in (*graph.inputs, *names)}
    if not names:
        return {}
    values = graph.forward(point)
    slopes = graph.backward(values)
    steps = np.array([nudge_size(point[name]) for name in names])
    alone = np.eye(len(names))

    def outputs(nudges: Array) -> Array:
        """The output with each input nudged alone, for each row of nudges."""
        moved = {n: point[n] + nudges[:, [k]] * alone[k] for k, n in enumerate(names)}
        return np.broadcast_to(graph.forward({**point, **moved})[graph.output], nudges.shape)

    above, below = outputs(np.array([steps, -steps]))
    with np.errstate(all="ignore"):
        # What is divided by is the distance of the two points as they are stored.
        here = np.array([point[name] for name in names])
        central = (above - below) / ((here + steps) - (here - steps))
    imaginary = _complex_steps(graph, point, values, names, outputs)
    return {
        name: _compared(float(slopes[name]), float(central[k]), imaginary[name], float(steps[k]))
        for k, name in enumerate(names)
    }


def _complex_steps(
    graph: Graph,
    point: Mapping[str, float],
    values: Values,
    names: Sequence[str],
    outputs: Callable[[Array], Array],
) -> dict[str, float]:
    if not np.isfinite(values[graph.output]):
        return dict.fromkeys(names, math.nan)
    sizes = np.array([[COMPLEX_STEP], [2 * COMPLEX_STEP]])
    try:
        once, twice = np.imag(outputs(np.tile(1j * sizes, len(names)))) / sizes
    except TypeError:  # a function that NumPy has for real numbers only: perhaps not for all names
        return {name: complex_step(graph, point, name) for name in names}
    kinks = _kinks(graph, values)
    return {
        name: math.nan
        if kinks & (downstream(graph, name) - {name})
        else _settled(float(once[k]), float(twice[k]))
        for k, name in enumerate(names)
    }


def _compared(chain_rule: float, central: float, imaginary: float, step: float) -> Check:
    error = abs(chain_rule - central)
    largest = max(abs(chain_rule), abs(central))
    return Check(chain_rule, central, imaginary, step, error, error / largest if largest else error)


def nudge_size(value: float) -> float:
    """The nudge that a central difference at this value is most exact with, roughly.

    Its error is about εJ/h from rounding and h²J'''/6 from the curve, least near h = ε^(1/3).
    The size is a power of two, so that ``value ± h`` is exact wherever doubles allow it.

    >>> nudge_size(0.8) == 2.0**-17, nudge_size(-100.0) == 2.0**-11
    (True, True)
    """
    return 2.0 ** round(math.log2(np.finfo(float).eps ** (1 / 3) * max(1.0, abs(value))))


def central_difference(
    graph: Graph, inputs: Mapping[str, float], name: str, step: float | None = None
) -> float:
    """The difference quotient of the output between ``value + step`` and ``value − step``.

    Args:
        graph: the graph.
        inputs: a number for each of its inputs.
        name: the input that is nudged.
        step: the nudge, by default :func:`nudge_size`.

    Raises:
        KeyError: if ``name`` is not an input of the graph, or an input has no number.
        ValueError: if the step is so small, or not a number, that it moves nothing.

    >>> from core.graph import Node, symbol
    >>> cube = Graph([Node("x"), Node("h", symbol("x") ** 3)])
    >>> central_difference(cube, {"x": 2.0}, "x", step=0.5)  # 3x² + step²
    12.25
    """
    value = _value(graph, inputs, name)
    nudge = nudge_size(value) if step is None else step
    # What is divided by is the distance of the two points as they are stored.
    high, low = value + nudge, value - nudge
    if not (math.isfinite(high - low) and high != low):
        raise ValueError(f"A step of {nudge} does not move {value}.")
    above, below = (graph.forward({**inputs, name: v})[graph.output] for v in (high, low))
    with np.errstate(all="ignore"):
        return float((above - below) / (high - low))


def complex_step(graph: Graph, inputs: Mapping[str, float], name: str) -> float:
    """The derivative of the output from one nudge along the imaginary axis.

    The output's imaginary part is read off and divided: nothing is subtracted, so the nudge can
    be 1e-100, its square vanishes, and all digits are right. NaN where the function is not
    analytic: at a kink or a jump, outside its domain, at a branch point such as √0.

    KeyError if ``name`` is not an input of the graph, or an input has no number.

    Source: Squire and Trapp, "Using complex variables to estimate derivatives of real
    functions", SIAM Review 40 (1998).

    >>> from core.functions import relu
    >>> from core.graph import Node, symbol
    >>> kink = Graph([Node("x"), Node("h", relu(symbol("x")))])
    >>> complex_step(kink, {"x": 2.0}, "x"), complex_step(kink, {"x": 0.0}, "x")
    (1.0, nan)
    """
    value = _value(graph, inputs, name)
    values = graph.forward(inputs)
    if not np.isfinite(values[graph.output]) or on_a_kink(graph, values, name):
        return math.nan

    def slope(h: float) -> float:
        nudged = graph.forward({**inputs, name: np.complex128(complex(value, h))})
        return float(np.imag(nudged[graph.output])) / h

    try:
        once, twice = slope(COMPLEX_STEP), slope(2 * COMPLEX_STEP)
    except TypeError:  # a function that NumPy has for real numbers only
        return math.nan
    return _settled(once, twice)


def _settled(once: float, twice: float) -> float:
    """The slope if two nudges agree on it: where there is a derivative, their size is no matter."""
    return once if math.isclose(once, twice, rel_tol=1e-12, abs_tol=1e-200) else math.nan


def nudge(graph: Graph, inputs: Mapping[str, float], name: str, delta: float) -> dict[str, float]:
    """How far every node moves when one input moves by ``delta``: name → Δ, in the graph's order.

    A finite nudge, so Δchild/Δparent is near the local derivative and reaches it as ``delta``
    shrinks. KeyError if ``name`` is not an input of the graph, or an input has no number.

    >>> from core.graph import Node, symbol
    >>> square = Graph([Node("x"), Node("h", symbol("x") ** 2)])
    >>> nudge(square, {"x": 3.0}, "x", 0.5)
    {'x': 0.5, 'h': 3.25}
    """
    moved = graph.forward({**inputs, name: _value(graph, inputs, name) + delta})
    before = graph.forward(inputs)
    with np.errstate(all="ignore"):
        return {node.name: float(moved[node.name] - before[node.name]) for node in graph.nodes}


def ratios(changes: Mapping[str, float], chain: Chain) -> dict[str, float]:
    """Δchild/Δparent for each factor of a chain, by the factor's name; NaN if nothing moved.

    On a single chain their product is Δoutput/Δinput exactly: the chain rule before the limit.

    >>> from core.graph import Node, symbol
    >>> square = Graph([Node("x"), Node("h", symbol("x") ** 2)])
    >>> ratios(nudge(square, {"x": 3.0}, "x", 0.5), square.chains("x")[0])
    {'dh/dx': 6.5}
    """
    return {
        factor.name: changes[factor.child] / changes[factor.parent]
        if changes[factor.parent]
        else math.nan
        for factor in chain
    }


def _value(graph: Graph, inputs: Mapping[str, float], name: str) -> float:
    if name not in graph.inputs:
        raise KeyError(f"{name} is not an input; known: {', '.join(graph.inputs)}.")
    if name not in inputs:
        raise KeyError(f"{name} has no value.")
    return float(inputs[name])


def corners(graph: Graph, values: Values) -> tuple[str, ...]:
    """The nodes that stand on the corner of their function, where it has no single slope.

    >>> from core.parsing import parse
    >>> graph = parse("2abs(x - 1)")
    >>> corners(graph, graph.forward({"x": 1.0})), corners(graph, graph.forward({"x": 1.5}))
    (('u2',), ())
    """
    return tuple(
        node.name
        for node in graph.nodes
        if isinstance(node.expression, CORNERED) and evaluate(node.expression.args[0], values) == 0
    )


def on_a_kink(graph: Graph, values: Values, moved: str) -> bool:
    """Whether a function of what moves has its corner or jump just here."""
    return bool(_kinks(graph, values, downstream(graph, moved) - {moved}))


def _kinks(graph: Graph, values: Values, among: Collection[str] | None = None) -> set[str]:
    """The nodes, all or some, in whose formula a function has its corner or jump just here."""
    return {
        node.name
        for node in graph.nodes
        if (among is None or node.name in among)
        and any(
            evaluate(f.args[0], values) == 0
            for f in expanded(node.expression or sympy.Integer(0)).atoms(*CORNERED)
        )
    }
