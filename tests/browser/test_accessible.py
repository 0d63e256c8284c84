"""What axe-core finds on the pages: nothing, in either theme, on a laptop and on a phone."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.harness import words
from ui.lessons import LESSONS, Lesson

OpenPage = Callable[..., Page]
OURS = {"include": [[".stMainBlockContainer"]]}
"""The navigation and the header are Streamlit's."""


def violations(page: Page) -> list[str]:
    found = Axe().run(page, context=OURS).response["violations"]
    return [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_a_lesson_is_accessible(open_page: OpenPage, lesson: Lesson) -> None:
    page = open_page(f"/{lesson.name}", width=1366, height=768)
    words(page).wait_for()
    found = violations(page)
    # Its last step, on a phone, in the dark.
    last = lesson.steps[-1]
    step = f"{lesson.name}-{last.name}"
    page = open_page(f"/{lesson.name}", theme="dark", query={"step": step}, width=390, height=844)
    words(page).get_by_text(last.title).wait_for()
    found += violations(page)
    assert not found, "\n".join(dict.fromkeys(found))


def test_home_is_accessible(open_page: OpenPage) -> None:
    page = open_page()
    words(page).wait_for()
    assert violations(page) == []
