"""Tiles, nudge and text say "=" where their digits give the digits after it, and else "≈"."""

import math
import re
from collections.abc import Callable
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Context, Decimal
from typing import Any

import pytest

from core.graph import Graph
from core.network import network
from core.parsing import parse
from tests.browser.test_stage_unit import Mounted, mount
from tests.ui.words.test_shown_digits import states

__all__ = ["mount"]
Mount = Callable[..., Mounted]
RAISED = str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789")

READ = """async ([states, read]) => {
    const frames = new MessageChannel();
    let waiting = [];
    frames.port1.onmessage = () => waiting.splice(0).forEach(call => call(performance.now()));
    window.requestAnimationFrame = call => {
        waiting.push(call);
        frames.port2.postMessage(0);
        return 0;
    };
    const found = [];
    const look = eval(read);
    for (const state of states) {
        window.give({ ...window.last, values: { ...window.last.values, ...state } });
        await new Promise(requestAnimationFrame);
        await new Promise(requestAnimationFrame);
        found.push(look());
    }
    return found;
}"""
TILES = """() => [...window.root.querySelectorAll("[data-panel=factors] .tiles")].map(row =>
    [...row.querySelectorAll(".sign, .tile .number, .cancelled .number")]
        .map(e => e.textContent))"""
NUDGE = """() => {
    const texts = kind => [...window.root.querySelectorAll(`.link:not(.titles) .${kind}`)]
        .map(e => e.textContent.replace(e.querySelector(".math").textContent, ""));
    return [texts("measured"), texts("exact")];
}"""


def exactly(text: str) -> Decimal:
    """A number on screen; NaN if it is none."""
    mantissa, _, power = text.translate(RAISED).replace(" ", "").partition("×10")
    try:
        return Decimal(f"{mantissa}e{power or 0}")
    except ArithmeticError:
        return Decimal("nan")


def gives(by_hand: Decimal, shown: str) -> bool:
    """Whether a result, rounded to the digits that are shown, is what is shown; a tie is either."""
    result = exactly(shown)
    digits = len(re.sub(r"^[^1-9]*|×.*|\.", "", shown))
    if by_hand == 0 or result == 0:
        return by_hand == result
    if 1e4 <= abs(by_hand) < 1e5:
        digits = 5
    return result in (
        Context(prec=max(digits, 4), rounding=rounding).plus(by_hand)
        for rounding in (ROUND_HALF_UP, ROUND_HALF_DOWN)
    )


def read(mounted: Mounted, graph: Graph, look: str, seed: int) -> list[Any]:
    given = states(graph, 1000, seed)
    found: list[Any] = mounted.page.evaluate(READ, [given, look])
    return found


@pytest.mark.parametrize("cost", ["half_squared_error", "cross_entropy"])
def test_the_tiles_multiply_to_the_digit_that_is_shown_or_about(mount: Mount, cost: str) -> None:
    graph = network(2, "sigmoid", cost)
    mounted = mount(graph, dict.fromkeys(graph.inputs, 0.5), panels=("factors",), chosen="w1")
    signs = {"=": 0, "≈": 0}
    for (texts,) in read(mounted, graph, TILES, 4):
        *factors, sign, total = [text for text in texts if text.strip() not in ("", "×")]
        if cost == "cross_entropy":  # what the first two are together stands under them
            factors = factors[2:]
        by_hand = math.prod(map(exactly, factors), start=Decimal(1))
        assert gives(by_hand, total) == (sign == "="), texts
        signs[sign] += 1
    assert min(signs.values()) > 100, signs


def test_paths_add_to_the_digit_that_is_shown_or_about(mount: Mount) -> None:
    graph = parse("x*sin(x)*cos(x)")
    mounted = mount(graph, {"x": 0.5}, panels=("factors",), chosen="x")
    signs = {"=": 0, "≈": 0}
    for rows in read(mounted, graph, TILES, 5):
        *paths, (sign, total) = [
            [t for t in row if t.strip() not in ("", "×", "+")] for row in rows
        ]
        for *factors, sign_of_path, product in (path for path in paths if len(path) > 1):
            by_hand = math.prod(map(exactly, factors), start=Decimal(1))
            assert gives(by_hand, product) == (sign_of_path == "="), rows
        by_hand = sum((exactly(path[-1]) for path in paths), Decimal(0))
        assert gives(by_hand, total) == (sign == "="), rows
        away = abs(by_hand - exactly(total))
        assert away <= Decimal(10) ** (exactly(total).adjusted() - 3) * Decimal("5.6"), rows
        signs[sign] += 1
    assert min(signs.values()) > 100, signs


def test_a_nudges_ratios_multiply_to_the_whole_or_about(mount: Mount) -> None:
    graph = network(2)
    mounted = mount(graph, dict.fromkeys(graph.inputs, 0.5), panels=("nudge",), chosen="w1")
    signs = {"=": 0, "≈": 0}
    for columns in read(mounted, graph, NUDGE, 6):
        for texts in columns:
            *factors, whole = texts
            by_hand = math.prod(map(exactly, factors), start=Decimal(1))
            if by_hand.is_nan():
                assert whole[1] not in "=≈" or "undefined" in whole, texts
                continue
            assert gives(by_hand, whole[2:].strip()) == (whole[1] == "="), texts
            signs[whole[1]] += 1
    assert min(signs.values()) > 100, signs


def test_the_text_says_about_too(mount: Mount) -> None:
    graph = network(2, "sigmoid", "cross_entropy")
    mounted = mount(
        graph, dict.fromkeys(graph.inputs, 0.5), panels=("text",), chosen="w1", clock=True
    )
    mounted.page.locator("summary").click()
    for state in states(graph, 12, 7):
        mounted.give(values=state)
        forward = mounted.page.locator("li", has_text="x = ").first
        forward.filter(has_text=re.compile(r"x = .*\d")).wait_for()
        mounted.page.clock.run_for(500)
        line = mounted.page.locator("ul li").inner_text()
        assert "(ŷ − y)" in line
        numbers, sign, total = re.split(r" ([=≈]) (?=[^=≈]*$)", line)
        factors = numbers.rpartition(" = ")[2].split(" × ")
        assert gives(math.prod(map(exactly, factors), start=Decimal(1)), total) == (sign == "=")
