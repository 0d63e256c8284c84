"""What a learner meets in a real browser: every page, both themes, deep links, reloads."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from core.network import network
from core.parsing import parse
from tests.browser.harness import (
    Server,
    exact,
    number,
    open_next,
    open_sidebar,
    rerun,
    until,
    visit,
)
from ui.lessons import LESSONS
from ui.lessons.shown import Shown
from ui.session import course
from ui.session.parameters import PARAMETERS

DEFAULTS = {name: parameter.default for name, parameter in PARAMETERS.items()}
TITLES = {"/": "Chain Rule Lab"} | {f"/{lesson.name}": lesson.title for lesson in LESSONS}
OpenPage = Callable[..., Page]
FIRST = ("/", "/backpropagation", "/gradient_descent")
"""Between them, these pages have every component."""


def begins(path: str) -> dict[str, Any]:
    """The settings with which a page opens: those of its lesson's first step."""
    lesson = course.BY_NAME.get(path.strip("/"))
    return DEFAULTS | (course.settings(lesson, 0) if lesson else {})


def output(path: str, inputs: dict[str, Any]) -> tuple[str, float]:
    """The output's name and core's number for it on a page with these inputs."""
    if path == "/build_your_own":  # its samples are its own
        return "J", Shown("build_your_own", inputs)["J"]
    depth = 4 if path == "/going_deeper" else 2
    graph = parse("log(2 + cos(x))") if path == "/chain_rule" else network(depth)
    values = graph.forward({name: inputs[name] for name in graph.inputs})
    return graph.output, float(values[graph.output])


def query(page: Page) -> dict[str, str]:
    return {name: texts[0] for name, texts in parse_qs(urlsplit(page.url).query).items()}


LINK = {"x": "-0.7", "y": "0.25", "w1": "1.25", "b1": "0.5", "w2": "2.125", "b2": "-0.75"}


def shows(page: Page, path: str, inputs: dict[str, Any]) -> None:
    """It is this page, and the number on its stage is core's for these inputs."""
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLES[path], timeout=30000)
    name, expected = output(path, inputs)
    assert number(page, name) == pytest.approx(expected, rel=1e-12), f"{name} on {path}"


def shows_the_link(page: Page, path: str) -> None:
    """What a link without a step leaves out has its default."""
    shows(page, path, DEFAULTS | {name: float(text) for name, text in LINK.items()})


def x_reaches_the_number_and_the_url(page: Page, path: str, x: float) -> None:
    field = exact(page, "x")
    field.fill(str(x))
    with rerun(page):
        field.press("Enter")
    shows(page, path, begins(path) | {"x": x})
    until(page, lambda: query(page).get("x") == str(x), f"the address of {path} has x")


def test_an_input_reaches_the_number_on_screen_and_the_url_and_survives_a_reload(
    open_page: OpenPage,
) -> None:
    page = open_page()
    for path in TITLES:
        if path != "/":
            open_next(page, path)
        shows(page, path, begins(path))
        x_reaches_the_number_and_the_url(page, path, 2.3)
        if path in FIRST:  # that a link is enough for the others, the next tests show
            page.emulate_media(color_scheme="dark")
            with rerun(page):
                page.reload()
            shows(page, path, begins(path) | {"x": 2.3})
            expect(page.get_by_role("spinbutton", name="x", exact=True)).to_have_value("2.3")
            if path == "/backpropagation":
                x_reaches_the_number_and_the_url(page, path, -1.1)
            page.emulate_media(color_scheme="light")


@pytest.mark.charts  # with all that a first visit fetches
@pytest.mark.parametrize("path", FIRST)
def test_a_deep_link_is_the_first_visit_and_to_a_fresh_server_too(
    fresh_server: Callable[..., Server], open_page: OpenPage, path: str
) -> None:
    shows_the_link(open_page(path, query=LINK, server=fresh_server(), fresh=True), path)


def test_a_deep_link_to_any_page_is_the_first_visit(open_page: OpenPage) -> None:
    """Plotly comes as on the pages of the test above."""
    first, *others = [path for path in TITLES if path not in FIRST]
    page = open_page(first, query=LINK, fresh=True)
    shows_the_link(page, first)
    browser = page.context.new_cdp_session(page)
    for path in others:
        browser.send("Network.clearBrowserCache")
        open_next(page, path, LINK)
        shows_the_link(page, path)


def test_what_a_link_got_wrong_is_said_and_the_rest_of_it_is_used(open_page: OpenPage) -> None:
    page = open_page("/gradient_descent", query="seed=inf&steps=10.0000001&w1=0.5&depth=1e999")
    expect(page.get_by_role("heading", level=1)).to_have_text("Gradient descent", timeout=30000)
    expect(page.get_by_text("The link sets seed to inf")).to_be_visible()
    expect(page.get_by_role("spinbutton", name="steps", exact=True)).to_have_value("200")
    assert number(page, "w1") == 0.5
    until(page, lambda: query(page) == {"w1": "0.5"}, "only what is used is in the address")
    page.get_by_role("button", name="All right").click()
    expect(page.get_by_text("The link sets seed to inf")).to_have_count(0)


def test_values_travel_from_page_to_page_and_back_and_forward(open_page: OpenPage) -> None:
    page = open_page("/forward_pass", query={"w2": "3.5"}, width=1600)
    for text, title in (("2", "Backpropagation"), ("3", "Cost surface")):
        field = exact(page, "w1")
        field.fill(text)
        with rerun(page):
            field.press("Enter")
        visit(page, title)
        until(page, lambda: number(page, "w2") == 3.5, f"{title} has the weight of the link")
    assert number(page, "w1") == 3
    with rerun(page):
        page.go_back()
    with rerun(page):
        page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Forward pass", timeout=30000)
    assert number(page, "w1") == 2
    with rerun(page):
        page.go_forward()
    assert number(page, "w1") == 3
    visit(page, "Gradient descent")
    until(page, lambda: number(page, "w2") == 3.5, "the descent has the weight of the link")


def test_a_bad_link_is_explained_and_put_back(open_page: OpenPage) -> None:
    page = open_page("/", query={"w1": "99", "b1": "abc", "colour": "red"})
    told = page.get_by_text("Some of this link could not be used")
    expect(told).to_be_visible()
    expect(page.get_by_text("w1 to 99")).to_be_visible()
    expect(page.get_by_text("b1 to abc")).to_be_visible()
    expect(page.get_by_text("names colour")).to_be_visible()
    assert number(page, "w1") == 0.8
    with rerun(page):
        page.get_by_role("button", name="All right").click()
    expect(told).to_be_hidden()
    assert not {"w1", "b1", "colour"} & query(page).keys()


def test_nonsense_is_explained_where_it_is_typed_and_only_while_it_stands(
    open_page: OpenPage,
) -> None:
    """One after the other: the address holds it, but no link has brought it."""
    page = open_page("/chain_rule")
    field = page.get_by_role("textbox", name="h(x)")
    before = output("/chain_rule", begins("/chain_rule"))[1]
    told = page.get_by_test_id("stAlert")
    said = ""
    for text, why in (
        ("abc", "no function called abc"),
        ("1e999", "too large"),
        ("log(", "never closed"),
        ("sn(x)", ""),
        ("x..2", ""),
        ("os.system('x')", ""),
        ("9**9**9", ""),
    ):
        field.fill(text)
        with rerun(page):
            field.press("Enter")
        expect(page.get_by_role("alert").filter(has_text=why)).to_be_visible()
        expect(told).not_to_have_text(said)
        said = told.inner_text()
        expect(page.get_by_text("The link sets")).to_have_count(0)
        assert number(page, "h") == pytest.approx(before, rel=1e-12), text
    field.fill("sin(x)")
    with rerun(page):
        field.press("Enter")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_the_share_link_restores_the_whole_state(open_page: OpenPage) -> None:
    page = open_page(
        "/gradient_descent", query={"w1": "2.5", "optimizer": "adam", "steps": "60", "f": "sin(x)"}
    )
    open_sidebar(page)
    page.get_by_role("button", name="Share").click()
    link = page.get_by_text(re.compile("v=1")).first.inner_text()
    shared = {name: texts[0] for name, texts in parse_qs(urlsplit(link).query).items()}
    assert shared["optimizer"] == "adam"
    assert shared["w1"] == "2.5"
    assert shared["f"] == "sin(x)"
    assert shared["b2"] == "0.6"
    open_next(page, "/gradient_descent", shared)
    expect(page.get_by_role("combobox", name="optimizer")).to_have_value("Adam")
    assert number(page, "w1") == 2.5
