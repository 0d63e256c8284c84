"""What a browser can say of a table that is edited, before Streamlit takes it over.

Streamlit 1.67 takes the edits of ``st.data_editor`` as they come. A row or a column that there is
not ends the run with an error, what is no number is logged as it was typed, and each added row
takes a millisecond, of which a message holds a million. So edits that no table of this size and of
numbers can have are taken for none at all.
"""

import json
import math
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Bounds:
    """A table of numbers.

    Attributes:
        columns: their names.
        rows: that it has before it is edited.
        most: rows that are added; of more, the first ones are taken.
    """

    columns: Collection[str]
    rows: int
    most: int


EDITS = {"edited_rows": dict, "deleted_rows": list, "added_rows": list}
"""What a browser says, and of what kind it is: rows by their places, places, and rows."""
_bounds: ContextVar[Bounds | None] = ContextVar("bounds of a table", default=None)


@contextmanager
def bounded(bounds: Bounds) -> Iterator[None]:
    """Have a table that is drawn within take only such edits."""
    install()
    before = _bounds.set(bounds)
    try:
        yield
    finally:
        _bounds.reset(before)


def install() -> bool:
    """Have tables know their bounds from here on; as often as one likes.

    False where this Streamlit has no such thing: then it takes edits as they come.
    """
    try:
        from streamlit.elements.widgets.data_editor import DataEditorSerde

        deserialize = DataEditorSerde.deserialize
    except (ImportError, AttributeError):
        return False
    if getattr(deserialize, "looks", False):
        return True

    def begin(self: Any) -> None:
        self.bounds = _bounds.get()

    def take(self: Any, ui_value: str | None) -> Any:
        if ui_value is None or self.bounds is None:
            return deserialize(self, ui_value)
        return deserialize(self, sound(ui_value, self.bounds))

    take.looks = True  # type: ignore[attr-defined]
    DataEditorSerde.__init__ = begin  # type: ignore[method-assign]
    DataEditorSerde.deserialize = take  # type: ignore[method-assign]
    return True


def sound(sent: str, bounds: Bounds) -> str | None:
    """The edits, with no more added rows than there may be; None for what no browser says.

    >>> table = Bounds(("x", "y"), 2, 1)
    >>> sound('{"edited_rows": {"1": {"x": 5}}, "added_rows": [{"y": 1}, {}]}', table)
    '{"edited_rows": {"1": {"x": 5}}, "deleted_rows": [], "added_rows": [{"y": 1}]}'
    >>> sound('{"edited_rows": {"2": {"x": 5}}}', table)
    """
    try:
        told = json.loads(sent)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict):
        return None
    edits = {name: told.get(name, kind()) for name, kind in EDITS.items()}
    if not all(isinstance(edits[name], kind) for name, kind in EDITS.items()):
        return None
    edits["added_rows"] = edits["added_rows"][: bounds.most]
    return json.dumps(edits) if _fit(edits, bounds) else None


def _fit(edits: Mapping[str, Any], bounds: Bounds) -> bool:
    """Whether all rows and columns are the table's, and all values numbers."""
    changed, deleted, added = edits.values()
    places = {str(at) for at in range(bounds.rows)}
    if not places.issuperset(changed) or not all(isinstance(at, int) for at in deleted):
        return False
    # A browser names each of them once.
    if not places.issuperset(map(str, deleted)) or len({*deleted}) < len(deleted):
        return False
    return all(_is_row(row, bounds.columns) for row in (*changed.values(), *added))


def _is_row(row: Any, columns: Collection[str]) -> bool:
    return isinstance(row, dict) and all(
        name in columns and _is_number(value) for name, value in row.items()
    )


def _is_number(value: Any) -> bool:
    """Whether a cell of a column of numbers can hold it; None is one that is empty."""
    if value is None:
        return True
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number, larger than any float
        return False
