"""The browser's numbers against NumPy's: the shipped evaluator, on every network and many graphs.

One blank page holds the evaluator's module, as it is part of the stage.
Points go in and numbers come back as float64 in base64, so that NaN, infinity and every last bit
survive the way.
"""

import base64
from collections.abc import Iterator
from itertools import product

import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import Page

from core.functions import ACTIVATIONS, COSTS
from core.graph import Graph
from core.network import DEEPEST, network
from core.parsing import parse
from tests.browser.conftest import Room
from ui import web

Floats = npt.NDArray[np.float64]

LOAD = """async source => {
    const blob = new Blob([source], { type: "text/javascript" });
    const { createEvaluator } = await import(URL.createObjectURL(blob));
    const bytesOf = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
    const pack = floats => {
        const bytes = new Uint8Array(floats.buffer);
        let text = "";
        for (let i = 0; i < bytes.length; i += 8192)
            text += String.fromCharCode(...bytes.subarray(i, i + 8192));
        return btoa(text);
    };
    window.evaluate = ([graph, packed]) => {
        const evaluator = createEvaluator(graph);
        const points = new Float64Array(bytesOf(packed).buffer);
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
def evaluator(blank_room: Room) -> Iterator[Page]:
    page = blank_room.open()
    page.evaluate(LOAD, web.joined("maths/evaluate.js"))
    yield page
    blank_room.leave(page)


def numpys(graph: Graph, points: Floats) -> tuple[list[str], Floats]:
    """Every node, local derivative and derivative of the output: a row each, a column a point."""
    values = graph.forward(dict(zip(graph.inputs, points.T, strict=True)))
    rows = {node.name: values[node.name] for node in graph.nodes}
    for node in graph.nodes:
        for parent in graph.parents(node.name):
            factor = graph.factor(node.name, parent)
            rows[factor.name] = factor.value(values)
    for name, value in graph.backward(values).items():
        rows[f"adjoint {name}"] = value
    return list(rows), np.array([np.broadcast_to(row, (len(points),)) for row in rows.values()])


def browsers(page: Page, graph: Graph, points: Floats) -> Floats:
    packed = base64.b64encode(points.astype("<f8").tobytes()).decode()
    answer = page.evaluate("given => window.evaluate(given)", [graph.to_json(), packed])
    return np.frombuffer(base64.b64decode(answer), "<f8").reshape(len(points), -1).T


def compare(page: Page, graph: Graph, points: Floats) -> float:
    """Hold the browser's numbers against NumPy's; the answer is the share that needed the floor.

    They agree to 1e-12 of their size. Where terms cancel, as in w a + b near zero, the last bit of
    ``exp``, which browser and NumPy round differently, can weigh more than that. There, and only
    there, the floor is what NumPy's own answer moves by when its inputs move by a few last bits:
    nobody's digits below it mean anything.
    """
    names, ours = numpys(graph, points)
    theirs = browsers(page, graph, points)
    assert theirs.shape == ours.shape
    with np.errstate(invalid="ignore"):
        close = (theirs == ours) | (np.abs(theirs - ours) <= 1e-12 * np.abs(ours))
    close |= np.isnan(theirs) & np.isnan(ours)
    near = np.flatnonzero(~close.all(axis=0))
    if not near.size:
        return 0.0
    ulps = np.random.default_rng(0).integers(-4, 5, size=(64, len(near), len(graph.inputs)))
    moved = points[near] * (1 + ulps * np.finfo(float).eps)
    around = numpys(graph, moved.reshape(-1, len(graph.inputs)))[1].reshape(len(ours), 64, -1)
    floor = np.abs(around - ours[:, None, near]).max(axis=1)
    with np.errstate(invalid="ignore"):
        close[:, near] |= np.abs(theirs[:, near] - ours[:, near]) <= floor
    wrong = [
        f"{names[i]} at {dict(zip(graph.inputs, points[j].tolist(), strict=True))} "
        f"is {theirs[i, j]!r}, not {ours[i, j]!r}"
        for i, j in np.argwhere(~close)[:5]
    ]
    assert not wrong, "\n".join(wrong)
    return near.size / len(points)


def random_points(graph: Graph, count: int, seed: int) -> Floats:
    """Weights from gentle to saturating; targets between 0 and 1, which every cost allows."""
    random = np.random.default_rng(seed)
    shape = (count, len(graph.inputs))
    points = random.normal(size=shape) * random.choice([0.5, 2, 5, 15], size=(count, 1))
    points[:, graph.inputs.index("y")] = random.uniform(size=count)
    return points


@pytest.mark.parametrize("depth", range(1, DEEPEST + 1))
def test_every_network_at_a_thousand_random_points(evaluator: Page, depth: int) -> None:
    floored = [
        compare(evaluator, graph, random_points(graph, 1000, seed))
        for seed, (activation, cost) in enumerate(product(ACTIVATIONS, COSTS), 100 * depth)
        for graph in [network(depth, activation, cost)]
    ]
    assert max(floored) <= 0.01


TYPED = """
x; -x; 3; x^2; x^3 - 2*x; (x + 1)^5; 1/x; 1/(1 + x^2); x/(x - 3); 2^x; x^x; x^-2.5
sqrt(x); sqrt(1 + x^2); abs(x); abs(sin(x)); exp(x); exp(-x^2); log(x); log(1 + exp(x))
sin(x); cos(3*x); tan(x); asin(x/4); acos(x/4); atan(x); sinh(x); cosh(x); tanh(x); tanh(x)^3
sigmoid(x); sigmoid(-3*x)*tanh(x); relu(x); relu(x - 1)*x; log(2 + cos(x)); sin(cos(tan(x)))
x*sin(x); x*sin(x)*cos(x) + x^2; (x + sin(x))*(x - cos(x))/(1 + exp(x)); sqrt(log(3 + x^2))
exp(sin(x)^2)/(1 + cos(x)^2); ((x + 1)*x + 1)*x + 1; sin(x)/x; log(abs(x)); pi*x + e
x*x; x+x; (x + 1)(x + 1); log(x)^0; 1^log(x); cos(log(x^1000))
log(x^2); log(x^3); log(1/x); x*x*x
"""
FUNCTIONS = [text.strip() for text in TYPED.replace("\n", ";").split(";") if text.strip()]
XS = np.array([-9.99, -8, -3.7, -2, -1, -0.5, -1e-3, 0, 1e-9, 0.1, 0.5, 1, 1.5, 2, 3, 4.2, 10])


def test_functions_as_they_are_typed(evaluator: Page) -> None:
    assert len(set(FUNCTIONS)) >= 40
    for text in FUNCTIONS:
        try:
            compare(evaluator, parse(text), XS[:, None])
        except AssertionError as error:
            raise AssertionError(f"h = {text}: {error}") from None
