"""The arrow on the map: the step that will be taken, to scale or marked as a direction only."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from core.datasets import DATASETS
from core.descent import Path, descend, recipe
from core.network import network
from core.surface import gradient
from tests.browser.harness import number, rerun, until
from tests.browser.test_stage_unit import Mounted, mount
from ui import web

__all__ = ["mount"]
OpenPage = Callable[..., Page]
Mount = Callable[..., Mounted]
LESSON = {"w1": 0.8, "b1": -0.3, "w2": -1.4, "b2": 0.6}
BOWL = DATASETS["bowl"].data
assert BOWL is not None
SHORTEST, MARK, SPAN = 20, 36, 20  # pixels, pixels, and how far the axes reach

RUN = """async ([source, all]) => {
    const blob = new Blob([source], { type: "text/javascript" });
    const { arrowOf } = await import(URL.createObjectURL(blob));
    return all.map(([x, y, u, v, side]) => arrowOf({ x, y }, { x: u, y: v }, side));
}"""


def test_an_arrow_is_to_scale_or_a_mark_of_one_length_in_its_direction(blank: Page) -> None:
    """At 3,000 random places, with steps from a billionth of the map to many times its side."""
    random = np.random.default_rng(7)
    side = 400.0
    start = random.uniform(0, side, (3000, 2))
    way = random.normal(size=(3000, 2)) * 10.0 ** random.uniform(-7, 5, (3000, 1))
    end = start + way
    given = np.column_stack([start, end, np.full(3000, side)]).tolist()
    arrows = blank.evaluate(RUN, [web.joined("panels/arrow.js"), given])
    seen = set()
    for (x, y), (u, v), arrow in zip(start, end, arrows, strict=True):
        tip = np.array([arrow["tip"]["x"], arrow["tip"]["y"]])
        length = float(np.hypot(u - x, v - y))
        inside = 0 <= u <= side and 0 <= v <= side
        seen.add(arrow["reach"])
        if length >= SHORTEST and inside:
            assert arrow["reach"] == "step"
            assert tip.tolist() == [u, v]
            continue
        assert arrow["reach"] == ("short" if length < SHORTEST else "long")
        drawn = tip - [x, y]
        assert np.hypot(*drawn) == pytest.approx(MARK)
        # The same way, not the opposite one.
        assert float(drawn @ [u - x, v - y]) == pytest.approx(MARK * length, rel=1e-6)
    assert seen == {"step", "short", "long"}


def test_where_there_is_no_step_there_is_no_arrow(blank: Page) -> None:
    (one,) = blank.evaluate(RUN, [web.joined("panels/arrow.js"), [[5, 5, 5, 5, 400]]])
    assert one["reach"] == "none"


DRAWN = """() => {
    const root = [...document.querySelectorAll("*")]
        .map(e => e.shadowRoot?.querySelector('[data-testid="stage"]')).find(Boolean);
    const map = root.querySelector("[data-panel=map]");
    const arrow = map.querySelector(".arrow");
    const inside = map.querySelector("svg.inside");
    return {
        reach: arrow.dataset.reach,
        shaft: arrow.querySelector(".shaft").getAttribute("d"),
        dashes: getComputedStyle(arrow.querySelector(".shaft")).strokeDasharray,
        words: map.querySelector(".down").textContent,
        side: Number(inside.getAttribute("width")),
        order: [...inside.children].map(e => e.getAttribute("class")),
    };
}"""


def arrow(page: Page) -> dict[str, Any]:
    return dict(page.evaluate(DRAWN))


def ends(drawn: dict[str, Any]) -> np.ndarray[Any, Any]:
    """Where the shaft begins and ends, in the map's own coordinates."""
    pixels = np.array(re.findall(r"-?[\d.]+(?:e-?\d+)?", drawn["shaft"]), float).reshape(2, 2)
    share = pixels / drawn["side"]
    return np.column_stack([-10 + SPAN * share[:, 0], 10 - SPAN * share[:, 1]])


def mounted_path(mount: Mount, path: Path, start: dict[str, float], step: int = 0) -> Page:
    """A descent in the bowl with its map, on a stage by itself."""
    assert BOWL is not None
    carried = {"x": float(BOWL.x[0]), "y": float(BOWL.y[0]), **start}
    return mount(
        network(),
        carried,
        panels=("map", "cost", "player", "sliders"),
        data=BOWL,
        sample=1,
        path=path,
        step=step,
        rate=path.learning_rate,
        recipe=recipe(network(), BOWL, path.optimizer, len(path) - 1),
    ).page


@pytest.mark.parametrize(
    ("optimizer", "rate", "words"),
    [
        ("gradient_descent", 200.0, "−η∇J\u0304, to scale"),
        ("momentum", 60.0, "the next step, to scale"),
        ("adam", 2.0, "the next step, to scale"),
    ],
)
def test_the_arrow_ends_where_the_next_step_does(
    mount: Mount, optimizer: str, rate: float, words: str
) -> None:
    start = LESSON | {"w1": 2.0, "w2": -1.0}
    assert BOWL is not None
    path = descend(network(), start, BOWL, optimizer, rate, 30)
    page = mounted_path(mount, path, start)
    told = set()
    for step in range(0, 30, 3):
        page.get_by_role("slider", name="step", exact=True).fill(str(step))
        until(page, lambda step=step: number(page, "step", "[data-panel=cost]") == step, "it moves")
        drawn = arrow(page)
        here, there = (
            np.array([path.parameters[n][k] for n in ("w1", "w2")]) for k in (step, step + 1)
        )
        length = float(np.hypot(*(there - here))) / SPAN * drawn["side"]
        told.add(drawn["reach"])
        begin, end = ends(drawn)
        np.testing.assert_allclose(begin, here, atol=1e-6)
        if drawn["reach"] == "step":
            np.testing.assert_allclose(end, there, atol=1e-6)
            assert drawn["words"].endswith(words)
            assert drawn["dashes"] == "none"
        else:
            assert length < SHORTEST or np.abs(there).max() > 10
            assert "direction of" in drawn["words"]
            assert drawn["dashes"] != "none"
            cosine = (
                (end - begin)
                @ (there - here)
                / np.hypot(*(end - begin))
                / np.hypot(*(there - here))
            )
            assert cosine == pytest.approx(1, abs=1e-6)
    assert "step" in told


def test_the_arrow_is_behind_the_path_and_the_runners(open_page: OpenPage) -> None:
    query = {"data": "bowl", "rate": 200, "w1": 2, "w2": -1}
    page = open_page("/gradient_descent", query=query)
    until(page, lambda: page.locator(".arrow[data-reach]").count() == 1, "it is drawn")
    with rerun(page):
        page.get_by_role("radio", name="Race").click()
    until(page, lambda: page.locator("[data-panel=map] .runner").count() > 1, "they run")
    order = arrow(page)["order"]
    assert order[0] == "arrow"
    assert {"path whole", "path dots", "path so-far"} < set(order[1:])


def test_without_a_path_the_arrow_is_the_way_down_of_the_mean(mount: Mount) -> None:
    assert BOWL is not None
    here = LESSON | {"w1": 0.5, "w2": 2.0}
    carried = {"x": float(BOWL.x[0]), "y": float(BOWL.y[0]), **here}
    page = mount(network(), carried, panels=("map",), data=BOWL, sample=1).page
    slopes = gradient(network(), here, BOWL, ("w1", "w2"))
    begin, end = ends(arrow(page))
    way, down = end - begin, -np.array([slopes["w1"], slopes["w2"]])
    assert way @ down == pytest.approx(np.hypot(*way) * np.hypot(*down), rel=1e-6)
    expect(page.locator("[data-panel=map] .down")).to_have_text(
        "⇢ direction of −∇J\u0304; to scale too short to see"
    )


def test_at_the_end_of_the_path_it_says_so(mount: Mount) -> None:
    assert BOWL is not None
    page = mounted_path(mount, descend(network(), LESSON, BOWL, steps=5), LESSON, step=5)
    until(page, lambda: number(page, "step", "[data-panel=cost]") == 5, "it stands there")
    assert arrow(page)["reach"] == "none"
    expect(page.locator("[data-panel=map] .down")).to_have_text("The path ends here.")
