"""Try many cases and say which failed: ``python -m tests.fuzz``, or ``make fuzz``."""

import argparse
import sys
import traceback
from collections.abc import Callable, Iterable

from tests.browser.harness import Server
from tests.fuzz.answering import told
from tests.fuzz.cases import KINDS, SHARES, Case, case
from tests.fuzz.reading import READERS, check

CASES = 50_000
MOST_SHOWN = 40


def main() -> None:
    choose = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    choose.add_argument("--seed", type=int, default=1)
    choose.add_argument("--cases", type=int, default=CASES, help=f"of all kinds ({CASES})")
    choose.add_argument("--only", choices=[*KINDS], help="one kind instead of all")
    choose.add_argument("--name", help="one case, such as message-7-123")
    given = choose.parse_args()
    cases = chosen(given.cases, given.seed, [given.only] if given.only else [*KINDS])
    if given.name:
        kind, seed, number = given.name.split("-")
        cases = [case(kind, int(seed), int(number))]
        print(repr(cases[0].content)[:4000])
    faults = tried(cases)
    for one, fault in faults[:MOST_SHOWN]:
        print(f"\n{one} {repr(one.content)[:400]}\n{fault}")
    print(f"{len(cases)} cases, {len(faults)} faults")
    sys.exit(bool(faults))


def chosen(count: int, seed: int, kinds: Iterable[str] = KINDS) -> list[Case]:
    """So many cases, of each kind by its share."""
    shares = {kind: SHARES[kind] for kind in kinds}
    return [
        case(kind, seed, number)
        for kind, share in shares.items()
        for number in range(round(count * share / sum(shares.values())))
    ]


def tried(
    cases: Iterable[Case], serve: Callable[[], Server] = lambda: Server(prepared=False)
) -> list[tuple[Case, str]]:
    """The cases of which a claim failed, each with what happened."""
    faults, others = [], []
    for one in cases:
        if one.kind not in READERS:
            others.append(one)
            continue
        try:
            check(one)
        except Exception:
            faults.append((one, traceback.format_exc()[-2000:]))
    if others:
        server = serve()
        try:
            faults += told(server, others)
        finally:
            server.close()
    return faults


if __name__ == "__main__":
    main()
