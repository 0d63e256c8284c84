"""The backward pass as a wave: core's numbers, each δ once, and what it costs."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from core.network import network, parameters
from core.reverse import multiplications
from tests.browser.harness import number, open_next, rerun, settled, until
from tests.browser.test_stage_unit import Mounted, mount

__all__ = ["mount"]
OpenPage = Callable[..., Page]
Wave = Callable[..., Mounted]
LESSON = {"x": 1.5, "y": 1.0, "w1": 0.8, "b1": -0.3, "w2": -1.4, "b2": 0.6}
WAVE = '[data-testid="stage"] [data-panel="wave"]'
WAYS = ("dJ/da2", "da2/dz2", "dz2/dw2", "dz2/db2", "dz2/da1", "da1/dz1", "dz1/dw1", "dz1/db1")
DELTAS = ("z2", "z1")
AT = {"step": "backpropagation-wave"}


@pytest.fixture
def wave(mount: Callable[..., Mounted]) -> Wave:
    """The wave and the sliders of the lesson's network, on a stage by itself."""

    def wave_(cost: str = "half_squared_error", **options: Any) -> Mounted:
        graph = network(2, "sigmoid", cost)
        return mount(graph, LESSON, panels=("wave", "sliders"), chosen="w1", **options)

    return wave_


def filled(page: Page) -> list[str]:
    """The numbers that the wave has brought so far, in the order in which it brings them."""
    names: list[str] = page.locator(f"{WAVE} .box.filled [data-name]").evaluate_all(
        "all => all.map(one => one.getAttribute('data-name'))"
    )
    return names


def counts(page: Page) -> tuple[float, float]:
    return (
        number(page, "multiplications alone", WAVE),
        number(page, "multiplications cost", WAVE),
    )


@pytest.mark.parametrize("cost", ["half_squared_error", "cross_entropy"])
def test_every_number_of_the_wave_is_cores(wave: Wave, cost: str) -> None:
    page = wave(cost).page
    graph = network(2, "sigmoid", cost)
    values = graph.forward(LESSON)
    slopes = graph.backward(values)
    for name in (*DELTAS, *parameters(graph)):
        assert number(page, f"dJ/d{name}", WAVE) == pytest.approx(float(slopes[name]), rel=1e-12)
    for name in WAYS:
        child, parent = (part.removeprefix("d") for part in name.split("/"))
        expected = float(graph.factor(child, parent).value(values))
        assert number(page, name, WAVE) == pytest.approx(expected, rel=1e-12)
    assert number(page, "J", WAVE) == pytest.approx(float(values["J"]), rel=1e-12)
    # Every δ stands in one place only.
    for name in DELTAS:
        expect(page.locator(f'{WAVE} [data-name="dJ/d{name}"]')).to_have_count(1)


def test_each_delta_fills_in_once_and_is_read_again(wave: Wave) -> None:
    page = wave().page
    back = page.get_by_role("button", name="wave back")
    forward = page.get_by_role("button", name="wave forward")
    graph = network(2)
    total = multiplications(graph, parameters(graph))
    assert counts(page) == total
    expect(forward).to_be_disabled()
    while back.is_enabled():
        back.click()
    assert filled(page) == ["J"]
    assert counts(page) == (0, 0)
    read, new = [], []
    before = filled(page)
    while forward.is_enabled():
        forward.click()
        now = filled(page)
        assert now[: len(before)] == before
        new.append(now[len(before) :])
        read.append(
            page.locator(f"{WAVE} .read [data-name]").evaluate_all(
                "all => all.map(one => one.getAttribute('data-name'))"
            )
        )
        before = now
    assert new == [["dJ/dz2"], ["dJ/dw2", "dJ/db2"], ["dJ/dz1"], ["dJ/dw1", "dJ/db1"]]
    assert read == [[], ["dJ/dz2"], ["dJ/dz2"], ["dJ/dz1"]]
    assert counts(page) == total == (10, 5)


def test_the_wave_plays_and_stops_at_its_end(wave: Wave) -> None:
    page = wave().page
    page.get_by_role("button", name="play the wave").click()
    assert len(filled(page)) < 7
    expect(page.get_by_role("button", name="pause the wave")).to_be_visible()
    until(page, lambda: len(filled(page)) == 7, "all is filled in")
    expect(page.get_by_role("button", name="play the wave")).to_be_visible()


def test_without_motion_the_wave_is_there_at_once(wave: Wave) -> None:
    page = wave().page
    page.emulate_media(reduced_motion="reduce")
    page.get_by_role("button", name="wave back").click()
    assert len(filled(page)) < 7
    page.get_by_role("button", name="play the wave").click()
    assert len(filled(page)) == 7


def test_the_wave_goes_by_the_keyboard(wave: Wave) -> None:
    page = wave().page
    group = page.get_by_role("group", name="backward pass")
    group.focus()
    page.keyboard.press("Home")
    assert filled(page) == ["J"]
    page.keyboard.press("ArrowLeft")
    assert filled(page) == ["J", "dJ/dz2"]
    expect(group.get_by_role("status")).to_contain_text("δ₂ = ∂J/∂z₂ is worked out once")
    page.keyboard.press("ArrowRight")
    assert filled(page) == ["J"]
    page.keyboard.press("End")
    assert len(filled(page)) == 7


def test_the_wave_follows_what_is_dragged(wave: Wave) -> None:
    mounted = wave()
    page = mounted.page
    page.get_by_role("slider", name="w1", exact=True).fill("-2.5")
    mounted.frame()
    graph = network(2)
    slopes = graph.backward(graph.forward(LESSON | {"w1": -2.5}))
    for name in (*DELTAS, *parameters(graph)):
        assert number(page, f"dJ/d{name}", WAVE) == pytest.approx(float(slopes[name]), rel=1e-12)


def test_a_dragged_number_moves_nothing(wave: Wave) -> None:
    mounted = wave()
    page = mounted.page
    expect(page.locator(f"{WAVE} .box")).to_have_count(7)

    def places() -> list[list[float]]:
        found: list[list[float]] = page.locator(f"{WAVE} .box").evaluate_all(
            "all => all.map(b => [b.offsetLeft, b.offsetTop, b.offsetWidth, b.offsetHeight])"
        )
        return found

    before = places()
    slider = page.get_by_role("slider", name="w1", exact=True)
    for value in ("10", "-10"):  # saturated: the numbers need powers of ten
        slider.fill(value)
        mounted.frame()
        assert places() == before


def fits(page: Page) -> None:
    """At the size that the window has."""
    panel = page.locator(WAVE)
    assert panel.evaluate("one => one.scrollWidth <= one.clientWidth"), page.viewport_size
    for way in page.locator(f"{WAVE} .factor .math").all():
        assert way.evaluate("one => one.scrollWidth <= one.parentElement.clientWidth + 4")


def extent(page: Page, panel: str) -> tuple[float, float]:
    box = page.locator(panel).bounding_box()
    assert box
    return box["y"], box["y"] + box["height"]


def comes_first(page: Page) -> bool:
    return extent(page, WAVE)[0] < extent(page, '[data-panel="network"]')[0]


def test_the_wave_fits_and_on_its_step_all_is_seen_and_on_a_phone_it_stands_first(
    open_page: OpenPage,
) -> None:
    laptop, phone = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
    page = open_page("/backpropagation", query={"cost": "half_squared_error"}, **laptop)
    for cost in ("half_squared_error", "cross_entropy"):
        if cost == "cross_entropy":
            open_next(page, "/backpropagation", {"cost": cost})
        wanted = float(network(2, "sigmoid", cost).forward(LESSON)["J"])
        assert number(page, "J", WAVE) == pytest.approx(wanted, rel=1e-12)
        for size in (laptop, phone):
            page.set_viewport_size(size)
            settled(page)
            fits(page)

    page.set_viewport_size(laptop)
    open_next(page, "/backpropagation", AT)
    until(page, lambda: extent(page, WAVE)[1] <= 768, "all of the wave is seen")
    assert not comes_first(page)
    page.set_viewport_size(phone)
    until(page, lambda: comes_first(page), "the wave stands first")
    with rerun(page):
        page.get_by_role("button", name="‹ Back").click()
    until(page, lambda: not comes_first(page), "the diagram stands first")
