"""The log says where something went wrong, and not what was typed."""

import io
import logging
from collections.abc import Iterator

import pytest

from ui.server import logs

TYPED = "a secret"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What a logger of its own writes, with messages left out."""
    make, written = logging.getLogRecordFactory(), io.StringIO()
    logger, handler = logging.getLogger("tests.typed"), logging.StreamHandler(written)
    logger.addHandler(handler)
    logs.leave_messages_out()
    yield written
    logger.removeHandler(handler)
    logging.setLogRecordFactory(make)


def fail() -> None:
    try:
        float(TYPED)
    except ValueError as error:
        raise KeyError(TYPED) from error


def test_an_exceptions_message_is_left_out_and_its_stack_stays(log: io.StringIO) -> None:
    try:
        fail()
    except KeyError:
        logging.getLogger("tests.typed").exception("Something went wrong")
    said = log.getvalue()
    assert TYPED not in said
    assert "Something went wrong" in said
    assert "in fail" in said
    assert said.index("ValueError") < said.index("KeyError")


def test_a_group_of_exceptions_is_said_to_be_one(log: io.StringIO) -> None:
    logging.getLogger("tests.typed").error(
        "Several", exc_info=ExceptionGroup(TYPED, [ValueError(TYPED)])
    )
    assert TYPED not in log.getvalue()
    assert "ExceptionGroup" in log.getvalue()


def test_exceptions_that_name_each_other_come_to_an_end(log: io.StringIO) -> None:
    first, second = ValueError(TYPED), KeyError(TYPED)
    first.__cause__, second.__cause__ = second, first
    logging.getLogger("tests.typed").error("Both", exc_info=first)
    assert log.getvalue().count("KeyError") == 1


def test_it_is_done_once_however_often_it_is_asked_for(log: io.StringIO) -> None:
    made = logging.getLogRecordFactory()
    logs.leave_messages_out()
    assert logging.getLogRecordFactory() is made


@pytest.mark.parametrize("name", sorted(logs.QUOTING))
def test_what_a_sentence_of_streamlits_quotes_is_left_out(name: str, log: io.StringIO) -> None:
    make = logging.getLogRecordFactory()
    record = make(name, logging.WARNING, "", 0, "From %s, %r in row %d", (TYPED, TYPED, 3), None)
    assert record.getMessage() == "From …, '…' in row 3"


def test_what_is_logged_without_an_exception_is_as_ever(log: io.StringIO) -> None:
    logging.getLogger("tests.typed").warning("%d learners", 3)
    assert log.getvalue() == "3 learners\n"
