"""What axe-core finds on the pages: nothing, in either theme, on a laptop and on a phone."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.harness import rerun, words
from ui.lessons import LESSONS, Lesson

OpenPage = Callable[..., Page]
OURS = {"include": [[".stMainBlockContainer"]]}
"""The navigation and the header are Streamlit's."""


def violations(page: Page) -> list[str]:
    found = Axe().run(page, context=OURS).response["violations"]
    return [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_every_step_is_accessible(open_page: OpenPage, lesson: Lesson) -> None:
    page = open_page(f"/{lesson.name}", width=1366, height=768)
    words(page).wait_for()
    found = violations(page)
    for _ in lesson.steps[1:]:
        with rerun(page):
            page.keyboard.press("n")
        found += violations(page)
    # The last step in the dark, and on a phone.
    page.emulate_media(color_scheme="dark")
    found += violations(page)
    page.set_viewport_size({"width": 390, "height": 844})
    found += violations(page)
    page.emulate_media(color_scheme="light")
    found += violations(page)
    assert not found, "\n".join(dict.fromkeys(found))


def test_home_is_accessible(open_page: OpenPage) -> None:
    page = open_page()
    words(page).wait_for()
    assert violations(page) == []
