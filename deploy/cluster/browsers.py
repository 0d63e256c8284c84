"""Learners with a browser, who drag a slider of the stage with the mouse."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import parse_qs, urlsplit

from playwright.async_api import Browser, Error, Locator, Page, async_playwright

from deploy.cluster.diary import Diary
from scripts.find_chromium import MISSING, find_chromium
from tests.browser.harness import FLAGS
from ui.session.parameters import PARAMETERS

PAGES = (("backpropagation", "w1"), ("forward_pass", "b1"), ("cost_surface", "w2"))
PATIENCE = 60_000
"""Milliseconds after which a browser that does not get on counts as lost."""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A Chromium, as the browser tests use it."""
    path = find_chromium()
    if path is None:
        raise RuntimeError(MISSING)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        await browser.close()


async def work(
    who: str,
    url: str,
    browser: Browser,
    diary: Diary,
    period: float,
    over: asyncio.Event,
    seed: int,
) -> None:
    """Drag something every ``period`` seconds, more or less, until it is over.

    A change is kept once it stands in the page's address, where Python has put it; it must still
    stand on the stage when the next one is made, and in a page loaded again at the end.
    """
    chance = random.Random(seed)
    path, name = PAGES[seed % len(PAGES)]
    page = await browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(PATIENCE)
    await asyncio.sleep(chance.uniform(0, period))
    await page.goto(f"{url}/{path}")
    slider = page.get_by_test_id("stage").get_by_role("slider", name=name, exact=True)
    await slider.wait_for()
    kept: float | None = None
    while not over.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), chance.uniform(0.5, 1.5) * period)
        if kept is not None and (now := await _stands(slider, kept)) != kept:
            diary.fault(who, f"{name} fell back from {kept} to {now}")
        kept = await _drag(page, slider, chance)
        change = diary.begin(who)
        try:
            await page.wait_for_url(lambda to, kept=kept: _holds(to, name, kept), timeout=PATIENCE)
        except Error:
            diary.fault(who, f"{name} = {kept} did not come into the address {page.url}")
        else:
            change.heard = time.monotonic()
    await page.reload()
    await slider.wait_for()
    if kept is not None and (now := await _stands(slider, kept)) != kept:
        diary.fault(who, f"{name} was {kept}, and {now} after loading the page again")
    await page.close()


async def _value(slider: Locator) -> float:
    return float(await slider.input_value())


async def _stands(slider: Locator, value: float, patience: float = 10) -> float:
    """The slider's value, once it is the given one, or after so many seconds."""
    end = time.monotonic() + patience
    while (now := await _value(slider)) != value and time.monotonic() < end:
        await asyncio.sleep(0.1)
    return now


async def _drag(page: Page, slider: Locator, chance: random.Random) -> float:
    """Move the slider's thumb somewhere else, a finger's breadth at least, and let go of it."""
    before = await _value(slider)
    while True:
        box = await slider.bounding_box()
        assert box
        share = await slider.evaluate("e => (e.value - e.min) / (e.max - e.min)")
        y, width = box["y"] + box["height"] / 2, box["width"] - 20
        await page.mouse.move(box["x"] + 10 + share * width, y)
        await page.mouse.down()
        await page.mouse.move(box["x"] + 10 + chance.uniform(0.1, 0.9) * width, y, steps=6)
        await page.mouse.up()
        after = await _value(slider)
        if after != before:
            return after


def _holds(address: str, name: str, value: float) -> bool:
    told = parse_qs(urlsplit(address).query).get(name, [PARAMETERS[name].default])
    return abs(float(told[0]) - value) < 1e-9
