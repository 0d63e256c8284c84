"""A whole class at once: what a commit costs the server, and how long many learners wait.

Learners are :class:`benchmarks.learner.Learner`, which speak Streamlit's protocol on this machine's
own loop; they share its cores with the server, so that every wait here is longer than on two cores
of the server's own. Each answer is checked for the values that were sent.
"""

import asyncio
import itertools
import os
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks.learner import Learner
from benchmarks.report import Row
from deploy.cluster.servers import Cluster
from tests.browser.harness import ROOT, Server
from ui.lessons import LESSONS

PART = "A class at once"
PAGES = ("", *(lesson.name for lesson in LESSONS if lesson.name != "chain_rule"))
"""The lessons whose weights can be dragged; the chain rule's has only x."""
HEAVIEST = "gradient_descent"
EVERY = 5.0
"""Seconds between two commits of one learner."""
COMMIT = 10.0
"""Milliseconds of the server's CPU that a commit may take."""
P95 = 300.0
"""Milliseconds in which all but one of twenty commits are answered."""

BARE = """import streamlit as st

st.write(st.slider("x", 0.0, 10.0, 5.0))
"""


def measure(repeats: int) -> list[Row]:
    """Everything; some minutes."""
    rows: list[Row] = []
    with served() as server:
        rows += [commit_cpu(server, page, 5 * repeats) for page in PAGES]
    rows.append(bare_cpu(5 * repeats))
    with served() as server:
        rows += arrivals(server, 60, 3.0)
    with served() as server:
        rows += [a_class(server, page, 60) for page in ("", HEAVIEST)]
        rows.append(beside(server, "network is trained", train))
        rows.append(beside(server, "map of starts is made", map_starts))
    rows.append(behind_a_balancer(300))
    with served() as server:
        rows += memory(server, idle=100, passing=1000)
    return rows


@contextmanager
def served(app: Path = ROOT, script: str = "app.py") -> Iterator[Server]:
    server = Server(app, script=script, prepared=False)
    try:
        yield server
    finally:
        server.close()


def name_of(page: str) -> str:
    return page.replace("_", " ") or "home"


def weight(page: str) -> str:
    """What is dragged on a page."""
    return "w1_11" if page == "build_your_own" else "w1"


# ---- one learner


def commit_cpu(server: Server, page: str, commits: int) -> Row:
    async def drag() -> float:
        async with Learner(server.url, page) as learner:
            for k in range(10):
                await learner.commit({weight(page): -1 + k / 16})
            before = cpu(server)
            for k in range(commits):
                await learner.commit({weight(page): k / 64})
            return 1000 * (cpu(server) - before) / commits

    spent = asyncio.run(drag())
    return Row(PART, f"{name_of(page)}: server CPU of a commit", spent, "ms", most=COMMIT)


def bare_cpu(runs: int) -> Row:
    """The least that Streamlit takes, with our settings: a slider and a line of text, run again."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "bare.py").write_text(BARE, "utf-8")
        shutil.copytree(ROOT / ".streamlit", Path(folder) / ".streamlit")
        with served(Path(folder), "bare.py") as server:

            async def again() -> float:
                async with Learner(server.url) as learner:
                    for _ in range(10):
                        await learner.run()
                    before = cpu(server)
                    for _ in range(runs):
                        await learner.run()
                    return 1000 * (cpu(server) - before) / runs

            return Row(PART, "a bare page: server CPU of a run", asyncio.run(again()), "ms")


# ---- many


def arrivals(server: Server, count: int, within: float) -> list[Row]:
    """First visits, spread evenly: how long until the whole page has been told."""

    async def arrive(k: int) -> float:
        await asyncio.sleep(within * k / count)
        started = time.perf_counter()
        async with Learner(server.url, PAGES[k % len(PAGES)]):
            return 1000 * (time.perf_counter() - started)

    waits = asyncio.run(together(arrive, count))
    name = f"{count} first visits within {within:.0f} s"
    return [
        Row(PART, f"{name}: median", median(waits), "ms", most=1000),
        Row(PART, f"{name}: longest", max(waits), "ms", most=3000),
    ]


def a_class(server: Server, page: str, count: int, commits: int = 4) -> Row:
    """Learners who let go of a slider every five seconds, out of step."""
    waits = asyncio.run(class_waits([server.url], page, count, commits))
    return answered(f"{count} learners on {name_of(page)}, a commit every {EVERY:.0f} s", waits)


def answered(what: str, waits: Sequence[float]) -> Row:
    """How long all but one of twenty commits wait; each was answered with the right numbers."""
    note = f"median {median(waits):.3g} ms, {len(waits)} answers, all with the right numbers"
    return Row(PART, f"{what}: p95", p95(waits), "ms", most=P95, note=note)


async def class_waits(addresses: Sequence[str], page: str, count: int, commits: int) -> list[float]:
    """Milliseconds of every commit, once all have come; an answer that is late or wrong raises."""
    all_there = asyncio.Barrier(count)

    async def work(k: int) -> list[float]:
        await asyncio.sleep(EVERY * k / 60)  # they come at the pace of a class of sixty
        waits = []
        async with Learner(addresses[k % len(addresses)], page) as learner:
            await all_there.wait()
            await asyncio.sleep(EVERY * k / count)
            for turn in range(commits):
                started = time.perf_counter()
                await learner.commit({weight(page): (k + 1) / 512 + turn / 4})
                waits.append(1000 * (time.perf_counter() - started))
                await asyncio.sleep(max(0.0, EVERY - waits[-1] / 1000))
            assert not learner.errors, learner.errors
        return waits

    return [wait for waits in await together(work, count) for wait in waits]


def behind_a_balancer(count: int, commits: int = 4) -> Row:
    """A crowd on the heaviest page: two replicas, the balancer and itself on one machine."""
    unlimited = {"LAB_CONNECTIONS": "5000", "LAB_REQUESTS": "100000", "LAB_SOCKETS": "5000"}
    with (
        tempfile.TemporaryDirectory() as folder,
        Cluster(2, folder=Path(folder), limits=unlimited) as cluster,
    ):
        waits = asyncio.run(class_waits([cluster.url], HEAVIEST, count, commits))
    where = f"{name_of(HEAVIEST)}, two replicas behind the balancer"
    return answered(f"{count} learners on {where}", waits)


def beside(server: Server, what: str, work: Callable[[str, int], Awaitable[None]]) -> Row:
    """One learner's commits while the server does ``work`` for another, over and over.

    ``work`` is given the server's address and a number, another each time.
    """

    async def both(commits: int = 60) -> list[float]:
        async def again_and_again() -> None:
            for k in itertools.count():
                await work(server.url, k)

        other, waits = asyncio.create_task(again_and_again()), []
        async with Learner(server.url, "forward_pass") as learner:
            for k in range(commits):
                started = time.perf_counter()
                await learner.commit({"w1": k / 64})
                waits.append(1000 * (time.perf_counter() - started))
                await asyncio.sleep(0.1)
        assert not other.done(), other.exception()
        other.cancel()
        return waits

    return answered(f"a commit while another learner's {what}", asyncio.run(both()))


async def train(url: str, seed: int) -> None:
    """A network of the largest kind."""
    built = "toy=spiral&hidden=tanh4-tanh4-tanh4&count=200&optimizer=adam&rate=0.01&steps=2000"
    async with Learner(url, "build_your_own", f"{built}&seed={seed}") as other:
        await other.send("build", {"what": "train", "with": None, "commit": None})
        while other.stage.get("training") == "running":
            await asyncio.sleep(0.25)
            await other.run()


async def map_starts(url: str, seed: int) -> None:
    """A map of where each start leads, with the most steps there are."""
    walk = f"look=starts&steps=2000&rate=0.01&b1={seed / 512}"
    async with Learner(url, HEAVIEST, walk) as other:
        assert other.stage["starts"], "no map was made"


def memory(server: Server, idle: int, passing: int) -> list[Row]:
    """What a session holds that does nothing, and what stays of those that have gone."""
    pages = ["", "backpropagation", HEAVIEST]

    async def visit(k: int) -> None:
        async with Learner(server.url, pages[k % len(pages)]) as learner:
            await learner.commit({"w1": k / 512})

    async def idle_ones() -> float:
        for k in range(3 * len(pages)):  # what is kept for all is there before
            await visit(k)
        await asyncio.sleep(1)
        before = resident(server)
        learners = [Learner(server.url, pages[k % len(pages)]) for k in range(idle)]
        for learner in learners:
            await learner.__aenter__()
        held = (resident(server) - before) / idle
        for learner in learners:
            await learner.leave()
        return held

    async def pass_by() -> tuple[float, float]:
        for k in range(passing // 2):
            await visit(k)
        await asyncio.sleep(1)
        before = resident(server)
        for k in range(passing // 2, passing):
            await visit(k)
        await asyncio.sleep(1)
        return before, resident(server)

    held = asyncio.run(idle_ones())
    before, after = asyncio.run(pass_by())
    return [
        Row(PART, "memory of an idle session", held, "MB", most=0.5),
        Row(
            PART,
            f"memory after {passing} sessions / after {passing // 2}",
            after / before,
            "×",
            most=1.05,
            note=f"{before:.0f} MB, {after:.0f} MB",
        ),
    ]


# ---- what is read from the system


def cpu(server: Server) -> float:
    """Seconds of CPU that the server has taken, in all of its threads."""
    fields = _stat(server, "stat").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(server: Server) -> float:
    """Megabytes of memory that the server holds."""
    return int(_stat(server, "statm").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def _stat(server: Server, name: str) -> str:
    return Path(f"/proc/{server.pid}/{name}").read_text("utf-8")


def p95(waits: Sequence[float]) -> float:
    return quantiles(waits, n=20)[-1]


async def together(work: Callable[[int], Awaitable[Any]], count: int) -> list[Any]:
    return list(await asyncio.gather(*(work(k) for k in range(count))))
