"""The panels around the network: nudge, slices, number lines and curves, against core's numbers."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from core.checking import nudge, ratios
from core.datasets import DATASETS
from core.network import Dataset, network
from core.parsing import parse
from tests.browser.harness import exact, frames, move_to, number, rerun, settled, ws_frames
from tests.browser.test_stage_unit import Mounted, mount

LESSON = {"x": 1.5, "y": 1.0, "w1": 0.8, "b1": -0.3, "w2": -1.4, "b2": 0.6}
__all__ = ["mount"]
OpenPage = Callable[..., Page]
Mount = Callable[..., Mounted]


def panel(name: str) -> str:
    return f'[data-testid="stage"] [data-panel="{name}"]'


def drag(page: Page, slider: str, share: float, steps: int = 8) -> None:
    """Press in the middle of a picture that is a slider, and let go ``share`` of the way along."""
    picture = page.get_by_role("slider", name=slider, exact=True)
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * share, y, steps=steps)
    page.wait_for_timeout(50)


def test_measured_ratios_settle_on_the_factors_as_the_nudge_shrinks(mount: Mount) -> None:
    mounted = mount(network(), LESSON, panels=("nudge",), chosen="w1")
    page = mounted.page
    within = panel("nudge")
    slider = page.get_by_role("slider", name="nudge", exact=True)
    chain = network().chains("w1")[0]
    names = [*(factor.name for factor in chain), "dJ/dw1"]
    worst = []
    for power in (0, -2, -4, -6):
        slider.fill(str(power))
        mounted.frame()
        assert number(page, "nudge", within) == pytest.approx(10.0**power, rel=1e-12)
        changes = nudge(network(), LESSON, "w1", 10.0**power)
        expected = ratios(changes, chain) | {"dJ/dw1": changes["J"] / changes["w1"]}
        for node in ("z1", "a1", "z2", "a2", "J"):
            # The last digits of a difference are rounding, in NumPy and here.
            moved = number(page, f"delta {node}", within)
            assert moved == pytest.approx(changes[node], rel=1e-9, abs=1e-15)
        shown = {name: number(page, f"ratio {name}", within) for name in names}
        assert shown == pytest.approx(expected, rel=1e-8)
        worst.append(max(abs(shown[n] / number(page, n, within) - 1) for n in names))
    assert worst == sorted(worst, reverse=True)
    assert worst[-1] < 1e-5
    expect(page.locator(f"{within} .hint")).to_contain_text("have settled")


def test_rounding_is_named_where_nothing_else_is_left(mount: Mount) -> None:
    saturated = LESSON | {"x": 6.0, "w1": 8.0}
    page = mount(network(), saturated, panels=("nudge",), chosen="w1").page
    expect(page.locator(f"{panel('nudge')} .hint")).to_contain_text("lost in the last digits of a₁")


@pytest.mark.parametrize(
    ("state", "activation", "stopped", "undefined"),
    [
        ({"x": 0.0}, "sigmoid", "Δz₁", 4),
        ({"w2": 0.0}, "sigmoid", "Δz₂", 2),
        ({"x": -1.5, "b1": -0.2}, "relu", "Δa₁", 3),
        # z₁ is 0 too, and the target is met.
        ({"x": 0.0, "b1": 0.0, "w2": 2.0, "b2": -1.0, "y": 0.5}, "sigmoid", "Δz₁", 4),
    ],
    ids=["no input", "w2 = 0", "relu is flat", "target met"],
)
def test_a_link_that_passes_nothing_on_is_no_rounding(
    mount: Mount, state: dict[str, float], activation: str, stopped: str, undefined: int
) -> None:
    graph = network(2, activation)
    page = mount(graph, LESSON | state, panels=("nudge",), chosen="w1").page
    for power in (-1, 0, -6):
        page.get_by_role("slider", name="nudge", exact=True).fill(str(power))
        hint = page.locator(f"{panel('nudge')} .hint")
        expect(hint).to_have_text(
            f"{stopped} is 0: this link passes nothing on, so the ratios after it are 0/0."
        )
        expect(page.locator(f"{panel('nudge')} .link.noise")).to_have_count(0)
        said = page.locator(f"{panel('nudge')} .words").all_inner_texts()
        assert said.count("0/0") == undefined
        assert not {"rounding", "undefined"} & set(said)


def test_where_the_target_is_met_the_cost_still_moves(mount: Mount) -> None:
    """Its derivative is 0, and what is measured is half of what the prediction moves."""
    met = LESSON | {"x": 0.0, "b1": 0.0, "w2": 2.0, "b2": -1.0, "y": 0.5}
    page = mount(network(), met, panels=("nudge",), chosen="w2").page
    within = panel("nudge")
    moved = number(page, "delta a2", within)
    assert moved > 0.01
    assert number(page, "ratio dJ/da2", within) == pytest.approx(moved / 2)
    expect(page.locator(f"{within} .hint")).to_contain_text("Make Δ smaller")
    page.get_by_role("slider", name="nudge", exact=True).fill("-6")
    expect(page.locator(f"{within} .hint")).to_contain_text("have settled")
    assert number(page, "delta J", within) > 0


TABLE_FAULTS = """(table) => {
    const faults = [];
    const box = (of) => {
        const range = document.createRange();
        range.selectNodeContents(of);
        return range.getBoundingClientRect();
    };
    const place = table.closest(".panel").getBoundingClientRect();
    const texts = [];
    for (const row of table.querySelectorAll(".link")) {
        const edge = row.getBoundingClientRect();
        for (const cell of row.querySelectorAll(".cell")) {
            const text = cell.querySelector(".words") ?? cell;
            texts.push([text.textContent, box(text)]);
            for (const fraction of cell.querySelectorAll("math")) {
                const { top, bottom } = fraction.getBoundingClientRect();
                if (top < edge.top + 2 || bottom > edge.bottom - 1)
                    faults.push(`${text.textContent} touches a rule`);
            }
        }
    }
    texts.forEach(([said, a], i) => {
        if (a.left < place.left + 2 || a.right > place.right - 2 || a.bottom > place.bottom)
            faults.push(`${said} is cut off`);
        for (const [other, b] of texts.slice(i + 1))
            if (a.left < b.right + 1 && b.left < a.right + 1
                && a.top < b.bottom - 1 && b.top < a.bottom - 1)
                faults.push(`${said} stands on ${other}`);
    });
    return faults;
}"""


# The last has numbers that are as long as they can be, for a derivative near 0.
@pytest.mark.parametrize(
    "query", [{"by": "w2"}, {"by": "w1"}, {"by": "w1", "x": 3.0, "w1": 4.0}], ids=str
)
def test_no_text_of_the_nudges_table_stands_on_another(
    open_page: OpenPage, query: dict[str, Any]
) -> None:
    at = {"step": "backpropagation-nudge"} | query
    page = open_page("/backpropagation", query=at, width=1366, height=768)
    table = page.get_by_role("table", name="the nudge, by link")
    found = []
    for width, height in ((1366, 768), (1280, 720), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        settled(page)
        frames(page, 3)
        for power in (0, -1, -2.5, -3.4, -5, -6):
            page.get_by_role("slider", name="nudge", exact=True).fill(str(power))
            frames(page)
            found += [f"{width}, 1e{power}: {one}" for one in table.evaluate(TABLE_FAULTS)]
    assert not found, "\n".join(found)


def test_each_slice_has_cores_gradient_for_its_slope(mount: Mount) -> None:
    graph, within = network(), panel("slices")
    page = mount(graph, LESSON | {"w1": 2.0, "w2": -1.0}, panels=("slices",)).page
    here = graph.forward(LESSON | {"w1": 2.0, "w2": -1.0})
    slopes = graph.backward(here)
    for name in ("w1", "w2"):
        assert number(page, f"dJ/d{name}", within) == pytest.approx(float(slopes[name]), rel=1e-12)


def test_over_a_data_set_the_slopes_are_means(mount: Mount) -> None:
    data = DATASETS["bowl"].data
    assert isinstance(data, Dataset)
    graph = network()
    at = LESSON | {"w1": 2.0, "w2": -1.0}
    page = mount(graph, at, panels=("slices",), data=data, sample=1).page
    slopes = graph.backward(
        graph.forward(LESSON | {"w1": 2.0, "w2": -1.0, "x": data.x, "y": data.y})
    )
    for name in ("w1", "w2"):
        shown = number(page, f"mean dJ/d{name}", panel("slices"))
        assert shown == pytest.approx(float(np.mean(slopes[name])), rel=1e-12)


def test_a_slice_is_dragged_and_python_hears_once(open_page: OpenPage) -> None:
    page = open_page("/cost_surface")
    frames = ws_frames(page)
    drag(page, "w1 on its slice", 0.8)
    w1 = number(page, "w1")
    assert 3 < w1 < 9
    graph = network()
    slope = float(graph.backward(graph.forward(LESSON | {"w1": w1}))["w1"])
    assert number(page, "dJ/dw1", panel("slices")) == pytest.approx(slope, rel=1e-12)
    assert ws_frames(page) == frames
    with rerun(page):
        page.mouse.up()
    # A server that is slow to answer is told the same once more.
    assert frames < ws_frames(page) <= frames + 2
    assert number(page, "w1") == w1
    field = exact(page, "w1")
    expect(field).to_have_value(f"{w1:g}")

    page.get_by_role("slider", name="w1 on its slice", exact=True).focus()
    with rerun(page):
        page.keyboard.press("ArrowRight")
    assert number(page, "w1") == pytest.approx(w1 + 0.1)


def test_lines_and_curves_move_with_x(open_page: OpenPage) -> None:
    page = open_page("/chain_rule", query={"f": "x*sin(x^2)"})
    frames = ws_frames(page)
    drag(page, "x on its number line", 0.6)
    x = number(page, "x", panel("lines"))
    assert 0.5 < x < 4
    graph = parse("x*sin(x^2)")
    values = graph.forward({"x": x})
    for node in graph.nodes:
        assert number(page, node.name, panel("lines")) == pytest.approx(float(values[node.name]))
    slope = float(graph.backward(values)["x"])
    for name in ("lines", "curves"):
        assert number(page, f"slope {graph.output}", panel(name)) == pytest.approx(slope)
    assert ws_frames(page) == frames
    with rerun(page):
        page.mouse.up()
    assert number(page, "x", panel("lines")) == x


TICKS_TOUCH = """panel => [...panel.querySelectorAll(".scale")].flatMap(scale => {
    const texts = [...scale.querySelectorAll("text:not(.title)")].map(text =>
        [text.textContent, text.getBoundingClientRect()]);
    return texts.flatMap(([said, a], i) => texts.slice(i + 1)
        .filter(([, b]) => a.left < b.right + 2 && b.left < a.right + 2
            && a.top < b.bottom - 3 && b.top < a.bottom - 3)
        .map(([other]) => `${said} touches ${other}`));
})"""


def test_the_numbers_below_small_curves_do_not_touch(open_page: OpenPage) -> None:
    at = {"step": "chain_rule-sigmoid"}
    page = open_page("/chain_rule", query=at, width=1366, height=768)
    curves = page.locator(panel("curves"))
    expect(curves.locator(".chart")).to_have_count(4)
    for width, height in ((1366, 768), (1280, 720), (1920, 1080), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        frames(page, 3)
        assert curves.evaluate(TICKS_TOUCH) == [], width
        below = curves.locator(".chart").first.locator(".scale text").all_text_contents()
        assert {"−10", "0", "10"} <= set(below)


ARROWS = """root => [...root.querySelectorAll(".line")].map(line => {
    const [, end] = line.querySelector(".head").getAttribute("d").match(/^M([-\\d.]+)/) ?? [];
    const [, from] = line.querySelector(".arrow").getAttribute("d").match(/^M([-\\d.]+)/) ?? [];
    return end === undefined ? 0 : end - from;
})"""


def test_an_arrow_is_as_long_on_every_number_line(mount: Mount) -> None:
    """One unit for all: where x moves by 1, a stage moves by its slope, in the same pixels."""
    for f, x in (("log(2 + cos(x))", 1.5), ("sin(x^2)", 0.9), ("x/2 + 30", 2.0)):
        graph, h = parse(f), 1e-6
        page = mount(graph, {"x": x}, panels=("lines",), chosen="x").page
        after, before = (graph.forward({"x": x + step}) for step in (h, -h))
        arrows = page.locator(panel("lines")).evaluate(ARROWS)
        unit = arrows[[node.name for node in graph.nodes].index("x")]
        assert unit > 5
        for node, arrow in zip(graph.nodes, arrows, strict=True):
            slope = (float(after[node.name]) - float(before[node.name])) / (2 * h)
            assert arrow == pytest.approx(unit * slope, abs=0.1), (f, node.name)


def test_what_has_no_value_is_said_and_breaks_nothing(mount: Mount) -> None:
    mounted = mount(parse("log(x)"), {"x": -1.0}, panels=("lines", "curves"), chosen="x")
    page = mounted.page
    output = page.locator(f'{panel("lines")} [data-name="h"]')
    expect(output).to_have_text("undefined")
    assert np.isnan(number(page, "slope h", panel("curves")))
    page.get_by_role("slider", name="x on its number line", exact=True).focus()
    page.keyboard.press("End")
    mounted.frame()
    assert number(page, "h", panel("lines")) == pytest.approx(np.log(10.0))


def test_a_saturated_activation_is_named(mount: Mount) -> None:
    mounted = mount(network(), LESSON, panels=("curves",))
    page = mounted.page
    word = page.locator(f"{panel('curves')} .saturated")
    expect(word).to_have_text(["", ""])
    mounted.give(values=LESSON | {"w1": 8.0})
    expect(word).to_have_text(["saturated", ""])
    slope = number(page, "da1/dz1", panel("curves"))
    graph = network()
    values = graph.forward(LESSON | {"w1": 8.0})
    assert slope == pytest.approx(float(graph.factor("a1", "z1").value(values)), rel=1e-12)


def test_a_phone_shows_every_panel_without_sideways_scrolling(open_page: OpenPage) -> None:
    page = open_page("/backpropagation", width=390, height=844, has_touch=True)
    for path in ("/backpropagation", "/cost_surface", "/chain_rule"):
        if path != "/backpropagation":
            move_to(page, path)
        sliders = page.get_by_role("slider", name=re.compile("nudge|slice|number line"))
        sliders.first.wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        for slider in sliders.all():
            box = slider.bounding_box()
            assert box
            assert box["height"] >= 40, path
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 390
