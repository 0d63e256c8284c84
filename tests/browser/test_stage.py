"""The stage on its pages, in learners' hands: mouse, touch, keys, and a server that goes away.

What a number ought to be always comes from core's NumPy at the values that the sliders show.
"""

import json
import math
import re
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from core.datasets import LESSON as WEIGHTS
from core.descent import Path as Descent
from core.descent import descend
from core.formatting import as_shown, gives, latex_number
from core.formatting import number as written
from core.graph import Graph
from core.network import Dataset, network
from core.parsing import parse
from tests.browser.harness import (
    CONNECTION_LOST,
    ROOT,
    Server,
    exact,
    number,
    rerun,
    settled,
    until,
    ws_frames,
)

OpenPage = Callable[..., Page]
Inputs = dict[str, float]
LESSON: Inputs = {"x": 1.5, "y": 1.0, **WEIGHTS}
TALL = 2400  # px; the whole stage is in view, so nothing has to be scrolled to

# Each commit that leaves the page, and when; each key press, and when.
LISTEN = r"""() => {
    window.commits = [];
    window.presses = [];
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (data) {
        const text = typeof data === "string" ? data : new TextDecoder().decode(data);
        for (const [found] of text.matchAll(/\{"seq":\d+,"values":\{[^}]*\}\}/g))
            window.commits.push({ ...JSON.parse(found), at: performance.now() });
        return send.call(this, data);
    };
    document.addEventListener("keydown", () => window.presses.push(performance.now()), true);
}"""

READ = """root => [...root.querySelectorAll("[data-kind][data-number]")].map(element => [
    element.closest("[data-panel]").dataset.panel, element.dataset.kind,
    element.dataset.name, element.dataset.number, element.textContent])"""
Reading = list[list[str]]


# ---- the page


@pytest.fixture
def open_stage(open_page: OpenPage) -> OpenPage:
    def open_(path: str, **options: Any) -> Page:
        page = open_page(path, **({"height": TALL} | options))
        ready(page)
        return page

    return open_


def ready(page: Page) -> None:
    """Wait until the stage shows its numbers, and listen to what it sends from now on."""
    page.locator("[data-panel] [data-number]").first.wait_for()
    page.evaluate(LISTEN)
    frame(page)


def stage(page: Page) -> Locator:
    return page.get_by_test_id("stage")


def slider(page: Page, name: str) -> Locator:
    return stage(page).get_by_role("slider", name=name, exact=True)


def heading(page: Page, title: str) -> None:
    # For a moment the stage is still the last page's.
    said = page.get_by_role("heading", level=1).filter(visible=True)
    until(page, lambda: said.all_inner_texts() == [title], f"the page is {title}")


def frame(page: Page) -> None:
    """Let the browser draw what it has been told."""
    page.evaluate("() => new Promise(f => requestAnimationFrame(() => requestAnimationFrame(f)))")


def commits(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate("window.commits")
    return found


def query(page: Page) -> dict[str, str]:
    return {name: texts[0] for name, texts in parse_qs(urlsplit(page.url).query).items()}


# ---- the numbers


def inputs(reading: Reading) -> Inputs:
    """Where the sliders stand."""
    return {name: float(value) for panel, _, name, value, _ in reading if panel == "sliders"}


def check(reading: Reading, graph: Graph) -> Inputs:
    """Every number in every panel is core's at what the sliders show, to its last shown digit."""
    at = inputs(reading)
    values = graph.forward({name: at[name] for name in graph.inputs})
    truth = {("node", name): float(value) for name, value in values.items()}
    for name, value in graph.backward(values).items():
        truth["derivative", f"d{graph.output}/d{name}"] = float(value)
    for node in graph.nodes:
        for parent in graph.parents(node.name):
            factor = graph.factor(node.name, parent)
            truth["factor", factor.name] = float(factor.value(values))
    # A sentence quotes any of them.
    truth |= {("quoted", name): value for (_, name), value in truth.items()}
    for panel, kind, name, value, text in reading:
        if name.startswith("next "):
            continue  # of the path: see stands
        # Near zero ŷ − y keeps only the digits that the last bit of exp leaves it.
        expected = pytest.approx(truth[kind, name], rel=1e-12, abs=1e-15)
        assert float(value) == expected, f"{name} in {panel} at {at}"
        # The nudge shows as many digits as tell a ratio from its factor.
        most = 9 if panel == "nudge" else 4
        texts = {
            written(float(value), sign=sign, digits=digits)
            for sign in (False, True)
            for digits in range(4, most + 1)
        }
        assert text in texts, (name, panel)
    return at


def shown(page: Page, graph: Graph | None = None) -> Inputs:
    frame(page)
    return check(stage(page).evaluate(READ), graph or network(2))


def heard(page: Page, at: Mapping[str, float], graph: Graph | None = None) -> None:
    """Python has the values too: in the URL, in the exact inputs and in the equations."""
    for name, value in at.items():
        until(
            page,
            lambda name=name, value=value: float(query(page).get(name, LESSON[name])) == value,
            f"{name} in the URL is {value}",
        )
        field = page.get_by_role("spinbutton", name=name, exact=True, include_hidden=True)
        expect(field).to_have_value(f"{value:g}")
    graph = graph or network(2)
    slope = float(graph.backward(graph.forward(at))["w1"])
    wanted = latex_number(slope, sign=True)
    equations = page.locator("annotation")
    until(
        page,
        lambda: any(wanted in text for text in equations.all_text_contents()),
        f"the equations show {wanted}",
    )


# ---- taking hold of things


def centre(locator: Locator) -> tuple[float, float]:
    box = locator.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def thumb(page: Page, name: str) -> tuple[float, float]:
    control = slider(page, name)
    control.scroll_into_view_if_needed()  # once it stands still
    box = control.bounding_box()
    assert box
    share = control.evaluate("e => (e.value - e.min) / (e.max - e.min)")
    return box["x"] + 10 + share * (box["width"] - 20), box["y"] + box["height"] / 2


HANDLES: dict[str, tuple[Callable[[Page], tuple[float, float]], set[str]]] = {
    "slider": (lambda page: thumb(page, "w1"), {"w1"}),
    "number": (lambda page: centre(page.locator("[data-panel=sliders] [data-name=b1]")), {"b1"}),
    "weight": (lambda page: centre(page.locator("[data-panel=network] [data-name=w2]")), {"w2"}),
    "map": (lambda page: centre(page.locator("[data-panel=map] .point")), {"w1", "w2"}),
}


def dragged(page: Page, handle: str, before: Inputs) -> Callable[[], Inputs]:
    """What a drag has done before its release; the answer tells it after."""
    names = HANDLES[handle][1]
    moved = shown(page)
    assert {name for name in moved if moved[name] != before[name]} == names, handle
    known = len(commits(page))

    def released() -> Inputs:
        assert shown(page) == moved, handle
        heard(page, moved)
        # All that was sent is one commit; a slow server may be told it again.
        new = commits(page)[known:]
        assert len({commit["seq"] for commit in new}) == 1, new
        assert new[0]["values"] == {name: moved[name] for name in names}
        return moved

    return released


# ---- dragging


def test_a_drag_by_mouse_is_live_and_python_hears_of_it_once(open_stage: OpenPage) -> None:
    page = open_stage("/backpropagation")
    now = shown(page)
    assert now == LESSON
    for handle, (find, _) in HANDLES.items():
        address, sent = page.url, ws_frames(page)
        x, y = find(page)
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 60, y - 35, steps=12)
        released = dragged(page, handle, now)
        assert ws_frames(page) == sent, handle
        assert page.url == address
        told = len(commits(page))
        with rerun(page):
            page.mouse.up()
        now = released()
        assert ws_frames(page) - sent == len(commits(page)) - told, handle
    page.reload()
    settled(page)
    ready(page)
    assert shown(page) == now
    heard(page, now)


def test_a_drag_by_touch(open_stage: OpenPage) -> None:
    page = open_stage("/backpropagation", has_touch=True)
    fingers = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        at = [{"x": x, "y": y} for x, y in points]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    now = shown(page)
    for handle in ("slider", "map", "number"):
        sent = ws_frames(page)
        x, y = HANDLES[handle][0](page)
        touch("touchStart", (x, y))
        for k in range(1, 9):
            touch("touchMove", (x + 7 * k, y - 4 * k))
        released = dragged(page, handle, now)
        assert ws_frames(page) == sent, handle
        assert page.evaluate("scrollY") == 0
        with rerun(page):
            touch("touchEnd")
        now = released()


def test_arrow_keys_move_sliders_and_the_point(open_stage: OpenPage) -> None:
    page = open_stage("/backpropagation")

    def press(target: Locator, *keys: str) -> Inputs:
        target.focus()
        page.evaluate("() => { window.presses = []; window.commits = []; }")
        with rerun(page):
            for key in keys:
                page.keyboard.press(key)
            at = shown(page)
        heard(page, at)
        assert shown(page) == at
        # One commit for keys that follow each other: none is sent until they pause.
        told = {commit["seq"]: commit for commit in reversed(commits(page))}.values()
        presses = page.evaluate("window.presses")
        for commit in told:
            assert commit["at"] - max(t for t in presses if t < commit["at"]) > 240
        pauses = sum(b - a > 240 for a, b in pairwise(presses))
        assert 1 <= len(told) <= 1 + pauses
        return at

    at = press(slider(page, "b2"), "ArrowRight", "ArrowRight", "ArrowUp", "ArrowLeft")
    assert at == LESSON | {"b2": pytest.approx(0.8)}
    cost_map = stage(page).get_by_role("application", name="cost map")
    at = press(cost_map, "ArrowRight", "ArrowUp", "ArrowUp", "Shift+ArrowLeft")
    assert at == LESSON | {
        "b2": pytest.approx(0.8),
        "w1": pytest.approx(-0.1),
        "w2": pytest.approx(-1.2),
    }


def test_the_numbers_are_right_at_every_frame(open_stage: OpenPage) -> None:
    page = open_stage("/backpropagation")
    stage(page).evaluate(
        f"""root => {{
            const read = {READ};
            window.samples = [];
            // Called once a frame in which a number was written, when all of them are.
            new MutationObserver(() => window.samples.push(read(root))).observe(
                root, {{ attributeFilter: ["data-number"], subtree: true }});
        }}"""
    )
    x, y = thumb(page, "w1")
    page.mouse.move(x, y)
    page.mouse.down()
    for k in range(1, 26):
        page.mouse.move(x + 3 * k * (-1) ** k, y)
        frame(page)
    with rerun(page):
        page.mouse.up()
    samples = page.evaluate("window.samples")
    places = {check(sample, network(2))["w1"] for sample in samples}
    assert len(places) >= 20
    assert {name for _, _, name, *_ in samples[0]} >= {"x", "w1", "J", "dJ/dw1", "dz2/da1"}


# ---- choosing


def tiles(page: Page) -> list[str]:
    names: list[str] = page.locator("[data-panel=factors] [data-name]").evaluate_all(
        "all => all.map(element => element.dataset.name)"
    )
    return names


def chain(source: str) -> list[str]:
    (factors,) = network(2).chains(source)
    return [*(factor.name for factor in factors), f"dJ/d{source}"]


def test_a_click_chooses_a_derivative_and_pointing_lights_its_factor(open_stage: OpenPage) -> None:
    page = open_stage("/backpropagation", query={"by": "w1"})
    assert tiles(page) == chain("w1")
    stage(page).evaluate(
        """root => root.addEventListener("click", () => {
            window.atOnce = [...root.querySelectorAll("[data-panel=factors] [data-name]")]
                .map(element => element.dataset.name);
        })"""
    )
    drawing = stage(page).get_by_role("group", name="computation graph")
    for label, part, by in (
        ("dz2/da1, show dJ/da1", ".operation, .factor", "a1"),  # an edge
        ("b1, show dJ/db1", ".handle-value", "b1"),  # a parameter
        ("z2, show dJ/dz2", "circle", "z2"),  # a node
    ):
        target = drawing.get_by_role("button", name=re.compile(rf"^{label}\b".replace("/", r"\/")))
        with rerun(page):
            target.locator(part).first.click()  # once it stands still
        assert page.evaluate("window.atOnce") == chain(by), label
        assert tiles(page) == chain(by), label
        assert query(page)["by"] == by
        expect(page.get_by_role("combobox", name="Derivative of J with respect to")).to_have_value(
            by
        )
        shown(page)

    edge = drawing.get_by_role("button", name=re.compile(r"^da2\/dz2, show dJ\/dz2\b"))
    tile = page.locator("[data-panel=factors] .tile").filter(
        has=page.locator('[data-name="da2/dz2"]')
    )
    lit = re.compile(r"\bpointed\b")
    on = re.compile(r"\bon\b")
    page.mouse.move(5, 5)
    expect(edge).not_to_have_class(lit)
    expect(tile).not_to_have_class(on)
    for place in (tile, edge.locator(".factor")):
        page.mouse.move(*centre(place))
        expect(edge).to_have_class(lit)
        expect(tile).to_have_class(on)
        page.mouse.move(5, 5)
        expect(edge).not_to_have_class(lit)
        expect(tile).not_to_have_class(on)


# ---- the player


def button(page: Page, name: str) -> Locator:
    return stage(page).get_by_role("button", name=name, exact=True)


def step(page: Page) -> int:
    frame(page)
    return int(slider(page, "step").input_value())


def stands(page: Page, path: Descent, at: int | None = None) -> int:
    """The stage shows one step of the path: its parameters and its cost."""
    k = step(page)
    assert at is None or k == at
    for name in ("w1", "w2", "b1", "b2"):
        assert number(page, name) == path.parameters[name][k], (name, k)
    assert number(page, "J") == pytest.approx(path.cost[k], rel=1e-12)
    reading = [row for row in stage(page).evaluate(READ) if row[0] != "player"]
    check(reading, network(2))
    for _, _, name, value, _ in reading:
        if name.startswith("next "):
            ahead = path.parameters[name.removeprefix("next ")][min(k + 1, len(path) - 1)]
            assert float(value) == ahead, (name, k)
    return k


SHORT = {"steps": 20, "rate": 2}


def short_path() -> Descent:
    data = Dataset([LESSON["x"]], [LESSON["y"]])
    return descend(network(2), LESSON, data, learning_rate=SHORT["rate"], steps=SHORT["steps"])


def test_the_player_goes_along_the_path(open_stage: OpenPage) -> None:
    page = open_stage("/gradient_descent", query=SHORT)
    page.emulate_media(reduced_motion="no-preference")  # only now, so that nothing walks by itself
    path = short_path()
    last = len(path) - 1
    stands(page, path, 0)
    for name, at in (("step forward", 1), ("step forward", 2), ("step back", 1)):
        with rerun(page):
            button(page, name).click()
        stands(page, path, at)

    # Scrubbing is a drag: nothing is sent until the release.
    control = slider(page, "step")
    box = control.bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 10, y)
    page.mouse.down()
    sent = ws_frames(page)
    page.mouse.move(box["x"] + box["width"] / 2, y, steps=8)
    middle = stands(page, path)
    assert 7 <= middle <= 13
    assert ws_frames(page) == sent
    with rerun(page):
        page.mouse.up()
    stands(page, path, middle)

    with rerun(page):
        button(page, "to the start").click()
    stands(page, path, 0)

    sent = ws_frames(page)
    stage(page).get_by_role("combobox", name="speed").select_option("8")
    with rerun(page):
        button(page, "play").click()
        button(page, "play").wait_for()  # it was "pause" meanwhile
        until(page, lambda: step(page) == last, "the end is reached")
    stands(page, path, last)
    assert ws_frames(page) == sent + 1


def test_the_players_keys(open_stage: OpenPage) -> None:
    page = open_stage("/gradient_descent", query=SHORT)
    page.emulate_media(reduced_motion="no-preference")  # only now, so that nothing walks by itself
    path = short_path()
    stage(page).get_by_role("group", name="player").focus()
    for key, at in (("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1)):
        with rerun(page):
            page.keyboard.press(key)
        stands(page, path, at)
    page.keyboard.press(" ")
    button(page, "pause").wait_for()
    with rerun(page):
        page.keyboard.press(" ")
    button(page, "play").wait_for()
    at = stands(page, path)
    with rerun(page):
        page.keyboard.press("ArrowRight")
    stands(page, path, min(at + 1, len(path) - 1))
    # The keys are the player's wherever the focus is, but not a slider's.
    slider(page, "b1").focus()
    with rerun(page):
        page.keyboard.press("ArrowRight")
        frame(page)
        assert number(page, "b1") == pytest.approx(-0.2)


def test_with_less_motion_the_player_makes_at_most_two_steps_a_second(open_stage: OpenPage) -> None:
    page = open_stage("/gradient_descent", query=SHORT)
    stage(page).get_by_role("combobox", name="speed").select_option("8")
    stage(page).evaluate(
        """root => {
            root.querySelector('[aria-label="play"]').addEventListener(
                "click", () => { window.began ??= performance.now(); });
        }"""
    )
    button(page, "play").click()
    until(page, lambda: step(page) >= 2, "two steps are made")
    with rerun(page):
        button(page, "pause").click()
    at = step(page)
    assert at <= 2 * page.evaluate("performance.now() - window.began") / 1000
    stands(page, short_path(), at)


# ---- a server that goes away


@pytest.mark.parametrize("let_go", ["while it is away", "when it is back"])
def test_a_drag_outlives_its_server(
    fresh_server: Callable[..., Server], open_stage: OpenPage, let_go: str
) -> None:
    server = fresh_server()
    dropped = "Cannot send rerun backMessage when disconnected"  # a commit; it is repeated
    page = open_stage("/backpropagation", server=server, allow=(CONNECTION_LOST, dropped))
    x, y = thumb(page, "w1")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 20, y, steps=4)
    server.kill()
    page.mouse.move(x + 50, y, steps=4)
    moved = shown(page)
    assert moved["w1"] != LESSON["w1"]
    if let_go == "while it is away":
        page.mouse.up()
    # In a thread, for the page must go on meanwhile.
    start = threading.Thread(target=server.start)
    start.start()
    until(page, lambda: not start.is_alive(), "the server is back", 90)
    if let_go == "when it is back":
        page.wait_for_selector('[data-test-connection-state="CONNECTED"]')
        assert shown(page) == moved
        page.mouse.up()
    heard(page, moved)
    settled(page)
    assert shown(page) == moved
    until(page, lambda: not waiting(page), "the commit is acknowledged")


@pytest.mark.parametrize("title", ["Forward pass", "Home"])
def test_a_link_followed_at_once_carries_what_was_let_go(open_stage: OpenPage, title: str) -> None:
    page = open_stage("/backpropagation")
    x, y = thumb(page, "w1")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 50, y, steps=4)
    moved = shown(page)
    assert moved["w1"] != LESSON["w1"]
    link = centre(page.get_by_test_id("stTopNav").get_by_role("link", name=title))
    before = ws_frames(page)
    page.mouse.up()
    until(page, lambda: ws_frames(page) > before, "the commit is on its way")
    page.mouse.click(*link)
    heading(page, "Chain Rule Lab" if title == "Home" else title)
    until(page, lambda: number(page, "w1") == moved["w1"], "the next page has the weight")
    until(page, lambda: not waiting(page), "the commit is acknowledged")
    settled(page)
    field = page.get_by_role("spinbutton", name="w1", exact=True, include_hidden=True)
    expect(field).to_have_value(f"{moved['w1']:g}")
    until(page, lambda: float(query(page).get("w1", "nan")) == moved["w1"], "so has the address")


def waiting(page: Page) -> bool:
    return bool(stage(page).evaluate("root => root.chainRule.waiting"))


# ---- what a stage leaves behind

# Counts what the stage's own script keeps alive outside its elements.
COUNT = """
const ours = () => new Error().stack.includes("/stage/");
window.alive = { listeners: new Set(), observers: new Set(), frames: new Set(), timers: new Set() };
const outlives = target => !(target instanceof Node) || target === document
    || target === document.documentElement || target === document.body;
const numbers = new WeakMap(); // of the functions that listen
let newest = 0;
const key = (target, [type, listener, how]) => {
    if (!numbers.has(listener)) numbers.set(listener, ++newest);
    const capture = typeof how === "object" ? Boolean(how?.capture) : Boolean(how);
    return `${target?.constructor.name} ${type} ${numbers.get(listener)} ${capture}`;
};
for (const name of ["addEventListener", "removeEventListener"]) {
    const native = EventTarget.prototype[name];
    EventTarget.prototype[name] = function (...given) {
        const target = this ?? window;
        if (outlives(target) && given[1]) {
            if (name === "removeEventListener") alive.listeners.delete(key(target, given));
            else if (ours() && !given[2]?.once) alive.listeners.add(key(target, given));
        }
        return native.apply(this, given);
    };
}
for (const name of ["ResizeObserver", "MutationObserver", "IntersectionObserver"]) {
    window[name] = class extends window[name] {
        own = ours();
        observe(...given) {
            if (this.own) alive.observers.add(this);
            super.observe(...given);
        }
        disconnect() {
            alive.observers.delete(this);
            super.disconnect();
        }
    };
}
for (const [ask, cancel, set, once] of [
    ["requestAnimationFrame", "cancelAnimationFrame", "frames", true],
    ["setTimeout", "clearTimeout", "timers", true],
    ["setInterval", "clearInterval", "timers", false],
]) {
    const [nativeAsk, nativeCancel] = [window[ask], window[cancel]];
    window[ask] = (act, ...given) => {
        const own = ours();
        const id = nativeAsk((...told) => {
            if (once) alive[set].delete(id);
            return act(...told);
        }, ...given);
        if (own) alive[set].add(id);
        return id;
    };
    window[cancel] = id => {
        alive[set].delete(id);
        nativeCancel(id);
    };
}
"""


def test_leaving_a_page_leaves_nothing_behind(open_page: OpenPage) -> None:
    page = open_page("/backpropagation", query=SHORT, height=TALL, script=COUNT)
    ready(page)

    def alive() -> list[int]:
        found: list[int] = page.evaluate(
            "[alive.listeners.size, alive.observers.size, alive.frames.size, alive.timers.size]"
        )
        return found

    # At rest the stage keeps its one ResizeObserver, and listens for the keys of its words.
    until(page, lambda: alive() == [1, 1, 0, 0], f"the stage is at rest, not {alive()}")
    for title in ("Gradient descent", "Backpropagation", "Chain rule"):
        if button(page, "play").count():
            stage(page).get_by_role("combobox", name="speed").select_option("0.25")
            button(page, "play").click()
            until(page, lambda: alive()[2] > 0, "the player runs")
        x, y = thumb(page, "x")
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 2, y + 2)
        page.mouse.up()
        until(page, lambda: bool(commits(page)), "the commit is on its way")
        with rerun(page):  # the commit's run is overtaken
            page.get_by_role("link", name=title).first.click()
        heading(page, title)
        ready(page)
        expect(stage(page)).to_have_count(1)
        page.mouse.move(640, 500)
        page.mouse.move(600, 900, steps=5)
        if title != "Gradient descent":  # where a surface is drawn
            until(page, lambda: alive() == [1, 1, 0, 0], f"what {title} came after is gone")


def test_what_was_dragged_goes_along_to_the_next_page(open_stage: OpenPage) -> None:
    page = open_stage("/backpropagation")
    x, y = thumb(page, "w2")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 50, y, steps=4)
    frame(page)
    moved = inputs(stage(page).evaluate(READ))
    link = centre(page.get_by_role("link", name="Forward pass").first)
    page.mouse.up()
    until(page, lambda: not waiting(page), "Python has heard")
    page.mouse.click(*link)  # at once, so that the commit's run may be overtaken
    heading(page, "Forward pass")
    page.locator("[data-panel] [data-number]").first.wait_for()
    until(page, lambda: float(query(page).get("w2", "nan")) == moved["w2"], "the URL has w2")
    settled(page)
    assert shown(page) == moved
    expect(
        page.get_by_role("spinbutton", name="w2", exact=True, include_hidden=True)
    ).to_have_value(f"{moved['w2']:g}")


def test_runs_that_overtake_each_other_leave_the_stage_alive(open_stage: OpenPage) -> None:
    page = open_stage("/backpropagation")
    field = exact(page, "w1")
    x, y = thumb(page, "w2")
    field.focus()
    for _ in range(5):
        page.keyboard.press("ArrowUp")
    # A drag that begins while those runs are under way.
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 50, y, steps=6)
    until(page, lambda: float(query(page).get("w1", "nan")) == pytest.approx(1.3), "w1 is set")
    settled(page)
    frame(page)
    moved = number(page, "w2")
    assert moved > LESSON["w2"] + 1
    page.mouse.up()
    expected = LESSON | {"w1": pytest.approx(1.3), "w2": moved}
    until(page, lambda: not waiting(page), "Python has heard")
    settled(page)
    at = shown(page)
    assert at == expected
    heard(page, at)
    expect(stage(page)).to_have_count(1)
    # And it can be taken hold of again.
    x, y = thumb(page, "b2")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y, steps=4)
    assert shown(page)["b2"] > 1
    with rerun(page):
        page.mouse.up()
    heard(page, shown(page))


# ---- two stages, and what is told


TWO = """
import json

import streamlit as st

from core.network import network
from core.parsing import parse
from ui.session import state
from ui.session.parameters import number_parameter
from ui.stage import Scene, stage

PANELS = ("network", "factors", "sliders", "text")


def draw(graph, key, chosen):
    kept = st.session_state.setdefault(f"values {key}", state.numbers(graph.inputs))

    def take(commit):
        if commit.seq > st.session_state.get(f"seq {key}", 0):
            st.session_state[f"seq {key}"] = commit.seq
            kept.update(commit.values)

    controls = {name: number_parameter(name) for name in graph.inputs}
    stage(
        Scene(graph, kept, controls, panels=PANELS, chosen=chosen),
        key=key,
        acknowledged=st.session_state.get(f"seq {key}", 0),
        on_commit=take,
        on_choose=lambda name: st.session_state.update({f"chosen {key}": name}),
    )


draw(network(2), "first", st.session_state.get("chosen first", "w1"))
draw(parse("x*sin(x)"), "second", st.session_state.get("chosen second", "x"))
st.text(json.dumps(st.session_state["values first"]))
st.text(json.dumps(st.session_state["values second"]))
"""
GRAPHS = (network(2), parse("x*sin(x)"))


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    app: Path = tmp_path_factory.mktemp("stage")
    (app / "app.py").write_text(TWO, "utf-8")
    shutil.copytree(ROOT / ".streamlit", app / ".streamlit")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        server = Server(app)
    yield server
    server.close()


def test_two_stages_on_a_page_do_not_disturb_each_other(two: Server, open_page: OpenPage) -> None:
    page = open_page(server=two, height=TALL)
    roots = page.get_by_test_id("stage")
    expect(roots).to_have_count(2)
    for k in range(2):
        roots.nth(k).locator("[data-number]").first.wait_for()

    def both() -> list[Inputs]:
        frame(page)
        return [check(roots.nth(k).evaluate(READ), GRAPHS[k]) for k in range(2)]

    now = both()
    for to, k in ((0.2, 0), (0.3, 1), (0.4, 0)):
        box = roots.nth(k).get_by_role("slider", name="x", exact=True).bounding_box()
        assert box
        page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * to, box["y"] + 5, steps=5)
        moved = both()
        assert moved[k]["x"] != now[k]["x"]
        assert moved[1 - k] == now[1 - k]
        with rerun(page):
            page.mouse.up()
        now = moved
        assert both() == now
        assert [json.loads(text) for text in page.get_by_test_id("stText").all_inner_texts()] == now
        now = both()
    # Pointing and choosing stay in their own stage.
    first, second = roots.nth(0), roots.nth(1)
    with rerun(page):
        first.get_by_role("button", name=re.compile(r"^b2, show dJ\/db2\b")).locator(
            ".handle-value"
        ).click()
    assert first.locator('[data-panel=factors] [data-name="dJ/db2"]').count() == 1
    assert (
        second.locator('[data-panel=factors] [data-name="dh/dx"][data-kind=derivative]').count()
        == 1
    )
    assert both() == now


def test_the_derivation_can_be_read_as_text(two: Server, open_page: OpenPage) -> None:
    page = open_page(server=two, height=TALL)
    expect(page.get_by_test_id("stage")).to_have_count(len(GRAPHS))
    for root, graph, source in zip(
        page.get_by_test_id("stage").all(), GRAPHS, ("w1", "x"), strict=True
    ):
        words = root.locator("[data-panel=text]")
        words.locator("summary").click()
        values = graph.forward({name: LESSON[name] for name in graph.inputs})
        slope = float(graph.backward(values)[source])
        expect(words).to_contain_text(f"= {written(slope, sign=True)}, the ")
        expect(words.locator("ol li")).to_have_count(len(graph.nodes))
        for item, node in zip(words.locator("ol li").all(), graph.nodes, strict=True):
            expect(item).to_contain_text(f"= {written(float(values[node.name]))}")
        rows = words.locator("ul li").all_inner_texts()
        chains = graph.chains(source)
        assert len(rows) == len(chains)
        for row, factors in zip(rows, chains, strict=True):
            numbers = [float(f.value(values)) for f in factors]
            product, by_hand = math.prod(numbers), math.prod(map(as_shown, numbers))
            sign = "=" if gives(by_hand, product) else "≈"
            digits = " × ".join(written(value, sign=True) for value in numbers)
            end = f" {sign} {written(product, sign=True)}" if len(numbers) > 1 else ""
            assert row.endswith(f" = {digits}{end}")
        told = words.get_by_role("status")
        expect(told).to_contain_text(written(slope, sign=True))


def test_everything_has_its_name(open_stage: OpenPage) -> None:
    page = open_stage("/gradient_descent", query=SHORT)
    sliders = stage(page).get_by_role("slider").all()
    names = [one.get_attribute("aria-label") for one in sliders]
    assert set(names) == {*network(2).inputs, "step", "learning rate"}
    assert len(names) == len(set(names))
    spoken = slider(page, "w1")
    assert spoken.get_attribute("aria-valuetext") == written(LESSON["w1"], sign=True)
    cost_map = stage(page).get_by_role("application", name="cost map", exact=True)
    expect(cost_map).to_have_count(1)
    value = float(network(2).forward(LESSON)["J"])
    expect(cost_map).to_have_accessible_description(re.compile(re.escape(written(value))))
    for name in ("play", "step forward", "step back"):
        expect(button(page, name)).to_have_count(1)
    expect(stage(page).get_by_role("combobox", name="speed", exact=True)).to_have_count(1)
    for image in stage(page).locator("svg:not([aria-hidden]), canvas:not([aria-hidden])").all():
        assert image.get_attribute("aria-label")
