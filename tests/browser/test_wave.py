"""The backward pass as a wave: core's numbers, each δ once, and what it costs."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from core.network import network, parameters
from core.reverse import multiplications
from tests.browser.harness import number, rerun, until

OpenPage = Callable[..., Page]
LESSON = {"x": 1.5, "y": 1.0, "w1": 0.8, "b1": -0.3, "w2": -1.4, "b2": 0.6}
WAVE = '[data-testid="stage"] [data-panel="wave"]'
WAYS = ("dJ/da2", "da2/dz2", "dz2/dw2", "dz2/db2", "dz2/da1", "da1/dz1", "dz1/dw1", "dz1/db1")
DELTAS = ("z2", "z1")
AT = {"step": "backpropagation-wave"}


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
def test_every_number_of_the_wave_is_cores(open_page: OpenPage, cost: str) -> None:
    page = open_page("/backpropagation", query={"cost": cost})
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


def test_each_delta_fills_in_once_and_is_read_again(open_page: OpenPage) -> None:
    page = open_page("/backpropagation", query=AT)
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


def test_the_wave_plays_and_stops_at_its_end(open_page: OpenPage) -> None:
    page = open_page("/backpropagation", query=AT)
    page.get_by_role("button", name="play the wave").click()
    assert len(filled(page)) < 7
    expect(page.get_by_role("button", name="pause the wave")).to_be_visible()
    until(page, lambda: len(filled(page)) == 7, "all is filled in")
    expect(page.get_by_role("button", name="play the wave")).to_be_visible()


def test_without_motion_the_wave_is_there_at_once(open_page: OpenPage) -> None:
    page = open_page("/backpropagation", query=AT, reduced_motion="reduce")
    page.get_by_role("button", name="wave back").click()
    assert len(filled(page)) < 7
    page.get_by_role("button", name="play the wave").click()
    assert len(filled(page)) == 7


def test_the_wave_goes_by_the_keyboard(open_page: OpenPage) -> None:
    page = open_page("/backpropagation", query=AT)
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


def test_the_wave_follows_what_is_dragged(open_page: OpenPage) -> None:
    page = open_page("/backpropagation", query=AT)
    with rerun(page):
        page.get_by_role("slider", name="w1", exact=True).fill("-2.5")
    graph = network(2)
    slopes = graph.backward(graph.forward(LESSON | {"w1": -2.5}))
    for name in (*DELTAS, *parameters(graph)):
        assert number(page, f"dJ/d{name}", WAVE) == pytest.approx(float(slopes[name]), rel=1e-12)


def test_a_dragged_number_moves_nothing(open_page: OpenPage) -> None:
    page = open_page("/backpropagation", query=AT)
    expect(page.locator(f"{WAVE} .box")).to_have_count(7)

    def places() -> list[list[float]]:
        found: list[list[float]] = page.locator(f"{WAVE} .box").evaluate_all(
            "all => all.map(b => [b.offsetLeft, b.offsetTop, b.offsetWidth, b.offsetHeight])"
        )
        return found

    before = places()
    slider = page.get_by_role("slider", name="w1", exact=True)
    for value in ("10", "-10"):  # saturated: the numbers need powers of ten
        with rerun(page):
            slider.fill(value)
        assert places() == before


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
@pytest.mark.parametrize("cost", ["half_squared_error", "cross_entropy"])
def test_the_wave_fits(open_page: OpenPage, width: int, height: int, cost: str) -> None:
    page = open_page("/backpropagation", query={"cost": cost}, width=width, height=height)
    panel = page.locator(WAVE)
    assert panel.evaluate("one => one.scrollWidth <= one.clientWidth")
    ways = page.locator(f"{WAVE} .factor .math")
    for way in ways.all():
        assert way.evaluate("one => one.scrollWidth <= one.parentElement.clientWidth + 4")


def test_on_its_step_the_wave_stands_first_and_all_of_it_is_seen(open_page: OpenPage) -> None:
    page = open_page("/backpropagation", query=AT, width=1366, height=768)
    wave = page.locator(WAVE).bounding_box()
    diagram = page.locator('[data-panel="network"]').bounding_box()
    assert wave
    assert diagram
    assert wave["y"] + wave["height"] <= 768
    assert wave["y"] < diagram["y"]
    with rerun(page):
        page.get_by_role("button", name="‹ Back").click()
    wave = page.locator(WAVE).bounding_box()
    diagram = page.locator('[data-panel="network"]').bounding_box()
    assert wave
    assert diagram
    assert wave["y"] > diagram["y"]
