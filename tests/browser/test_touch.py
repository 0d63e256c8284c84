"""On a phone a swipe is a scroll, a drag is a drag, and a tap is a tap."""

from collections.abc import Callable

import pytest
from playwright.sync_api import FloatRect, Locator, Page

from tests.browser.harness import frames, number, rerun, until, ws_frames

OpenPage = Callable[..., Page]
STAGE = '[data-testid="stage"]'
NAMES = ("w1", "b1", "w2", "b2", "x", "y")


def swipe(page: Page, x: float, y: float, dx: float, dy: float) -> None:
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *at: dict[str, float]) -> None:
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(at)})

    touch("touchStart", {"x": x, "y": y})
    for i in range(1, 9):
        touch("touchMove", {"x": x + dx * i / 8, "y": y + dy * i / 8})
        frames(page, 1)
    touch("touchEnd")
    frames(page)


def scrolled(page: Page) -> float:
    return float(page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop"))


def middle(slider: Locator) -> FloatRect:
    """Where a slider is, once it is in the middle of the screen, where nothing covers it."""
    slider.evaluate("e => e.scrollIntoView({ block: 'center' })")
    frames(slider.page)
    box = slider.bounding_box()
    assert box
    return box


def on_a_phone(open_page: OpenPage, path: str) -> Page:
    query = {"at": 20} if path == "/gradient_descent" else {}
    return open_page(path, query=query, width=360, height=740, has_touch=True, is_mobile=True)


def shown(page: Page) -> dict[str, float | str]:
    step = page.locator(f"{STAGE} [data-panel=player] [type=range]")
    values: dict[str, float | str] = {name: number(page, name) for name in NAMES}
    if step.count():
        values |= {"step": step.input_value(), "rate": number(page, "rate")}
    return values


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


def a_swipe_scrolls_and_changes_nothing(page: Page, places: Locator) -> None:
    before, sent = shown(page), ws_frames(page)
    assert places.count() >= 3
    for place in places.all():
        if not place.is_visible():
            continue
        box = middle(place)
        at = scrolled(page)
        swipe(page, box["x"] + 0.9 * box["width"], box["y"] + box["height"] / 2, 0, -100)
        until(page, lambda at=at: abs(scrolled(page) - at) > 20, "it scrolls")  # type: ignore[misc]
        assert shown(page) == before
    assert ws_frames(page) == sent


def a_swipe_over_the_map_scrolls_and_a_tap_moves_the_point_there(page: Page) -> None:
    before, sent = shown(page), ws_frames(page)
    x, y = far_from_the_point(page)
    at = scrolled(page)
    swipe(page, x, y, 0, -100)
    until(page, lambda: abs(scrolled(page) - at) > 20, "it scrolls")
    swipe(page, *far_from_the_point(page), 60, 0)
    assert shown(page) == before
    assert ws_frames(page) == sent
    x, y = far_from_the_point(page)
    tapped = on_the_map(page, x, y)
    with rerun(page):
        page.touchscreen.tap(x, y)
    now = on_the_map(page, *centre(page.locator(f"{STAGE} .plot .point")))
    assert now == pytest.approx(tapped, abs=3)


PICTURES = (
    f"{STAGE} :is([data-panel=slices] .slides, [data-panel=cost] .slides,"
    " [data-panel=player] [type=range], .scrub:not(g))"
)
SLIDERS = f"{STAGE} :is([data-panel=sliders], [data-panel=rate]) [type=range]"


def test_a_descent_under_a_finger(open_page: OpenPage) -> None:
    page = on_a_phone(open_page, "/gradient_descent")
    sliders = page.locator(SLIDERS)
    a_swipe_scrolls_and_changes_nothing(page, page.locator(PICTURES))
    a_swipe_scrolls_and_changes_nothing(page, sliders)

    # The cost curve is scrubbed by a finger that moves sideways, and by a tap.
    box = middle(page.locator(f"{STAGE} [data-panel=cost] .slides"))
    before = shown(page)
    with rerun(page):
        swipe(page, box["x"] + 0.3 * box["width"], box["y"] + box["height"] / 2, 60, 0)
    after = shown(page)
    assert after["step"] != before["step"]
    with rerun(page):
        page.touchscreen.tap(box["x"] + 0.8 * box["width"], box["y"] + box["height"] / 2)
    assert int(shown(page)["step"]) > int(after["step"])

    # A slider is dragged by one that moves sideways.
    box = middle(sliders.last)
    with rerun(page):
        swipe(page, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, 40, 0)
    assert number(page, "b2") > 1

    a_swipe_over_the_map_scrolls_and_a_tap_moves_the_point_there(page)


def test_a_surface_under_a_finger(open_page: OpenPage) -> None:
    page = on_a_phone(open_page, "/cost_surface")
    a_swipe_scrolls_and_changes_nothing(page, page.locator(PICTURES))
    a_swipe_over_the_map_scrolls_and_a_tap_moves_the_point_there(page)

    # The point is dragged by a finger near it, and the page stays. That a value is the learner's
    # has given the words a button more, and all below them is lower.
    middle(page.locator(f"{STAGE} .plot canvas").first)
    point = page.locator(f"{STAGE} .plot .point")
    (x, y), at = centre(point), scrolled(page)
    wanted = on_the_map(page, x + 5, y + 45)
    with rerun(page):
        swipe(page, x + 15, y - 15, -10, 60)
        assert on_the_map(page, *centre(point)) == pytest.approx(wanted, abs=5)
        assert scrolled(page) == at
