"""Measure everything and say what was found: ``python -m benchmarks``, or ``make bench``."""

import argparse
import sys
from pathlib import Path

from benchmarks.report import Row, changes, load, machine, read, save, table

PARTS = ("core", "load", "visits", "browser")
RESULT = Path(__file__).resolve().parents[1] / "build" / "bench.json"


def main() -> None:
    """A missed goal is told in the table; only what could not be measured is an error."""
    choose = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    choose.add_argument("--only", choices=PARTS, help="one part instead of all")
    choose.add_argument("--pages", nargs="+", default=(), metavar="PATH", help="such as /practise")
    choose.add_argument("--seconds", type=float, default=5, help="of each drag (5)")
    choose.add_argument("--rounds", type=int, default=3, help="of drags (3)")
    choose.add_argument("--repeats", type=int, default=7, help="of everything else (7)")
    choose.add_argument("--json", type=Path, default=RESULT, help="where the numbers are kept")
    given = choose.parse_args()
    if given.seconds <= 0 or given.rounds < 1 or given.repeats < 1:
        choose.error("seconds, rounds and repeats must be positive")

    about = machine()
    rows: list[Row] = []
    errors: list[str] = []
    wanted = [given.only] if given.only else PARTS
    if "core" in wanted:
        from benchmarks import core, growth, layers

        rows += core.measure(given.repeats)
        rows += layers.measure(given.repeats)
        rows += growth.measure(given.repeats)
    if "load" in wanted:
        from benchmarks import load as crowd

        rows += crowd.measure(given.repeats)
    if "visits" in wanted:
        from benchmarks import visits

        rows += visits.measure(given.rounds)
    if "browser" in wanted:
        from benchmarks import browser  # needs Playwright

        found, seen, errors = browser.measure(
            given.repeats, given.seconds, given.rounds, given.pages
        )
        rows += found
        about |= seen
    about["load at the end"] = load()
    before = read(given.json)
    save(rows, given.json, about)
    print(table(rows))
    if changed := changes(rows, before):
        print("\nAgainst the last time:\n" + "\n".join(changed))
    print(
        f"{about['cores']} cores, load {about['load']} before and {about['load at the end']}"
        f" after; all numbers are in {given.json}"
    )
    if errors:
        sys.exit("\nNot measured:\n" + "\n".join(errors))


if __name__ == "__main__":
    main()
