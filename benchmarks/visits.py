"""A first visit, and one that comes back, through a phone's connection, against a bare page.

From the click on the link until the numbers stand on the stage; on the bare page, until its slider
is there. In headless Chromium, whose network is slowed down. The page itself looks at each frame:
from outside it could not be asked while it begins plotly.js. How long that goes on after the
numbers, a row of its own tells.
"""

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from benchmarks.load import BARE, served
from benchmarks.report import Row
from scripts.find_chromium import MISSING, find_chromium
from tests.browser.harness import FLAGS

PART = "A first visit (10 Mbit/s, 40 ms)"
SPEED = {
    "offline": False,
    "latency": 40,
    "downloadThroughput": 10e6 / 8,
    "uploadThroughput": 10e6 / 8,
}
PATHS = ("/", "/backpropagation", "/gradient_descent")
COLD, WARM = 1.0, 1.2
"""How many times as long as the bare page it may take."""
STAGE = '[data-testid="stage"] [data-number]'
SLIDER = '[data-testid="stSlider"]'
SURFACE = ".gl-container canvas"

WATCH = """
const find = (name, root) => root.querySelector(name)
  ?? [...root.querySelectorAll("*")].reduce(
    (found, { shadowRoot }) => found ?? (shadowRoot && find(name, shadowRoot)), null);
window.seen = {};
(function look() {
  for (const name of NAMES)
    if (find(name, document)?.getBoundingClientRect().width) seen[name] ??= performance.now();
  requestAnimationFrame(look);
})();
"""
"""Notes when each of NAMES can first be seen, in milliseconds since the page was asked for."""


def measure(rounds: int) -> list[Row]:
    chromium = find_chromium()
    if chromium is None:
        raise RuntimeError(MISSING)
    with tempfile.TemporaryDirectory() as folder, served() as lab:
        (Path(folder) / "bare.py").write_text(BARE, "utf-8")
        # Streamlit as it comes, with every default.
        with served(Path(folder), "bare.py") as bare, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
            for url, there in ((lab.url, STAGE), (bare.url, SLIDER)):
                with _fresh(browser) as context:  # what a server makes once is made
                    _visit(context, url, there)
            waits: dict[str, list[tuple[float, float, float]]] = {}
            for _ in range(rounds):
                for path in PATHS:
                    waits.setdefault(path, []).append(_both(browser, lab.url + path, STAGE))
                waits.setdefault("bare", []).append(_both(browser, bare.url, SLIDER))
            browser.close()
    return [row for path in PATHS for row in _rows(path, waits[path], waits["bare"])]


def _rows(
    path: str, lab: list[tuple[float, float, float]], bare: list[tuple[float, float, float]]
) -> Iterator[Row]:
    for at, (kind, most) in enumerate((("cold", COLD), ("warm", WARM))):
        ratio = median(a[at] / b[at] for a, b in zip(lab, bare, strict=True))
        note = f"{median(a[at] for a in lab):.2f} s, bare {median(b[at] for b in bare):.2f} s"
        yield Row(PART, f"{path}: {kind} / a bare page", ratio, "×", most=most, note=note)
    yield Row(PART, f"{path}: what comes over the network, cold", median(a[2] for a in lab), "MB")


def _both(browser: Browser, url: str, there: str) -> tuple[float, float, float]:
    """Seconds of a cold visit and of a warm one, and megabytes of the cold one."""
    with _fresh(browser) as context:
        cold, megabytes = _visit(context, url, there)
        warm, _ = _visit(context, url, there)
    return cold, warm, megabytes


@contextmanager
def _fresh(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, reduced_motion="reduce")
    try:
        yield context
    finally:
        context.close()


def _visit(context: BrowserContext, url: str, there: str) -> tuple[float, float]:
    page = context.new_page()
    page.add_init_script(WATCH.replace("NAMES", json.dumps([there])))
    received = _received(context, page)
    page.goto(url, wait_until="commit")
    page.locator(there).first.wait_for(timeout=60_000)
    spent = page.evaluate("name => seen[name]", there) / 1000
    page.wait_for_timeout(500)  # what is still under way
    megabytes = received() / 1e6
    page.close()
    return spent, megabytes


def _received(context: BrowserContext, page: Page) -> Callable[[], float]:
    """Slow the page's network down, and count what comes over it, compressed as it comes."""
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SPEED)
    total = [0.0]

    def finished(event: dict[str, float]) -> None:
        total[0] += event["encodedDataLength"]

    session.on("Network.loadingFinished", finished)
    return lambda: total[0]
