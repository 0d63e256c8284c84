"""The cost surface beside the map: the same numbers, the learner's own view, nothing in the way."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from core.datasets import dataset
from core.network import network
from core.surface import cost_surface
from tests.browser.harness import hold_slider, number, settled, until, ws_frames
from tests.browser.test_descent import EYE, turn
from tests.browser.test_plot import LIVE, WATCH

pytestmark = pytest.mark.charts
OpenPage = Callable[..., Page]
LESSON = {"x": 1.5, "y": 1.0, "w1": 0.8, "b1": -0.3, "w2": -1.4, "b2": 0.6}
PANEL = '[data-panel="surface"]'

# What of the chart has this role.
TRACE = """role => {
    const { x, y, z } = document.querySelector(".js-plotly-plot")._fullData
        .find(trace => trace.meta.role === role);
    return { x: [...x], y: [...y], z: Array.from(z, row => row?.length ? [...row] : row) };
}"""

# Notes where the point stands on the surface and on the map, whenever the surface's is drawn.
COMPARE = """map => {
    window.seen = [];
    const chart = document.querySelector(".js-plotly-plot");
    const full = chart._fullData.find(trace => trace.meta.role === "here");
    const drawing = chart._fullLayout.scene._scene.traces[full.uid];
    const update = drawing.update.bind(drawing);
    drawing.update = (trace) => {
        update(trace);
        queueMicrotask(() => {
            const side = Number(map.querySelector(".map .inside").getAttribute("width"));
            const point = map.querySelector(".map .point");
            const [cx, cy] = ["cx", "cy"].map(name => Number(point.getAttribute(name)));
            seen.push([trace.x[0], trace.y[0], cx / side * 20 - 10, 10 - cy / side * 20]);
        });
    };
}"""


@pytest.fixture
def open_surface(open_page: OpenPage) -> OpenPage:
    """Open a page with a surface, and wait until it is drawn."""

    def open_(path: str = "/gradient_descent", **options: Any) -> Page:
        page = open_page(path, **options)
        drawn(page)
        return page

    return open_


def drawn(page: Page) -> None:
    page.wait_for_selector(".js-plotly-plot .gl-container canvas", timeout=60000)
    ready = "document.querySelector('.js-plotly-plot').data?.[0].surfacecolor !== undefined"
    until(page, lambda: page.evaluate(ready), "the surface is drawn")


def angle(eye: dict[str, float]) -> float:
    return math.degrees(math.atan2(eye["y"], eye["x"]))


def test_while_it_plays_the_point_is_where_the_map_has_it(open_surface: OpenPage) -> None:
    page = open_surface(query={"data": "bowl", "rate": 10})
    page.get_by_test_id("stage").evaluate(COMPARE)
    page.get_by_role("button", name="play").click()
    until(page, lambda: page.evaluate("seen.length") > 2, "the point moved three times", 60)
    for x, y, map_x, map_y in page.evaluate("seen"):
        assert (x, y) == pytest.approx((map_x, map_y), abs=1e-9)


def test_while_a_bias_is_dragged_the_surface_takes_its_shape(open_surface: OpenPage) -> None:
    page = open_surface("/cost_surface")
    before, flat = ws_frames(page), page.evaluate(TRACE, "surface")["z"]
    hold_slider(page, "b1", 30)
    until(page, lambda: page.evaluate(TRACE, "surface")["z"] != flat, "the surface moved", 60)
    held = number(page, "b1")
    grid = np.linspace(-10, 10, 65)
    exact = cost_surface(
        network(2), {**LESSON, "b1": held}, dataset("one_sample", 1.5, 1.0), grids=(grid, grid)
    )

    def same() -> bool:
        return np.allclose(page.evaluate(TRACE, "surface")["z"], exact, atol=1e-12)

    until(page, same, "it has the shape of this bias")
    assert ws_frames(page) == before
    page.mouse.up()


def test_the_path_lies_on_the_surface_and_the_point_above_the_floor(open_surface: OpenPage) -> None:
    page = open_surface(query={"data": "valley", "rate": 2, "optimizer": "momentum", "at": 30})
    until(page, lambda: len(page.evaluate(TRACE, "walked")["x"]) > 30, "the path is laid")
    surface, path = page.evaluate(TRACE, "surface"), page.evaluate(TRACE, "path")
    heights = np.array(surface["z"])
    rise = np.ptp(heights)
    for x, y, z in zip(path["x"], path["y"], path["z"], strict=True):
        i, j = ((value + 10) / 20 * 64 for value in (x, y))
        i0, j0 = min(63, int(i)), min(63, int(j))
        cell = heights[j0 : j0 + 2, i0 : i0 + 2]
        ground = np.array([1 - (j - j0), j - j0]) @ cell @ np.array([1 - (i - i0), i - i0])
        assert z >= ground + 0.019 * rise
    drop = page.evaluate(TRACE, "drop")
    here = page.evaluate(TRACE, "here")
    assert drop["x"] == [here["x"][0]] * 2
    assert drop["z"][0] == here["z"][0] > heights.min() > drop["z"][1]


def test_keys_turn_it_and_home_comes_back(open_surface: OpenPage) -> None:
    page = open_surface("/cost_surface")
    first = page.evaluate(EYE)
    chart = page.get_by_role("application", name="cost surface")
    chart.focus()
    page.keyboard.press("ArrowRight")
    until(page, lambda: page.evaluate(EYE) != first, "it turned")
    eye = page.evaluate(EYE)
    assert (angle(eye) - angle(first)) % 360 == pytest.approx(10, abs=1e-6)
    page.keyboard.press("+")
    until(page, lambda: page.evaluate(EYE) != eye, "it came nearer")
    assert math.dist((0, 0, 0), page.evaluate(EYE).values()) < math.dist((0, 0, 0), eye.values())
    page.keyboard.press("Home")
    until(page, lambda: page.evaluate(EYE) == pytest.approx(first), "it came back")


def test_a_double_click_brings_back_the_first_view(open_surface: OpenPage) -> None:
    page = open_surface("/cost_surface")
    first = page.evaluate(EYE)
    turn(page)
    box = page.locator(".js-plotly-plot").first.bounding_box()
    assert box
    page.mouse.dblclick(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    until(page, lambda: page.evaluate(EYE) == pytest.approx(first, abs=1e-6), "it came back")


def test_a_view_that_was_turned_stays_from_step_to_step(open_surface: OpenPage) -> None:
    page = open_surface("/cost_surface")
    guide = page.get_by_test_id("guide")
    eye = turn(page)
    for _ in range(2):
        guide.get_by_role("button", name="Next").click()
        settled(page)
        page.wait_for_timeout(500)
        assert page.evaluate(EYE) == pytest.approx(eye, rel=1e-6)


def test_graphics_contexts_do_not_grow_over_page_changes(open_page: OpenPage) -> None:
    page = open_page("/cost_surface", script=WATCH)
    drawn(page)
    for _ in range(3):
        for title in ("Gradient descent", "Forward pass", "Cost surface"):
            page.get_by_role("link", name=title).first.click()
            settled(page)
            surfaces = 0 if title == "Forward pass" else 1
            expect(page.locator(".crl-plot-chart")).to_have_count(surfaces)
        drawn(page)
    until(page, lambda: page.evaluate(LIVE) <= 1, "the contexts of charts left behind were lost")


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1280, 720), (390, 844)])
def test_it_fills_its_place_beside_a_map_of_the_same_size(
    open_surface: OpenPage, width: int, height: int
) -> None:
    page = open_surface("/cost_surface", width=width, height=height)
    size = "(() => { const g = document.querySelector('.js-plotly-plot')._fullLayout;"
    size += "return [g.width, g.height] })()"

    def fills() -> bool:
        box = page.locator(PANEL).bounding_box()
        assert box
        return bool(np.allclose(page.evaluate(size), (box["width"], box["height"]), atol=3))

    until(page, fills, "the chart fills its panel")
    if width > 900:
        sizes = []
        for name in ("map", "surface"):
            box = page.locator(f'[data-panel="{name}"]').bounding_box()
            assert box
            sizes.append((box["width"], box["height"]))
        assert sizes[0] == pytest.approx(sizes[1], abs=1)


def test_words_and_numbers_for_those_who_cannot_see_it(open_surface: OpenPage) -> None:
    page = open_surface("/cost_surface")
    name = "The cost J as a surface over w1 and w2, with the point where you stand."
    expect(page.get_by_role("img", name=name)).to_be_attached()
    expect(page.get_by_test_id("plot").get_by_role("table").first).to_contain_text("−10.00")
