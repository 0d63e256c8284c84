"""The words of a lesson: their numbers are live, a step is entered at once, and hands are safe."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from core.network import network
from tests.browser.harness import (
    frames,
    hold_slider,
    number,
    open_next,
    open_sidebar,
    rerun,
    settled,
    slider,
    until,
    words,
    ws_frames,
)

OpenPage = Callable[..., Page]
STAGE = '[data-testid="stage"]'


def quoted(page: Page, name: str) -> float:
    live = words(page).locator(f'[data-name="{name}"]')
    return float(live.get_attribute("data-number") or "nan")


def test_numbers_in_the_words_move_with_the_hand_and_nothing_is_sent(open_page: OpenPage) -> None:
    page = open_page("/backpropagation", query={"step": "backpropagation-w2"})
    before = ws_frames(page)
    hold_slider(page, "w1", 30)
    w1 = number(page, "w1")
    assert w1 > 1
    graph = network(2)
    values = graph.forward({"x": 1.5, "y": 1.0, "w1": w1, "b1": -0.3, "w2": -1.4, "b2": 0.6})
    assert quoted(page, "a1") == pytest.approx(float(values["a1"]), rel=1e-12)
    # The product, with what its digits give: ≈ or = as in the equations.
    slope = float(graph.backward(values)["w2"])
    expect(words(page)).to_contain_text(f"{abs(slope):#.4g}"[:6])
    assert ws_frames(page) == before
    page.mouse.up()


def test_a_step_is_entered_at_once(open_page: OpenPage) -> None:
    page = open_page("/going_deeper", motion=True)
    lesson = words(page)
    expect(lesson.get_by_role("heading", level=2)).to_contain_text("1 of")
    lesson.get_by_role("button", name="Next ›").click()
    frames(page)
    expect(lesson.get_by_role("heading", level=2)).to_contain_text("2 of", timeout=200)
    until(page, lambda: "step=going_deeper" in page.url, "the address has the step")
    settled(page)


def test_numbers_that_a_step_sets_pass_through_what_lies_between(open_page: OpenPage) -> None:
    page = open_page("/backpropagation", query={"step": "backpropagation-nudge"}, motion=True)
    hold_slider(page, "w1", 60)
    with rerun(page):
        page.mouse.up()
    moved = number(page, "w1")
    page.evaluate(
        """() => {
            const root = [...document.querySelectorAll('*')].map(e => e.shadowRoot)
                .find(shadow => shadow?.querySelector('[data-testid=stage]'));
            window.seen = [];
            const look = () => {
                window.seen.push(Number(root.querySelector('[data-name=w1]').dataset.number));
                requestAnimationFrame(look);
            };
            look();
        }"""
    )
    with rerun(page):
        words(page).get_by_role("button", name="Back to this step").click()
    until(page, lambda: number(page, "w1") == 0.8, "w1 is the step's")
    seen = page.evaluate("window.seen")
    between = {one for one in seen if 0.8 < one < moved}
    assert len(between) >= 3, "it glides"


def test_n_and_b_walk_wherever_nothing_is_typed(open_page: OpenPage) -> None:
    page = open_page("/chain_rule")
    heading = words(page).get_by_role("heading", level=2)
    expect(heading).to_contain_text("1 of")
    with rerun(page):
        page.keyboard.press("n")
    expect(heading).to_contain_text("2 of")
    page.get_by_role("textbox", name="h(x)").focus()
    page.keyboard.press("End")
    page.keyboard.type("b")
    frames(page)
    expect(heading).to_contain_text("2 of")
    page.keyboard.press("Backspace")
    page.keyboard.press("Tab")
    settled(page)
    with rerun(page):
        page.keyboard.press("b")
    expect(heading).to_contain_text("1 of")


WATCH_THE_SIDEBAR = """
    window.reachable = [];
    new MutationObserver(() => {
        for (const one of document.querySelectorAll('[data-testid="stSidebar"] button'))
            if (getComputedStyle(one).visibility !== "hidden") window.reachable.push(one.outerHTML);
    }).observe(document, { subtree: true, childList: true, attributes: true });
"""


def test_whoever_goes_by_tab_goes_through_what_is_seen(open_page: OpenPage) -> None:
    page = open_page("/forward_pass", width=1366, height=768, script=WATCH_THE_SIDEBAR)
    assert page.get_by_test_id("stSidebar").locator("button").count()
    assert page.evaluate("window.reachable") == [], "what is closed is so from the first moment"
    for _ in range(12):
        page.keyboard.press("Tab")
        where = page.evaluate("document.activeElement.getBoundingClientRect().toJSON()")
        assert where["left"] >= 0, page.evaluate("document.activeElement.outerHTML")


def test_a_number_is_typed_in_its_place(open_page: OpenPage) -> None:
    page = open_page("/backpropagation")
    panel = page.locator(f"{STAGE} [data-panel=sliders]")
    panel.get_by_role("button", name="w1, type a number").press("Enter")
    field = panel.get_by_role("textbox", name="w1, exactly")
    expect(field).to_be_focused()
    for nonsense in ("", "abc", "1e999", "11", "−10.5", "1 2"):
        field.fill(nonsense)
        field.press("Enter")
        expect(panel.get_by_role("alert")).to_have_text("w1 must be a number from −10 to 10.")
        assert number(page, "w1") == 0.8, nonsense
    field.fill("−1,2345678901234567")
    with rerun(page):
        field.press("Enter")
    assert number(page, "w1") == -1.2345678901234567
    until(page, lambda: "w1=-1.2345678901234567" in page.url, "the address has every digit")
    expect(panel.get_by_role("button", name="w1, type a number")).to_be_focused()
    # Escape leaves all as it was.
    panel.get_by_role("button", name="w2, type a number").click()
    field = panel.get_by_role("textbox", name="w2, exactly")
    field.fill("7")
    field.press("Escape")
    assert number(page, "w2") == -1.4


def test_on_a_phone_the_answer_is_in_view_while_any_slider_is_dragged(open_page: OpenPage) -> None:
    page = open_page("/backpropagation", width=390, height=844)
    for name in ("x", "y", "w1", "b1", "w2", "b2"):
        hold_slider(page, name, 12)
        live = page.locator(f"{STAGE} .answer strong")
        texts = live.all_inner_texts()
        assert len(texts) >= 2
        for one in live.all():
            box = one.bounding_box()
            assert box
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= 844
            # And nothing lies over it.
            assert one.evaluate(
                """e => { const r = e.getBoundingClientRect();
                    const [x, y] = [r.x + r.width / 2, r.y + r.height / 2];
                    const at = e.getRootNode().elementFromPoint(x, y);
                    return e.contains(at) || at.contains(e); }"""
            )
        shown = re.sub("−", "-", texts[0])
        assert float(shown) == pytest.approx(number(page, "J"), rel=1e-3)
        with rerun(page):
            page.mouse.up()


def test_on_a_phone_the_answer_to_a_data_set_is_the_mean_cost(open_page: OpenPage) -> None:
    page = open_page("/cost_surface", width=390, height=844, query={"step": "cost_surface-data"})
    for _ in range(2):
        live = page.locator(f"{STAGE} .answer strong").first
        mean = page.locator(f'{STAGE} [data-name="mean J"]').first
        expect(mean).not_to_be_empty()
        expect(live).to_have_text(mean.inner_text())
        expect(page.locator(f"{STAGE} .answer mover").first).to_be_visible()
        open_next(page, "/gradient_descent", {"step": "gradient_descent-batches"})


def test_beside_an_open_sidebar_the_ways_on_stay_in_the_words(open_page: OpenPage) -> None:
    page = open_page("/cost_surface", width=1366, height=768, query={"step": "cost_surface-data"})
    open_sidebar(page)
    slider(page, "w2").focus()
    with rerun(page):
        page.keyboard.press("ArrowRight")
    expect(words(page).get_by_role("button", name="Back to this step")).to_be_visible()
    card = words(page).bounding_box()
    assert card
    for button in words(page).get_by_role("button").all():
        box = button.bounding_box()
        assert box
        assert card["x"] < box["x"]
        assert box["x"] + box["width"] < card["x"] + card["width"], button.inner_text()
        assert box["y"] + box["height"] < card["y"] + card["height"], button.inner_text()
        assert box["height"] < 40, f"{button.inner_text()} is broken into lines"


@pytest.mark.parametrize("width", [1366, 390])
def test_a_long_formula_is_typed_beside_the_count_of_its_letters(
    open_page: OpenPage, width: int
) -> None:
    page = open_page("/chain_rule", width=width, height=768)
    field = page.get_by_role("textbox", name="h(x)")
    field.press_sequentially(" + sin(x)*exp(-x^2)")
    count = page.get_by_test_id("InputInstructions").get_by_text("/200")
    box = count.bounding_box()
    assert box
    end = field.evaluate(
        "e => e.getBoundingClientRect().right - parseFloat(getComputedStyle(e).paddingRight)"
    )
    assert end <= box["x"]
    written = page.get_by_test_id("InputInstructions").evaluate("e => e.innerText")
    assert written.strip() == count.inner_text()


def test_the_first_look_walks_the_path_until_it_is_touched(open_page: OpenPage) -> None:
    page = open_page("/gradient_descent")
    step = page.locator(STAGE).get_by_role("slider", name="step", exact=True)
    frames(page, 40)
    assert step.input_value() == "0", "nothing walks for whoever wants no motion"
    page.emulate_media(reduced_motion="no-preference")
    page.reload()
    until(page, lambda: int(step.input_value()) >= 3, "it walks by itself")
    with rerun(page):
        page.keyboard.press("Shift")
    at = step.input_value()
    frames(page, 30)
    assert step.input_value() == at, "it has stopped"
    page.reload()
    settled(page)
    frames(page, 30)
    assert step.input_value() == at, "it is walked once"


def test_every_page_has_a_title_and_the_icon_is_an_image(open_page: OpenPage) -> None:
    asked: list[str] = []
    page = open_page()
    page.on("request", lambda request: asked.append(request.url))
    assert page.title() == "Chain Rule Lab"
    with rerun(page):
        page.get_by_role("link", name="Forward pass").first.click()
    until(page, lambda: page.title() == "Forward pass · Chain Rule Lab", "its own title")
    assert page.locator("link[rel~=icon]").get_attribute("href").startswith("data:image/svg")
    assert not [url for url in asked if "%E2%88%82" in url]


@pytest.mark.parametrize("follow", [Locator.click, lambda link: link.press("Enter")])
def test_whoever_follows_a_link_while_the_path_is_walked_arrives(
    open_page: OpenPage, follow: Callable[[Locator], None]
) -> None:
    page = open_page("/gradient_descent", motion=True, fresh=True)
    step = page.locator(STAGE).get_by_role("slider", name="step", exact=True)
    until(page, lambda: int(step.input_value()) >= 3, "it walks by itself")
    follow(page.get_by_role("link", name="Forward pass", exact=True).first)
    page.wait_for_url("**/forward_pass*")
    page.wait_for_timeout(700)  # what the step told Python would call it back
    settled(page)
    assert "/forward_pass" in page.url
    expect(page.get_by_test_id("guide")).to_contain_text("Forward pass")
