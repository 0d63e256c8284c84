"""The learner's own samples: a table edited in place, text, or a file, all read by one reader.

What can be read is used at once. What cannot is answered by a sentence that names the row, and the
last good samples stay in use.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from core.network import Dataset
from core.tabular import MOST_POINTS, DataError, encode_points, read_points
from ui.lessons.own import OWN
from ui.session import state

Row = Sequence[float | None]
TEXT, FILE = "samples-text", "samples-file"


@dataclass
class Held:
    """What the inputs hold. Streamlit's table knows its edits by their difference from ``rows``,

    so these stay the same while it is edited, and a table over other rows gets another key.
    """

    points: str
    """The samples in use when the inputs were last in line with them."""
    rows: list[Row]
    version: int
    problem: str = ""

    @property
    def table(self) -> str:
        return f"samples-table-{self.version}"


def samples(data: Dataset) -> None:
    """The inputs, begun anew when the samples in use have come from elsewhere."""
    held: Held | None = st.session_state.get("samples")
    points = encode_points(data)
    # What Streamlit has not drawn for a while, it has forgotten.
    if held is None or held.points != points or TEXT not in st.session_state:
        held = Held(points, rows(data), held.version + 1 if held else 0)
        st.session_state.samples = held
        st.session_state[TEXT] = written(rows(data))
    st.markdown(
        f"Up to {MOST_POINTS} samples, a row each: edit the table, paste text, or choose a file. "
        "They travel in the share link."
    )
    left, right = st.columns(2)
    with left:
        st.data_editor(
            pd.DataFrame(held.rows, range(1, len(held.rows) + 1), ["x", "y"], dtype=float),
            num_rows="dynamic",
            hide_index=False,  # a message names the row
            placeholder="",
            column_config={
                name: st.column_config.NumberColumn(name, format="plain") for name in "xy"
            },
            key=held.table,
            on_change=take_table,
            height=340,
        )
    with right:
        st.text_area("x, y: a sample a line", key=TEXT, on_change=take_text, height=220)
        st.file_uploader(
            "or a CSV file of two columns",
            type=["csv", "txt", "tsv"],
            key=FILE,
            on_change=take_file,
        )
    if held.problem:
        st.error(held.problem)


def take_table() -> None:
    held: Held = st.session_state.samples
    take(written(edited(held.rows, st.session_state[held.table])), held.table)


def take_text() -> None:
    take(st.session_state[TEXT], TEXT)


def take_file() -> None:
    file = st.session_state[FILE]
    if file is not None:  # it may have been taken away, and its samples stay
        take(decoded(file.getvalue()), FILE)


def take(text: str, source: str) -> None:
    """Use the samples if they can be read, and bring the inputs that they are not from in line."""
    held: Held = st.session_state.samples
    try:
        read = read_points(text)
    except DataError as error:
        held.problem = f"{error} The samples stay as they were."
        return
    held.problem = ""
    held.points = encode_points(read)
    if source != held.table:
        held.rows, held.version = rows(read), held.version + 1
    if source != TEXT:
        st.session_state[TEXT] = written(rows(read))
    if state.value("data") != OWN:
        before = ("data", "points")
        st.session_state.mine = {name: state.value(name) for name in before}
        st.session_state.said = "**Your own samples** from here on, as you have changed them."
    st.session_state.update(data=OWN, points=held.points)


def rows(data: Dataset) -> list[Row]:
    return list(zip(data.x.tolist(), data.y.tolist(), strict=True))


def written(table: Sequence[Row]) -> str:
    """Rows as the text that the reader takes; a cell without a number is empty.

    >>> written([(0.5, 1.0), (2.0, None)])
    '0.5, 1.0\\n2.0, '
    """
    return "\n".join(", ".join("" if n is None else repr(float(n)) for n in row) for row in table)


def edited(table: Sequence[Row], edits: Mapping[str, Any]) -> list[Row]:
    """The rows with the edits that Streamlit's table reports: changed, deleted and added ones.

    The table does not number its rows anew, so a deleted one stays as a blank, which the reader
    skips and counts.

    >>> changes = {"edited_rows": {1: {"y": 9}}, "deleted_rows": [0], "added_rows": [{"x": 5}]}
    >>> edited([(1, 2), (3, 4)], changes)
    [(None, None), (3, 9), (5, None)]
    """
    changed, deleted = edits["edited_rows"], edits["deleted_rows"]
    kept: list[Row] = [
        (None, None)
        if at in deleted
        else (changed.get(at, {}).get("x", x), changed.get(at, {}).get("y", y))
        for at, (x, y) in enumerate(table)
    ]
    return [*kept, *((row.get("x"), row.get("y")) for row in edits["added_rows"])]


def decoded(content: bytes) -> str:
    """A file's text: UTF-8, or what Excel calls Unicode.

    >>> decoded("x;y".encode("utf-8-sig")), decoded("x;y".encode("utf-16"))
    ('x;y', 'x;y')
    """
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    return content.decode("utf-16" if wide else "utf-8-sig", errors="replace")
