"""A class at work while its servers die, move and drown: who went on, and with what."""

import asyncio
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from typing import Any

from deploy.cluster import browsers, learners, memory
from deploy.cluster.diary import Diary, account
from deploy.cluster.servers import Cluster, wait

Interruption = Callable[[Cluster], float]
"""Does something to the servers, and returns since when somebody could answer again."""

CUT = 20
GOAL = 5.0
"""Seconds after the service is back in which everybody is to go on."""
PATIENCE = 120.0
"""Seconds after which nobody waits any more for those who have not gone on."""


def killed(cluster: Cluster) -> float:
    first = cluster.members[0]
    first.wanted = False
    first.end(signal.SIGKILL)
    return time.monotonic()  # the others are there


def restarted(cluster: Cluster) -> float:
    always = time.monotonic()
    first = cluster.members[0]
    first.start()
    first.wanted = True
    wait(first.healthy, f"{first.name} is well", gone=first.ended)
    wait(lambda: cluster.ready() == cluster.replicas, "the balancer sees it")
    return always


def renewed(cluster: Cluster) -> float:
    always = time.monotonic()
    for member in cluster.members:
        cluster.renew(member)
        wait(lambda: cluster.ready() == cluster.replicas, "the balancer sees it")
    return always


def cut(cluster: Cluster) -> float:
    assert cluster.balancer
    cluster.balancer.send_signal(signal.SIGSTOP)  # nothing is refused and nothing answered
    time.sleep(CUT)
    cluster.balancer.send_signal(signal.SIGCONT)
    return time.monotonic()


def rebalanced(cluster: Cluster) -> float:
    assert cluster.balancer
    cluster.balancer.kill()
    cluster.balancer.wait()
    time.sleep(2)
    cluster.start_balancer()
    return time.monotonic()


def drowned(cluster: Cluster) -> float:
    last = cluster.members[-1]
    process = last.process
    assert process
    if not memory.fill(last.name, lambda: process.poll() is not None):
        process.kill()  # no control groups here: what the kernel would have done
    ended = time.monotonic()
    wait(lambda: last.process is not process and last.healthy(), f"{last.name} is well again")
    wait(lambda: cluster.ready() == cluster.replicas, "the balancer sees it")
    return ended


INTERRUPTIONS: dict[str, Interruption] = {
    "a replica is killed": killed,
    "it is started again": restarted,
    "every replica is drained and renewed": renewed,
    f"the network is cut for {CUT} s": cut,
    "the balancer is killed, and started after 2 s": rebalanced,
    "a replica's memory is full": drowned,
}


async def trial(
    cluster: Cluster,
    *,
    count: int = 100,
    with_browser: int = 4,
    period: float = 30,
    interruptions: Sequence[str] = tuple(INTERRUPTIONS),
    say: Callable[[str], Any] = print,
) -> dict[str, Any]:
    """Have ``count`` learners and some with a browser at work through the interruptions."""
    diary, over = Diary(), asyncio.Event()
    async with AsyncExitStack() as stack:
        browser = await stack.enter_async_context(browsers.chromium()) if with_browser else None
        people = [
            learners.work(f"learner {n}", cluster.url, diary, period, over, n) for n in range(count)
        ]
        people += [
            browsers.work(f"browser {n}", cluster.url, browser, diary, period / 6, over, n)
            for n in range(with_browser)
            if browser
        ]
        tasks = [asyncio.create_task(one) for one in people]
        everybody = count + with_browser
        await _all_gone_on(diary, 0, everybody, tasks)
        say(f"{count} learners and {with_browser} browsers are at work.")
        table = []
        for name in interruptions:
            broken = time.monotonic()
            back = await asyncio.to_thread(INTERRUPTIONS[name], cluster)
            await _all_gone_on(diary, time.monotonic(), everybody, tasks)
            table.append((name, broken, back, time.monotonic()))
            say(name)
        over.set()
        await _end(tasks, most=PATIENCE)
    rows = [
        {"what": name, **account(diary, broken, back, until)} for name, broken, back, until in table
    ]
    return {
        "learners": count,
        "browsers": with_browser,
        "replicas": cluster.replicas,
        "period": period,
        "changes": len(diary.changes),
        "lost": sum(one.heard is None for one in diary.changes),
        "faults": [what for _, what in diary.faults],
        "rows": rows,
    }


async def _all_gone_on(
    diary: Diary, since: float, count: int, tasks: Sequence["asyncio.Task[None]"]
) -> None:
    """Wait until everybody has had a change kept since then, or has had time enough."""
    deadline = time.monotonic() + PATIENCE
    while len(diary.gone_on(since)) < count and time.monotonic() < deadline:
        for task in tasks:
            if task.done():
                task.result()
        await asyncio.sleep(0.2)


async def _end(tasks: Sequence["asyncio.Task[None]"], most: float) -> None:
    """Let everybody finish; who does not is taken away, and their change counts as lost."""
    _, late = await asyncio.wait(tasks, timeout=most)
    for task in late:
        task.cancel()
    for told in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(told, Exception):
            raise told


def failures(found: dict[str, Any]) -> list[str]:
    """What of a trial is not as it should be; a wait longer than the goal is told too."""
    told = list(found["faults"])
    if found["lost"]:
        told.append(f"{found['lost']} changes were lost")
    told += [
        f"{row['what']}: {row['of']} waited {row['worst wait']} s"
        for row in found["rows"]
        if row["worst wait"] > GOAL
    ]
    return told


def markdown(found: dict[str, Any]) -> str:
    """The trial as a table."""
    lines = [
        "| while | down, s | changes | in the air | lost | wrong | median wait, s | worst, s |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in found["rows"]:
        cells = [row["what"], row["down"], row["changes"], row["in the air"], row["lost"]]
        cells += [len(row["wrong"]), row["median wait"], row["worst wait"]]
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    return "\n".join(lines)
