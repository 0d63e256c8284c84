"""A chart is updated in place: its view, its elements and its graphics context stay."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.harness import ROOT, Server, rerun, until
from ui.plot.code import PLOTLY

DEMO = Path(__file__).parent / "plot_demo"

# Remembers every WebGL context that the page makes, and every breach of the security policy.
WATCH = """
window.contexts = [];
const getContext = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
  const context = getContext.call(this, kind, ...rest);
  if (/webgl/.test(kind) && context && !contexts.includes(context)) contexts.push(context);
  return context;
};
window.breaches = [];
document.addEventListener("securitypolicyviolation", event => {
  // A number library tries WebAssembly and is content without.
  if (event.blockedURI !== "wasm-eval") breaches.push(event.violatedDirective);
});
"""
pytestmark = pytest.mark.charts
GRAPH = "document.querySelector('.crl-plot-chart')"
CAMERA = f"JSON.stringify({GRAPH}._fullLayout.scene._scene.getCamera().eye)"
LIVE = "contexts.filter(context => !context.isContextLost()).length"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app's own server and settings round a few charts."""
    app = tmp_path_factory.mktemp("plot") / "demo"
    shutil.copytree(DEMO, app)
    shutil.copytree(ROOT / ".streamlit", app / ".streamlit")
    shutil.copy(ROOT / "app.py", app)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        server = Server(app)
    yield server
    server.close()


@pytest.fixture
def open_demo(demo: Server, open_page: Callable[..., Page]) -> Callable[..., Page]:
    def open_(path: str = "/", **options: object) -> Page:
        page = open_page(path, server=demo, script=WATCH, **options)
        drawn(page)
        return page

    return open_


def drawn(page: Page) -> None:
    page.wait_for_selector(".crl-plot-chart .main-svg", state="attached")


def commit(page: Page) -> None:
    """Change the number that the charts follow, and leave the mouse where it is."""
    with rerun(page):
        page.get_by_label("w1", exact=True).focus()
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")


def turn(page: Page) -> str:
    """Turn the 3D chart with the mouse; its camera once it has come to rest."""
    page.wait_for_selector(".gl-container canvas")
    before = page.evaluate(CAMERA)
    box = page.locator(".crl-plot-chart").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 90, y + 20, steps=6)
    page.mouse.up()
    seen = [before]

    def at_rest() -> bool:
        page.wait_for_timeout(300)
        seen.append(page.evaluate(CAMERA))
        return seen[-1] != before and seen[-1] == seen[-2]

    until(page, at_rest, "the camera came to rest")
    return seen[-1]


def eye(camera: str) -> list[float]:
    return [round(value, 9) for value in json.loads(camera).values()]


def test_a_turned_surface_stays_as_it_is_over_ten_commits(open_demo: Callable[..., Page]) -> None:
    page = open_demo("/solid")
    camera = turn(page)
    page.evaluate("window.canvas = document.querySelector('.gl-container canvas')")
    corner = f"{GRAPH}._fullData[0].z[0][0]"
    before = page.evaluate(corner)
    for _ in range(10):
        commit(page)
    until(page, lambda: page.evaluate(corner) != before, "the surface followed")
    page.wait_for_timeout(500)
    assert eye(page.evaluate(CAMERA)) == eye(camera)
    assert page.evaluate("canvas === document.querySelector('.gl-container canvas')")
    assert page.evaluate("contexts.length") == 1


def test_graphics_contexts_do_not_grow_over_ten_visits(open_demo: Callable[..., Page]) -> None:
    page = open_demo("/solid")
    page.wait_for_selector(".gl-container canvas")
    for _ in range(10):
        page.get_by_role("link", name="Flat").click()
        expect(page.get_by_role("img", name="tanh of w1 x")).to_be_attached()
        page.get_by_role("link", name="Solid").click()
        page.wait_for_selector(".gl-container canvas")
    until(page, lambda: page.evaluate(LIVE) == 1, "the contexts of charts left behind were lost")


def test_hover_stays_and_says_the_new_number(open_demo: Callable[..., Page]) -> None:
    page = open_demo()
    chart = page.locator(".crl-plot-chart").first
    label = chart.locator(".hovertext")
    # A page still finding its layout may move the chart from under the mouse.
    until(page, lambda: chart.hover() or label.count() > 0, "the chart answered the mouse")
    before = label.text_content()
    commit(page)
    expect(label).to_be_attached()
    expect(label).not_to_have_text(before or "")


def test_nothing_breaks_the_security_policy(open_demo: Callable[..., Page]) -> None:
    page = open_demo()
    page.get_by_role("link", name="Solid").click()
    page.wait_for_selector(".gl-container canvas")
    page.wait_for_timeout(500)
    assert page.evaluate("breaches") == []


def test_plotly_js_is_fetched_once(open_demo: Callable[..., Page]) -> None:
    page = open_demo()
    fetched = "performance.getEntriesByType('resource').filter(e => /plotly\\//.test(e.name))"
    page.get_by_role("link", name="Solid").click()
    page.wait_for_selector(".gl-container canvas")
    assert page.evaluate(f"{fetched}.map(e => new URL(e.name).pathname)") == [f"/{PLOTLY.path}"]


def test_a_newer_figure_that_overtakes_an_older_one_does_no_harm(
    open_demo: Callable[..., Page],
) -> None:
    page = open_demo("/fast")
    page.evaluate("{window.svg = document.querySelector('.main-svg')}")
    last = f"{GRAPH}._fullData[0].y[1]"
    until(page, lambda: page.evaluate(last) > 60, "the chart followed sixty figures")
    assert page.evaluate("svg === document.querySelector('.main-svg')")


def test_words_and_numbers_for_those_who_cannot_see(open_demo: Callable[..., Page]) -> None:
    chart = open_demo().get_by_test_id("plot").first
    expect(chart.get_by_role("img", name="tanh of w1 x")).to_be_attached()
    expect(chart.get_by_role("table")).to_contain_text("−6.000")
    for name in ("Save as PNG", "Save as SVG"):
        expect(chart.get_by_role("button", name=name)).to_be_attached()


def test_without_plotly_js_the_numbers_are_shown_and_it_is_tried_again(
    demo: Server, open_page: Callable[..., Page]
) -> None:
    page = open_page(server=demo, allow="ERR_FAILED")
    page.route("**/plotly/*", lambda route: route.abort())
    page.reload()
    chart = page.get_by_test_id("plot").first
    expect(chart.get_by_role("status")).to_have_text(
        "The chart could not be drawn. Here are its numbers."
    )
    expect(chart.get_by_role("table")).to_be_visible()
    page.unroute("**/plotly/*")
    expect(chart.locator(".main-svg").first).to_be_attached(timeout=15000)
    expect(chart.get_by_role("status")).to_have_text("")


def test_a_chart_is_as_wide_as_its_column(open_demo: Callable[..., Page]) -> None:
    page = open_demo()
    for width in (1300, 800, 1600):
        page.set_viewport_size({"width": width, "height": 800})
        fits = f"{GRAPH}.clientWidth === {GRAPH}._fullLayout.width"
        page.wait_for_timeout(300)
        until(page, lambda fits=fits: page.evaluate(fits), "the chart fitted its column")


@pytest.mark.parametrize("path", ["/", "/solid"])
def test_a_finger_scrolls_past_a_chart(open_demo: Callable[..., Page], path: str) -> None:
    page = open_demo(path, width=390, height=800, has_touch=True, is_mobile=True)
    if path == "/solid":
        page.wait_for_selector(".gl-container canvas")
        page.wait_for_timeout(500)
    box = page.locator(".crl-plot-chart").first.bounding_box()
    assert box
    touch = page.context.new_cdp_session(page)

    def swipe(across: float, along: float) -> None:
        x, y = box["x"] + box["width"] / 2, box["y"] + 200
        for kind, part in [("touchStart", 0.0), *(("touchMove", n / 12) for n in range(1, 13))]:
            points = [{"x": x + across * part, "y": y + along * part}]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
            page.wait_for_timeout(16)
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    top = "document.querySelector('[data-testid=stMain]').scrollTop"
    swipe(0, -120)
    until(page, lambda: page.evaluate(top) > 50, "the page scrolled")
    if path == "/solid":
        page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop = 0")
        page.wait_for_timeout(500)
        camera = page.evaluate(CAMERA)
        swipe(-120, 0)
        until(page, lambda: page.evaluate(CAMERA) != camera, "the surface turned")
