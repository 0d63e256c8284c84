"""The descent as a learner meets it: the whole path moves with whatever is dragged."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from core.datasets import dataset
from core.descent import Path, descend, recipe
from core.descent.rates import critical_rates
from core.network import network
from tests.browser.harness import (
    frames,
    hold_slider,
    number,
    open_next,
    rerun,
    slider,
    until,
    ws_frames,
)
from tests.browser.test_stage_unit import Mounted, mount

__all__ = ["mount"]
OpenPage = Callable[..., Page]
LESSON = {"x": 1.5, "y": 1.0, "w1": 0.8, "b1": -0.3, "w2": -1.4, "b2": 0.6}
EXACT = {"rtol": 1e-9, "atol": 1e-12}


def stage(page: Page) -> Locator:
    return page.get_by_test_id("stage")


@pytest.fixture
def open_descent(open_page: OpenPage) -> OpenPage:
    """Open the studio, and wait until its stage is there."""

    def open_(motion: bool = False, **query: Any) -> Page:
        given = {"data": "bowl", **query}
        page = open_page("/gradient_descent", query=given, motion=motion)
        until(page, lambda: bool(stage(page).evaluate("root => root.chainRule?.path")), "its path")
        return page

    return open_


def drawn(page: Page) -> dict[str, Any]:
    """The path that the stage shows."""
    path = stage(page).evaluate("root => root.chainRule.path")
    assert path, "the stage shows a path"
    return dict(path)


def same(path: dict[str, Any], wanted: Path) -> None:
    np.testing.assert_allclose(path["cost"], wanted.cost, **EXACT)
    for name in wanted.parameters:
        np.testing.assert_allclose(path["parameters"][name], wanted.parameters[name], **EXACT)


def same_so_far(path: dict[str, Any], wanted: Path) -> None:
    """Under a finger: what does not fit into a frame of a slow machine comes when it rests."""
    shown = len(path["cost"])
    np.testing.assert_allclose(path["cost"], wanted.cost[:shown], **EXACT)
    assert shown == len(wanted) or shown > 20


def query(page: Page) -> dict[str, str]:
    return {name: texts[0] for name, texts in parse_qs(urlsplit(page.url).query).items()}


ALL = ("w1", "b1", "w2", "b2")
RUNS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    # The race is run by all six: test_race.py.
    *(({"optimizer": name}, {"optimizer": name}) for name in ("gradient_descent", "adam")),
    # At a rate of 0.5 its path is chaotic: the last bit of a number decides where it goes.
    (
        {"optimizer": "rmsprop", "rate": 0.02},
        {"optimizer": "rmsprop", "learning_rate": 0.02},
    ),
    (
        {"train": "all", "steps": 400, "tolerance": 0.0005, "rate": 5},
        {"train": ALL, "steps": 400, "tolerance": 0.0005, "learning_rate": 5.0},
    ),
    ({"batch": 2, "seed": 3}, {"batch": 2, "seed": 3}),
    ({"activation": "tanh", "cost": "squared_error", "rate": 0.05}, {"learning_rate": 0.05}),
    ({"cost": "cross_entropy", "batch": 1}, {"batch": 1}),
    ({"steps": 2000, "rate": 2}, {"steps": 2000, "learning_rate": 2.0}),
]


@pytest.mark.parametrize(("chosen", "meant"), RUNS, ids=lambda run: "-".join(map(str, run)))
def test_the_path_follows_its_start_while_it_is_dragged(
    mount: Callable[..., Mounted], chosen: dict[str, Any], meant: dict[str, Any]
) -> None:
    graph = network(
        2, chosen.get("activation", "sigmoid"), chosen.get("cost", "half_squared_error")
    )
    data = dataset("bowl", 1.5, 1.0)
    arguments = {"steps": 200, "train": ("w1", "w2"), "learning_rate": 0.5, **meant}
    path = descend(graph, LESSON, data, **arguments)
    made = {name: value for name, value in arguments.items() if name != "learning_rate"}
    mounted = mount(
        graph,
        LESSON,
        panels=("network", "map", "player", "sliders"),
        data=data,
        sample=1,
        path=path,
        step=0,
        rate=arguments["learning_rate"],
        recipe=recipe(graph, data, **made),
    )
    page = mounted.page
    same(drawn(page), path)
    hold_slider(page, "w1", 30)
    w1 = number(page, "w1")
    assert w1 != LESSON["w1"]
    wanted = descend(graph, LESSON | {"w1": w1}, data, **arguments)
    same_so_far(drawn(page), wanted)
    assert not mounted.sent("commit"), "nothing is sent while something is held"
    page.mouse.up()
    commit, *again = mounted.sent("commit")
    assert commit["values"]["w1"] == w1
    assert all(one == commit for one in again), "told until Python has heard"
    until(page, lambda: len(drawn(page)["cost"]) == len(wanted), "all of it is made")
    same(drawn(page), wanted)


def the_path_follows_and_the_address_has_where_it_starts(page: Page) -> None:
    start = {"data": dataset("bowl", 1.5, 1.0), "learning_rate": 0.5, "steps": 200}
    same(drawn(page), descend(network(2), LESSON, **start))
    before = ws_frames(page)
    hold_slider(page, "w1", 30)
    w1 = number(page, "w1")
    wanted = descend(network(2), LESSON | {"w1": w1}, **start)
    same_so_far(drawn(page), wanted)
    assert ws_frames(page) == before, "nothing is sent while something is held"
    with rerun(page):
        page.mouse.up()
    same(drawn(page), wanted)
    assert float(query(page)["w1"]) == w1


def the_cost_curve_is_dragged_like_the_scrubber(page: Page) -> None:
    curve = stage(page).locator("[data-panel=cost] .drawing")
    curve.scroll_into_view_if_needed()
    box = curve.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 60, steps=5)
    with rerun(page):
        page.mouse.up()
    step = int(number(page, "step", "[data-panel=cost]"))
    assert 80 < step < 160
    path = descend(network(2), LESSON, dataset("bowl", 1.5, 1.0), learning_rate=10)
    assert number(page, "w1") == pytest.approx(path.parameters["w1"][step], rel=1e-9)
    expect(slider(page, "step")).to_have_value(str(step))


def back_to_the_start_is_exact(page: Page) -> None:
    assert number(page, "w1") == 1.2345678901234567
    with rerun(page):
        slider(page, "step").fill("150")
    assert number(page, "w1") != 1.2345678901234567
    with rerun(page):
        stage(page).get_by_role("button", name="to the start").click()
    assert number(page, "w1") == 1.2345678901234567
    assert query(page)["w1"] == "1.2345678901234567"


def test_on_its_page_the_path_follows_too_and_the_curve_leads_along_it_and_back(
    open_descent: OpenPage,
) -> None:
    page = open_descent()
    the_path_follows_and_the_address_has_where_it_starts(page)
    open_next(page, "/gradient_descent", {"data": "bowl", "rate": 10})
    the_cost_curve_is_dragged_like_the_scrubber(page)
    open_next(page, "/gradient_descent", {"data": "valley", "w1": "1.2345678901234567"})
    back_to_the_start_is_exact(page)


def the_rate_is_dragged_on_its_own_slider(page: Page) -> None:
    start = drawn(page)["parameters"]
    with rerun(page):
        slider(page, "step").fill("40")
    before = ws_frames(page)
    hold_slider(page, "learning rate", 20)
    rate = number(page, "rate")
    assert rate > 5
    wanted = descend(network(2), LESSON, dataset("bowl", 1.5, 1.0), learning_rate=rate)
    same_so_far(drawn(page), wanted)
    # The start is the same one, and so is the step that the learner stands on.
    assert drawn(page)["parameters"]["w1"][0] == start["w1"][0]
    assert number(page, "w1") == pytest.approx(wanted.parameters["w1"][40], rel=1e-9)
    assert ws_frames(page) == before
    with rerun(page):
        page.mouse.up()
    until(page, lambda: query(page).get("rate") == f"{rate:g}", "the address has the rate")
    same(drawn(page), wanted)
    assert number(page, "w1") == pytest.approx(wanted.parameters["w1"][40], rel=1e-9)
    expect(page.get_by_role("spinbutton", name="learning rate")).to_have_value(f"{rate:g}")
    expect(page.get_by_text(wanted.reason)).to_be_visible()


def the_rates_at_which_behaviour_changes_are_marked_and_clickable(page: Page) -> None:
    with rerun(page):
        page.get_by_role("radio", name="Learning rate").click()
    critical = critical_rates(network(2), LESSON, dataset("bowl", 1.5, 1.0))
    assert critical
    buttons = stage(page).locator("[data-panel=rate] .special button")
    expect(buttons).to_have_count(len(critical.rates))
    expect(stage(page).locator("[data-panel=rate] .marks i")).to_have_count(len(critical.rates))
    sliders = stage(page).locator("[data-panel=sliders]")
    for width, height in ((1366, 768), (1280, 720), (1920, 1080), (1280, 800)):
        page.set_viewport_size({"width": width, "height": height})
        frames(page, 3)
        low = buttons.last.evaluate("e => e.getBoundingClientRect().bottom")
        assert low <= sliders.evaluate("e => e.getBoundingClientRect().top"), (width, height)
    edge = critical.rates[-1]
    with rerun(page):
        buttons.last.click()
    assert number(page, "rate") == pytest.approx(edge.value, rel=1e-12)
    until(page, lambda: float(query(page)["rate"]) == edge.value, "the address has the rate")


def test_the_rate_is_dragged_and_those_at_which_behaviour_changes_are_clicked(
    open_descent: OpenPage,
) -> None:
    page = open_descent(rate=5)
    the_rate_is_dragged_on_its_own_slider(page)
    open_next(page, "/gradient_descent", {"data": "bowl"})
    the_rates_at_which_behaviour_changes_are_marked_and_clickable(page)
