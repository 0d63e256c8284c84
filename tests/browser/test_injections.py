"""What is typed is shown as it was typed, wherever it is shown, and is nothing else."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.harness import rerun, visit
from tests.injections import TEXTS

OpenPage = Callable[..., Page]
MADE = "#root script, svg[onload], #zq, [data-zq], img[src*='zq-'], a[href*='zq-']"
WITHIN = ", ".join(
    f"{place} {kind}"
    for place in ('[data-testid="stAlert"]', '[data-testid="guide"] .own', '[data-testid="stText"]')
    for kind in (
        "a",
        "img:not([alt=''])",
        "b",
        "em",
        "code",
        "h1",
        "li",
        ".katex",
        "math",
        "script",
    )
)
WITHIN += ', [data-testid="stAlert"] [data-testid="stIconMaterial"]:not([aria-hidden])'


def made(page: Page) -> list[str]:
    """Elements that only what was typed can have made."""
    found: list[str] = page.evaluate(
        "(which) => [...document.querySelectorAll(which)].map((one) => one.outerHTML)",
        f"{MADE}, {WITHIN}",
    )
    return found


def type_into(page: Page, label: str, text: str) -> None:
    field = page.get_by_label(label, exact=True).first
    field.fill(text)
    with rerun(page):
        field.press("Control+Enter")


def test_typed_text_makes_no_element_runs_nothing_and_asks_for_nothing(
    open_page: OpenPage,
) -> None:
    page = open_page("/chain_rule")
    before = made(page)
    for text in TEXTS:
        # Streamlit's input takes no more than a function may have.
        typed = text.replace("\0", "")[:200]
        type_into(page, "h(x)", typed)
        assert made(page) == before, text
    visit(page, "Gradient descent")
    with rerun(page):
        page.get_by_role("radio", name="Data").click()
    before = made(page)
    for text in TEXTS:
        type_into(page, "x, y: a sample a line", f"1, 2\n3, {text}")
        assert page.get_by_test_id("stAlert").count()
        assert made(page) == before, text


@pytest.mark.parametrize("name", ["f", "points", "zq"])
def test_what_a_link_holds_is_told_as_it_is(open_page: OpenPage, name: str) -> None:
    page = open_page("/forward_pass", query={name: TEXTS[1], "w1": TEXTS[4], "race": TEXTS[9]})
    told = page.get_by_test_id("stText").all_inner_texts()
    assert any(TEXTS[4] in one for one in told)
    assert not page.locator(f"{MADE}, {WITHIN}").count()
