"""Learners without a browser, who go on with what they had whatever happens to the servers."""

import asyncio
import random
import time

from benchmarks.learner import LOST, Learner
from deploy.cluster.diary import Diary

PAGES = ("backpropagation", "forward_pass", "gradient_descent", "cost_surface", "chain_rule")
DRAGGED = {"chain_rule": ("x",)}
WEIGHTS = ("w1", "b1", "w2", "b2")


async def work(
    who: str, url: str, diary: Diary, period: float, over: asyncio.Event, seed: int
) -> None:
    """Drag something every ``period`` seconds, more or less, until it is over.

    Whenever the page answers it must hold all that was dragged so far, and at the end so must a
    page opened anew from the link.
    """
    chance = random.Random(seed)
    page = PAGES[seed % len(PAGES)]
    learner = Learner(url, page, patience=60)  # a lost connection is noticed long before
    kept: dict[str, float] = {}
    await asyncio.sleep(chance.uniform(0, period))
    await _arrive(learner, chance)
    while not over.is_set():
        await _pause(learner, chance.uniform(0.5, 1.5) * period, over, chance)
        name = chance.choice(DRAGGED.get(page, WEIGHTS))
        kept[name] = round(chance.uniform(-2, 2), 2)
        change = diary.begin(who)
        try:
            await learner.persist({name: kept[name]}, pause=chance.uniform(0.5, 1.5))
            _check(learner, kept)
        except AssertionError as error:
            diary.fault(who, error)
        change.heard = time.monotonic()
    await learner.leave()
    learner.forget()
    await _arrive(learner, chance)
    try:
        _check(learner, kept)
    except AssertionError as error:
        diary.fault(who, f"after loading the page again: {error}")
    for error in learner.errors:
        diary.fault(who, f"the page showed {error}")
    await learner.leave()


def _check(learner: Learner, kept: dict[str, float]) -> None:
    now = learner.values
    wrong = {name: now.get(name) for name, value in kept.items() if now.get(name) != value}
    assert not wrong, f"the page holds {wrong} where {kept} were dragged"


async def _arrive(learner: Learner, chance: random.Random) -> None:
    """Open the page, or find it again after a loss, as often as need be."""
    while True:
        try:
            await learner.connect()
            await learner.run()
        except LOST:
            await learner.leave()
            await asyncio.sleep(chance.uniform(0.5, 1.5))
        else:
            return


async def _pause(
    learner: Learner, seconds: float, over: asyncio.Event, chance: random.Random
) -> None:
    """Look at the page for a while; a lost connection is made again, as a browser does."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0 and not over.is_set():
        ways = [asyncio.create_task(learner.lost()), asyncio.create_task(over.wait())]
        await asyncio.wait(ways, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        lost = ways[0].done()
        for way in ways:
            way.cancel()
        if lost and not over.is_set():
            await learner.leave()
            await asyncio.sleep(chance.uniform(0, 0.5))
            await _arrive(learner, chance)
