"""The server's log, without what learners typed.

The message of an exception may hold it: ``float("…")`` quotes what is no number. So of each
exception that is logged only its kind and its stack are written, which say where to look. Where
Streamlit's own sentences quote what was sent, their words stay and what is quoted does not.
"""

import logging
from traceback import format_tb
from typing import Any

QUOTING = {
    "streamlit.elements.widgets.data_editor",
    "streamlit.web.server.starlette.starlette_websocket",
}
"""Loggers of Streamlit's whose sentences quote what was typed, or where a browser came from."""
LEFT_OUT = "(its message is left out: it may hold what was typed)"


def leave_messages_out() -> None:
    """Have it so for every logger of this process from here on, however often it is called.

    Python's formatter takes a stack that has been written already.
    """
    make = logging.getLogRecordFactory()
    if getattr(make, "leaves_out", False):
        return

    def made(*given: Any, **named: Any) -> logging.LogRecord:
        record = make(*given, **named)
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text = stack(record.exc_info[1])
        if record.name in QUOTING and isinstance(record.args, tuple):
            record.args = tuple(one if isinstance(one, int) else "…" for one in record.args)
        return record

    made.leaves_out = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(made)


def stack(exception: BaseException) -> str:
    """Where an exception was raised, and what kind of one; first those that it was raised from.

    >>> print(stack(ValueError("what was typed")))
    builtins.ValueError (its message is left out: it may hold what was typed)
    """
    chain: list[BaseException] = []
    one: BaseException | None = exception
    while one and one not in chain:
        chain.insert(0, one)
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return "\n\nAnd from there:\n\n".join(map(_stack, chain))


def _stack(exception: BaseException) -> str:
    lines = ["Traceback (most recent call last):\n", *format_tb(exception.__traceback__)]
    kind = type(exception)
    name = f"{kind.__module__}.{kind.__qualname__} {LEFT_OUT}"
    return "".join([*(lines if exception.__traceback__ else ()), name])
