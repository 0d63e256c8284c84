"""Every step of every lesson, as a learner goes through it: forth, back, and by its link."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.harness import number, rerun, until, words
from ui import course, guide
from ui.lessons import LESSONS, Lesson
from ui.lessons.shown import Shown
from ui.state import PARAMETERS

OpenPage = Callable[..., Page]
DEFAULTS = {name: parameter.default for name, parameter in PARAMETERS.items()}
BRIGHT = 0.9


def opacity(page: Page, name: str) -> float:
    """How bright a node's number is drawn, with all that stands around it."""
    live = page.locator(f'[data-testid="stage"] [data-name="{name}"][data-kind="node"]').first
    return float(
        live.evaluate(
            """element => { let bright = 1;
            for (let e = element; e; e = e.parentElement) bright *= getComputedStyle(e).opacity;
            return bright; }"""
        )
    )


def check(page: Page, lesson: Lesson, index: int, now: dict[str, Any]) -> None:
    """The step's words are there with core's numbers, the stage shows them, the focus is lit."""
    step = lesson.steps[index]
    shown = Shown(lesson.name, now)
    graph, values = shown.graph, shown.values
    if "[[next " in step.text:
        values = values | {f"next {name}": np.asarray(one) for name, one in shown.after.items()}
    box = words(page)
    expect(box).to_contain_text(f"{index + 1} of {len(lesson.steps)} · {step.title}")
    for name in guide.QUOTED.findall(step.text):
        expect(box).to_contain_text(guide.quoted(name, graph, values))
    assert number(page, graph.output) == pytest.approx(float(values[graph.output]), rel=1e-12)
    inner = [node.name for node in graph.nodes if node.expression is not None]
    for name in inner:
        lit = not step.focus or name in step.focus
        until(page, lambda n=name, lit=lit: (opacity(page, n) > BRIGHT) == lit, f"{name}: {lit}")


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_a_lesson_forth_and_back(open_page: OpenPage, lesson: Lesson) -> None:
    first = {"step": f"{lesson.name}-{lesson.steps[0].name}"}
    page = open_page(f"/{lesson.name}", query=first, motion=False)
    states = [DEFAULTS | course.settings(lesson, index) for index in range(len(lesson.steps))]
    check(page, lesson, 0, states[0])
    for index in range(1, len(lesson.steps)):
        with rerun(page):
            page.get_by_role("button", name="Next ›").click()
        check(page, lesson, index, states[index])
    expect(page.get_by_role("button", name="Next ›")).to_have_attribute("aria-disabled", "true")
    for index in reversed(range(len(lesson.steps) - 1)):
        with rerun(page):
            page.get_by_role("button", name="‹ Back").click()
        check(page, lesson, index, states[index])


def test_a_link_opens_a_step_with_its_state(open_page: OpenPage) -> None:
    lesson = next(lesson for lesson in LESSONS if lesson.name == "cost_surface")
    index = [step.name for step in lesson.steps].index("plateau")
    page = open_page("/cost_surface", query={"step": "cost_surface-plateau"})
    check(page, lesson, index, DEFAULTS | course.settings(lesson, index))


def test_what_a_step_changes_is_said_and_can_be_put_back(open_page: OpenPage) -> None:
    page = open_page("/cost_surface", query={"step": "cost_surface-gradient", "w1": "2.5"})
    with rerun(page):
        page.get_by_role("button", name="Next ›").click()
    expect(page.get_by_text("w1 = 6 (was 2.5)")).to_be_visible()
    until(page, lambda: number(page, "w1") == 6, "the weight has come to where the step sets it")
    with rerun(page):
        page.get_by_role("button", name="Put mine back").click()
    until(page, lambda: number(page, "w1") == 2.5, "the weight is as it was")


def test_a_wrong_formula_gets_a_caret_and_keeps_the_last_picture(open_page: OpenPage) -> None:
    page = open_page("/chain_rule", query={"f": "sin(x^2)", "x": "1.25"})
    before = number(page, "h")
    field = page.get_by_role("textbox", name="h(x)")
    field.fill("sin(x^2) + sn(x)")
    with rerun(page):
        field.press("Enter")
    told = page.get_by_text("sin(x^2) + sn(x)\n           ^")
    expect(told).to_be_visible()
    assert number(page, "h") == before
