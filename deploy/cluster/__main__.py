"""Serve the lab from several replicas: ``python -m deploy.cluster``, or ``make cluster``.

With ``--trial`` a class works at it while servers are killed, renewed, cut off and filled.
"""

import argparse
import asyncio
import json
import signal
import sys
import time
from pathlib import Path

from benchmarks.report import load, machine
from deploy.cluster.servers import FOLDER, ROOT, Cluster
from deploy.cluster.trial import failures, markdown, trial

RESULT = ROOT / "build" / "cluster.json"


def main() -> None:
    choose = argparse.ArgumentParser(prog="python -m deploy.cluster", description=__doc__)
    choose.add_argument("--replicas", type=int, default=2, help="how many servers (2)")
    choose.add_argument("--port", type=int, default=8600, help="of the balancer (8600)")
    choose.add_argument("--trial", action="store_true", help="try what it bears, and end")
    choose.add_argument("--learners", type=int, default=100, help="in the trial (100)")
    choose.add_argument("--browsers", type=int, default=4, help="in the trial (4)")
    choose.add_argument("--period", type=float, default=30, help="seconds between changes (30)")
    choose.add_argument("--json", type=Path, default=RESULT, help="where the result is kept")
    given = choose.parse_args()
    if given.replicas < 1 or given.period <= 0:
        choose.error("replicas and period must be positive")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))  # and the servers with it
    try:
        with Cluster(given.replicas, given.port) as cluster:
            print(f"{given.replicas} replicas behind {cluster.url}; their logs are in {FOLDER}.")
            if given.trial:
                sys.exit(_try(cluster, given))
            while True:
                time.sleep(3600)
    except KeyboardInterrupt:
        pass
    except RuntimeError as error:
        sys.exit(str(error))


def _try(cluster: Cluster, given: argparse.Namespace) -> int:
    about = machine()
    found = asyncio.run(
        trial(
            cluster,
            count=given.learners,
            with_browser=given.browsers,
            period=given.period,
        )
    )
    wrong = failures(found)
    given.json.parent.mkdir(parents=True, exist_ok=True)
    told = {"machine": about, "load at the end": load(), "wrong": wrong, **found}
    given.json.write_text(json.dumps(told, indent=1), encoding="utf-8")
    print(markdown(found))
    print(
        f"{found['learners']} learners and {found['browsers']} browsers, a change every "
        f"{found['period']:g} s each; {found['changes']} changes, {found['lost']} lost, "
        f"{len(found['faults'])} wrong. {about['cores']} cores, load {about['load']} before."
    )
    for one in wrong:
        print(f"- {one}")
    return 1 if wrong else 0


if __name__ == "__main__":
    main()
