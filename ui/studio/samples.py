"""The learner's own samples: a table edited in place, text, or a file, all read by one reader.

What can be read is used at once. What cannot is answered by a sentence that names the row, and the
last good samples stay in use.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from core.network import Dataset
from core.tabular import CURVE, MOST_POINTS, DataError, encode_points, read_points
from ui.files import File, upload
from ui.lessons.own import OWN
from ui.server import tables
from ui.session import state
from ui.words.literal import literal

Row = Sequence[float | None]


@dataclass(frozen=True)
class Kind:
    """What samples there can be, and where they are kept.

    Attributes:
        key: names the inputs and what they hold among all of the session's.
        columns: the names of the columns.
        most: rows.
        hint: what columns a text may have, in words.
        read: the samples of a text, of so many columns if that is told; DataError with a sentence.
        encode: the samples as the session keeps them.
        use: has the page use samples that were read.
    """

    key: str
    columns: tuple[str, ...]
    most: int
    hint: str
    read: Callable[[str, int | None], Dataset]
    encode: Callable[[Dataset], str]
    use: Callable[[Dataset], None]

    @property
    def text(self) -> str:
        return f"{self.key}-text"

    @property
    def file(self) -> str:
        return f"{self.key}-file"

    @property
    def held(self) -> "Held":
        found: Held = st.session_state[self.key]
        return found


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

    def table(self, kind: Kind) -> str:
        return f"{kind.key}-table-{self.version}"


def samples(data: Dataset) -> None:
    """The samples of the descent: two columns, x and y."""
    inputs(data, POINTS)


def inputs(data: Dataset, kind: Kind) -> None:
    """The inputs, begun anew when the samples in use have come from elsewhere."""
    held: Held | None = st.session_state.get(kind.key)
    points = kind.encode(data)
    # What Streamlit has not drawn for a while, it has forgotten.
    if held is None or held.points != points or kind.text not in st.session_state:
        held = Held(points, rows(data), held.version + 1 if held else 0)
        st.session_state[kind.key] = held
        st.session_state[kind.text] = written(rows(data))
    st.markdown(
        f"Up to {kind.most} samples, a row each: edit the table, paste text, or choose a file. "
        "They travel in the share link."
    )
    left, right = st.columns(2)
    # One row more than there may be is taken, too: then the reader says that there are too many.
    edits = tables.Bounds(kind.columns, len(held.rows), kind.most + 1)
    with left, tables.bounded(edits):
        st.data_editor(
            pd.DataFrame(held.rows, range(1, len(held.rows) + 1), kind.columns, dtype=float),
            num_rows="dynamic",
            hide_index=False,  # a message names the row
            placeholder="",
            column_config={
                name: st.column_config.NumberColumn(name, format="plain") for name in kind.columns
            },
            key=held.table(kind),
            on_change=take_table,
            args=(kind,),
            height=340,
        )
    with right:
        st.text_area(
            f"{', '.join(kind.columns)}: a sample a line",
            key=kind.text,
            on_change=take_text,
            args=(kind,),
            height=220,
        )
        upload(
            f"or a CSV file of {kind.hint}",
            ["csv", "txt", "tsv"],
            key=kind.file,
            on_file=partial(take_file, kind),
        )
    if held.problem:
        st.error(literal(held.problem))


def take_table(kind: Kind) -> None:
    table = kind.held.table(kind)
    take(written(edited(kind.held.rows, st.session_state[table], kind.columns)), table, kind)


def take_text(kind: Kind) -> None:
    take(st.session_state[kind.text], kind.text, kind)


def take_file(kind: Kind, file: File) -> None:
    try:
        text = file.text()
    except ValueError as error:
        kind.held.problem = f"{error} The samples stay as they were."
    else:
        take(text, kind.file, kind)


def take(text: str, source: str, kind: Kind) -> None:
    """Use the samples if they can be read, and bring the inputs that they are not from in line."""
    held = kind.held
    try:
        # A cell of the table may be empty, so it is known how many columns it has.
        read = kind.read(text, len(kind.columns) if source == held.table(kind) else None)
    except DataError as error:
        held.problem = f"{error} The samples stay as they were."
        return
    held.problem = ""
    held.points = kind.encode(read)
    if source != held.table(kind):
        held.rows, held.version = rows(read), held.version + 1
    if source != kind.text:
        st.session_state[kind.text] = written(rows(read))
    kind.use(read)


def use(data: Dataset) -> None:
    """Have the descent go over the learner's own samples."""
    if state.value("data") != OWN:
        before = ("data", "points")
        st.session_state.mine = {name: state.value(name) for name in before}
        st.session_state.taken = {}
        st.session_state.said = "**Your own samples** from here on, as you have changed them."
    st.session_state.update(data=OWN, points=encode_points(data))


POINTS = Kind(
    "samples",
    CURVE,
    MOST_POINTS,
    "two columns",
    lambda text, _: read_points(text),
    encode_points,
    use,
)


def rows(data: Dataset) -> list[Row]:
    return list(zip(*(column.tolist() for column in data.columns.values()), strict=True))


def written(table: Sequence[Row]) -> str:
    """Rows as the text that the reader takes; a cell without a number is empty.

    >>> written([(0.5, 1.0), (2.0, None)])
    '0.5, 1.0\\n2.0, '
    """
    return "\n".join(", ".join("" if n is None else repr(float(n)) for n in row) for row in table)


def edited(
    table: Sequence[Row], edits: Mapping[str, Any], names: Sequence[str] = CURVE
) -> list[Row]:
    """The rows with the edits that Streamlit's table reports: changed, deleted and added ones.

    The table does not number its rows anew, so a deleted one stays as a blank, which the reader
    skips and counts.

    >>> changes = {"edited_rows": {1: {"y": 9}}, "deleted_rows": [0], "added_rows": [{"x": 5}]}
    >>> edited([(1, 2), (3, 4)], changes)
    [(None, None), (3, 9), (5, None)]
    """
    changed, deleted = edits["edited_rows"], edits["deleted_rows"]
    kept: list[Row] = [
        tuple(
            None if at in deleted else changed.get(at, {}).get(name, number)
            for name, number in zip(names, row, strict=True)
        )
        for at, row in enumerate(table)
    ]
    return [*kept, *(tuple(row.get(name) for name in names) for row in edits["added_rows"])]
