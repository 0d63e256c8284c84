"""On a phone a swipe is a scroll, a drag is a drag, and a tap is a tap."""

from collections.abc import Callable

import pytest
from playwright.sync_api import FloatRect, Locator, Page

from tests.browser.harness import number, rerun, until, ws_frames
from tests.browser.test_words import middle, scrolled, swipe

OpenPage = Callable[..., Page]
STAGE = '[data-testid="stage"]'
NAMES = ("w1", "b1", "w2", "b2", "x", "y")


def on_a_phone(open_page: OpenPage, path: str) -> Page:
    query = {"at": 20} if path == "/gradient_descent" else {}
    return open_page(path, query=query, width=360, height=740, has_touch=True, is_mobile=True)


def shown(page: Page) -> dict[str, float | str]:
    step = page.locator(f"{STAGE} [data-panel=player] [type=range]")
    values: dict[str, float | str] = {name: number(page, name) for name in NAMES}
    return values | {"step": step.input_value() if step.count() else ""}


def centre(place: Locator) -> tuple[float, float]:
    box = place.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def on_the_map(page: Page, x: float, y: float) -> tuple[float, float]:
    """From the map's corner: what is above the map may grow when the numbers in it change."""
    box = page.locator(f"{STAGE} .plot canvas").first.bounding_box()
    assert box
    return x - box["x"], y - box["y"]


def far_from_the_point(page: Page) -> tuple[float, float]:
    """A place on the map, which is brought to the middle of the screen."""
    box: FloatRect = middle(page.locator(f"{STAGE} .plot canvas").first)
    x, y = centre(page.locator(f"{STAGE} .plot .point"))
    left = x > box["x"] + box["width"] / 2
    low = y < box["y"] + box["height"] / 2
    return (
        box["x"] + (0.25 if left else 0.75) * box["width"],
        box["y"] + (0.75 if low else 0.25) * box["height"],
    )


@pytest.mark.parametrize("path", ["/gradient_descent", "/cost_surface"])
def test_a_swipe_over_a_picture_scrolls_the_page_and_changes_nothing(
    open_page: OpenPage, path: str
) -> None:
    page = on_a_phone(open_page, path)
    before, sent = shown(page), ws_frames(page)
    pictures = page.locator(
        f"{STAGE} :is([data-panel=slices] .slides, [data-panel=cost] .slides,"
        " [data-panel=player] [type=range], .scrub:not(g))"
    )
    assert pictures.count() >= 3
    for picture in pictures.all():
        if not picture.is_visible():
            continue
        box = middle(picture)
        at = scrolled(page)
        swipe(page, box["x"] + 0.8 * box["width"], box["y"] + box["height"] / 2, 0, -100)
        until(page, lambda at=at: abs(scrolled(page) - at) > 20, "it scrolls")  # type: ignore[misc]
        assert shown(page) == before
    x, y = far_from_the_point(page)
    at = scrolled(page)
    swipe(page, x, y, 0, -100)
    until(page, lambda: abs(scrolled(page) - at) > 20, "it scrolls")
    swipe(page, *far_from_the_point(page), 60, 0)
    assert shown(page) == before
    assert ws_frames(page) == sent


@pytest.mark.parametrize("path", ["/gradient_descent", "/cost_surface"])
def test_a_tap_on_the_map_moves_the_point_there(open_page: OpenPage, path: str) -> None:
    page = on_a_phone(open_page, path)
    x, y = far_from_the_point(page)
    tapped = on_the_map(page, x, y)
    with rerun(page):
        page.touchscreen.tap(x, y)
    now = on_the_map(page, *centre(page.locator(f"{STAGE} .plot .point")))
    assert now == pytest.approx(tapped, abs=3)


def test_the_point_is_dragged_by_a_finger_near_it_and_the_page_stays(open_page: OpenPage) -> None:
    page = on_a_phone(open_page, "/cost_surface")
    # Once a value is the learner's, the words have a button more, and all below them is lower.
    with rerun(page):
        page.touchscreen.tap(*far_from_the_point(page))
    middle(page.locator(f"{STAGE} .plot canvas").first)
    point = page.locator(f"{STAGE} .plot .point")
    (x, y), at = centre(point), scrolled(page)
    wanted = on_the_map(page, x + 5, y + 45)
    with rerun(page):
        swipe(page, x + 15, y - 15, -10, 60)
        assert on_the_map(page, *centre(point)) == pytest.approx(wanted, abs=5)
        assert scrolled(page) == at


def test_the_cost_curve_is_scrubbed_by_a_finger_that_moves_sideways(open_page: OpenPage) -> None:
    page = on_a_phone(open_page, "/gradient_descent")
    box = middle(page.locator(f"{STAGE} [data-panel=cost] .slides"))
    before = shown(page)
    with rerun(page):
        swipe(page, box["x"] + 0.3 * box["width"], box["y"] + box["height"] / 2, 60, 0)
    after = shown(page)
    assert after["step"] != before["step"]
    with rerun(page):
        page.touchscreen.tap(box["x"] + 0.8 * box["width"], box["y"] + box["height"] / 2)
    assert int(shown(page)["step"]) > int(after["step"])
