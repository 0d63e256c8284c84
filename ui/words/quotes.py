"""The numbers that a text quotes, as they are shown."""

import math
import re

from core.formatting import as_shown, gives, number
from core.graph import Graph
from ui.words.substitution import Numbers

QUOTED = re.compile(r"\[\[([\w/×= ]+)\]\]")


def quoted(text: str, graph: Graph, values: Numbers) -> str:
    """A number as it is shown, or a product of numbers and what it gives.

    >>> from core.parsing import parse
    >>> graph = parse("sin(3*x)")
    >>> quoted("dh/du1 × du1/dx = dh/dx", graph, graph.forward({"x": 0.7}))
    '−0.5048 × +3.000 ≈ −1.515'
    """
    product, _, result = text.partition(" = ")
    if not result:
        return _written(text, graph, values)
    factors = product.split(" × ")
    digits = " × ".join(_written(name, graph, values) for name in factors)
    by_hand = math.prod(as_shown(value_of(name, graph, values)) for name in factors)
    sign = "=" if gives(by_hand, value_of(result, graph, values)) else "≈"
    return f"{digits} {sign} {_written(result, graph, values)}"


def _written(name: str, graph: Graph, values: Numbers) -> str:
    return number(value_of(name, graph, values), sign="/" in name)


def value_of(name: str, graph: Graph, values: Numbers) -> float:
    """A node's value, a derivative of the output, or a local derivative.

    What else ``values`` holds, such as ``next w1``, can be quoted too.
    """
    if name in values:
        return float(values[name])
    child, parent = (part.removeprefix("d") for part in name.split("/"))
    if child == graph.output:
        return float(graph.backward(values)[parent])
    return float(graph.factor(child, parent).value(values))
