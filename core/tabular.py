r"""Samples typed or pasted as text, and samples in a link.

>>> read_points("x;y\n0,5;1\n1,5;2")
Dataset(x=array([0.5, 1.5]), y=array([1., 2.]))
>>> link = encode_points(read_points("0.1, 0.2\n-3, 4"))
>>> link, decode_points(link)
('.1_.2_-3_4', Dataset(x=array([ 0.1, -3. ]), y=array([0.2, 4. ])))
"""

import base64
import binascii
import math
import re
import zlib

import numpy as np

from core.network import Dataset

MOST_POINTS = 50
MOST_SAMPLES = 200
"""In a cloud, which is what a network that a learner builds is trained on."""
LONGEST_TEXT = 20_000
LARGEST = 1e6
"""The largest size of a number; beyond it costs overflow and nothing can be drawn."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_NOT_FINITE = {"nan", "inf", "infinity", "-inf", "+inf", "-infinity", "+infinity", "∞", "-∞"}


class DataError(ValueError):
    """Text that is not a table of points; the message is a sentence for the learner."""


CURVE, CLASSES = ("x", "y"), ("x1", "x2", "y")
"""The columns of samples with one input, and of those of two classes in a plane."""
_COUNTED = {2: "two", 3: "three"}


def read_points(text: str) -> Dataset:
    """The samples in pasted text: two columns, x and y, a row a line.

    Columns are separated by semicolons, tabs, commas or spaces, the first of these that the text
    holds. With semicolons or tabs a number may have a decimal comma. A first row without any number
    is a header. Empty lines are skipped, but counted: a message names the line as the learner
    sees it, from 1.

    Raises:
        DataError: with a sentence, for what is no number or not finite, a row without exactly
            two columns, more than 50 points, or none at all.
    """
    return _read(text, (CURVE,), MOST_POINTS)


def read_cloud(text: str, columns: int | None = None) -> Dataset:
    """The same for two columns or three: x and y of a curve, or x1, x2 and y of two classes.

    Which it is, the first row says, unless ``columns`` does. A class y is 0 or 1. Up to
    :data:`MOST_SAMPLES` rows; errors are as for :func:`read_points`.

    >>> read_cloud("x1,x2,class\\n0.5,1,0\\n-1,2,1").columns["x2"]
    array([1., 2.])
    """
    kinds = tuple(names for names in (CURVE, CLASSES) if columns in (None, len(names)))
    return _read(text, kinds, MOST_SAMPLES)


def _read(text: str, kinds: tuple[tuple[str, ...], ...], most: int) -> Dataset:
    if len(text) > LONGEST_TEXT:
        raise DataError(f"That is too much text: at most {most} rows fit.")
    text = text.lstrip("\ufeff").replace("\u00a0", " ").replace("−", "-")
    lines = re.split(r"\r\n|\r|\n", text)
    rows = [(k, line.strip(" ")) for k, line in enumerate(lines, 1) if line.strip(" \t;,")]
    if not rows:
        example = ", ".join(("0.5", "1", "0")[: len(kinds[0])])
        raise DataError(f"There are no numbers yet: type one point a line, such as {example}.")
    separator = next((s for s in ";\t," if any(s in line for _, line in rows)), None)
    split = [(k, _cells(line, separator)) for k, line in rows]
    if _is_header(split[0][1]):
        split = split[1:]
        if not split:
            raise DataError("Only a header can be read here, and no row of numbers under it.")
    names = _kind(*split[0], kinds)
    points: list[list[float]] = []
    for k, cells in split:
        # A separator at the end of a row, as some programs write it, opens no column.
        own = cells[:-1] if len(cells) == len(names) + 1 and not cells[-1] else cells
        points.append(_point(k, own, names, comma=separator in (";", "\t")))
        if len(points) > most:
            raise DataError(f"Row {k} is one too many: at most {most} points fit.")
    *inputs, y = np.array(points).T
    return Dataset(np.column_stack(inputs) if len(inputs) > 1 else inputs[0].copy(), y.copy())


def _kind(row: int, cells: list[str], kinds: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    """The names of the columns, by the first row of numbers."""
    if len(kinds) == 1:
        return kinds[0]
    width = len(cells) - (not cells[-1])
    if width > max(map(len, kinds)):
        known = ", or ".join(_needed(names) for names in kinds)
        raise DataError(f"Row {row} has {width} columns, but a point has {known}.")
    return next((names for names in kinds if len(names) == width), kinds[0])


def _needed(names: tuple[str, ...], what: str = "") -> str:
    """How many columns, and which.

    >>> _needed(CURVE), _needed(CLASSES, " numbers")
    ('two, x and y', 'three numbers, x1, x2 and y')
    """
    return f"{_COUNTED[len(names)]}{what}, {', '.join(names[:-1])} and {names[-1]}"


def _cells(line: str, separator: str | None) -> list[str]:
    cells = line.split(separator) if separator else line.split()
    return [cell.strip().strip("\"'").strip() for cell in cells]


def _is_header(cells: list[str]) -> bool:
    named = [cell for cell in cells if cell]
    return bool(named) and not any(
        re.search(r"^[+-]?[.,]?\d", cell) or cell.lower() in _NOT_FINITE for cell in named
    )


def _point(row: int, cells: list[str], names: tuple[str, ...], comma: bool) -> list[float]:
    if len(cells) > len(names):
        hint = "" if comma else " A decimal comma needs semicolons or tabs between the columns."
        raise DataError(
            f"Row {row} has {len(cells)} columns, but a point has {_needed(names)}.{hint}"
        )
    if len(cells) < len(names) or not all(cells):
        missing = next((n for n, cell in zip(names, cells, strict=False) if not cell), names[-1])
        raise DataError(f"Row {row} has no {missing}: a point needs {_needed(names, ' numbers')}.")
    numbers = [_number(row, name, cell, comma) for name, cell in zip(names, cells, strict=True)]
    if names == CLASSES and numbers[-1] not in (0, 1):
        raise DataError(f"Row {row}: y is {cells[-1]}, but of two classes it must be 0 or 1.")
    return numbers


def _number(row: int, name: str, cell: str, comma: bool) -> float:
    short = cell if len(cell) <= 20 else f"{cell[:20]}…"
    if cell.lower() in _NOT_FINITE:
        raise DataError(f"Row {row}: {name} is {short}, but it must be a finite number.")
    if comma and cell.count(",") == 1 and "." not in cell:
        cell = cell.replace(",", ".")
    if not (_NUMBER.fullmatch(cell) and cell.isascii()):
        raise DataError(f"Row {row}: {name} is “{short}”, which is not a number.")
    value = float(cell)
    if not math.isfinite(value) or abs(value) > LARGEST:
        raise DataError(f"Row {row}: {name} is {short}, which is beyond ±{LARGEST:.0f}.")
    return value


# ---- links

_SQUEEZED = "~"
_RAW = "~~"


def encode_points(dataset: Dataset) -> str:
    """The samples as short text that needs no escaping in a URL; every float64 exactly.

    Either the shortest decimals that read back as the same numbers, x and y in turn, joined by
    ``_``; or ``~`` and the base64 of their compressed bytes, or ``~~`` and that of their bytes.
    Whichever is shortest.
    """
    numbers = np.column_stack([dataset.x, dataset.y]).ravel()
    plain = "_".join(map(_shortest, numbers.tolist()))
    # Column after column, and of each number its first bytes together, compresses best.
    planes = np.concatenate([dataset.x, dataset.y]).astype(">f8").view(np.uint8).reshape(-1, 8).T
    raw = planes.tobytes()
    squeezed = _base64(_SQUEEZED, zlib.compress(raw, 9, wbits=-15))
    return min(plain, squeezed, _base64(_RAW, raw), key=len)


def decode_points(text: str) -> Dataset:
    """The samples that :func:`encode_points` wrote.

    Raises:
        DataError: for any other text, with a sentence.
    """
    broken = DataError("The points in this link cannot be read.")
    if len(text) > LONGEST_TEXT or not text.isascii():
        raise broken
    numbers = _unpack(text) if text.startswith(_SQUEEZED) else _decimals(text)
    if numbers is None or not len(numbers) or len(numbers) % 2:
        raise broken
    if not all(math.isfinite(n) and abs(n) <= LARGEST for n in numbers):
        raise broken
    if len(numbers) > 2 * MOST_POINTS:
        raise DataError(f"The link holds too many points: at most {MOST_POINTS} fit.")
    x, y = np.array(numbers).reshape(-1, 2).T
    return Dataset(x.copy(), y.copy())


_COLUMNS = {"2x": 2, "3x": 3}


def encode_cloud(dataset: Dataset) -> str:
    """Samples with one input or two as text for a URL: how many columns, then row after row.

    >>> encode_cloud(Dataset([[0.5, -1.0]], [1.0]))
    '3x.5_-1_1'
    """
    table = np.column_stack(list(dataset.columns.values()))
    return f"{table.shape[1]}x" + "_".join(map(_shortest, table.ravel().tolist()))


def decode_cloud(text: str) -> Dataset:
    """The samples that :func:`encode_cloud` wrote; DataError with a sentence for any other text.

    >>> decode_cloud("3x.5_-1_1").columns["x2"]
    array([-1.])
    """
    broken = DataError("The samples in this link cannot be read.")
    columns = _COLUMNS.get(text[:2])
    if columns is None or len(text) > LONGEST_TEXT or not text.isascii():
        raise broken
    numbers = _decimals(text[2:])
    if not numbers or len(numbers) % columns or any(abs(n) > LARGEST for n in numbers):
        raise broken
    if len(numbers) > columns * MOST_SAMPLES:
        raise DataError(f"The link holds too many samples: at most {MOST_SAMPLES} fit.")
    *inputs, y = np.array(numbers).reshape(-1, columns).T
    if columns == 3 and not np.isin(y, (0.0, 1.0)).all():
        raise DataError("Of two classes every y must be 0 or 1.")
    return Dataset(np.column_stack(inputs) if columns == 3 else inputs[0].copy(), y.copy())


def _shortest(number: float) -> str:
    text = repr(number).removesuffix(".0").replace("e+", "e")
    sign = "-" if text.startswith("-") else ""
    text = text.removeprefix("-")
    text = text[1:] if text.startswith("0.") else text
    return sign + text


def _decimals(text: str) -> list[float] | None:
    cells = text.split("_")
    if len(cells) > 2 * LONGEST_TEXT or not all(_NUMBER.fullmatch(cell) for cell in cells):
        return None
    return [float(cell) for cell in cells]


def _base64(mark: str, data: bytes) -> str:
    return mark + base64.urlsafe_b64encode(data).decode().rstrip("=")


def _unpack(text: str) -> list[float] | None:
    raw = text.startswith(_RAW)
    text = text.removeprefix(_RAW if raw else _SQUEEZED)
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        if not raw:  # bounded, so that a small link cannot swell to fill the memory
            unpacker = zlib.decompressobj(wbits=-15)
            data = unpacker.decompress(data, 16 * (MOST_POINTS + 1) + 1)
            if not unpacker.eof or unpacker.unused_data:
                return None
    except (binascii.Error, ValueError, zlib.error):
        return None
    if not data or len(data) % 16:
        return None
    planes = np.frombuffer(data, np.uint8).reshape(8, -1)
    columns = np.ascontiguousarray(planes.T).view(">f8").astype(float).reshape(2, -1)
    return [float(n) for n in columns.T.ravel()]
