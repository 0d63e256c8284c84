"""Whether a server stays as it is: ``python -m benchmarks.soak``, or ``make soak``.

Learners come, change values at a pace, go on to another page, and go, for half an hour. The first
third is held against the last, what fills at the beginning left out: memory, threads, open handles
and the time to an answer. Where one has grown, the exit code is not 0.
"""

import argparse
import asyncio
import os
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from benchmarks.learner import Learner
from benchmarks.load import PAGES, cpu, resident, served, weight
from benchmarks.report import Row, table
from tests.browser.harness import TRACEBACK, Server

PART = "Half an hour"
SETTLES = 120.0
"""Seconds that are left out, in which caches fill: so long Streamlit keeps sessions that have gone,
128 of them at most, each with three handles."""
SHORTEST = 150.0
"""Seconds below which thirds say nothing."""
EVERY = 5.0
"""Seconds between two changes of a learner, on average."""
STAYS = 8
"""Changes on one page, at most."""
GROWS = {"memory": (1.05, 5.0), "threads": (1.2, 4.0), "handles": (1.2, 8.0), "wait": (1.5, 30.0)}
"""By how much the last third may be above the first: so many times, and so much more."""
UNITS = {"memory": "MB", "threads": "", "handles": "", "wait": "ms"}


@dataclass
class Heard:
    """What was seen at which second."""

    began: float = field(default_factory=time.monotonic)
    sizes: list[tuple[float, dict[str, float]]] = field(default_factory=list)
    waits: list[tuple[float, float]] = field(default_factory=list)

    def now(self) -> float:
        return time.monotonic() - self.began


def main() -> None:
    choose = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    choose.add_argument("--minutes", type=float, default=30)
    choose.add_argument("--learners", type=int, default=50)
    given = choose.parse_args()
    seconds = 60 * given.minutes
    if seconds < SHORTEST or given.learners < 1:
        choose.error(f"it takes {SHORTEST:.0f} seconds and a learner")
    with served() as server:
        began = cpu(server)
        heard = asyncio.run(soaked(server, seconds, given.learners))
        busy = (cpu(server) - began) / seconds
        failed = bool(TRACEBACK.search(server.log()))
    rows = thirds(heard, seconds)
    print(table(rows))
    print(
        f"{given.learners} learners for {given.minutes:g} minutes: {len(heard.waits)} answers, "
        f"each with the right numbers; the server took {100 * busy:.0f} % of a core."
    )
    grown = [row.name for row in rows if row.most is not None and row.value > row.most]
    if grown or failed:
        sys.exit(f"Not flat: {', '.join(grown)}" if grown else "The server's log has an exception.")


async def soaked(server: Server, seconds: float, learners: int) -> Heard:
    """What is heard of a server in so many seconds; a wrong answer or none raises."""
    heard = Heard()

    async def learn(k: int) -> None:
        choose = random.Random(k)
        await asyncio.sleep(EVERY * k / learners)
        while heard.now() < seconds:
            page = choose.choice(PAGES)
            async with Learner(server.url, page) as learner:
                for _ in range(choose.randint(1, STAYS)):
                    started = time.perf_counter()
                    await learner.commit({weight(page): choose.randint(-4096, 4096) / 1024})
                    heard.waits.append((heard.now(), 1000 * (time.perf_counter() - started)))
                    await asyncio.sleep(choose.uniform(0, 2 * EVERY))
                assert not learner.errors, learner.errors

    async def look() -> None:
        while heard.now() < seconds:
            heard.sizes.append((heard.now(), sizes(server)))
            await asyncio.sleep(min(5.0, seconds / 60))

    async with asyncio.TaskGroup() as together:
        for k in range(learners):
            together.create_task(learn(k))
        together.create_task(look())
    return heard


def sizes(server: Server) -> dict[str, float]:
    """Megabytes, threads and open handles of the server's process."""
    process = f"/proc/{server.pid}"
    return {
        "memory": resident(server),
        "threads": float(len(os.listdir(f"{process}/task"))),
        "handles": float(len(os.listdir(f"{process}/fd"))),
    }


def thirds(heard: Heard, seconds: float) -> list[Row]:
    """A row for each of what is to stay as it was.

    >>> heard = Heard(sizes=[(t, {"memory": 100.0 + t}) for t in range(300)])
    >>> [row] = [row for row in thirds(heard, 300) if "memory" in row.name]
    >>> row.value > row.most
    True
    """
    begin = SETTLES
    third = (seconds - begin) / 3
    rows = []
    for name, (times, more) in GROWS.items():
        seen = (
            heard.waits
            if name == "wait"
            else [(at, size[name]) for at, size in heard.sizes if name in size]
        )
        first = [value for at, value in seen if begin <= at < begin + third]
        last = [value for at, value in seen if seconds - third <= at]
        if len(first) < 2 or len(last) < 2:
            continue
        before, after = median(first), median(last)
        rows.append(
            Row(
                PART,
                f"{name}, last third",
                after,
                UNITS[name],
                most=max(times * before, before + more),
                note=f"first third {before:.4g}, at the worst {max(_all(seen)):.4g}",
            )
        )
    return rows


def _all(seen: Sequence[tuple[float, float]]) -> list[float]:
    return [value for _, value in seen]


if __name__ == "__main__":
    main()
