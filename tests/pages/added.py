"""Goes where a learner goes with an activation and an optimizer; run in a copy that has them."""

import contextlib
import io
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from core import scratch
from core.datasets import DATASETS
from core.descent import Recipe, descend, follow
from core.descent.export import descent_script
from core.descent.race import MOST_ENTRIES, race
from core.descent.rules import RULES, to_json
from core.initialisation import initial
from core.network import Architecture, Dataset, Layer, layered, network, parameters
from core.script import numpy_script
from core.toys import toy
from ui.session import looks
from ui.session.parameters import PARAMETERS

# Each AppTest scans all installed packages, which takes longer than a page (Streamlit 1.67).
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)

ROOT = Path.cwd()
START = {"x": 1.5, "y": 0.25, "w1": 0.8, "b1": -0.3, "w2": -1.4, "b2": 0.6}


def run(page: str, **query: str) -> AppTest:
    app = AppTest.from_file(ROOT / "ui" / "frame.py", default_timeout=30)
    for name, text in query.items():
        app.query_params[name] = text
    app.run()
    if page != "home":
        app.switch_page(str(ROOT / "pages" / f"{page}.py")).run()
    assert not app.exception, (page, app.exception)
    return app


def printed(script: str) -> dict[str, float]:
    """The numbers that a script prints, by name."""
    return {name: float(number) for name, number in text_of(script).items()}


def text_of(script: str) -> dict[str, str]:
    """What a script prints, by name."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(script, {"__name__": "script"})
    return dict(line.split(" = ") for line in out.getvalue().splitlines() if " = " in line)


def operations(tree: Any) -> set[str]:
    if not isinstance(tree, list):
        return set()
    inner = [operations(part) for part in tree[1:]]
    return {tree[0]}.union(*inner)


def an_activation(name: str) -> None:
    for page in ("home", "backpropagation", "going_deeper"):
        app = run(page, activation=name, x="-0.5", w1="-2")
        assert app.selectbox("activation").value == name
        assert not app.error
    app = run("backpropagation", activation=name)
    app.toggle("code-backpropagation").set_value(True).run()
    assert not app.exception
    graph = network(2, name)
    shown = printed(app.code[-1].value)
    assert shown["J"] == float(graph.forward(defaults(graph.inputs))["J"])

    values = graph.forward(START)
    slopes, numbers = graph.backward(values), printed(numpy_script(graph, START))
    for parameter in graph.inputs:
        h = 1e-6
        above, below = (
            graph.forward({**START, parameter: START[parameter] + d})["J"] for d in (h, -h)
        )
        assert np.isclose(slopes[parameter], (above - below) / (2 * h), rtol=1e-6, atol=1e-9)
        assert np.isclose(numbers[f"dJ/d{parameter}"], slopes[parameter], rtol=1e-12)

    known = in_the_browser()
    data = graph.to_json()
    trees = [node["value"] for node in data["nodes"]] + [e["derivative"] for e in data["edges"]]
    for tree in trees:
        assert operations(tree) <= known, operations(tree) - known


def defaults(names: tuple[str, ...]) -> dict[str, Any]:
    return {name: PARAMETERS[name].default for name in names}


def in_the_browser() -> set[str]:
    source = (ROOT / "ui" / "web" / "maths" / "evaluate.js").read_text("utf-8")
    table = re.search(r"^export const FUNCTIONS = \{\n(.*?)^\};", source, re.MULTILINE | re.DOTALL)
    assert table
    return {"+", "*", "^", *re.findall(r"^  (\w+)[:,]", table[1], re.MULTILINE)}


def an_optimizer(name: str, activation: str) -> None:
    start = {n: v for n, v in START.items() if n not in ("x", "y")}
    data = DATASETS["bowl"].data
    assert isinstance(data, Dataset)
    graph = network(2, activation)
    path = descend(graph, start, data, name, 0.1, 40)
    recipe = Recipe(data, name, 0.1, 40)
    numbers = printed(descent_script(graph, start, recipe))
    assert numbers["steps"] == len(path) - 1
    assert numbers["J_bar"] == path.cost[-1]
    assert [len(p) for p in race(graph, start, recipe, [(name, 0.1)])] == [len(path)]
    rule = to_json(name)
    assert operations(rule["step"]).union(*(operations(t) for _, t in rule["states"])) <= (
        in_the_browser()
    )

    query = {"optimizer": name, "activation": activation, "data": "bowl", "steps": "40"}
    app = run("gradient_descent", **query)
    assert app.selectbox("optimizer").value == name
    for view in ("Take it away", "Race", "Learning rate"):
        app.segmented_control("view").set_value(view).run()
        assert not app.exception, (view, app.exception)
        assert not app.error, view
        if view == "Race":
            racing = [app.selectbox(f"runner-{k}") for k in range(MOST_ENTRIES)]
            racing[0].set_value(name).run()
            assert not app.exception
            assert app.text_input("race").value.startswith(f"{name}:")
    (said,) = [block.value for block in app.markdown if "the curvature is between" in block.value]
    assert f"No rate is known at which {RULES[name].label} behaves otherwise." in said


def a_network_of_ones_own(optimizer: str, activation: str) -> None:
    """It is trained, looked at from all sides, and taken away, in NumPy and in PyTorch."""
    query = {"optimizer": optimizer, "hidden": f"{activation}3-tanh2", "toy": "xor", "rate": "0.1"}
    app = run("build_your_own", **query, steps="40", trained="1", v="1")
    for view in looks.OWN.values():
        app.segmented_control("own-view").set_value(view).run()
        assert not app.exception, (view, app.exception)

    shape = Architecture(2, (Layer(3, activation), Layer(2, "tanh")), classes=True)
    data, _ = toy("xor", count=20)
    graph, start = layered(shape), initial(shape, "normal", 3)
    recipe = Recipe(data, optimizer, 0.1, 40, train=parameters(graph))
    cost = follow(graph, start, recipe).cost[-1]
    for script in (scratch.numpy_script, scratch.torch_script):
        found = text_of(script(shape, start, recipe))
        assert np.isclose(float(found["J"]), cost, rtol=1e-9), (script, found["J"], cost)


if __name__ == "__main__":
    *activations, optimizer = sys.argv[1:]
    for added in activations:
        an_activation(added)
    an_optimizer(optimizer, activations[-1])
    for added in activations:
        a_network_of_ones_own(optimizer, added)
    print("all there")
