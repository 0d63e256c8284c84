"""What axe-core finds on the pages: nothing, in either theme, on a laptop and on a phone.

Home and the first steps on a laptop are tried in ``test_course.py``, where they are shown anyway.
"""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.harness import move_to, rerun, words
from ui.lessons import LESSONS, Lesson

OpenPage = Callable[..., Page]
OURS = {"include": [[".stMainBlockContainer"]]}
"""The navigation and the header are Streamlit's."""
FAULTS_ONLY = {"resultTypes": ["violations"]}
"""What is in order need not be described."""


def violations(page: Page) -> list[str]:
    # Once in a document: what the browser has compiled of it serves again.
    axe = Axe("0") if page.evaluate("'axe' in window") else Axe()
    found = axe.run(page, context=OURS, options=FAULTS_ONLY).response["violations"]
    return [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]


def test_the_last_steps_are_accessible_on_a_phone_in_the_dark(open_page: OpenPage) -> None:
    page = open_page("/", theme="dark", width=390, height=844)
    found = []
    for lesson in LESSONS:
        last = lesson.steps[-1]
        move_to(page, f"/{lesson.name}", {"step": f"{lesson.name}-{last.name}"})
        words(page).get_by_text(last.title).wait_for()
        found += [f"{lesson.name}: {fault}" for fault in violations(page)]
    assert not found, "\n".join(found)


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
