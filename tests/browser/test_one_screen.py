"""One screen: on each step of each lesson the words, the sliders and what answers are in view.

The steps are walked in ``test_course.py``.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.harness import number, open_next, rerun, until

OpenPage = Callable[..., Page]
SCREENS = [(1280, 720), (1920, 1080), (1366, 768)]

SHOWN = {
    "chain_rule": "sliders network lines curves factors",
    "forward_pass": "sliders network curves",
    "backpropagation": "sliders network factors",  # nudge and map, or the wave, by its steps
    "cost_surface": "sliders map surface slices",
    "gradient_descent": "sliders network map surface cost player rate",
    "going_deeper": "sliders network factors depth",
    "build_your_own": "neurons plane train paths cost player",
}
"""What is in view with the words."""

FAULTS = """(shown) => {
    const stage = [...document.querySelectorAll("*")].map((host) => host.shadowRoot)
        .map((root) => root?.querySelector(".stage.wide")).find(Boolean);
    if (!stage) return ["the scene does not stand in one view"];
    const faults = [];
    const panels = [...stage.querySelectorAll(".grid > .panel")];
    const box = (element) => element.getBoundingClientRect();
    const seen = (element) => element.checkVisibility({ visibilityProperty: true })
        && box(element).width > 1 && box(element).height > 1
        && !element.closest(".visually-hidden");
    const within = (inner, outer, slack = 1) => inner.left >= outer.left - slack
        && inner.right <= outer.right + slack && inner.top >= outer.top - slack
        && inner.bottom <= outer.bottom + slack;
    const screen = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
    for (const name of shown)
        if (!panels.some((panel) => panel.dataset.panel === name)) faults.push(`no ${name}`);
    for (const panel of panels) {
        const name = panel.dataset.panel;
        const place = box(panel);
        if (!within(place, screen)) faults.push(`${name} leaves the window`);
        const [right, down] = [panel.scrollWidth - panel.clientWidth,
            panel.scrollHeight - panel.clientHeight];
        if (right > 1 || down > 1) faults.push(`${name} is cut off by ${right}, ${down} px`);
        for (const part of panel.querySelectorAll("[data-number], input, button, .says, .legend"))
            if (seen(part) && !within(box(part), place))
                faults.push(`${name}: ${part.dataset.name ?? part.className} is cut off`);
        // In a drawing what is moved out of it is clipped; its words are not.
        for (const text of panel.querySelectorAll("svg text"))
            if (seen(text) && !within(box(text), place, 2))
                faults.push(`${name}: “${text.textContent}” is cut off`);
        const says = panel.querySelector(".says");
        if (says && says.scrollHeight > says.clientHeight + 1) faults.push("the words scroll");
        for (const other of panels) {
            if (other === panel) break;
            const [a, b] = [place, box(other)];
            if (a.left < b.right - 1 && b.left < a.right - 1
                && a.top < b.bottom - 1 && b.top < a.bottom - 1)
                faults.push(`${name} lies over ${other.dataset.panel}`);
        }
    }
    return faults;
}"""


def faults(page: Page, lesson: str) -> list[str]:
    """What is not wholly in view, once the panels have taken their places."""
    found: list[str] = [""]

    def none() -> bool:
        found[:] = page.evaluate(FAULTS, ["words", *SHOWN[lesson].split()])
        return not found

    try:
        until(page, none, "all is in view", timeout=5)
    except AssertionError:
        return found
    return []


def test_a_network_of_any_depth_is_seen_whole(open_page: OpenPage) -> None:
    depths = {depth: {"depth": depth, "step": "going_deeper-many"} for depth in range(1, 9)}
    page = open_page("/going_deeper", query=depths[8], width=1366, height=768)
    found = []
    for depth, query in depths.items():
        open_next(page, "/going_deeper", query)
        panel = page.locator("[data-panel=network]")
        expect(panel.locator(f'[data-name="a{depth}"]').first).to_be_attached()
        expect(panel.locator(f'[data-name="a{depth + 1}"]')).to_have_count(0)
        for width, height in ((1366, 768), (1280, 720))[:: 1 if depth % 2 else -1]:
            page.set_viewport_size({"width": width, "height": height})
            found += [
                f"{depth} deep, at {width}×{height}: {one}" for one in faults(page, "going_deeper")
            ]
    assert not found, "\n".join(found)


FRAMES_CUT = """() => {
    const stage = [...document.querySelectorAll("*")].map((host) => host.shadowRoot)
        .map((root) => root?.querySelector(".stage")).find(Boolean);
    const faults = [];
    for (const part of stage.querySelectorAll(".grid input, .grid button, .grid [tabindex]")) {
        if (part instanceof SVGElement) continue;
        part.focus({ preventScroll: true, focusVisible: true });
        const { outlineStyle, outlineWidth, outlineOffset } = getComputedStyle(part);
        if (stage.getRootNode().activeElement !== part || outlineStyle === "none") continue;
        const frame = parseFloat(outlineWidth) + parseFloat(outlineOffset) - 0.5;
        const box = part.getBoundingClientRect();
        for (let at = part.parentElement; at; at = at.parentElement ?? at.getRootNode().host) {
            const { overflowX, overflowY } = getComputedStyle(at);
            const around = at.getBoundingClientRect();
            if ((overflowX !== "visible"
                    && (box.left - frame < around.left || box.right + frame > around.right))
                || (overflowY !== "visible"
                    && (box.top - frame < around.top || box.bottom + frame > around.bottom)))
                faults.push(`${part.ariaLabel ?? part.textContent} in ${at.className}`);
        }
    }
    return faults;
}"""


def test_the_factors_of_any_function_are_seen_whole(open_page: OpenPage) -> None:
    page = open_page("/chain_rule", width=1366, height=768)
    panel = page.locator("[data-panel=factors]")
    for text in ("sin(x)cos(x)", "x*sin(x)", "sin(x)^2+cos(x)^2", "x^2*exp(x)*sin(x)"):
        open_next(page, "/chain_rule", {"f": text})
        expect(panel).to_be_visible()
        for side in ("Height", "Width"):
            assert panel.evaluate(f"e => e.scroll{side} - e.client{side}") <= 1, text


def test_the_frame_of_what_has_the_keyboard_is_not_cut_off(open_page: OpenPage) -> None:
    page = open_page("/chain_rule", width=1366, height=768)
    found = []
    for lesson, step in (
        ("chain_rule", "stages"),
        ("backpropagation", "nudge"),
        ("gradient_descent", "rmsprop"),
        ("going_deeper", "many"),
    ):
        open_next(page, f"/{lesson}", {"step": f"{lesson}-{step}"})
        panel = page.locator("[data-panel=player]" if step == "rmsprop" else "[data-panel=sliders]")
        panel.get_by_role("slider").first.wait_for()
        for width, height in ((1366, 768), (1280, 720)):
            page.set_viewport_size({"width": width, "height": height})
            assert faults(page, lesson) == []
            page.keyboard.press("Tab")
            found += [f"{lesson}, {width}: {one}" for one in page.evaluate(FRAMES_CUT)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("width", "height"), [(800, 600), (700, 500)])
def test_in_another_page_the_stage_stands_alone_and_whole(
    open_page: OpenPage, width: int, height: int
) -> None:
    page = open_page("/cost_surface", query={"embed": "true"}, width=width, height=height)
    page.get_by_test_id("guide").wait_for()
    assert faults(page, "cost_surface") == []
    expect(page.get_by_test_id("stTopNav")).to_be_hidden()
    # Drawn smaller, it is still taken hold of where it is seen.
    point = page.get_by_role("application", name="cost map")
    box = point.bounding_box()
    assert box
    with rerun(page):
        page.mouse.click(box["x"] + 0.75 * box["width"], box["y"] + 0.25 * box["height"])
    assert number(page, "w1") == pytest.approx(5, abs=0.5)
    assert number(page, "w2") == pytest.approx(5, abs=0.5)
