"""The animation as a file of its own, opened from the disk without a network."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from core.datasets import DATASETS
from core.descent import Path as Descent
from core.descent import descend, recipe
from core.formatting import number as written
from core.graph import Graph
from core.network import Dataset, network
from tests.browser.conftest import Room
from tests.browser.harness import number
from ui.studio.takeaway import animation_page
from ui.theme import COLORS

START = {"x": 1.5, "y": 1.0, "w1": 0.8, "b1": -0.3, "w2": -1.4, "b2": 0.6}
ONE = Dataset([1.5], [1.0])
BOWL = DATASETS["bowl"].data
ALL = ("w1", "b1", "w2", "b2")
RUNS: Mapping[str, tuple[Graph, Dataset, dict[str, Any]]] = {
    "one sample": (network(), ONE, {"steps": 60}),
    "adam on tanh": (network(2, "tanh"), BOWL, {"optimizer": "adam", "steps": 45, "train": ALL}),
    "cross entropy": (network(2, "relu", "cross_entropy"), BOWL, {"batch": 3, "steps": 80}),
    "blown up": (network(2, "identity"), BOWL, {"learning_rate": 50.0, "steps": 60}),
    "stopped at once": (network(), ONE, {"steps": 50, "tolerance": 10.0}),
}
Open = Callable[..., tuple[Page, Descent]]


def written_page(run: str, path: Descent) -> str:
    graph, data, options = RUNS[run]
    made = {name: value for name, value in options.items() if name != "learning_rate"}
    return animation_page(graph, START, data, path, recipe(graph, data, **made))


@pytest.fixture(scope="module")
def offline(browser: Browser) -> Iterator[Room]:
    room = Room(browser.new_context(offline=True))
    yield room
    room.context.close()


@pytest.fixture
def opened(offline: Room, tmp_path: Path) -> Iterator[Open]:
    """``opened(run, theme)``: the page, offline; it fails on errors and on any request."""
    faults: list[str] = []
    file = tmp_path / "descent.html"
    page = offline.open()
    heard: dict[Any, Callable[[Any], None]] = {
        "console": lambda message: faults.append(f"console: {message.text}"),
        "pageerror": lambda error: faults.append(error.stack or str(error)),
        "request": lambda request: request.url != file.as_uri() and faults.append(request.url),
    }
    for event, hear in heard.items():
        page.on(event, hear)

    def open_(run: str, theme: str = "light", width: int = 1280) -> tuple[Page, Descent]:
        graph, data, options = RUNS[run]
        path = descend(graph, START, data, **options)
        file.write_text(written_page(run, path), "utf-8")
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(file.as_uri())
        return page, path

    yield open_
    for event, hear in heard.items():
        page.remove_listener(event, hear)
    offline.leave(page)
    assert not faults


def frame(page: Page) -> None:
    page.evaluate("() => new Promise(f => requestAnimationFrame(() => requestAnimationFrame(f)))")


def shown(page: Page, path: Descent, data: Dataset) -> dict[str, float]:
    cost = "mean J" if len(data) > 1 else "J"
    return {name: number(page, name) for name in ALL} | {"J": number(page, cost)}


def expected(path: Descent, step: int) -> dict[str, float]:
    return {name: path.parameters[name][step] for name in ALL} | {
        "J": pytest.approx(float(path.cost[step]), rel=1e-12)
    }


@pytest.mark.parametrize("run", RUNS)
def test_scrubbed_to_any_step_it_shows_the_numbers_of_the_descent(opened: Open, run: str) -> None:
    page, path = opened(run)
    data, last = RUNS[run][1], len(path) - 1
    for step in (0, last, last // 2):
        page.get_by_role("slider", name="step", exact=True).fill(str(step))
        frame(page)
        assert shown(page, path, data) == expected(path, step)


def test_it_plays_to_the_last_step(opened: Open) -> None:
    page, path = opened("one sample")
    page.get_by_role("combobox", name="speed").select_option("8")
    page.get_by_role("button", name="play", exact=True).click()
    expect(page.get_by_role("button", name="play", exact=True)).to_be_visible(timeout=15000)
    frame(page)
    assert page.get_by_role("slider", name="step", exact=True).input_value() == str(len(path) - 1)
    assert shown(page, path, ONE) == expected(path, len(path) - 1)


def scrub(page: Page, step: int) -> None:
    page.get_by_role("slider", name="step", exact=True).fill(str(step))
    frame(page)


def test_dragged_it_descends_from_there_and_goes_back_to_the_beginning(opened: Open) -> None:
    page, path = opened("adam on tanh")
    graph, data, options = RUNS["adam on tanh"]
    page.get_by_role("application", name="cost map").click(position={"x": 200, "y": 60})
    page.get_by_role("slider", name="b2", exact=True).focus()
    page.keyboard.press("ArrowRight")
    frame(page)
    here = {name: number(page, name) for name in ALL}
    assert here["w2"] > 0 > START["w2"]
    assert here["b2"] == pytest.approx(0.7)
    anew = descend(graph, START | here, data, **options)
    for step in (len(anew) - 1, 7):
        scrub(page, step)
        assert shown(page, path, data) == pytest.approx(
            {name: anew.parameters[name][step] for name in ALL} | {"J": anew.cost[step]}, rel=1e-9
        )
    page.get_by_role("button", name="Back to the beginning").click()
    for step in (0, len(path) - 1):
        scrub(page, step)
        assert shown(page, path, data) == expected(path, step)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_says_what_it_is_in_the_readers_colour_scheme(opened: Open, theme: str) -> None:
    page, path = opened("adam on tanh", theme)
    expect(page.get_by_role("heading")).to_have_text("Gradient descent, step by step")
    words = page.locator("p").first
    expect(words).to_contain_text("tanh(z₁)")
    expect(words).to_contain_text("Adam over 9 samples, learning rate 0.5000: after 45 steps")
    expect(words).to_contain_text(f"the mean cost J\u0304 is {written(path.cost[-1])}.")

    def color(selector: str, name: str) -> str:
        found = page.locator(selector).first.evaluate(
            "(element, name) => getComputedStyle(element)[name]", name
        )
        return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", found)[:3])

    assert color("body", "backgroundColor") == COLORS[theme]["background"]
    assert color("body", "color") == COLORS[theme]["ink"]
    assert color(".panel.map", "backgroundColor") == COLORS[theme]["panel"]
    assert color('[data-name="w1"]', "fill") == COLORS[theme]["parameter"]
    other = "dark" if theme == "light" else "light"
    page.emulate_media(color_scheme=other)
    frame(page)
    assert color(".panel.map", "backgroundColor") == COLORS[other]["panel"]


def test_it_gives_pictures_too(opened: Open) -> None:
    page, _ = opened("one sample")
    page.get_by_label("Save the cost map as", exact=True).click()
    for kind, begins in (("PNG", b"\x89PNG"), ("SVG", b"<?xml")):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"save the cost map as {kind}").click()
        assert Path(download.value.path()).read_bytes().startswith(begins)


def test_it_fits_on_a_phone(opened: Open) -> None:
    page, _ = opened("adam on tanh", width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.get_by_role("application", name="cost map")).to_be_visible()


def test_nothing_in_the_file_points_anywhere() -> None:
    graph, data, options = RUNS["adam on tanh"]
    text = written_page("adam on tanh", descend(graph, START, data, **options))
    addresses = set(re.findall(r"https?://[^\s\"'`<)]+", text))
    # Names, not addresses.
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1998/Math/MathML"}
    assert not re.search(r"@import|url\(|\bsrc=|\bhref=", text)
    assert text.count("</script>") == 2
    assert "default-src 'none'" in text
