"""The course as it is walked: each step shows the same, whatever the way to it."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from core.weights import write_weights
from tests.browser import test_one_screen as one_screen
from tests.browser.harness import exact, number, rerun, settled, until, visit, words
from tests.browser.test_accessible import violations
from tests.browser.test_lessons import check
from tests.browser.test_one_screen import SCREENS
from tests.browser.widths import beyond
from ui.lessons import LESSONS, Lesson
from ui.session import course

OpenPage = Callable[..., Page]
Step = tuple[str, dict[str, str]]


READ = """async stage => {
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
    const live = [...stage.querySelectorAll("[data-name][data-number]")];
    const words = stage.querySelector("[data-testid=guide]");
    const [own, ...said] = [".own", "h1, h2, p:not(.own)"].flatMap(
        which => [...words.querySelectorAll(which)].map(one => one.innerText));
    return [said, own, Object.fromEntries(
        live.map(one => [one.dataset.name, one.dataset.number]))];
}"""


def read(page: Page) -> Step:
    said, own, numbers = page.get_by_test_id("stage").evaluate(READ)
    # What is said once of what a step has set depends on where one comes from.
    return "\n".join([*said, own.partition("Set for you:")[0]]).strip(), numbers


def shown(page: Page) -> Step:
    """The words, and every live number of the stage, once they stand still."""
    live = page.locator('[data-testid="stage"] [data-name][data-number]')
    live.first.wait_for(state="attached")
    now = read(page)
    while (after := read(page)) != now:
        now = after
    return now


def same_as(page: Page, before: Step) -> None:
    """The step comes to be as it was before."""
    now: list[Step] = []

    def same() -> bool:
        now[:] = [shown(page)]
        return now == [before]

    with suppress(AssertionError):  # what differs is said below
        until(page, same, "it is the same")
    assert now == [before]


def walk(page: Page) -> Iterator[tuple[Lesson, int]]:
    """All steps, from Home on, by what leads to the next."""
    words(page).get_by_role("button", name=f"Begin: {LESSONS[0].title}").click()
    until(page, lambda: urlsplit(page.url).path == f"/{LESSONS[0].name}", "the first lesson")
    settled(page)
    for lesson in LESSONS:
        if lesson is not LESSONS[0]:
            with rerun(page):
                page.get_by_role("link", name=f"Next lesson: {lesson.title}").click()
        expect(words(page).get_by_role("heading", level=1)).to_have_text(
            lesson.title, timeout=30000
        )
        yield lesson, 0
        for index in range(1, len(lesson.steps)):
            with rerun(page):
                page.get_by_role("button", name="Next ›").click()
            yield lesson, index
        on = page.get_by_role("button", name="Next ›")
        expect(on).to_have_attribute("aria-disabled", "true")


def back(page: Page) -> Iterator[tuple[Lesson, int]]:
    """All steps but the last of each lesson, to its first."""
    for lesson in LESSONS:
        visit(page, lesson.title)
        for index in reversed(range(len(lesson.steps) - 1)):
            with rerun(page):
                page.get_by_role("button", name="‹ Back").click()
            yield lesson, index


def scrolled(page: Page) -> float:
    """How far down the page has been scrolled."""
    return float(page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop"))


def look(page: Page) -> list[str]:
    """What is wrong with a page as it is opened: for axe-core, and at every width."""
    page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop = 0")
    found = violations(page)
    return found + [f"scrolls sideways at {width} by {by}" for width, by in beyond(page).items()]


def test_the_course_in_order_forth_and_back(open_page: OpenPage) -> None:
    """To walk is what takes long: whatever is claimed of every step is claimed on one walk."""
    page = open_page()
    settled(page)
    faults = [f"Home: {fault}" for fault in look(page)]
    *others, reached = SCREENS
    page.set_viewport_size({"width": reached[0], "height": reached[1]})
    first = {}
    for lesson, index in walk(page):
        assert scrolled(page) == 0 or index, "a lesson begins at its top"
        where = f"{lesson.name}, step {lesson.steps[index].name}"
        check(page, lesson, index)
        said, _ = first[lesson.name, index] = shown(page)
        assert "speaks of other settings" not in said, where
        assert "Yours" not in said, where
        if index == 0:
            faults += [f"{where}: {fault}" for fault in look(page)]
        # First as the step is reached: the window has this size already, and nothing is drawn anew.
        for width, height in (reached, *others):
            page.set_viewport_size({"width": width, "height": height})
            not_whole = one_screen.faults(page, lesson.name)
            faults += [f"{where}, at {width}×{height}: {fault}" for fault in not_whole]
        page.set_viewport_size({"width": reached[0], "height": reached[1]})
    assert not faults, "\n".join(faults)

    visit(page, "Home")
    for lesson, index in back(page):
        check(page, lesson, index)
        same_as(page, first[lesson.name, index])

    # By its link, and by the menu from a lesson that shows something else.
    visit(page, "Forward pass")
    with rerun(page):
        page.get_by_role("button", name="A saturated node").click()
    visit(page, "Going deeper")
    with rerun(page):
        page.get_by_role("button", name="Next ›").click()
    assert shown(page) == first["going_deeper", 1]
    by_link = open_page("/going_deeper", query={"step": "going_deeper-quarter"})
    assert shown(by_link) == first["going_deeper", 1]


def test_a_lesson_keeps_its_own_for_coming_back_and_says_what_is_the_learners(
    open_page: OpenPage,
) -> None:
    page = open_page("/forward_pass")
    with rerun(page):
        page.get_by_role("button", name="Next ›").click()
    field = exact(page, "w1")
    field.fill("3")
    with rerun(page):
        field.press("Enter")
    expect(words(page).locator(".own")).to_contain_text("Yours: w1 = 3.")
    visit(page, "Chain rule")
    expect(words(page).locator(".own")).not_to_contain_text("Yours")
    assert number(page, "x") == 1
    visit(page, "Forward pass")
    expect(words(page)).to_contain_text("2 of 5")
    assert number(page, "w1") == 3
    page.reload()
    expect(words(page).locator(".own")).to_contain_text("Yours: w1 = 3.")
    with rerun(page):
        page.get_by_role("button", name="Back to this step").click()
    assert number(page, "w1") == 0.8


def test_a_value_put_to_its_default_survives_a_reload(open_page: OpenPage) -> None:
    page = open_page("/cost_surface", query={"step": "cost_surface-plateau"})
    assert number(page, "w1") == 6
    field = exact(page, "w1")
    field.fill("0.8")
    with rerun(page):
        field.press("Enter")
    until(page, lambda: "v" in parse_qs(urlsplit(page.url).query), "the address is whole")
    page.reload()
    until(page, lambda: number(page, "w1") == 0.8, "the weight is as it was left")
    assert number(page, "w2") == -8


def test_back_leads_through_steps_and_lessons_one_at_a_time(open_page: OpenPage) -> None:
    page = open_page("/chain_rule", query={"step": "chain_rule-product"})
    with rerun(page):
        page.get_by_role("button", name="Next ›").click()
    paths = shown(page)
    with rerun(page):
        page.get_by_role("link", name="Next lesson").click()
    with rerun(page):
        page.get_by_role("button", name="Next ›").click()
    with rerun(page):
        page.go_back()
    expect(words(page)).to_contain_text("1 of 5")
    assert number(page, "x") == 1.5
    with rerun(page):
        page.go_back()
    expect(words(page)).to_contain_text("Two ways to the output")
    assert shown(page) == paths
    with rerun(page):
        page.go_back()
    expect(words(page)).to_contain_text("Multiply along the way")
    assert number(page, "x") == 1


def test_going_back_to_a_page_that_was_only_opened_shows_its_lesson(open_page: OpenPage) -> None:
    page = open_page("/chain_rule")
    before = shown(page)
    visit(page, "Forward pass")
    with rerun(page):
        page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Chain rule", timeout=30000)
    until(page, lambda: shown(page) == before, "the lesson is as it was opened")


def test_prompts_that_are_clicked_in_any_order_say_what_is_shown(open_page: OpenPage) -> None:
    lesson = course.BY_NAME["going_deeper"]
    page = open_page("/going_deeper")
    seen: dict[str, Step] = {}
    heights = set()
    for at in (0, 3, 2, 0, 2, 1, 3, 0):
        prompt = lesson.prompts[at]
        with rerun(page):
            page.get_by_role("button", name=prompt.title).click()
        said, numbers = shown(page)
        assert prompt.text in said
        assert seen.setdefault(prompt.title, (said, numbers))[1] == numbers
        heights.add(words(page).evaluate("element => element.offsetHeight"))
    assert len(heights) == 1  # nothing below has moved


def test_the_network_of_ones_own_is_put_back_step_by_step(open_page: OpenPage) -> None:
    """Its shape, weights and samples are the step's, the learner's, and the step's again."""
    page = open_page("/build_your_own")
    lesson = course.BY_NAME["build_your_own"]
    bend = [step.name for step in lesson.steps].index("bend")
    first = shown(page)
    with rerun(page):
        page.get_by_role("button", name="Next ›").click()
    check(page, lesson, bend)
    second = shown(page)
    bias = page.locator("[data-panel=neurons]").get_by_role("slider", name="b1_2", exact=True)
    with rerun(page):
        bias.press("ArrowRight")
    own = words(page).locator(".own")
    expect(own).to_contain_text("Yours: weights.")
    moved = number(page, "b1_2")
    assert moved > -10
    with rerun(page):
        page.get_by_role("button", name="Next ›").click()
    expect(own).to_contain_text("Set for you: weights")
    with rerun(page):
        page.get_by_role("button", name="Put mine back").click()
    until(page, lambda: number(page, "b1_2") == moved, "the bias is as it was dragged")
    with rerun(page):
        page.get_by_role("button", name="Back to this step").click()
    check(page, lesson, bend + 1)
    for before in (second, first):
        with rerun(page):
            page.get_by_role("button", name="‹ Back").click()
        until(page, lambda shown_before=before: shown(page) == shown_before, "as it was")


def test_weights_of_another_network_in_a_link_are_told_of(open_page: OpenPage) -> None:
    query = {"hidden": "tanh3", "weights": write_weights([0.5] * 9), "v": "1"}
    page = open_page("/build_your_own", query=query)
    expect(
        page.get_by_text("which has 9 numbers, but this network has 13 weights and biases.")
    ).to_be_visible()


def test_what_trains_a_network_of_ones_own_is_not_carried_in_from_another_lesson(
    open_page: OpenPage,
) -> None:
    page = open_page("/gradient_descent", query={"rate": 7, "steps": 30, "optimizer": "adagrad"})
    visit(page, "Build your own")
    expect(words(page).locator(".own")).not_to_contain_text("Yours")
    expect(page.get_by_role("spinbutton", name="learning rate")).to_have_value("0.1")
