"""The diagram at every depth and width: no edge runs through a number, and nothing is cut off."""

from collections.abc import Callable, Sequence

import pytest

from core.network import DEEPEST, network
from core.parsing import parse
from tests.browser.test_stage_unit import LESSON, Mounted, mount

__all__ = ["mount"]

CROSSED = """() => {
    const picture = window.root.querySelector("[data-panel=network] svg[role=group]");
    const [width, height] = ["width", "height"].map(name => Number(picture.getAttribute(name)));
    const texts = [...picture.querySelectorAll("text")]
        .filter(text => text.textContent.trim())
        .map(text => ({ said: text.textContent, box: text.getBBox() }));
    const faults = [];
    for (const { said, box } of texts) {
        if (box.x < -0.5 || box.y < -0.5 || box.x + box.width > width + 0.5
            || box.y + box.height > height + 0.5) faults.push(`${said} is cut off`);
    }
    window.points ??= new Map();
    for (const line of picture.querySelectorAll("path.line")) {
        // To ask for points takes long, and the lines stay when numbers change.
        const drawn = line.getAttribute("d");
        if (!window.points.has(drawn)) {
            const all = Array.from({ length: Math.ceil(line.getTotalLength() / 4) + 1 });
            window.points.set(drawn, all.map((_, i) => line.getPointAtLength(4 * i)));
        }
        for (const { x, y } of window.points.get(drawn)) {
            for (const { said, box } of texts) {
                // A box has the height of its line: what is written stands within four fifths.
                const [top, low] = [box.y + 0.2 * box.height, box.y + 0.8 * box.height];
                if (x > box.x && x < box.x + box.width && y > top && y < low)
                    faults.push(`an edge crosses ${said}`);
            }
        }
        const { x, y, width: across, height: down } = line.getBBox();
        if (x < 0 || y < 0 || x + across > width || y + down > height)
            faults.push("an edge is cut off");
    }
    for (const { said, box } of texts.filter(one => one.said.includes("/∂"))) {
        for (const other of texts) {
            const apart = box.x + box.width < other.box.x || other.box.x + other.box.width < box.x
                || box.y + 0.8 * box.height < other.box.y + 0.2 * other.box.height
                || other.box.y + 0.8 * other.box.height < box.y + 0.2 * box.height;
            if (!apart && other.said !== said) faults.push(`${said} stands on ${other.said}`);
        }
    }
    return [picture.clientWidth, [...new Set(faults)]];
}"""
# Numbers of every length: saturated and exploding, with three-digit exponents too.
STATES = (
    {"w1": 9.0, "x": -5.0},
    {"w1": 10.0, "x": 10.0, "b1": 10.0, "w2": -10.0},
)


# The cost changes the last two nodes only: the shallowest and the deepest show it.
@pytest.mark.parametrize(
    ("cost", "depths"),
    [("half_squared_error", range(2, DEEPEST + 1)), ("cross_entropy", (2, DEEPEST))],
)
def test_no_edge_crosses_a_number_and_nothing_is_cut_off(
    mount: Callable[..., Mounted], cost: str, depths: Sequence[int]
) -> None:
    drawn = set()
    mounted = mount(network(), LESSON, panels=("network",))
    for depth in depths:
        graph = network(depth, "sigmoid", cost)
        values = {name: -1.2 if name == "w2" else 0.8 for name in graph.inputs}
        mounted.show(graph, values, panels=("network",), chosen="w1")
        for width in (360, 390, 768, 1280):
            mounted.page.set_viewport_size({"width": width, "height": 900})
            for state in STATES:
                given = values | state
                mounted.give(values=given)
                mounted.frame()
                wide, faults = mounted.page.evaluate(CROSSED)
                assert not faults, (depth, width, wide, state, faults)
                derived = mounted.page.locator(".handle-derivative [data-name]")
                assert derived.count() == 2 * depth, "every weight and bias has its derivative"
                drawn.add((depth, wide))
    assert len(drawn) == len(depths) * 4


TOUCHED = """() => {
    const picture = window.root.querySelector("[data-panel=network] svg[role=group]");
    const faults = [];
    const heads = [...picture.querySelectorAll("path.head")].map(head => head.getBBox());
    const circles = [...picture.querySelectorAll("circle")].map(circle =>
        ["cx", "cy", "r"].map(name => Number(circle.getAttribute(name))));
    for (const text of picture.querySelectorAll("text:not(.name)")) {
        const said = text.textContent.replaceAll("\u200b", "");
        const box = text.getBBox();
        if (!said.trim()) continue;
        // What is written stands within four fifths of its line.
        const [left, right] = [box.x, box.x + box.width];
        const [top, low] = [box.y + 0.2 * box.height, box.y + 0.8 * box.height];
        for (const head of heads)
            if (left < head.x + head.width && head.x < right
                && top < head.y + head.height && head.y < low)
                faults.push(`${said} touches an arrowhead`);
        for (const [x, y, r] of circles) {
            const [across, down] = [x - Math.max(left, Math.min(x, right)),
                y - Math.max(top, Math.min(y, low))];
            if (Math.hypot(across, down) < r + 1) faults.push(`${said} touches a node`);
        }
    }
    return [picture.getAttribute("class"), faults];
}"""
# Small derivatives, with exponents of one digit and of two.
SMALL = (
    {"x": -2.0, "w1": 8.0, "b1": -0.3, "w2": 8.0},
    {"x": 5.0, "w1": 5.0, "w2": -9.0},
)


@pytest.mark.parametrize(
    ("depth", "wide"),
    [
        (2, "1 sliders network*2\n3 . . ."),
        (4, "2 sliders network*2\n3 . . ."),
        (DEEPEST, "2 sliders network*2\n2 . . ."),
    ],
    ids=str,
)
def test_no_number_touches_an_arrowhead_or_a_node(
    mount: Callable[..., Mounted], depth: int, wide: str
) -> None:
    graph = network(depth)
    values = {name: 1.2 if name.startswith("w") else 0.1 for name in graph.inputs}
    mounted = mount(graph, values, panels=("network",))
    drawn = set()
    for share in (wide, ""):
        mounted.show(graph, values, panels=("network", "sliders"), wide=share, chosen="w1")
        for width in (390, 1280, 1366, 1920):
            mounted.page.set_viewport_size({"width": width, "height": 768})
            for state in ({}, *SMALL):
                mounted.give(values=values | state)
                mounted.frame()
                kind, faults = mounted.page.evaluate(TOUCHED)
                crossed = mounted.page.evaluate(CROSSED)[1] if kind == "tight" else []
                faults += [one for one in crossed if "cut off" not in one]
                assert not faults, (share, width, kind, state, faults)
                drawn.add(kind)
    assert drawn == {"", "compact", "tight"}


CROWDED = """() => {
    const panel = window.root.querySelector("[data-panel=network]");
    const picture = panel.querySelector("svg[role=group]");
    const [place, drawing] = [panel, picture].map(one => one.getBoundingClientRect());
    const texts = [...picture.querySelectorAll("text")].filter(one => one.textContent.trim());
    const boxes = texts.map(one => {
        const { left, right, top, bottom, height } = one.getBoundingClientRect();
        // A box has the height of its line: what is written stands within four fifths.
        return { said: one.textContent, left, right,
            top: top + 0.2 * height, bottom: bottom - 0.2 * height };
    });
    const faults = [];
    boxes.forEach((one, i) => {
        if (one.left < place.left || one.right > place.right || one.bottom > place.bottom)
            faults.push(`${one.said} is cut off`);
        for (const other of boxes.slice(0, i))
            if (one.left < other.right && other.left < one.right
                && one.top < other.bottom && other.top < one.bottom)
                faults.push(`${one.said} stands on ${other.said}`);
    });
    const blank = place.height - drawing.height;
    if (blank > 60) faults.push(`${blank} px are blank`);
    const highest = Math.min(...boxes.map(one => one.top)) - drawing.top;
    const lowest = drawing.bottom - Math.max(...boxes.map(one => one.bottom));
    if (highest > 40 || lowest > 40) faults.push(`${highest} and ${lowest} px are blank`);
    return faults;
}"""


def test_a_function_that_branches_is_read_on_a_phone(mount: Callable[..., Mounted]) -> None:
    graph = parse("x*sin(x)")
    mounted = mount(graph, {"x": 2.0}, panels=("network",))
    for width in (390, 360):
        mounted.page.set_viewport_size({"width": width, "height": 844})
        for typed in (
            "x*sin(x)",
            "sin(x)^2+cos(x)^2",
            "x*exp(-x^2)",
            "x*sqrt(1+x^2)",
            "x^2*sin(x) + exp(-x)",
            *["x*sin(x)+exp(-x^2)*cos(3*x)"] * (width == 390),  # three abreast; else one scrolls
        ):
            for x in (2.0, -1.234):
                mounted.show(parse(typed), {"x": x}, panels=("network",), chosen="x")
                mounted.frame()
                faults = mounted.page.evaluate(CROWDED)
                assert not faults, (typed, x, width, faults)
