"""A step of a lesson: what it says and lights, its link, and what of the learner's it changes.

All of them are walked, forth and back, in ``test_course.py``.
"""

from collections.abc import Callable, Collection

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.harness import number, open_next, rerun, until, words
from ui.lessons import LESSONS, Lesson
from ui.lessons.shown import Shown
from ui.session import course
from ui.session.parameters import PARAMETERS
from ui.words import quotes

OpenPage = Callable[..., Page]
DEFAULTS = {name: parameter.default for name, parameter in PARAMETERS.items()}
BRIGHT = 0.9


LIT = """(root, bright) => {
    const shines = element => {
        let all = 1;
        for (let e = element; e; e = e.parentElement) all *= getComputedStyle(e).opacity;
        return all > bright;
    };
    const panel = root.querySelector('[data-panel="network"], [data-panel="neurons"]');
    const nodes = panel.querySelectorAll('[data-name][data-kind="node"]');
    return Object.fromEntries([...nodes].map(node => [node.dataset.name, shines(node)]));
}"""


def lit(page: Page, names: Collection[str]) -> dict[str, bool]:
    """Which of the nodes are drawn brightly, with all that stands around them."""
    found: dict[str, bool] = page.get_by_test_id("stage").evaluate(LIT, BRIGHT)
    return {name: found[name] for name in names}


def check(page: Page, lesson: Lesson, index: int) -> None:
    """The step's words are there with core's numbers, the stage shows them, the focus is lit."""
    step = lesson.steps[index]
    shown = Shown(lesson.name, DEFAULTS | course.settings(lesson, index))
    graph, values = shown.graph, shown.values
    if "[[next " in step.text:
        values = values | {f"next {name}": np.asarray(one) for name, one in shown.after.items()}
    box = words(page)
    expect(box).to_contain_text(f"{index + 1} of {len(lesson.steps)} · {step.title}")
    said = box.text_content() or ""
    for name in quotes.QUOTED.findall(step.text):
        assert quotes.quoted(name, graph, values) in said, name
    assert number(page, graph.output) == pytest.approx(float(values[graph.output]), rel=1e-12)
    inner = [node.name for node in graph.nodes if node.expression is not None]
    if lesson.name == "build_your_own":  # a neuron's sum is not drawn by itself
        inner = [name for name in inner if not name.startswith("z")]
    wanted = {name: not step.focus or name in step.focus for name in inner}
    until(page, lambda: lit(page, inner) == wanted, f"what is lit is {step.focus}")


def test_a_link_opens_a_step_with_its_state(open_page: OpenPage) -> None:
    lesson = next(lesson for lesson in LESSONS if lesson.name == "cost_surface")
    index = [step.name for step in lesson.steps].index("plateau")
    page = open_page("/cost_surface", query={"step": "cost_surface-plateau"})
    check(page, lesson, index)


def test_what_a_step_changes_is_said_and_can_be_put_back(open_page: OpenPage) -> None:
    page = open_page("/cost_surface", query={"step": "cost_surface-gradient", "w1": "2.5"})
    with rerun(page):
        page.get_by_role("button", name="Next ›").click()
    expect(page.get_by_text("w1 = 6 (was 2.5)")).to_be_visible()
    until(page, lambda: number(page, "w1") == 6, "the weight has come to where the step sets it")
    with rerun(page):
        page.get_by_role("button", name="Put mine back").click()
    until(page, lambda: number(page, "w1") == 2.5, "the weight is as it was")


def test_of_the_functions_to_begin_with_the_one_of_the_link_is_chosen(
    open_page: OpenPage,
) -> None:
    page = open_page("/chain_rule", query={"f": "x*sin(x)"})
    chosen = page.get_by_test_id("stButtonGroup").locator("[aria-checked=true]")
    expect(chosen).to_have_text("x*sin(x)")
    open_next(page, "/chain_rule", {"f": "x + 1"})
    expect(chosen).to_have_count(0)


def test_what_a_prompt_shows_comes_into_view(open_page: OpenPage) -> None:
    page = open_page("/backpropagation", width=1366, height=768)
    heading = page.get_by_test_id("guide").get_by_role("heading", level=2)
    for _ in range(2):  # the second time it is shown already
        prompt = page.get_by_role("button", name="No input")
        prompt.scroll_into_view_if_needed()
        with rerun(page):
            prompt.click()
        expect(heading).to_contain_text("No input")
        expect(heading).to_be_in_viewport(ratio=1)


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
    # What is wrong is seen at once, beside the box, without scrolling.
    expect(page.get_by_test_id("stAlert")).to_contain_text("sn")
    expect(page.get_by_test_id("stAlert")).to_be_in_viewport(ratio=1)
