"""Fixtures of the browser tests: servers, a browser, and the pages in it."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

from scripts.find_chromium import MISSING, find_chromium
from tests.browser.harness import FLAGS, ROOT, Server, Watch, settled, watch

HERE = Path(__file__).parent
PICTURES = ROOT / "build" / "browser"
OPENED = pytest.StashKey[list[tuple[Page, Server]]]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The app, served once for all tests of a worker."""
    server = Server(prepared=False)
    yield server
    server.close()


@pytest.fixture
def fresh_server(request: pytest.FixtureRequest) -> Iterator[Callable[..., Server]]:
    """``fresh_server(app=folder, port=None)`` starts a new process that the test may kill."""
    with ExitStack() as stack:

        def start(app: Path = ROOT, port: int | None = None, script: str = "app.py") -> Server:
            server = Server(app, port, script)
            stack.callback(server.close)
            return server

        yield start


@pytest.fixture(scope="session")
def chromium() -> str:
    path = find_chromium()
    if path is None:
        pytest.fail(MISSING, pytrace=False)
    return path


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield browser
        browser.close()


# Draws nothing, in place of plotly.js, which takes seconds to start in a browser without a graphics
# card. The page asks for the library and hands it its figures as ever.
EMPTY_PLOTLY = """
window.Plotly = {
    react: async (graph) => { graph.on = graph.removeAllListeners = () => {}; },
    animate: async () => {}, restyle: async () => {}, relayout: async () => {}, purge() {},
    Plots: { resize: async () => {} },
};
"""
WITHOUT_CHARTS = f"""(() => {{
    const own = Object.getOwnPropertyDescriptor(HTMLScriptElement.prototype, "src");
    const empty = URL.createObjectURL(
        new Blob([{json.dumps(EMPTY_PLOTLY)}], {{ type: "text/javascript" }}));
    const set = function (address) {{
        own.set.call(this, /\\/plotly\\/\\w+\\.js$/.test(address) ? empty : address);
    }};
    Object.defineProperty(HTMLScriptElement.prototype, "src", {{ ...own, set }});
}})()"""

# Without a graphics card a surface costs as much as it has pixels: fewer show the same.
COARSE_SURFACES = """(() => {
    let library;
    const set = plotly => {
        library = plotly;
        plotly.setPlotConfig({ plotGlPixelRatio: 0.25 });
    };
    Object.defineProperty(window, "Plotly", { get: () => library, set, configurable: true });
})()"""


# Whatever the content-security policy forbids is a fault, also where browsers say nothing of it.
VIOLATIONS = """document.addEventListener("securitypolicyviolation", (violation) =>
    console.error(`forbidden: ${violation.violatedDirective} ${violation.blockedURI}`))"""


@dataclass
class Room:
    """A context in which pages find what was fetched and compiled before, and its unused tabs.

    That is kept on a disk, as in a learner's browser; and a tab that goes to the app once more has
    Streamlit's script in its memory. Together they halve the work of opening a page.
    """

    context: BrowserContext
    tabs: list[Page] = field(default_factory=list)

    def open(self) -> Page:
        return self.tabs.pop() if self.tabs else self.context.new_page()

    def leave(self, page: Page) -> None:
        page.unroute_all()
        page.emulate_media(color_scheme="null", reduced_motion="null")
        page.mouse.move(0, 0)
        page.goto("about:blank")
        self.tabs.append(page)


@pytest.fixture(scope="session")
def rooms(
    browser: Browser, chromium: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Room]]:
    """``rooms(charts, **context)``: one room for each kind of device, and for charts or none."""
    made: dict[Any, Room] = {}

    def room(charts: bool, **context: Any) -> Room:
        kind = (charts, *sorted(context.items()))
        if kind not in made:
            kept = browser.browser_type.launch_persistent_context(
                tmp_path_factory.mktemp("browser"),
                executable_path=chromium,
                args=list(FLAGS),
                **context,
            )
            kept.add_init_script(COARSE_SURFACES if charts else WITHOUT_CHARTS)
            kept.add_init_script(VIOLATIONS)
            made[kind] = Room(kept)
        return made[kind]

    yield room
    for one in made.values():
        one.context.close()


@pytest.fixture(scope="session")
def blank_room(browser: Browser) -> Iterator[Room]:
    room = Room(browser.new_context())
    yield room
    room.context.close()


@pytest.fixture
def blank(blank_room: Room) -> Iterator[Page]:
    """An empty page, for scripts that need no server. A context of its own would cost a second."""
    page = blank_room.open()
    page.set_viewport_size({"width": 1280, "height": 1000})
    yield page
    blank_room.leave(page)


@pytest.fixture
def open_page(
    request: pytest.FixtureRequest, browser: Browser, rooms: Callable[..., Room]
) -> Iterator[Callable[..., Page]]:
    """``open_page(path, theme, width, height, query)`` opens a watched page and lets it settle.

    At the end of the test it fails if a page had a fault: a console error, an uncaught error,
    an exception shown or logged by Streamlit, a request to another machine. ``allow`` holds
    regular expressions of faults that the test provokes. ``server`` is one from
    ``fresh_server``. Nothing moves by itself unless ``motion`` is on: the learner has asked for
    less. Plotly's charts are drawn in tests that are marked ``charts``. ``script`` runs before
    whatever the page runs, as often as it is loaded. Other keywords, such as ``has_touch``, are
    those of Playwright's ``new_context``. Pages of one kind of device share what their browser has
    fetched, and its tabs; with ``fresh=True`` a page is in a browser's first visit.
    """
    opened: list[tuple[Page, Watch, Room | None]] = []
    own: list[BrowserContext] = []

    def open_(
        path: str = "/",
        *,
        theme: str = "light",
        width: int = 1280,
        height: int = 800,
        query: Mapping[str, Any] | str = "",
        server: Server | None = None,
        allow: tuple[str, ...] | str = (),
        settle: bool = True,
        fresh: bool = False,
        motion: bool = False,
        script: str = "",
        **context: Any,
    ) -> Page:
        server = server or request.getfixturevalue("server")
        charts = request.node.get_closest_marker("charts") is not None
        if fresh:
            own.append(browser.new_context(**context))
            own[-1].add_init_script(COARSE_SURFACES if charts else WITHOUT_CHARTS)
            room, page = None, own[-1].new_page()
        else:
            room = rooms(charts, **context)
            page = room.open()
        # Streamlit's theme follows the system's.
        page.emulate_media(
            color_scheme=theme, reduced_motion="no-preference" if motion else "reduce"
        )
        page.set_viewport_size({"width": width, "height": height})
        allow = (allow,) if isinstance(allow, str) else allow
        if script:
            page.add_init_script(script)  # a tab keeps it, so it is not used again
            room = None
        opened.append((page, watch(page, server, allow), room))
        request.node.stash.setdefault(OPENED, []).append((page, server))
        query = query if isinstance(query, str) else urlencode(query)
        page.goto(f"{server.url}{path}{'?' if query else ''}{query}")
        if settle:
            settled(page)
        return page

    yield open_
    faults = [fault for page, watched, _ in opened for fault in watched.finish(page)]
    for page, watched, room in opened:
        try:
            page.evaluate("localStorage.clear(), sessionStorage.clear()")
            watched.stop(page)
            if room:
                room.leave(page)
            else:
                page.close()
        except Error:  # what broke the page may keep it from answering
            page.close()
    for context in own:
        context.close()
    if faults:
        pytest.fail("The page had faults:\n- " + "\n- ".join(faults), pytrace=False)


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """The home page."""
    return open_page()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """A failure comes with a picture of each open page and the end of each server's log."""
    report = yield
    if not report.failed:
        return report
    opened = item.stash.get(OPENED, [])
    for server in {server.url: server for _, server in opened}.values():
        report.sections.append((f"server {server.url}", server.tail()))
    if report.when == "call":
        for index, (page, _) in enumerate(opened):
            name = re.sub(r"[^\w.-]+", "_", item.nodeid)
            picture = PICTURES / f"{name}-{index}.png"
            try:
                page.screenshot(path=picture, timeout=5000)
            except Exception as error:  # the page may be what broke
                report.sections.append(("picture", str(error)))
            else:
                report.sections.append(("picture", f"{picture} shows {page.url}"))
    return report
