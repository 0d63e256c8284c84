"""The cost surface beside the map: the same numbers, the learner's own view, nothing in the way."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from core.datasets import dataset
from core.descent import descend
from core.network import network
from core.surface import cost_surface
from tests.browser.harness import hold_slider, number, rerun, settled, until, ws_frames
from tests.browser.test_plot import LIVE, WATCH
from ui.theme import COLORS

pytestmark = pytest.mark.charts
OpenPage = Callable[..., Page]
LESSON = {"x": 1.5, "y": 1.0, "w1": 0.8, "b1": -0.3, "w2": -1.4, "b2": 0.6}

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


POINT = """() => {
    const chart = document.querySelector(".js-plotly-plot");
    const here = chart.data.find(trace => trace.meta.role === "here");
    // It rests on the surface, its middle above it: the cost itself is what it says of itself.
    return [here.x[0], here.y[0], here.customdata[0]];
}"""
ICON = "getComputedStyle(document.querySelector('.modebar-btn path')).fill"
EYE = """() => document.querySelector(".js-plotly-plot")._fullLayout.scene._scene.getCamera().eye"""
CANVAS = "document.querySelector('.gl-container canvas')"


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


def turn(page: Page) -> dict[str, float]:
    """Turn the surface by hand; where its eye is then."""
    picture = page.locator(".js-plotly-plot .gl-container").first
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    assert box
    before = page.evaluate(EYE)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y, steps=3)  # without a graphics card each takes a quarter of a second
    page.mouse.up()
    until(page, lambda: page.evaluate(EYE) != before, "it turns")
    # It runs on for a moment.
    eyes: list[Any] = []

    def rests() -> bool:
        page.wait_for_timeout(100)
        eyes.append(page.evaluate(EYE))
        return len(eyes) > 8 and all(eye == eyes[-1] for eye in eyes[-8:])

    until(page, rests, "it rests")
    return dict(eyes[-1])


def test_the_point_follows_the_stage_and_the_surface_stays_turned(open_surface: OpenPage) -> None:
    page = open_surface(query={"data": "bowl", "rate": 10})
    stage = page.get_by_test_id("stage")
    path = descend(network(2), LESSON, dataset("bowl", 1.5, 1.0), learning_rate=10)

    def point() -> list[float]:
        # While Plotly takes over a new figure, its arrays are not unpacked yet.
        return [math.nan if one is None else one for one in page.evaluate(POINT)]

    def at(step: int) -> bool:
        wanted = [path.parameters["w1"][step], path.parameters["w2"][step], path.cost[step]]
        return bool(np.allclose(point(), wanted, rtol=1e-6))

    until(page, lambda: at(0), "the point is at the start")
    eye = turn(page)

    def stays() -> bool:
        settled(page)
        page.wait_for_timeout(500)
        return bool(page.evaluate(EYE) == pytest.approx(eye, rel=1e-6))

    for step in (1, 2):
        with rerun(page):
            stage.get_by_role("button", name="step forward").click()
        until(page, lambda step=step: at(step), "it follows a step")  # type: ignore[misc]
        assert stays()
    stage.evaluate(COMPARE)
    stage.get_by_role("button", name="play").click()
    until(page, lambda: page.evaluate("seen.length") > 2, "it moved three times", 60)
    assert page.evaluate(EYE) == pytest.approx(eye, rel=1e-6)
    with rerun(page):
        stage.get_by_role("button", name="pause").click()
    for x, y, map_x, map_y in page.evaluate("seen"):
        assert (x, y) == pytest.approx((map_x, map_y), abs=1e-9)
    rest = int(number(page, "step", "[data-panel=cost]"))
    until(page, lambda: at(rest), "it rests where the player rests")
    assert stays()
    # While the hand rests and has not let go, it is there too.
    before = ws_frames(page)
    hold_slider(page, "w2", 25)
    held = number(page, "w2")
    until(page, lambda: abs(point()[1] - held) < 1e-6, "it follows a drag")
    assert ws_frames(page) == before
    with rerun(page):
        page.mouse.up()
    until(page, lambda: abs(point()[1] - held) < 1e-6, "and stays there")
    assert stays()


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


def fills(page: Page) -> bool:
    """Whether the chart fills its panel, and on a laptop the map beside it is as large."""
    size = "(() => { const g = document.querySelector('.js-plotly-plot')._fullLayout;"
    size += "return [g.width, g.height] })()"
    boxes = [page.locator(f'[data-panel="{name}"]').bounding_box() for name in ("surface", "map")]
    sizes = [(box["width"], box["height"]) for box in boxes if box]
    alike = len(sizes) == 2 and np.allclose(sizes[0], sizes[1], atol=1)
    wide = page.evaluate("innerWidth > 900")
    return bool(np.allclose(page.evaluate(size), sizes[0], atol=3)) and (not wide or alike)


def test_it_has_its_place_its_words_and_a_view_that_is_the_learners(
    open_surface: OpenPage,
) -> None:
    page = open_surface("/cost_surface", width=1366, height=768)
    until(page, lambda: fills(page), "the chart fills its panel")

    # Words and numbers for those who cannot see it.
    name = "The cost J as a surface over w1 and w2, with the point where you stand."
    expect(page.get_by_role("img", name=name)).to_be_attached()
    expect(page.get_by_test_id("plot").get_by_role("table").first).to_contain_text("−10.00")

    # Keys turn it, and Home comes back.
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

    # A view that was turned by hand stays from step to step, in the same canvas.
    page.evaluate(f"window.canvas = {CANVAS}")
    eye = turn(page)
    for _ in range(2):
        with rerun(page):
            page.get_by_test_id("guide").get_by_role("button", name="Next").click()
        page.wait_for_timeout(500)
        assert page.evaluate(EYE) == pytest.approx(eye, rel=1e-6)
    assert page.evaluate(f"canvas === {CANVAS}")

    # A double click brings back the first view.
    box = page.locator(".js-plotly-plot").first.bounding_box()
    assert box
    page.mouse.dblclick(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    until(page, lambda: page.evaluate(EYE) == pytest.approx(first, abs=1e-6), "it came back")

    for width, height in ((1280, 720), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        until(page, lambda: fills(page), "the chart fills its panel")


def test_it_takes_on_the_theme_and_turns_to_the_point_that_a_prompt_sets(
    open_surface: OpenPage,
) -> None:
    page = open_surface("/cost_surface")
    color = "document.querySelector('.js-plotly-plot')._fullLayout.scene.xaxis.color"
    for theme in ("dark", "light"):
        page.emulate_media(color_scheme=theme)
        ink = COLORS[theme]["ink"]
        until(page, lambda ink=ink: page.evaluate(color) == ink, f"it is drawn for {theme}")
        seen = "rgb({}, {}, {})".format(*bytes.fromhex(ink.removeprefix("#")))
        until(page, lambda seen=seen: page.evaluate(ICON) == seen, "and its buttons are to be seen")
    with rerun(page):
        page.get_by_role("button", name="A data set").click()
    page.wait_for_timeout(500)
    eye = page.evaluate(EYE)
    page.reload()
    drawn(page)
    assert eye == pytest.approx(page.evaluate(EYE), abs=1e-6), "as whoever opens the link sees it"


def test_graphics_contexts_do_not_grow_over_page_changes(open_page: OpenPage) -> None:
    page = open_page("/cost_surface", script=WATCH)
    drawn(page)
    for title in ("Gradient descent", "Forward pass", "Cost surface"):
        page.get_by_role("link", name=title).first.click()
        settled(page)
        surfaces = 0 if title == "Forward pass" else 1
        expect(page.locator(".crl-plot-chart")).to_have_count(surfaces)
        if surfaces:
            drawn(page)
    until(page, lambda: page.evaluate(LIVE) <= 1, "the contexts of charts left behind were lost")
