"""The NumPy script of a graph, run on its own, prints the graph's very numbers."""

import math
import subprocess
import sys

import pytest

from core.graph import Graph
from core.network import network
from core.parsing import parse
from core.script import numpy_script

LESSON = {"x": 1.5, "y": 0.25, "w1": 0.8, "b1": -0.3, "w2": -1.4, "b2": 0.6}
DEEP = {f"{letter}{k}": (-1) ** k * (0.5 + 0.1 * k) for letter in "wb" for k in range(1, 9)}


def printed(script: str) -> dict[str, float]:
    """What a clean interpreter prints, by name."""
    result = subprocess.run(
        [sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True
    )
    assert not result.stderr
    lines = (line.split(" = ") for line in result.stdout.splitlines())
    return {name: float(text) for name, text in lines}


@pytest.mark.parametrize(
    ("graph", "inputs"),
    [
        (network(2), LESSON),
        (network(2, "tanh", "cross_entropy"), LESSON),
        (network(3, "relu", "squared_error"), LESSON | DEEP),
        (network(8, "sigmoid", "cross_entropy"), LESSON | DEEP),
        (parse("log(2 + cos(x))"), {"x": 1.5}),
        (parse("x*sin(x) + abs(x)^3*sqrt(x)"), {"x": 1.5}),
        (parse("relu(x)/sigmoid(x)"), {"x": 1.5}),
        (parse("3"), {"x": 1.5}),
    ],
)
def test_the_script_prints_the_graphs_numbers(graph: Graph, inputs: dict[str, float]) -> None:
    values = graph.forward({name: inputs[name] for name in graph.inputs})
    derivatives = graph.backward(values)
    numbers = printed(numpy_script(graph, inputs))
    assert math.isclose(numbers.pop(graph.output), values[graph.output], rel_tol=1e-12)
    for name, number in numbers.items():
        exact = float(derivatives[name.split("/d")[1]])
        assert math.isclose(number, exact, rel_tol=1e-12)
    reached = {f"d{graph.output}/d{name}" for name in graph.inputs if graph.path_count(name)}
    assert numbers.keys() == reached
