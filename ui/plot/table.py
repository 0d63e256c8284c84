"""The numbers of a figure as short tables, for those who cannot see it."""

import html
import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from core.formatting import number

SOLID = {"surface", "scatter3d", "mesh3d", "cone", "isosurface", "volume", "streamtube"}
"""The kinds of traces that stand in a scene."""
ROWS = 25
"""At most so many rows a trace: first and last, and evenly spaced ones between."""


def tables(figure: Mapping[str, Any]) -> list[dict[str, Any]]:
    """For each visible trace, unless nothing is said when it is pointed at: its name, its columns'
    names and rows of written numbers. The figure is plain data, as Plotly's own is by
    :func:`ui.plot.payload.as_data`.

    >>> tables({"data": [{"type": "scatter", "x": [0, 1], "y": [2, 0.12345], "name": "cost"}]})
    [{'name': 'cost', 'columns': ['x', 'y'], 'rows': [['0', '2.000'], ['1.000', '0.1235']]}]
    """
    layout = figure.get("layout", {})
    return [
        {
            "name": _words(trace.get("name")) or f"{trace['type']} {index + 1}",
            "columns": [_title(layout, trace, axis) for axis in columns],
            "rows": [
                [_written(value) for value in row] for row in zip(*columns.values(), strict=True)
            ],
        }
        for index, trace in enumerate(figure["data"])
        if trace.get("visible") in (None, True)
        and trace.get("hoverinfo") != "skip"
        and (columns := _columns(trace))
    ]


def _columns(trace: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Sampled values by axis, all of one length; none for a trace without x, y or z."""
    x, y, z = (trace.get(axis) for axis in "xyz")
    if z is not None and np.ndim(z) == 2:
        return _grid(x, y, np.asarray(z))
    known = {axis: trace[axis] for axis in "xyz" if trace.get(axis) is not None}
    if not known:
        return {}
    length = min(len(values) for values in known.values())
    if "x" not in known or "y" not in known:
        missing = "y" if "x" in known else "x"
        known = {missing: range(length), **known}
    return {axis: [known[axis][i] for i in _sample(length, ROWS)] for axis in sorted(known)}


def _grid(x: Any, y: Any, z: Any) -> dict[str, list[Any]]:
    rows, columns = z.shape
    side = math.isqrt(ROWS)
    x = np.arange(columns) if x is None else np.asarray(x)
    y = np.arange(rows) if y is None else np.asarray(y)
    cells = [(i, j) for i in _sample(rows, side) for j in _sample(columns, side)]
    return {
        "x": [x[i, j] if x.ndim == 2 else x[j] for i, j in cells],
        "y": [y[i, j] if y.ndim == 2 else y[i] for i, j in cells],
        "z": [z[i, j] for i, j in cells],
    }


def _sample(length: int, most: int) -> list[int]:
    """At most ``most`` indices of ``length``, evenly spaced, both ends among them.

    >>> _sample(3, 50), _sample(101, 3)
    ([0, 1, 2], [0, 50, 100])
    """
    if length <= most:
        return list(range(length))
    return [round(i * (length - 1) / (most - 1)) for i in range(most)]


def _written(value: Any) -> str:
    if value is None:
        return "no value"
    try:
        real = float(value)
    except (TypeError, ValueError):
        return _words(value)
    return number(real) if math.isfinite(real) else "no value"


def _title(layout: Mapping[str, Any], trace: Mapping[str, Any], axis: str) -> str:
    """The title of the axis that a trace is drawn against, or the axis's letter."""
    if trace["type"] in SOLID:
        place = layout.get(trace.get("scene", "scene"), {}).get(f"{axis}axis", {})
    elif axis == "z":
        place = trace.get("colorbar", {})
    else:
        which = trace.get(f"{axis}axis", axis)
        place = layout.get(f"{axis}axis{which[1:]}", {})
    return _words(place.get("title", {}).get("text")) or axis


def _words(text: Any) -> str:
    """Text without the markup that Plotly draws.

    >>> _words("<i>w</i><sub>1</sub> &amp; b")
    'w1 & b'
    """
    return "" if text is None else html.unescape(re.sub(r"<[^>]+>", "", str(text)))
