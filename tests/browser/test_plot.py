"""A chart in a small app: it is updated in place, and what is beside it has its rights.

That a surface keeps its view and its graphics context is tried in the lab: ``test_surface.py``.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.harness import ROOT, Server, rerun, until
from ui.plot.code import PLOTLY, WHOLE

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


def test_a_chart_and_a_surface_are_drawn_by_plotly_js_within_the_policy(
    open_demo: Callable[..., Page],
) -> None:
    page = open_demo()
    fetched = "performance.getEntriesByType('resource').filter(e => /plotly\\//.test(e.name))"

    # Words and numbers for those who cannot see.
    shown = page.get_by_test_id("plot").first
    expect(shown.get_by_role("img", name="tanh of w1 x")).to_be_attached()
    expect(shown.get_by_role("table")).to_contain_text("−6.000")
    for name in ("Save as PNG", "Save as SVG"):
        expect(shown.get_by_role("button", name=name)).to_be_attached()

    # A label under the mouse stays, and says the new number.
    chart = page.locator(".crl-plot-chart").first
    label = chart.locator(".hovertext")
    # A page still finding its layout may move the chart from under the mouse.
    until(page, lambda: chart.hover() or label.count() > 0, "the chart answered the mouse")
    before = label.text_content()
    commit(page)
    expect(label).to_be_attached()
    expect(label).not_to_have_text(before or "")

    # It is as wide as its column.
    for width in (1300, 800, 1600):
        page.set_viewport_size({"width": width, "height": 800})
        fits = f"{GRAPH}.clientWidth === {GRAPH}._fullLayout.width"
        page.wait_for_timeout(300)
        until(page, lambda fits=fits: page.evaluate(fits), "the chart fitted its column")

    page.get_by_role("link", name="Solid").click()
    page.wait_for_selector(".gl-container canvas")
    page.wait_for_timeout(500)
    assert page.evaluate("breaches") == []
    once_each = page.evaluate(f"{fetched}.map(e => new URL(e.name).pathname)")
    # All of it is for the contours alone.
    assert sorted(once_each) == sorted([f"/{PLOTLY.path}", f"/{WHOLE.path}"])


def test_a_newer_figure_that_overtakes_an_older_one_does_no_harm(
    open_demo: Callable[..., Page],
) -> None:
    page = open_demo("/fast")
    page.evaluate("{window.svg = document.querySelector('.main-svg')}")
    last = f"{GRAPH}._fullData[0].y[1]"
    until(page, lambda: page.evaluate(last) > 60, "the chart followed sixty figures")
    assert page.evaluate("svg === document.querySelector('.main-svg')")


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


def test_a_finger_scrolls_past_a_chart_and_turns_a_surface(open_demo: Callable[..., Page]) -> None:
    page = open_demo(width=390, height=800, has_touch=True, is_mobile=True)
    touch = page.context.new_cdp_session(page)
    top = "document.querySelector('[data-testid=stMain]').scrollTop"

    def swipe(across: float, along: float) -> None:
        box = page.locator(".crl-plot-chart").first.bounding_box()
        assert box
        x, y = box["x"] + box["width"] / 2, box["y"] + 200
        for kind, part in [("touchStart", 0.0), *(("touchMove", n / 4) for n in range(1, 5))]:
            points = [{"x": x + across * part, "y": y + along * part}]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
            page.wait_for_timeout(16)
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    for solid in (False, True):
        if solid:
            page.goto(f"{page.url.rstrip('/')}/solid")
            page.wait_for_selector(".gl-container canvas")
            page.wait_for_timeout(500)
        swipe(0, -120)
        until(page, lambda: page.evaluate(top) > 50, "the page scrolled")
    page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop = 0")
    page.wait_for_timeout(500)
    camera = page.evaluate(CAMERA)
    swipe(-120, 0)
    until(page, lambda: page.evaluate(CAMERA) != camera, "the surface turned")
