"""What a learner sees in headless Chromium: frames while dragging, the wait after letting go."""

import itertools
import math
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from playwright.sync_api import Browser, Error, FloatRect, Locator, Page, WebSocket, sync_playwright

from benchmarks.relay import Relay
from benchmarks.report import Row
from scripts.find_chromium import MISSING, find_chromium
from tests.browser.harness import FLAGS, Server, settled, watch
from ui.lessons import LESSONS

LARGEST = "/build_your_own?v=1&toy=spiral&count=200&hidden=tanh4-tanh4-tanh4"
"""The largest network that a learner can build, on as many samples as there can be."""
PATHS = ("/", *(f"/{lesson.name}" for lesson in LESSONS if lesson.name not in LARGEST), LARGEST)
IN_PAGE = Path(__file__).with_name("in_page.js")

AXES = ("w1", "w2")
"""Moving these moves the point on the surface; moving anything else changes the surface."""
SLIDERS = ("b1", "w1", "x")
"""The first of these on a page is dragged. A bias changes the whole map, so it comes first."""
COMMITTED = ("w1", "b1")

ALONG = ((0.1, 0.5), (0.9, 0.5))
AROUND = ((0.35, 0.3), (0.75, 0.4), (0.6, 0.75), (0.3, 0.6))
QUIET = 600
"""Milliseconds without a change after which no more is expected."""
IDLE_SECONDS = 1.0
ANSWER_SECONDS = 10
TRIES = 3

FRAMES = 58 / 60
SCRIPT, PICTURES = 4.0, 8.0
"""Milliseconds of script in a frame, and where every neuron's picture is drawn in it."""
BYTES = 20.0
FLAT, SOLID = 2.0, 5.0
"""How many times as long as the bare page, without and with a 3D chart."""

BARE = """import streamlit as st

st.write(st.slider("x", 0.0, 10.0, 5.0))
"""
# Streamlit runs streamlit_app.py where no script is named, so an option can stand in its place:
# the tests' server turns the file watcher off, and the bare page is to have every default.
BARE_ALLOWED = ("metrics",)  # it asks Streamlit's own servers, in vain, whether to count visits
BARE_NAME, BARE_OPTION = "streamlit_app.py", "--server.fileWatcherType=auto"


@dataclass
class Opened:
    """A page with a meter in it, the bytes in its WebSocket's messages and those on the wire."""

    page: Page
    path: str
    wire: Relay
    sent: int = 0
    received: int = 0

    @property
    def stage(self) -> Locator:
        return self.page.get_by_test_id("stage")

    def slider(self, name: str) -> Locator:
        return self.stage.get_by_role("slider", name=name, exact=True)

    def listen(self, socket: WebSocket) -> None:
        socket.on("framesent", self._sent)
        socket.on("framereceived", self._received)

    def _sent(self, frame: bytes | str) -> None:
        self.sent += len(frame)

    def _received(self, frame: bytes | str) -> None:
        self.received += len(frame)


@dataclass(frozen=True)
class Frames:
    """One stretch of animation."""

    per_second: float
    longest: float
    script: list[float]
    all_script: float


@dataclass(frozen=True)
class Commit:
    """What followed one release."""

    milliseconds: float
    sent: int
    received: int
    wire: int
    story: dict[str, int]


def measure(
    repeats: int, seconds: float, rounds: int, only: Sequence[str] = ()
) -> tuple[list[Row], dict[str, Any], list[str]]:
    """All rows, what is to be known about the browser, and what could not be measured."""
    chromium = find_chromium(whole=True)
    if chromium is None:
        raise RuntimeError(MISSING)
    rows: list[Row] = []
    errors: list[str] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / BARE_NAME).write_text(BARE, encoding="utf-8")
        server = Server()
        stack.callback(server.close)
        bare_server = Server(folder, script=BARE_OPTION)
        stack.callback(bare_server.close)
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        stack.callback(browser.close)
        for path in only or PATHS:
            print(f"Measuring {path}", file=sys.stderr, flush=True)
            try:
                rows += of_page(browser, server, bare_server, path, (repeats, seconds, rounds))
            except (RuntimeError, AssertionError, Error) as error:
                errors.append(f"{path}: {error}")
        about = {"browser": browser.version, "seconds": seconds, "rounds": rounds}
    parts = list(dict.fromkeys(row.part for row in rows))
    return sorted(rows, key=lambda row: parts.index(row.part)), about, errors


def of_page(
    browser: Browser, server: Server, bare_server: Server, path: str, effort: tuple[int, float, int]
) -> list[Row]:
    repeats, seconds, rounds = effort
    with opened(browser, server, path) as lesson:
        if not lesson.stage.count():
            return []
        rows = frames(browser, lesson, seconds, rounds)
        with opened(browser, bare_server, "/", BARE_ALLOWED) as bare:
            return rows + commits(lesson, bare, repeats)


@contextmanager
def opened(
    browser: Browser, server: Server, path: str, allow: Sequence[str] = ()
) -> Iterator[Opened]:
    """Open a page and let it come to rest; a fault on it is an error here."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_init_script(path=IN_PAGE)
    page = context.new_page()
    faults = watch(page, server, allow)
    it = Opened(page, path, Relay(server.port))
    page.on("websocket", it.listen)
    try:
        page.goto(f"http://127.0.0.1:{it.wire.port}{path}")
        rest(page)
        yield it
        if found := faults.finish(page):
            raise RuntimeError(f"{path} had faults:\n" + "\n".join(found))
    finally:
        context.close()
        it.wire.close()


def rest(page: Page) -> None:
    """Wait until the script has run and nothing more changes."""
    settled(page)
    page.evaluate("meter.watch()")
    page.evaluate(f"meter.quiet({QUIET})")
    page.evaluate("meter.unwatch()")
    settled(page)


def box_of(target: Locator) -> FloatRect:
    """Where something is on the screen, scrolled to if need be."""
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    if box is None:
        raise RuntimeError(f"{target} is not to be seen.")
    return box


# ---- frames


def frames(browser: Browser, lesson: Opened, seconds: float, rounds: int) -> list[Row]:
    """Drag the page's slider, and the point on its map, beside loops in which nothing happens."""
    name = next((name for name in SLIDERS if lesson.slider(name).count()), None)
    grips: dict[str, tuple[Locator, Sequence[tuple[float, float]]]] = {}
    if name:
        grips[f"slider {name}"] = lesson.slider(name).first, ALONG
    knob = lesson.stage.locator('[data-weight="b1_1"] .hit')
    if knob.count():
        grips["bias of the first neuron"] = knob, ALONG
    cost_map = lesson.stage.get_by_role("application", name="cost map")
    if cost_map.count():
        grips["map"] = cost_map, AROUND

    bare, idle = [], []
    dragged: dict[str, list[Frames]] = {grip: [] for grip in grips}
    for _ in range(rounds):
        bare.append(bare_loop(browser))
        idle.append(counted(lesson.page, lambda: lesson.page.wait_for_timeout(1000 * IDLE_SECONDS)))
        for grip, (target, route) in grips.items():
            dragged[grip].append(drag(lesson.page, target, route, seconds))
            rest(lesson.page)
    rows = []
    for grip, stretches in dragged.items():
        most = PICTURES if lesson.path == LARGEST else SCRIPT
        name = f"{lesson.path.partition('?')[0]} {grip}"
        rows += frame_rows(name, stretches, bare, idle, most)
    return rows


def frame_rows(
    name: str, stretches: list[Frames], bare: list[Frames], idle: list[Frames], most: float
) -> list[Row]:
    reach, at_rest = (median(one.per_second for one in loop) for loop in (bare, idle))
    rate = median(one.per_second for one in stretches)
    longest = median(one.longest for one in stretches)
    script = [ms for one in stretches for ms in one.script]
    typical = median(script) if script else 0.0
    slow = quantiles(script, n=20)[-1] if len(script) > 1 else typical
    everything = median(one.all_script for one in stretches)
    return [
        Row(
            "Frames a second while dragging",
            name,
            rate,
            "/s",
            least=FRAMES * min(60.0, reach),
            note=f"bare loop {reach:.1f}, page at rest {at_rest:.1f}, longest frame {longest:.0f} "
            f"ms (bare {max(one.longest for one in bare):.0f})",
            details={
                "per_second": [one.per_second for one in stretches],
                "longest": [one.longest for one in stretches],
                "bare": [one.per_second for one in bare],
                "at_rest": [one.per_second for one in idle],
            },
        ),
        Row(
            "Script in a frame while dragging",
            name,
            typical,
            "ms",
            most=most,
            note=f"p95 {slow:.1f} ms; with events and timers {everything:.1f} ms on average",
            details={"p95": slow, "all_script": everything, "frames": len(script)},
        ),
    ]


def bare_loop(browser: Browser) -> Frames:
    """The frames of a page with nothing on it: what this machine can do now."""
    context = browser.new_context()
    context.add_init_script(path=IN_PAGE)
    page = context.new_page()
    page.goto("about:blank")
    loop = counted(page, lambda: page.wait_for_timeout(1000 * IDLE_SECONDS))
    context.close()
    return loop


def drag(
    page: Page, target: Locator, route: Sequence[tuple[float, float]], seconds: float
) -> Frames:
    """Hold something and move it from place to place of its box for so long."""
    box = box_of(target)
    places = [
        (box["x"] + right * box["width"], box["y"] + down * box["height"]) for right, down in route
    ]

    def move() -> None:
        deadline = time.monotonic() + seconds
        at = 0
        while time.monotonic() < deadline:
            at += 1
            page.mouse.move(*places[at % len(places)], steps=20)

    page.mouse.move(*places[0])
    page.mouse.down()
    page.mouse.move(*places[1], steps=10)
    stretch = counted(page, move)
    page.mouse.up()
    return stretch


def counted(page: Page, act: Callable[[], None]) -> Frames:
    """The frames of a page while something is done."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")
    before = script_seconds(devtools)
    page.evaluate("meter.start()")
    act()
    told = page.evaluate("meter.stop()")
    spent = script_seconds(devtools) - before
    devtools.detach()
    times: list[float] = told["frames"]
    if len(times) < 2:
        raise RuntimeError(f"{page.url} drew no frames.")
    longest = max(b - a for a, b in itertools.pairwise(times))
    per_second = 1000 * (len(times) - 1) / (times[-1] - times[0])
    return Frames(per_second, longest, told["script"], 1000 * spent / len(times))


def script_seconds(devtools: Any) -> float:
    metrics = devtools.send("Performance.getMetrics")["metrics"]
    return next(float(m["value"]) for m in metrics if m["name"] == "ScriptDuration")


# ---- commits


def commits(lesson: Opened, bare: Opened, repeats: int) -> list[Row]:
    """Let go of sliders, in turn with the bare page's, and see what follows."""
    names = [name for name in COMMITTED if lesson.slider(name).count()]
    names = names or [name for name in SLIDERS if lesson.slider(name).count()]
    solid = lesson.page.evaluate(
        "[...document.querySelectorAll('.js-plotly-plot')].some(p => p._fullLayout?.scene)"
    )
    if not solid:
        names = names[:1]  # what differs is whether the surface changes
    track, thumb = bare.page.get_by_test_id("stSlider"), bare.page.get_by_role("slider")
    rows: list[Row] = []
    for name in names:
        slider = lesson.slider(name).first
        of_lesson, of_bare = [], []
        for repeat in range(-1, repeats):
            there = 0.4 if repeat % 2 else 0.6
            pair = commit(lesson, slider, slider, there), commit(bare, track, thumb, there)
            if repeat >= 0:  # the first only warms up
                of_lesson.append(pair[0])
                of_bare.append(pair[1])
        rows += commit_rows(f"{lesson.path} {name}", of_lesson, of_bare, name in AXES, solid)
    return rows


def commit(it: Opened, track: Locator, thumb: Locator, there: float) -> Commit:
    """Let a slider go at a share of its track, and see what follows.

    A browser that is short of time now and then takes a press and a release for nothing; then
    there is nothing to measure, and it is tried again.
    """
    for _ in range(TRIES):
        box, level = box_of(track), box_of(thumb)
        start, end = (box["x"] + share * box["width"] for share in (0.5, there))
        if seen := let_go(it, start, end, level["y"] + level["height"] / 2):
            return seen
    raise RuntimeError(f"Nothing followed {TRIES} releases on {it.page.url}.")


def let_go(it: Opened, start: float, end: float, height: float) -> Commit | None:
    """Drag, hold until all is still, let go, and wait until all is still again."""
    page = it.page
    page.mouse.move(start, height)
    page.mouse.down()
    page.mouse.move(end, height, steps=8)
    page.evaluate("meter.watch()")
    page.evaluate(f"meter.quiet({QUIET})")
    sent, received = it.sent, it.received
    wire = it.wire.sent + it.wire.received
    page.mouse.up()
    deadline = time.monotonic() + ANSWER_SECONDS
    while it.received == received and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    settled(page)
    page.evaluate(f"meter.quiet({QUIET})")
    seen = page.evaluate("meter.unwatch()")
    if not seen["released"] or seen["milliseconds"] is None or it.received == received:
        return None
    story = dict(sorted(seen["story"].items(), key=lambda one: -one[1])[:8])
    wire = it.wire.sent + it.wire.received - wire
    return Commit(seen["milliseconds"], it.sent - sent, it.received - received, wire, story)


def commit_rows(
    name: str, of_lesson: list[Commit], of_bare: list[Commit], unchanged: bool, solid: bool
) -> list[Row]:
    ours, bare = (median(one.milliseconds for one in some) for some in (of_lesson, of_bare))
    sent, received, wire = (
        median(getattr(one, way) for one in of_lesson) for way in ("sent", "received", "wire")
    )
    last = next(
        iter(sorted(of_lesson, key=lambda one: one.milliseconds)[len(of_lesson) // 2].story)
    )
    kind = "" if not solid else ", surface unchanged" if unchanged else ", surface changed"
    return [
        Row(
            "Release to last visible change / bare Streamlit page with a slider",
            name + kind,
            ours / bare,
            "×",
            most=SOLID if solid else FLAT,
            note=f"{ours:.0f} ms, bare {bare:.0f} ms; last: {last}",
            details={
                "milliseconds": [one.milliseconds for one in of_lesson],
                "bare": [one.milliseconds for one in of_bare],
                "last changes": [one.story for one in of_lesson],
                "bare's last changes": [one.story for one in of_bare],
            },
        ),
        Row(
            "Bytes on the WebSocket per commit, both directions, on the wire",
            name + kind,
            wire / 1000,
            "kB",
            most=BYTES if unchanged or not solid else None,
            note=f"before compression: sent {math.ceil(sent)} B, received {math.ceil(received)} B",
            details={"wire": wire, "sent": sent, "received": received},
        ),
    ]
