r"""A weight opened: the derivative by it, path by path.

.. math:: \frac{\partial J}{\partial w} = \sum_{\text{paths}} \prod_{\text{factors}}
          \frac{\partial\,\text{child}}{\partial\,\text{parent}}

>>> from core.network import Architecture, Layer, layered
>>> graph = layered(Architecture(1, (Layer(1, "identity"), Layer(2, "identity"))))
>>> numbers = dict.fromkeys(graph.inputs, 1.0) | {"y": 0.0, "w3_12": -3.0}
>>> opened = open_parameter(graph, "w1_11", graph.forward(numbers))
>>> opened.derivative, [(path.product, path.share) for path in opened.paths]
(10.0, [(15.0, 0.75), (-5.0, 0.25)])
>>> opened.paths[0].nodes
('w1_11', 'z1_1', 'a1_1', 'z2_2', 'a2_2', 'z3_1', 'a3_1', 'J')
"""

import math
from typing import NamedTuple

from core.graph import Chain, Graph, Values


class PathFactor(NamedTuple):
    """One factor of a path: its name, its LaTeX, the LaTeX of what it equals, and its number."""

    name: str
    latex: str
    formula: str
    number: float


class WeightPath(NamedTuple):
    """One path from a parameter to the output.

    Attributes:
        nodes: all that it passes, from the parameter to the output.
        factors: from the output back, as :meth:`core.graph.Graph.cancelled` has them: with the
            cross-entropy the first is ŷ − y, which leads past ŷ.
        product: of the factors; the derivative is the sum of these.
        share: of this product's size in the sum of all the products' sizes, 0 to 1. Products of
            both signs may cancel, so it is no share of the derivative itself.
    """

    nodes: tuple[str, ...]
    factors: tuple[PathFactor, ...]
    product: float
    share: float


class Opened(NamedTuple):
    """A parameter, the derivative of the output by it, and its paths, the largest first."""

    parameter: str
    derivative: float
    paths: tuple[WeightPath, ...]


def open_parameter(graph: Graph, parameter: str, values: Values) -> Opened:
    """Every path of a parameter, or of any other node, with its numbers.

    Args:
        graph: such as :func:`core.network.layered` makes.
        parameter: the name of the node that the paths start from.
        values: what :meth:`core.graph.Graph.forward` returned for one sample.

    Raises:
        KeyError: if there is no such node.
        ValueError: if there are more paths than :meth:`core.graph.Graph.chains` lists.

    Paths of one size stay in the order of the graph. Without any slope every share is 0.
    """
    start = graph[parameter].name
    paths = [_path(graph, chain, values) for chain in graph.chains(start)]
    whole = sum(abs(path.product) for path in paths)
    shared = [path._replace(share=abs(path.product) / whole if whole else 0.0) for path in paths]
    shared.sort(key=lambda path: abs(path.product), reverse=True)
    return Opened(parameter, sum(path.product for path in paths), tuple(shared))


def _path(graph: Graph, chain: Chain, values: Values) -> WeightPath:
    nodes = (*(factor.parent for factor in reversed(chain)), graph.output)
    factors = tuple(
        PathFactor(factor.name, factor.latex, factor.formula, float(factor.value(values)))
        for factor in graph.cancelled(chain)
    )
    return WeightPath(nodes, factors, math.prod(factor.number for factor in factors), 0.0)
