"""The browser's numbers against NumPy's: the shipped evaluator, on every network and many graphs.

One blank page holds the stage's module, whose only change is that it exports its evaluator.
Points go in and numbers come back as float64 in base64, so that NaN, infinity and every last bit
survive the way.
"""

import base64
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import Browser, Page

from core.functions import ACTIVATIONS, COSTS
from core.graph import Graph
from core.network import DEEPEST, network
from core.parsing import parse
from ui.stage import code

Floats = npt.NDArray[np.float64]

LOAD = """async source => {
    const blob = new Blob([source + "\\nexport { createEvaluator };"], { type: "text/javascript" });
    const { createEvaluator } = await import(URL.createObjectURL(blob));
    const unpack = text => new Float64Array(Uint8Array.from(atob(text), c => c.charCodeAt(0)).buffer);
    const pack = floats => {
        const bytes = new Uint8Array(floats.buffer);
        let text = "";
        for (let i = 0; i < bytes.length; i += 8192)
            text += String.fromCharCode(...bytes.subarray(i, i + 8192));
        return btoa(text);
    };
    window.evaluate = ([graph, packed]) => {
        const evaluator = createEvaluator(graph);
        const points = unpack(packed);
        const { values, factors, derivatives } = evaluator;
        const width = values.length + factors.length + derivatives.length;
        const inputs = graph.inputs.length;
        const count = points.length / inputs;
        const out = new Float64Array(count * width);
        for (let i = 0; i < count; i++) {
            evaluator.run(Object.fromEntries(
                graph.inputs.map((name, j) => [name, points[i * inputs + j]])));
            out.set(values, i * width);
            out.set(factors, i * width + values.length);
            out.set(derivatives, i * width + values.length + factors.length);
        }
        return pack(out);
    };
}"""


@pytest.fixture(scope="module")
def evaluator(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.evaluate(LOAD, code.module())
    yield page
    page.close()


def compare(page: Page, graph: Graph, points: Floats) -> None:
    """Every node, local derivative and derivative of the output; a row of ``points`` is one."""
    plain: dict[str, Any] = graph.to_json()
    packed = base64.b64encode(points.astype("<f8").tobytes()).decode()
    answer = base64.b64decode(page.evaluate("given => window.evaluate(given)", [plain, packed]))
    got = np.frombuffer(answer, "<f8").reshape(len(points), -1).T

    values = graph.forward(dict(zip(graph.inputs, points.T, strict=True)))
    backward = graph.backward(values)
    expected = [(node.name, values[node.name]) for node in graph.nodes]
    expected += [
        (edge["name"], graph.factor(edge["child"], edge["parent"]).value(values))
        for edge in plain["edges"]
    ]
    expected += [(f"d{graph.output}/d{node.name}", backward[node.name]) for node in graph.nodes]
    assert len(got) == len(expected)
    for theirs, (name, ours) in zip(got, expected, strict=True):
        np.testing.assert_allclose(
            theirs, np.broadcast_to(ours, theirs.shape), rtol=1e-12, atol=0, err_msg=name
        )


def random_points(graph: Graph, count: int, seed: int) -> Floats:
    """Weights from gentle to saturating; targets between 0 and 1, which every cost allows."""
    random = np.random.default_rng(seed)
    shape = (count, len(graph.inputs))
    points = random.normal(size=shape) * random.choice([0.5, 2, 5, 15], size=(count, 1))
    points[:, graph.inputs.index("y")] = random.uniform(size=count)
    return points


@pytest.mark.parametrize("depth", range(1, DEEPEST + 1))
def test_every_network_at_a_thousand_random_points(evaluator: Page, depth: int) -> None:
    for a, activation in enumerate(ACTIVATIONS):
        for c, cost in enumerate(COSTS):
            graph = network(depth, activation, cost)
            compare(evaluator, graph, random_points(graph, 1000, seed=100 * depth + 10 * a + c))


TYPED = """
x; -x; 3; x^2; x^3 - 2*x; (x + 1)^5; 1/x; 1/(1 + x^2); x/(x - 3); 2^x; x^x; x^-2.5
sqrt(x); sqrt(1 + x^2); abs(x); abs(sin(x)); exp(x); exp(-x^2); log(x); log(1 + exp(x))
sin(x); cos(3*x); tan(x); asin(x/4); acos(x/4); atan(x); sinh(x); cosh(x); tanh(x); tanh(x)^3
sigmoid(x); sigmoid(-3*x)*tanh(x); relu(x); relu(x - 1)*x; log(2 + cos(x)); sin(cos(tan(x)))
x*sin(x); x*sin(x)*cos(x) + x^2; (x + sin(x))*(x - cos(x))/(1 + exp(x)); sqrt(log(3 + x^2))
exp(sin(x)^2)/(1 + cos(x)^2); ((x + 1)*x + 1)*x + 1; sin(x)/x; log(abs(x)); pi*x + e
"""
FUNCTIONS = [text.strip() for text in TYPED.replace("\n", ";").split(";") if text.strip()]
XS = np.array([*(-8, -3.7, -2, -1, -0.5, -1e-3, 0, 1e-9, 0.1, 0.5, 1, 1.5, 2, 3, 4.2, 9.99, 30)])


def test_functions_as_they_are_typed(evaluator: Page) -> None:
    assert len(set(FUNCTIONS)) >= 40
    for text in FUNCTIONS:
        graph = parse(text)
        points = XS[:, None] if graph.inputs else np.zeros((1, 0))
        try:
            compare(evaluator, graph, points)
        except AssertionError as error:
            raise AssertionError(f"{text}: {error}") from None


def test_what_is_undefined_in_numpy_is_undefined_in_the_browser(evaluator: Page) -> None:
    """NaN and infinity where an input is one, and where a function has no value."""
    wild = np.array([np.nan, np.inf, -np.inf, 1e308, -1e308, 5e-324, 0.0, -0.0, 800.0, -800.0])
    for text in FUNCTIONS:
        graph = parse(text)
        if graph.inputs and not {"sin", "cos", "tan"} & set(text.replace("(", " ").split()):
            compare(evaluator, graph, wild[:, None])
