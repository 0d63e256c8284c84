"""The diagram says its numbers to those who hear it."""

import re
from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.harness import rerun

OpenPage = Callable[..., Page]
DRAWING = '[data-testid="stage"] [data-panel=network] svg[role=group]'


def test_names_in_the_diagram_end_with_the_numbers_that_are_shown(open_page: OpenPage) -> None:
    page = open_page("/backpropagation")
    drawing = page.locator(DRAWING)
    z1 = drawing.get_by_role("button", name=re.compile(r"^z1, show dJ\/dz1\b"))
    expect(drawing.locator('[data-kind=derivative][data-name="dJ/dz1"]')).not_to_be_empty()
    for _ in range(2):
        value, derivative = (
            drawing.locator(f'[data-kind={kind}][data-name="{name}"]').text_content()
            for kind, name in (("node", "z1"), ("derivative", "dJ/dz1"))
        )
        expect(z1).to_have_accessible_name(
            f"z1, show dJ/dz1: z1 {value} ∂J/∂z1 {derivative}", timeout=2000
        )
        slider = page.locator('[data-panel="sliders"]').get_by_role("slider", name="w1", exact=True)
        with rerun(page):
            slider.press("ArrowRight")
    # And they contain what is written.
    rule = {"runOnly": {"type": "rule", "values": ["label-content-name-mismatch"]}}
    violations = Axe().run(page, options=rule).response["violations"]
    found = [node["html"] for one in violations for node in one["nodes"]]
    assert not [html for html in found if ", show d" in html]
    factor = drawing.locator('[data-kind=factor][data-name="dz2/da1"]').text_content()
    expect(
        drawing.get_by_role("button", name=f"dz2/da1, show dJ/da1: {factor}", exact=True)
    ).to_have_count(1)


def test_the_forward_pass_says_and_shows_no_derivative(open_page: OpenPage) -> None:
    page = open_page("/forward_pass")
    stage = page.get_by_test_id("stage")
    expect(stage.locator('[data-name="z1"]').first).to_be_visible()
    node = page.locator(DRAWING).get_by_role("button", name=re.compile(r"^z1, show"))
    expect(node).to_have_accessible_name(re.compile(r": z1 [−.\d]+$"), timeout=2000)
    for one in stage.locator(":is(.derivative, .tangent)").all():
        expect(one).to_be_hidden()
