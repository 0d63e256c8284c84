"""The browser's formatter against Python's, over numbers of every size."""

import math
import struct
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Page

from core import formatting
from tests.browser.conftest import Room
from ui import web

LOAD = """async source => {
    const blob = new Blob([source], { type: "text/javascript" });
    window.format = await import(URL.createObjectURL(blob));
}"""


@pytest.fixture(scope="module")
def page(blank_room: Room) -> Iterator[Page]:
    page = blank_room.open()
    page.evaluate(LOAD, web.joined("maths/format.js"))
    yield page
    blank_room.leave(page)


def numbers() -> list[float]:
    """Doubles of every kind: random bits, everyday sizes, ties, and the edges of each notation."""
    random = np.random.default_rng(5)
    bits = [struct.unpack("<d", random.bytes(8))[0] for _ in range(3000)]
    everyday = random.normal(size=3000) * 10.0 ** random.integers(-6, 8, 3000)
    ties = [k / 2**p for k in random.integers(1, 10**6, 1000) for p in (1, 4)]
    edges = [
        sign * edge * (1 + step * 1e-5)
        for edge in (1e-3, 1, 9.9995, 999.95, 9999.5, 1e4, 99999.5, 1e5, 1e21, 1e-300, 5e-324)
        for step in range(-6, 7)
        for sign in (1, -1)
    ]
    return [
        number
        for number in [*bits, *everyday.tolist(), *ties, *edges, 0.0, -0.0, 12345.6]
        if math.isfinite(number)
    ]


@pytest.mark.parametrize("digits", [4, 5, 6, 9, 17])
def test_a_number_is_written_in_one_way_everywhere(page: Page, digits: int) -> None:
    values = numbers()
    theirs = page.evaluate(
        """([values, digits]) => values.map(value => [
            format.formatNumber(value, false, digits), format.formatNumber(value, true, digits),
            format.asShown(value, digits), format.lastPlace(value),
        ])""",
        [values, digits],
    )
    for value, (plain, signed, shown, place) in zip(values, theirs, strict=True):
        assert plain == formatting.number(value, digits=digits), repr(value)
        assert signed == formatting.number(value, sign=True, digits=digits), repr(value)
        assert float(shown) == formatting.as_shown(value, digits), repr(value)
        assert place == formatting.last_place(value), repr(value)


def test_what_is_no_number_is_named_alike(page: Page) -> None:
    names = page.evaluate(
        "() => [NaN, Infinity, -Infinity].map(value => format.formatNumber(value, true))"
    )
    ours = [formatting.number(value, sign=True) for value in (math.nan, math.inf, -math.inf)]
    assert names == ours
