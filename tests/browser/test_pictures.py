"""Pictures that the browser makes: they look as the screen does, and need nothing else."""

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from core.datasets import DATASETS
from core.descent import descend
from core.formatting import number as written
from core.network import network
from tests.browser.harness import number, rerun
from ui.theme import COLORS

OpenPage = Callable[..., Page]
START = {"x": 1.5, "y": 1.0, "w1": 0.8, "b1": -0.3, "w2": -1.4, "b2": 0.6}
QUERY = {"data": "bowl", "optimizer": "adam", "rate": 0.5, "steps": 40}
SVG = "{http://www.w3.org/2000/svg}"
PLACES = [(0.1, 0.1), (0.9, 0.2), (0.2, 0.85), (0.55, 0.05), (0.8, 0.95)]
"""Shares of the map's width and height: far from the path."""


def saved(page: Page, button: Locator, folder: Path) -> Path:
    menu = page.locator(".save").filter(has=button)
    button.wait_for(state="attached")
    if menu.count() and menu.get_attribute("open") is None:
        menu.locator("summary").click()
    with page.expect_download() as download:
        button.click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file


def save_button(page: Page, name: str, kind: str) -> Locator:
    """In the panel's menu, which may still be closed."""
    name = f"save the {name} as {kind}"
    return page.get_by_role("button", name=name, exact=True, include_hidden=True)


def rgb(color: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(color.removeprefix("#")))


def fine_map(page: Page) -> list[list[int]]:
    """The colours of the map at PLACES, once it has its fine form."""
    canvas = page.get_by_role("application", name="cost map").locator("canvas")
    read = """(canvas, places) => places.map(([u, v]) => [...canvas.getContext("2d").getImageData(
        Math.floor(u * canvas.width), Math.floor(v * canvas.height), 1, 1).data].slice(0, 3))"""
    before: list[list[int]] = []
    while (now := canvas.evaluate(read, PLACES)) != before or not any(map(any, now)):
        before = now
        page.wait_for_timeout(300)
    return now


def near(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) <= 3


def no_references(root: ElementTree.Element) -> None:
    for element in root.iter():
        for name, value in element.attrib.items():
            assert "url(" not in value
            assert not name.endswith("href") or value.startswith("data:image/png;base64,")
        assert element.tag.removeprefix(SVG) not in ("style", "script", "foreignObject", "a")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_map_is_saved_as_it_looks(
    open_page: OpenPage, browser: Browser, tmp_path: Path, theme: str
) -> None:
    page = open_page("/gradient_descent", query=QUERY, theme=theme)
    colors = fine_map(page)
    vector = saved(page, save_button(page, "cost map", "SVG"), tmp_path)
    png = saved(page, save_button(page, "cost map", "PNG"), tmp_path)
    assert (vector.name, png.name) == ("cost-map.svg", "cost-map.png")

    root = ElementTree.parse(vector).getroot()
    assert root.tag == f"{SVG}svg"
    no_references(root)
    width, height = int(root.attrib["width"]), int(root.attrib["height"])
    path = descend(network(), START, DATASETS["bowl"].data, "adam", 0.5, 40)
    lines = [e.get("d", "") for e in root.iter(f"{SVG}path")]
    assert any(line.count("L") == len(path) - 1 for line in lines)
    texts = ["".join(e.itertext()).replace("\u200b", "") for e in root.iter(f"{SVG}text")]
    assert {"w1", "w2", "−10", "5", "10"} <= set(texts)
    assert f"J\u0304 = {written(path.cost[0])}" in re.sub(r"\s+", " ", " ".join(texts))

    shift = root.find(f"{SVG}g")
    assert shift is not None
    dx, dy = map(float, re.findall(r"-?[\d.]+", shift.attrib["transform"]))
    canvas = next(root.iter(f"{SVG}image"))
    x, y, w, h = (float(canvas.attrib[name]) for name in ("x", "y", "width", "height"))
    places = [(x + dx + u * w, y + dy + v * h) for u, v in PLACES]

    # Opened by itself, at the PNG's size.
    context = browser.new_context(
        offline=True, device_scale_factor=2, viewport={"width": width, "height": height}
    )
    alone = context.new_page()
    alone.goto(vector.as_uri())
    alone.screenshot(path=tmp_path / "alone.png")
    context.close()
    for file in (png, tmp_path / "alone.png"):
        with Image.open(file) as picture:
            assert picture.size == (2 * width, 2 * height)
            shown = picture.convert("RGB")
        for place, color in zip(places, colors, strict=True):
            at = (round(2 * place[0]), round(2 * place[1]))
            assert near(shown.getpixel(at), tuple(color))
        assert near(shown.getpixel((2, 2)), rgb(COLORS[theme]["panel"]))
        found = shown.getcolors(1 << 20)
        assert found
        assert rgb(COLORS[theme]["cost"]) in {color for _, color in found}  # the point


def test_the_network_is_saved_with_its_numbers(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("/backpropagation")
    root = ElementTree.parse(saved(page, save_button(page, "network", "SVG"), tmp_path)).getroot()
    no_references(root)
    spans = {"".join(e.itertext()) for e in root.iter() if e.tag in (f"{SVG}text", f"{SVG}tspan")}
    for name in ("z1", "a1", "z2", "J"):
        assert written(number(page, name)) in spans
    assert written(number(page, "dJ/dw1"), sign=True) in spans
    png = saved(page, save_button(page, "network", "PNG"), tmp_path)
    with Image.open(png) as picture:
        assert picture.size == (2 * int(root.attrib["width"]), 2 * int(root.attrib["height"]))
        found = picture.convert("RGB").getcolors(1 << 20)
    assert found
    for kind in ("signal", "parameter", "target", "derivative", "panel"):
        assert rgb(COLORS["light"][kind]) in {color for _, color in found}


def test_of_what_can_be_pressed_a_picture_has_the_words_alone(
    open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page("/gradient_descent", query={"data": "bowl", "sample": 4})
    root = ElementTree.parse(saved(page, save_button(page, "network", "SVG"), tmp_path)).getroot()
    said = " ".join("".join(root.itertext()).split())
    assert re.search(r"sample ?4 ?of 9", said)
    assert "‹" not in said
    assert "›" not in said


def test_the_cost_at_each_step_is_saved_with_its_curve(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("/gradient_descent", query=QUERY)
    button = save_button(page, "cost at each step", "SVG")
    root = ElementTree.parse(saved(page, button, tmp_path)).getroot()
    no_references(root)
    path = descend(network(), START, DATASETS["bowl"].data, "adam", 0.5, 40)
    lines = [e.get("d", "") for e in root.iter(f"{SVG}path")]
    assert any(line.count("L") == len(path) - 1 for line in lines)
    texts = ["".join(e.itertext()) for e in root.iter(f"{SVG}text")]
    assert written(path.cost[0]) in texts
    assert {"step", "40"} <= set(texts)


def test_the_buttons_work_by_keyboard(open_page: OpenPage) -> None:
    page = open_page("/cost_surface")
    menu = page.get_by_label("Save the cost map as", exact=True)
    menu.focus()
    page.keyboard.press("Enter")
    button = save_button(page, "cost map", "SVG")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(button).to_be_focused()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "cost-map.svg"
    page.keyboard.press("Escape")
    expect(button).to_be_hidden()
    expect(menu).to_be_focused()


@pytest.mark.charts
def test_a_chart_is_saved_on_the_pages_background(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("/gradient_descent", query=QUERY)
    with rerun(page):
        page.get_by_role("radio", name="Learning rate").click()
    saves(page, tmp_path, "light", "against the learning rate")


@pytest.mark.charts
def test_a_surface_is_saved_on_the_pages_background(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("/cost_surface", theme="dark")
    saves(page, tmp_path, "dark", "as a surface")


def saves(page: Page, tmp_path: Path, theme: str, shows: str) -> None:
    """The chart that is called so, as a vector and as pixels."""
    chart = page.get_by_test_id("plot").filter(has=page.get_by_role("img", name=shows))
    chart.locator(".main-svg").first.wait_for()
    chart.hover()
    vector = saved(page, chart.locator('[data-title="Save as SVG"]'), tmp_path)
    root = ElementTree.parse(vector).getroot()
    assert (vector.name, root.tag) == ("chart.svg", f"{SVG}svg")
    for element in root.iter():
        for name, value in element.attrib.items():
            assert not name.endswith("href") or value.startswith(("data:image/png", "#"))
    if shows == "against the learning rate":
        words = {"".join(text.itertext()) for text in root.iter(f"{SVG}text")}
        assert any("learning rate" in text for text in words)
        assert any("js-line" in element.get("class", "") for element in root.iter())
    png = saved(page, chart.locator('[data-title="Save as PNG"]'), tmp_path)
    with Image.open(png) as picture:
        box = chart.locator(".crl-plot-chart").bounding_box()
        assert box
        assert picture.size == (2 * round(box["width"]), 2 * round(box["height"]))
        shown = picture.convert("RGBA")
        assert shown.getpixel((1, 1)) == (*rgb(COLORS[theme]["background"]), 255)
        assert len(shown.getcolors(1 << 21) or ()) > 10
