"""In the Firefox that learners have, every page works, and keeps to its policy."""

from collections.abc import Iterator

import pytest

from scripts.find_programs import find, missing
from tests.browser.firefox import Firefox, firefox
from tests.browser.harness import Server
from ui.lessons import LESSONS

NUMBER = """find('[data-testid="stage"] [data-number]')?.textContent"""
SLIDER = """find('[data-testid="stage"] input[type="range"][aria-label="w1"]')"""
Z1 = """find('[data-testid="stage"] [data-name="z1"][data-number]')"""
PAGES = ["", *(lesson.name for lesson in LESSONS)]
SOLID = ("cost_surface", "gradient_descent")


@pytest.fixture(scope="module")
def browser() -> Iterator[Firefox]:
    program = find("firefox")
    if program is None:
        pytest.fail(missing("firefox"), pytrace=False)
    with firefox(program) as browser:
        yield browser


def test_every_page_is_drawn_within_its_policy(browser: Firefox, server: Server) -> None:
    for page in PAGES:
        browser.open(f"{server.url}/{page}")
        browser.until(NUMBER)
        if page in SOLID:
            browser.until("document.querySelector('.gl-container canvas') !== null")
        browser.until("document.querySelectorAll('[data-stale=true]').length", lambda n: n == 0)
        # What is fetched while a page is left is reported as a failure.
        browser.until("document.fonts.status", lambda status: status == "loaded")
        assert browser.evaluate("breaches") == [], page
        assert browser.evaluate("find('[data-testid=stException]')?.textContent") is None, page
        assert browser.errors == [], page
    # What would be one is seen.
    browser.evaluate("void (new Image().src = 'http://elsewhere.invalid/')")
    browser.until("breaches.length")


def test_what_is_dragged_is_answered_and_stands_in_the_address(
    browser: Firefox, server: Server
) -> None:
    browser.open(f"{server.url}/forward_pass?w1=0.5")
    browser.until(f"{SLIDER}?.value", lambda value: value == "0.5")
    before = float(browser.evaluate(f"{Z1}.getAttribute('data-number')"))
    browser.evaluate(f"{SLIDER}.focus()")
    for _ in range(5):
        browser.press("ArrowRight")
    moved = browser.until(f"{SLIDER}.value", lambda value: float(value) == 1)
    assert float(browser.evaluate(f"{Z1}.getAttribute('data-number')")) > before
    told = "new URLSearchParams(location.search).get('w1')"
    browser.until(told, lambda value: value is not None and float(value) == float(moved))
    browser.open(browser.evaluate("location.href"))
    browser.until(f"{SLIDER}?.value", lambda value: value == moved)
