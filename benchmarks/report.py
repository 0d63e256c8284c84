"""What was measured, beside its goal: as a table to read and as JSON to keep."""

import json
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
