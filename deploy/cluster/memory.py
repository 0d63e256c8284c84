"""A replica's memory limit, as a container has one: a control group of Linux, version 1 or 2."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

GROUPS = Path("/sys/fs/cgroup")
MB = 1 << 20


def _group(name: str) -> tuple[Path, str] | None:
    """The folder of a replica's group and its file for the limit; None where none can be made."""
    first = GROUPS / "memory"
    above, limit = (first, "memory.limit_in_bytes") if first.exists() else (GROUPS, "memory.max")
    folder = above / f"chain-rule-lab-{os.getpid()}-{name}"
    try:
        folder.mkdir(exist_ok=True)
    except OSError:
        return None
    return (folder, limit) if (folder / limit).exists() else None


def enter(name: str, pid: int) -> None:
    """Count what a process uses from now on as the replica's; where that cannot be, do nothing."""
    if group := _group(name):
        with suppress(OSError):
            (group[0] / "cgroup.procs").write_text(str(pid))


def fill(name: str, ended: Callable[[], bool], room: int = 64 * MB, timeout: float = 60) -> bool:
    """Set the replica's limit a little above its use, and use up what is left, until it ends.

    Returns whether the kernel ended it; False where there are no control groups to be had.
    """
    group = _group(name)
    if group is None:
        return False
    folder, limit = group
    used = folder / limit.replace("limit_in_bytes", "usage_in_bytes").replace(".max", ".current")
    with suppress(OSError):
        (folder / limit).write_text(str(int(used.read_text()) + room))
        # It stands for a leak, and the kernel is told not to end it instead.
        leak = subprocess.Popen([sys.executable, "-c", LEAK, str(folder / "cgroup.procs")])
        deadline = time.monotonic() + timeout
        while not ended() and leak.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        leak.kill()
        leak.wait()
        (folder / limit).write_text("-1" if "limit" in limit else "max")
        return ended()
    return False


LEAK = """
import os, sys, time
open("/proc/self/oom_score_adj", "w").write("-1000")
open(sys.argv[1], "w").write(str(os.getpid()))
held = []
while True:
    held.append(b"x" * (1 << 20))
    time.sleep(0.002)
"""


def leave(name: str) -> None:
    """Take the replica's group away, once it has ended."""
    if group := _group(name):
        with suppress(OSError):
            group[0].rmdir()
