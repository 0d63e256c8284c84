"""Small tables, as Markdown."""

import math
from collections.abc import Sequence

from core.checking import Check
from core.formatting import number


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; the first column is text, the others are numbers.

    >>> print(table(["way", "value"], [["chain rule", "+0.06202"]]))
    | way | value |
    |:---|---:|
    | chain rule | +0.06202 |
    """
    ruler = "|:---|" + "---:|" * (len(head) - 1)
    lines = ["| " + " | ".join(cells) + " |" for cells in (head, *rows)]
    return "\n".join([lines[0], ruler, *lines[1:]])


def check(result: Check) -> str:
    """The chain rule's number beside the two difference quotients, and how far they are apart."""
    exact = result.chain_rule
    rows = [["chain rule", number(exact, sign=True), ""]]
    ways = (
        ("nudge", result.central),
        ("complex step", result.complex_step),
    )
    for way, value in ways:
        if not math.isnan(value):
            rows.append([way, number(value, sign=True), number(abs(value - exact))])
    return table(["by", "derivative", "off by"], rows)
