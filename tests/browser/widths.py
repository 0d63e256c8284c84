"""No page scrolls sideways, from a small phone to the width where the scene stands in one view."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.harness import words
from ui.lessons import LESSONS

OpenPage = Callable[..., Page]
WIDTHS = (320, 360, 390, 480, 560, 640, 700, 760, 820, 860, 900, 960, 1020, 1100)

BEYOND = """async () => {
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    const main = document.querySelector('[data-testid="stMain"]');
    return [document.documentElement, main].map(one => one.scrollWidth - one.clientWidth);
}"""


@pytest.mark.parametrize("name", ["", *(lesson.name for lesson in LESSONS)])
def test_no_page_scrolls_sideways(open_page: OpenPage, name: str) -> None:
    page = open_page(f"/{name}", width=WIDTHS[0], height=740)
    words(page).wait_for()
    beyond = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 740})
        beyond[width] = page.evaluate(BEYOND)
    assert {width: by for width, by in beyond.items() if max(by) > 0} == {}
