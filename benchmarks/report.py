"""What was measured, beside its goal: as a table to read and as JSON to keep."""

import json
import math
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Row:
    """One line of the table. Without a goal it only informs; without a value it says why."""

    part: str
    name: str
    value: float | None
    unit: str
    least: float | None = None
    most: float | None = None
    note: str = ""
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def met(self) -> bool | None:
        """Whether the goal is met, or None where there is none or nothing was measured."""
        if self.value is None or (self.least is None and self.most is None):
            return None
        above = self.least is None or self.value >= self.least
        return above and (self.most is None or self.value <= self.most)

    @property
    def goal(self) -> str:
        if self.least is not None:
            return f"≥ {self.least:.4g} {self.unit}"
        return "" if self.most is None else f"≤ {self.most:.4g} {self.unit}"

    def cells(self) -> tuple[str, ...]:
        measured = "not measured" if self.value is None else f"{self.value:.3g} {self.unit}"
        met = {True: "yes", False: "NO", None: ""}[self.met]
        return self.name, measured, self.goal, met, self.note


def table(rows: Sequence[Row]) -> str:
    """The rows as text in columns, one block for each part."""
    head = ("", "measured", "goal", "met", "")
    cells = [row.cells() for row in rows]
    widths = [max(len(line[i]) for line in (head, *cells)) for i in range(len(head))]

    def written(line: Sequence[str]) -> str:
        padded = (text.ljust(width) for text, width in zip(line, widths, strict=True))
        return "  ".join(padded).rstrip()

    lines = [written(head)]
    for i, row in enumerate(rows):
        if i == 0 or rows[i - 1].part != row.part:
            lines += ["", row.part]
        lines.append(written(cells[i]))
    judged = [row.met for row in rows if row.met is not None]
    lines += ["", f"{sum(judged)} of {len(judged)} goals met."]
    return "\n".join(lines)


def save(rows: Sequence[Row], path: Path, about: dict[str, Any]) -> None:
    """Write everything, raw numbers included."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [asdict(row) | {"goal": row.goal, "met": row.met} for row in rows]
    text = json.dumps({"about": about, "rows": lines}, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def read(path: Path) -> dict[str, float]:
    """What was measured the last time, by part and name; nothing where there was none."""
    try:
        kept = json.loads(path.read_text("utf-8"))["rows"]
        return {f"{row['part']}: {row['name']}": row["value"] for row in kept if row["value"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def changes(rows: Sequence[Row], before: dict[str, float], least: float = 0.15) -> list[str]:
    """What is more than ``least`` of itself larger or smaller than it was, the most changed first.

    >>> changes([Row("core", "a step", 2.0, "ms"), Row("core", "a map", 1.0, "ms")],
    ...         {"core: a step": 1.0, "core: a map": 1.01})
    ['core: a step: 1 → 2 ms, 2.00 times']
    """
    found = []
    for row in rows:
        old = before.get(f"{row.part}: {row.name}")
        if old and row.value and abs(row.value / old - 1) > least:
            times = row.value / old
            said = f"{row.part}: {row.name}: {old:.3g} → {row.value:.3g} {row.unit}"
            found.append((abs(math.log(times)), f"{said}, {times:.2f} times"))
    return [said for _, said in sorted(found, reverse=True)]


def machine() -> dict[str, Any]:
    """What the numbers depend on, as far as Python knows it."""
    return {
        "system": platform.platform(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": load(),
    }


def load() -> float | None:
    """How many processes wanted a core in the last minute, where the system says so."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None
