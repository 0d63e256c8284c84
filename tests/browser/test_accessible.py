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


@pytest.mark.thorough
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_every_step_is_accessible(
    open_page: OpenPage, lesson: Lesson, width: int, height: int, theme: str
) -> None:
    step = f"{lesson.name}-{lesson.steps[0].name}"
    page = open_page(
        f"/{lesson.name}", theme=theme, query={"step": step}, width=width, height=height
    )
    found = []
    for index, one in enumerate(lesson.steps):
        if index:
            with rerun(page):
                page.keyboard.press("n")
        words(page).get_by_role("heading", name=one.title).wait_for()
        found += [f"{one.name}: {fault}" for fault in violations(page)]
    assert not found, "\n".join(found)


def test_home_is_accessible(open_page: OpenPage) -> None:
    page = open_page()
    words(page).wait_for()
    assert violations(page) == []
