"""Going deeper: the chart over depth is live, and its numbers are NumPy's."""

from collections.abc import Callable, Mapping

import pytest
from playwright.sync_api import Page, expect

from core.network import DEEPEST, network
from tests.browser.harness import number, rerun, ws_frames
from ui.session.parameters import PARAMETERS

OpenPage = Callable[..., Page]
PANEL = '[data-testid="stage"] [data-panel="depth"]'
STEP = {"step": "going_deeper-many"}
START = {"y": 1.0, **{f"w{k}": 1.2 for k in range(1, 9)}, **{f"b{k}": 0.0 for k in range(1, 9)}}
"""The step's, but for x, which is the learner's from the beginning."""


def size(activation: str, depth: int, inputs: Mapping[str, float]) -> float:
    graph = network(depth, activation)
    return abs(float(graph.backward(graph.forward({n: inputs[n] for n in graph.inputs}))["w1"]))


def shown(page: Page, line: str, depth: int | None = None) -> float:
    layers = "" if depth is None else f", {depth} layers"
    return number(page, f"size of dJ/dw1, {line}{layers}", PANEL)


@pytest.mark.parametrize("activation", ["sigmoid", "identity"])
def test_every_size_over_depth_is_numpys(open_page: OpenPage, activation: str) -> None:
    inputs = {name: PARAMETERS[name].default for name in network(DEEPEST).inputs}
    inputs |= {"w2": -1.4, "w5": 0.5, "b8": -2.0}
    query = {"depth": 3, "activation": activation, **inputs}
    page = open_page("/going_deeper", query=query)
    page.wait_for_timeout(300)  # the table is written where nothing has moved for a moment
    for line in dict.fromkeys(("sigmoid", "tanh", "relu", activation)):
        for depth in range(1, DEEPEST + 1):
            assert shown(page, line, depth) == pytest.approx(size(line, depth, inputs), rel=1e-9)
        assert shown(page, line) == shown(page, line, 3)


def test_the_chart_over_depth_has_its_numbers_in_a_table_and_follows_a_slider_that_is_held(
    open_page: OpenPage,
) -> None:
    page = open_page("/going_deeper", query=STEP, width=1366, height=768)
    panel = page.get_by_role("group", name="the first weight's derivative by depth")
    table = panel.get_by_role("table", name="The size of dJ/dw1 by the number of layers")
    expect(table.get_by_role("row")).to_have_count(1 + DEEPEST)
    expect(table.get_by_role("columnheader").first).to_have_text("layers")
    lines = page.locator(f"{PANEL} .chart .way")
    before, sent = lines.first.get_attribute("d"), ws_frames(page)
    slider = page.get_by_role("slider", name="w2", exact=True)
    box = slider.bounding_box()
    assert box
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + box["height"] / 2)
    with rerun(page):
        page.mouse.down()
        page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + box["height"] / 2, steps=5)
        page.wait_for_timeout(50)
        assert ws_frames(page) == sent
        held = START | {"x": number(page, "x"), "w2": number(page, "w2")}
        assert held["w2"] > 3
        for line in ("sigmoid", "tanh", "relu"):
            assert shown(page, line) == pytest.approx(size(line, 4, held), rel=1e-9)
        assert lines.first.get_attribute("d") != before
        page.mouse.up()
