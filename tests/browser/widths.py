"""No page scrolls sideways, from a small phone to the width where the scene stands in one view.

The pages are walked in ``test_course.py``.
"""

from playwright.sync_api import Page

WIDTHS = (320, 360, 390, 480, 560, 640, 700, 760, 820, 860, 900, 960, 1020, 1100)

BEYOND = """async () => {
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    const main = document.querySelector('[data-testid="stMain"]');
    return Math.max(...[document.documentElement, main].map(
        one => one.scrollWidth - one.clientWidth));
}"""


def beyond(page: Page) -> dict[int, int]:
    """By how many pixels the page scrolls sideways, at each width at which it does."""
    found = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 740})
        found[width] = page.evaluate(BEYOND)
    return {width: by for width, by in found.items() if by > 0}
