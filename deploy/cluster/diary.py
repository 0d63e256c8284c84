"""What happened to whom: changes that were let go of, and what became of them."""

import time
from dataclasses import dataclass, field
from statistics import median
from typing import Any


@dataclass
class Change:
    """A value was let go of at ``begun`` and known to be kept at ``heard`` (None: not yet)."""

    who: str
    begun: float
    heard: float | None = None


@dataclass
class Diary:
    """The changes of everybody, and what went wrong."""

    changes: list[Change] = field(default_factory=list)
    faults: list[tuple[float, str]] = field(default_factory=list)

    def begin(self, who: str) -> Change:
        self.changes.append(Change(who, time.monotonic()))
        return self.changes[-1]

    def fault(self, who: str, what: object) -> None:
        self.faults.append((time.monotonic(), f"{who}: {what}"))

    def gone_on(self, since: float) -> set[str]:
        """Who has had a change kept that they began since then, or had in the air."""
        return {one.who for one in self.changes if one.heard is not None and one.heard > since}


def account(diary: Diary, broken: float, back: float, until: float) -> dict[str, Any]:
    """What an interruption from ``broken`` to ``back`` meant for the changes up to ``until``.

    A wait is counted from when the service was back, or from letting go where that was later.

    >>> diary = Diary([Change("a", 1, 12), Change("b", 11, 11.5), Change("c", 5)])
    >>> found = account(diary, broken=2, back=10, until=20)
    >>> found["in the air"], found["lost"], found["worst wait"], found["of"]
    (2, 1, 2.0, 'a')
    """
    touched = [
        one
        for one in diary.changes
        if one.begun < until and (one.heard is None or one.heard >= broken)
    ]
    heard = [(one.heard, one) for one in touched if one.heard is not None]
    waits = [max(0.0, float(when - max(one.begun, back))) for when, one in heard]
    longest = max(zip(waits, (one.who for _, one in heard), strict=True), default=(0.0, ""))
    wrong = [what for when, what in diary.faults if broken <= when < until]
    return {
        "down": round(back - broken, 1),
        "changes": len(touched),
        "in the air": sum(one.begun < back for one in touched),
        "lost": sum(one.heard is None for one in touched),
        "wrong": wrong,
        "median wait": round(median(waits), 2) if waits else 0.0,
        "worst wait": round(longest[0], 2),
        "of": longest[1],
    }
