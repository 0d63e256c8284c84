"""What a chart sends to the browser. How it behaves there: tests/browser/test_plot.py."""

import base64
import json
import math
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from ui.plot.payload import as_data, payload, plain, typed_array
from ui.plot.table import ROWS, tables


def sent(figure: go.Figure, **options: Any) -> dict[str, Any]:
    """The payload as the browser reads it: strict JSON, no NaN and no infinity."""
    data = payload(figure, **{"key": "k", "alt": "A chart.", "height": 300, **options})
    return dict(json.loads(json.dumps(data, allow_nan=False)))


def unpacked(spec: dict[str, str]) -> npt.NDArray[Any]:
    flat = np.frombuffer(base64.b64decode(spec["bdata"]), dtype=f"<{spec['dtype']}")
    return flat.reshape([int(n) for n in spec["shape"].split(",")]) if "shape" in spec else flat


GRID = np.linspace(-6, 6, 81)
SURFACE = go.Figure(go.Surface(x=GRID, y=GRID, z=np.outer(np.sin(GRID), GRID), name="cost"))


def test_numbers_are_float32_with_their_shape() -> None:
    trace = sent(SURFACE)["figure"]["data"][0]
    assert {trace[axis]["dtype"] for axis in "xyz"} == {"f4"}
    assert trace["z"]["shape"] == "81, 81"
    np.testing.assert_allclose(unpacked(trace["z"]), SURFACE.data[0].z, rtol=1e-6, atol=1e-6)


def test_the_payload_is_small() -> None:
    figure = go.Figure(SURFACE)
    figure.layout.template = None
    assert len(json.dumps(sent(figure))) < 81 * 81 * 4 * 4 / 3 + 5000


def test_long_lists_are_packed_too_and_short_ones_left() -> None:
    trace = sent(go.Figure(go.Scatter(x=[0.5, None], y=[0.1] * 99 + [None])))["figure"]["data"][0]
    assert trace["x"] == [0.5, None]
    assert trace["y"]["dtype"] == "f4"
    assert math.isnan(unpacked(trace["y"])[-1])


@pytest.mark.parametrize("gap", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_a_gap(gap: float) -> None:
    figure = go.Figure(
        [
            go.Scatter(x=[0, gap], y=np.array([1.0, gap]), name="arrays"),
            go.Contour(z=[[1, gap], [2, 3]], zmax=gap, name="lists"),
        ]
    )
    data = sent(figure)
    scatter, contour = data["figure"]["data"]
    assert scatter["x"] == [0, None]
    assert scatter["y"] == [1.0, None]
    assert contour["z"] == [[1, None], [2, 3]]
    assert contour["zmax"] is None
    assert data["tables"][0]["rows"][1] == ["no value", "no value"]
    assert "∞" not in json.dumps(data, ensure_ascii=False)


def test_overflow_does_not_become_infinity() -> None:
    spec = typed_array(np.array([1e300, -1e300, 1.0]))
    assert spec["dtype"] == "f8"
    assert np.isfinite(unpacked(spec)).all()


def test_rounding_that_would_show_is_not_done() -> None:
    assert typed_array(1e6 + np.linspace(0, 1e-3, 50))["dtype"] == "f8"
    assert typed_array(np.geomspace(1e-60, 1, 50))["dtype"] == "f8"


@given(arrays.arrays(np.float64, st.integers(1, 40), elements=st.floats(width=64)))
def test_rounding_is_never_seen(numbers: npt.NDArray[np.float64]) -> None:
    back = unpacked(typed_array(numbers)).astype(float)
    finite = np.isfinite(numbers)
    assert np.isnan(back[~finite]).all()
    known = numbers[finite]
    if known.size:
        with np.errstate(over="ignore"):
            spread = min(np.ptp(known), np.finfo(float).max)
        assert np.isfinite(back[finite]).all()
        assert (abs(back[finite] - known) <= 1e-3 * spread + 1e-6 * abs(known)).all()


@pytest.mark.parametrize("dtype", ["int8", "int16", "int32", "int64", "uint8", "uint32"])
def test_whole_numbers_stay_whole(dtype: str) -> None:
    figure = go.Figure(go.Scatter(y=np.arange(40, dtype=dtype)))
    assert unpacked(sent(figure)["figure"]["data"][0]["y"]).tolist() == list(range(40))


def test_words_and_dates_pass() -> None:
    figure = go.Figure(go.Scatter(x=np.array(["2026-01-01"], "datetime64[D]"), y=[1], text=["a"]))
    trace = sent(figure)["figure"]["data"][0]
    assert trace["text"] == ["a"]
    assert trace["x"][0].startswith("2026-01-01")


def test_view_and_background_unless_the_figure_says_otherwise() -> None:
    layout = sent(go.Figure(go.Scatter(y=[1])), key="path")["figure"]["layout"]
    assert layout["uirevision"] == "path"
    assert layout["dragmode"] is False
    assert layout["paper_bgcolor"] == layout["plot_bgcolor"] == "rgba(0,0,0,0)"
    own = {"uirevision": "1", "dragmode": "zoom", "plot_bgcolor": "red"}
    assert own.items() <= sent(go.Figure(layout=own))["figure"]["layout"].items()
    assert "dragmode" not in sent(SURFACE)["figure"]["layout"]


def test_a_chart_needs_words_and_room() -> None:
    with pytest.raises(ValueError, match="cannot see it"):
        sent(SURFACE, alt="  ")
    with pytest.raises(ValueError, match="positive"):
        sent(SURFACE, height=0)


def test_the_figure_is_left_as_it_was() -> None:
    before = SURFACE.to_json()
    sent(SURFACE)
    assert SURFACE.to_json() == before


def test_each_visible_trace_has_a_table() -> None:
    figure = go.Figure(
        [
            go.Scatter(x=[0, 1], y=[0.5, -0.25], name="<b>cost</b> J"),
            go.Bar(y=[3]),
            go.Scatter(y=[1], visible="legendonly"),
        ]
    )
    figure.update_layout(xaxis_title="step", yaxis_title="<i>J</i>")
    assert sent(figure)["tables"] == [
        {
            "name": "cost J",
            "columns": ["step", "J"],
            "rows": [["0", "0.5000"], ["1.000", "−0.2500"]],
        },
        {"name": "bar 2", "columns": ["step", "J"], "rows": [["0", "3.000"]]},
    ]


def test_long_traces_are_sampled_from_end_to_end() -> None:
    (table,) = tables(as_data(go.Figure(go.Scatter(x=np.arange(1001), y=np.arange(1001) ** 2))))
    assert len(table["rows"]) == ROWS
    assert table["rows"][0] == ["0", "0"]
    assert table["rows"][-1][0] == "1000"


def test_surfaces_are_sampled_corner_to_corner() -> None:
    (table,) = tables(as_data(SURFACE))
    assert table["name"] == "cost"
    assert table["columns"] == ["x", "y", "z"]
    assert len(table["rows"]) == 25
    assert [row[:2] for row in (table["rows"][0], table["rows"][-1])] == [
        ["−6.000", "−6.000"],
        ["6.000", "6.000"],
    ]


def test_the_scene_and_the_colour_bar_name_the_columns() -> None:
    scene = {"xaxis": {"title": "w<sub>1</sub>"}, "zaxis": {"title": {"text": "J"}}}
    solid = go.Figure(go.Scatter3d(x=[1], y=[2], z=[3]), layout={"scene": scene})
    assert tables(as_data(solid))[0]["columns"] == ["w1", "y", "J"]
    flat = go.Figure(go.Contour(z=[[1]], colorbar={"title": "cost"}))
    assert tables(as_data(flat))[0]["columns"] == ["x", "y", "cost"]


def test_numpy_scalars_are_plain() -> None:
    assert plain({"a": np.float64(1.5), "b": np.int64(2), "c": np.bool_(True)}) == {
        "a": 1.5,
        "b": 2,
        "c": True,
    }
