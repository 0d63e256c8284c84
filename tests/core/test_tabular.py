"""Pasted tables, good and bad, and points in links."""

import base64
import contextlib
import re
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.datasets import DATASETS
from core.network import Dataset
from core.tabular import (
    DataError,
    decode_cloud,
    decode_points,
    encode_cloud,
    encode_points,
    read_cloud,
    read_points,
)


@pytest.mark.parametrize(
    "text",
    [
        "0.5,1\n-2,3e-1",
        "0.5, 1\n-2, 0.3",
        "x,y\n0.5,1\n-2,.3",
        "0.5;1\n-2;0.3",
        "0,5;1\n-2;0,3",
        "x;y\n0,5;1,0\n-2,0;0,3",
        "0.5\t1\n-2\t0.3",
        "0,5\t1\n-2\t0,3\n",
        "0.5 1\n-2 0.3",
        "  0.5    1  \n\n\n  -2   0.3  ",
        "x y\r\n0.5 1\r\n-2 0.3\r\n",
        "\ufeffinput,target\n0.5,1\n-2,0.3",
        '"x","y"\n"0.5","1"\n"-2","0.3"',
        "0.5,1,\n-2,0.3,",
        "+0.5,1.\n−2,0.3",
        "0.5\u00a01\n-2\u00a00.3",
        "w1, y1\n0.5, 1\n-2, 0.3",
    ],
)
def test_the_same_two_points_however_they_are_written(text):
    data = read_points(text)
    assert data.x.tolist() == [0.5, -2.0]
    assert data.y.tolist() == [1.0, 0.3]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "no numbers yet"),
        ("  \n\n\t\n", "no numbers yet"),
        (",,\n;", "no numbers yet"),
        ("x,y", "no row of numbers under it"),
        ("x,y\n\n", "no row of numbers under it"),
        ("1,2\nabc,3", "Row 2: x is “abc”, which is not a number"),
        ("1,2\n3,abc", "Row 2: y is “abc”"),
        ("x,y\n1,2\n\n3,four", "Row 4: y is “four”"),
        ("x,y\nx,y\n1,2", "Row 2: x is “x”"),
        ("1,nan", "Row 1: y is nan, but it must be a finite number"),
        ("NaN,1", "Row 1: x is NaN"),
        ("1,2\ninf,3", "Row 2: x is inf"),
        ("1;2\n3;-Infinity", "Row 2: y is -Infinity"),
        ("1,2\n3,1e999", "Row 2: y is 1e999, which is beyond"),
        ("1,2\n3,1e7", "Row 2: y is 1e7, which is beyond ±1000000"),
        ("1,2\n3", "Row 2 has no y"),
        ("1,2\n3,", "Row 2 has no y"),
        ("1,2\n,3", "Row 2 has no x"),
        ("1 2\n3", "Row 2 has no y"),
        ("1,2,3", "Row 1 has 3 columns"),
        ("1 2\n1 2 3", "Row 2 has 3 columns"),
        ("0,5 1,5", "A decimal comma needs semicolons or tabs"),
        ("1;2;3;4", "Row 1 has 4 columns"),
        ("1;2\n1,000.5;2", "Row 2: x is “1,000.5”"),
        ("1;2\n1,0,5;2", "Row 2: x is “1,0,5”"),
        ("1,2\n0x10,3", "Row 2: x is “0x10”"),
        ("1,2\n1_0,3", "Row 2: x is “1_0”"),
        ("1,2\n٣,3", "Row 2: x is “٣”"),
        ("1,2\n=1+1,3", "Row 2: x is “=1.1”"),
        ("1,2\n1e,3", "Row 2: x is “1e”"),
        ("1,2\n" + "a" * 500 + ",3", "Row 2: x is “a{20}…”"),
        ("\n".join(["1,2"] * 51), "Row 51 is one too many: at most 50 points"),
        ("x,y\n" + "\n".join(["1,2"] * 51), "Row 52 is one too many"),
        ("1" * 30_000, "too much text"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence_that_names_the_row(text, sentence):
    with pytest.raises(DataError, match=sentence) as caught:
        read_points(text)
    assert str(caught.value).endswith(".")


def test_fifty_points_fit():
    assert len(read_points("x y\n" + "\n".join(f"{k} {k}" for k in range(50)))) == 50


@given(st.text(alphabet="0123456789.,;\t\n -+eExyna∞", max_size=60) | st.text(max_size=60))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_any_text_is_points_or_a_sentence(text):
    try:
        data = read_points(text)
    except DataError:
        return
    assert 1 <= len(data) <= 50


# ---- links

numbers = st.floats(-1e6, 1e6, allow_nan=False)
points = st.lists(st.tuples(numbers, numbers), min_size=1, max_size=50)


@given(points)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_a_link_holds_every_number_exactly_in_safe_characters(rows):
    data = Dataset([x for x, _ in rows], [y for _, y in rows])
    text = encode_points(data)
    assert re.fullmatch(r"[A-Za-z0-9._~-]+", text)
    back = decode_points(text)
    assert back.x.tobytes() == data.x.tobytes()
    assert back.y.tobytes() == data.y.tobytes()


def test_a_link_is_short():
    assert len(encode_points(DATASETS["bowl"].data)) < 70
    rng = np.random.default_rng(1)
    random = Dataset(rng.uniform(-2, 2, 50), rng.uniform(0, 1, 50))
    assert len(encode_points(random)) <= 2 + -(-800 * 4 // 3)


@pytest.mark.parametrize(
    "text",
    [
        "", "_", "1", "1_2_3", "1_", "1_x", "nan_1", "1_inf", "1e999_1", "1e7_1", "~", "~~", "~A",
        "~!!!!", "~~AAAA", "~AAAA", "~~" + "A" * 19, "1_2\n", " 1_2", "٣_1", "1,2",
        "_".join("1" * 102),
        "~~" + "f_______" * 2 + "f____", "~" + "A" * 30_000,
    ],
)  # fmt: skip
def test_a_broken_link_is_refused_in_a_sentence(text):
    with pytest.raises(DataError, match="link"):
        decode_points(text)


@given(st.text(max_size=40) | st.text("~_-.0123456789eABCabc", max_size=60))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_any_link_is_points_or_a_sentence(text):
    with contextlib.suppress(DataError):
        assert 1 <= len(decode_points(text)) <= 50


def test_a_small_link_cannot_swell():
    bomb = zlib.compress(bytes(10**7), 9, wbits=-15)
    with pytest.raises(DataError):
        decode_points("~" + base64.urlsafe_b64encode(bomb).decode().rstrip("="))


@pytest.mark.parametrize(
    "text",
    [
        "0.5,1,0\n-2,.3,1",
        "x1;x2;y\n0,5;1;0\n-2;0,3;1",
        "0.5 1 0\n\n-2 0.3 1",
        "0.5,1,0,\n-2,0.3,1,",
    ],
)
def test_three_columns_are_two_classes(text):
    data = read_cloud(text)
    assert data.x.tolist() == [[0.5, 1.0], [-2.0, 0.3]]
    assert data.y.tolist() == [0.0, 1.0]


def test_two_columns_are_a_curve_read_as_ever():
    for text in ("0.5,1\n-2,3e-1", "x;y\n0,5;1,0\n-2,0;0,3", "0.5,1,\n-2,0.3,"):
        cloud, points = read_cloud(text), read_points(text)
        assert cloud.x.tolist() == points.x.tolist()
        assert cloud.y.tolist() == points.y.tolist()


@pytest.mark.parametrize(
    ("text", "columns", "sentence"),
    [
        ("1,2,0\n1,2,0.5", None, "Row 2: y is 0.5, but of two classes it must be 0 or 1."),
        ("1,2,0\n1,2", None, "Row 2 has no y: a point needs three numbers, x1, x2 and y."),
        ("1,2,0\n1,,1", None, "Row 2 has no x2"),
        ("1,2\n1,2,0", None, "Row 2 has 3 columns, but a point has two, x and y."),
        (
            "1,2,3,4",
            None,
            "Row 1 has 4 columns, but a point has two, x and y, or three, x1, x2 and y.",
        ),
        ("1", None, "Row 1 has no y: a point needs two numbers, x and y."),
        ("1,2,\n1,2,0", 3, "Row 1 has no y: a point needs three numbers"),
        ("", 3, "There are no numbers yet: type one point a line, such as 0.5, 1, 0."),
        ("\n".join(["1,2,1"] * 201), None, "Row 201 is one too many: at most 200 points"),
    ],
)
def test_what_is_no_curve_and_no_classes_is_told(text, columns, sentence):
    with pytest.raises(DataError, match=re.escape(sentence)):
        read_cloud(text, columns)


@given(st.text(alphabet='0123456789.,;-e \t\nxy12"', max_size=80))
def test_any_text_is_samples_that_a_link_can_hold_or_a_sentence(text):
    with contextlib.suppress(DataError):
        data = read_cloud(text)
        again = decode_cloud(encode_cloud(data))
        assert again.x.tolist() == data.x.tolist()
        assert again.y.tolist() == data.y.tolist()
