"""A figure as it travels to the browser: strict JSON with small typed arrays."""

import base64
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from ui.plot.table import SOLID, tables

_LONG = 16  # numbers; a shorter list is not worth packing
_LARGE = 4000  # characters; less is sent again rather than kept


def payload(
    figure: go.Figure | Mapping[str, Any],
    *,
    key: str,
    alt: str,
    height: int | None,
    template: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Everything that the browser needs to draw a chart, as plain JSON values.

    ``template`` is the look of a figure that brings none. It is plain data: Plotly's own template
    would be checked and copied for every figure, which takes longer than to make the figure.

    The figure is Plotly's, or the same as plain data, whose names Plotly has not looked at: it is
    made in a tenth of the time.

    Neither NaN nor infinity is in it: a number that is not finite is a gap in the drawing.

    Without a ``height`` the chart fills its place.

    Raises:
        ValueError: if ``alt`` is empty or ``height`` is not positive.
    """
    if not alt.strip():
        raise ValueError(f"The chart {key!r} needs a text for those who cannot see it.")
    if height is not None and height <= 0:
        raise ValueError(f"The height must be positive, not {height}.")
    drawn = as_data(figure)
    solid = any(trace["type"] in SOLID for trace in drawn["data"])
    layout = {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "uirevision": key,
        **({} if solid else {"dragmode": False}),
        **plain(drawn["layout"]),
    }
    if template:
        layout.setdefault("template", template)
    shown: dict[str, Any] = {"data": plain(drawn["data"], pack=True), "layout": layout}
    return {
        "alt": alt,
        "height": height,
        "figure": shown,
        "solid": solid,
        "tables": tables(drawn),
    }


def as_data(figure: go.Figure | Mapping[str, Any]) -> Mapping[str, Any]:
    """A figure's traces and layout as plain data, with arrays as they are."""
    if isinstance(figure, Mapping):
        return figure
    return {
        "data": [trace.to_plotly_json() for trace in figure.data],
        "layout": figure.layout.to_plotly_json(),
    }


def lightened(data: dict[str, Any], keep: Callable[[Any, str], Any]) -> dict[str, Any]:
    """The payload with each large array, and the tables, in the care of ``keep``.

    ``keep`` is given a value and a name for its place, and returns what stands for it. What has
    not changed is then not sent again when something else in the figure has.

    >>> surface = {"z": {"dtype": "f4", "bdata": "A" * 9000}, "name": "J"}
    >>> light = lightened({"figure": {"data": [surface]}, "tables": []}, lambda value, place: place)
    >>> light["figure"]["data"]
    [{'z': '0-z', 'name': 'J'}]
    """
    traces = [
        {
            name: keep(part, f"{index}-{name}") if _is_large(part) else part
            for name, part in trace.items()
        }
        for index, trace in enumerate(data["figure"]["data"])
    ]
    tables = [
        keep(table, f"table-{index}") if len(table["rows"]) > _LONG else table
        for index, table in enumerate(data["tables"])
    ]
    return {**data, "figure": {**data["figure"], "data": traces}, "tables": tables}


def _is_large(part: Any) -> bool:
    return isinstance(part, Mapping) and len(part.get("bdata", "")) > _LARGE


def plain(value: Any, *, pack: bool = False) -> Any:
    """The value as strict JSON; with ``pack``, long rows of numbers as small typed arrays.

    >>> plain({"x": (1, math.nan), "name": "a"})
    {'x': [1, None], 'name': 'a'}
    >>> plain(list(range(16)), pack=True)["dtype"]
    'f4'
    """
    if isinstance(value, Mapping):
        return {str(name): plain(item, pack=pack) for name, item in value.items()}
    if isinstance(value, np.ndarray):
        if pack and value.size >= _LONG and value.dtype.kind in "fiu":
            return typed_array(value.astype(float))
        return plain(value.tolist(), pack=pack)
    if isinstance(value, (list, tuple)):
        if pack and len(value) >= _LONG and all(_is_number(item) for item in value):
            return typed_array(np.array(value, dtype=float))  # None becomes NaN
        return [plain(item, pack=pack) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return str(value)  # dates and times, as Plotly reads them


def typed_array(array: npt.NDArray[Any]) -> dict[str, str]:
    """Numbers in plotly.js's form for typed arrays; reals as float32 where nobody can see it.

    A gap (NaN) stays one, and infinity becomes one.

    >>> typed_array(np.array([1.0, 2.0]))
    {'dtype': 'f4', 'bdata': 'AACAPwAAAEA='}
    >>> typed_array(np.array([1e-60, 2e-60]))["dtype"]  # would be zeros
    'f8'
    """
    if array.dtype.kind == "f":
        array = np.where(np.isfinite(array), array, np.nan)
        if _fits_float32(array):
            array = array.astype(np.float32)
    little = np.ascontiguousarray(array.astype(array.dtype.newbyteorder("<"), copy=False))
    spec = {
        "dtype": f"{array.dtype.kind}{array.dtype.itemsize}",
        "bdata": base64.b64encode(little.tobytes()).decode("ascii"),
    }
    if array.ndim > 1:
        spec["shape"] = ", ".join(map(str, array.shape))
    return spec


def _fits_float32(array: npt.NDArray[np.floating[Any]]) -> bool:
    """Whether rounding moves no number by as much as a thousandth of the array's spread.

    That is less than half a pixel of a chart 400 pixels wide. The logarithm of a positive number
    is kept too, for logarithmic axes.
    """
    numbers = array[~np.isnan(array)].astype(np.float64)
    if not numbers.size:
        return True
    with np.errstate(over="ignore", under="ignore"):
        error = np.abs(numbers.astype(np.float32) - numbers)
        spread = np.ptp(numbers)
    return bool(np.all(error <= 1e-6 * np.abs(numbers))) and bool(
        spread == 0 or np.max(error) <= 1e-3 * spread
    )


def _is_number(value: object) -> bool:
    real = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
    return real or value is None
