"""The learner's own samples, edited in the table and read from files, in a real browser."""

from collections.abc import Callable
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, TimeoutError, expect

from core.datasets import DATASETS
from core.network import Dataset, network
from core.tabular import decode_points
from tests.browser.harness import number, rerun, until

OpenPage = Callable[..., Page]
START = {"x": 1.5, "y": 1.0, "w1": 0.8, "b1": -0.3, "w2": -1.4, "b2": 0.6}
ROW = 35  # px of the table
COLUMN = 165  # px from its left edge to the middle of x


def mean_cost(x: list[float], y: list[float]) -> float:
    return float(np.mean(network().forward(START | {"x": np.array(x), "y": np.array(y)})["J"]))


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    page = open_page("/gradient_descent", query={"data": "bowl"})
    with rerun(page):
        page.get_by_role("radio", name="Data").click()
    return page


@pytest.fixture
def table(page: Page) -> Locator:
    table = page.get_by_test_id("stDataFrame")
    table.locator("canvas").first.wait_for()
    table.scroll_into_view_if_needed()
    return table


def enter(page: Page, number: str) -> None:
    """Type a number into the cell that is chosen; the next one is chosen then."""
    editor = page.locator("#portal input")
    # A table that is being drawn anew does not hear a key, as after a row was added.
    for _ in range(10):
        page.keyboard.press("Enter")
        with suppress(TimeoutError):
            editor.wait_for(timeout=2000)
            break
    with rerun(page):
        editor.fill(number)
        page.keyboard.press("Tab")
    expect(editor).to_have_count(0)


def lines(x: list[float], y: list[float]) -> str:
    return "\n".join(f"{a}, {b}" for a, b in zip(x, y, strict=True))


def text(page: Page) -> Locator:
    return page.get_by_label("x, y: a sample a line")


def test_the_table_is_edited_in_place_and_the_stage_follows(page: Page, table: Locator) -> None:
    bowl = DATASETS["bowl"].data
    assert isinstance(bowl, Dataset)
    x, y = bowl.x.tolist(), bowl.y.tolist()
    assert number(page, "mean J") == pytest.approx(mean_cost(x, y), rel=1e-12)

    table.click(position={"x": COLUMN, "y": 1.5 * ROW})
    enter(page, "0.125")
    x[0] = 0.125
    until(page, lambda: number(page, "mean J") == pytest.approx(mean_cost(x, y)), "it is used")
    expect(page.get_by_text("Your own samples from here on")).to_be_visible()
    expect(text(page)).to_have_value(lines(x, y))
    expect(page.get_by_role("combobox", name="data")).to_have_value("Your own")
    until(page, lambda: "points=" in page.url, "the address holds them")
    held = decode_points(parse_qs(urlsplit(page.url).query)["points"][0])
    assert (held.x.tolist(), held.y.tolist()) == (x, y)

    # Half a row is no sample yet: it is named, and the last good ones stay in use.
    height = (table.bounding_box() or {})["height"]
    table.hover()
    table.get_by_role("button", name="Add row").click()
    table.click(position={"x": COLUMN, "y": height - ROW / 2})
    enter(page, "3")
    expect(page.get_by_role("alert")).to_contain_text("Row 10 has no y")
    assert number(page, "mean J") == pytest.approx(mean_cost(x, y), rel=1e-12)
    enter(page, "0.75")
    expect(page.get_by_role("alert")).to_have_count(0)
    x, y = [*x, 3.0], [*y, 0.75]
    until(page, lambda: number(page, "mean J") == pytest.approx(mean_cost(x, y)), "it is used")
    expect(text(page)).to_have_value(lines(x, y))


def test_a_file_is_read_and_a_wrong_one_changes_nothing(page: Page) -> None:
    def give(content: str) -> None:
        file = {"name": "my.csv", "mimeType": "text/csv", "buffer": content.encode("utf-8-sig")}
        with rerun(page):
            page.locator('input[type="file"]').set_input_files(file)

    give("in;out\n0,5;1\n-2;0,25\n")
    expected = mean_cost([0.5, -2], [1, 0.25])
    until(page, lambda: number(page, "mean J") == pytest.approx(expected), "it is used")
    expect(text(page)).to_have_value("0.5, 1.0\n-2.0, 0.25")
    give("x,y\n" + "1,0.5\n" * 51)
    expect(page.get_by_role("alert")).to_contain_text("Row 52 is one too many")
    assert number(page, "mean J") == pytest.approx(expected)
    text(page).fill("1\t0.5")
    with rerun(page):
        text(page).press("Control+Enter")
    expect(page.get_by_role("alert")).to_have_count(0)
    until(page, lambda: number(page, "mean J") == pytest.approx(mean_cost([1], [0.5])), "used")
