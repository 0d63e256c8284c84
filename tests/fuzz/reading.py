"""What is claimed of text that core reads: an answer or a sentence, soon, and nothing is run."""

import json
import math
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from core.formula.sentences import domain_reason
from core.parsing import ParseError, parse
from core.scratch import numpy_script, read_network
from core.script import numpy_script as graph_script
from core.tabular import (
    MOST_POINTS,
    MOST_SAMPLES,
    DataError,
    decode_cloud,
    decode_points,
    encode_cloud,
    encode_points,
    read_cloud,
    read_points,
)
from tests.fuzz.cases import CANARY, MARK, Case
from ui.files import decoded

MOST_CPU = 1.0
"""Seconds of this process's own time that one case may take."""
LONGEST_SENTENCE = 600
DEEP = 4
"""Every so manyth function is also differentiated and written out, which takes longer."""

_heard: list[str] | None = None
_hooked = False


@contextmanager
def nothing_is_run() -> Iterator[None]:
    """AssertionError if anything typed is compiled, or anything is opened, started or called up."""
    global _heard, _hooked
    if not _hooked:
        sys.addaudithook(_hear)  # for good: there is no way to take it back
        _hooked = True
    _heard = []
    try:
        yield
        assert not _heard, _heard
    finally:
        _heard = None


def _hear(event: str, given: tuple[Any, ...]) -> None:
    if _heard is None:
        return
    if event == "compile":
        if any(word in str(given[0]) for word in (MARK, CANARY, "__import__")):
            _heard.append(f"compiled: {given[0]!r}")
    elif event == "open":
        if CANARY in str(given[0]) or (isinstance(given[1], str) and set(given[1]) & set("wax+")):
            _heard.append(f"opened: {given}")
    elif event.split(".")[0] in ("os", "subprocess", "socket") and event not in READS:
        _heard.append(f"{event}: {given}")


READS = ("os.listdir", "os.scandir", "os.walk", "os.fwalk", "os.getxattr")


def check(case: Case) -> None:
    """AssertionError, or whatever should not have been raised, if a claim does not hold."""
    before = time.process_time()
    with nothing_is_run():
        READERS[case.kind](case)
    spent = time.process_time() - before
    assert spent < MOST_CPU, f"{spent:.2f} s of CPU"


def check_function(case: Case) -> None:
    try:
        graph = parse(case.content)
    except ParseError as why:
        _is_sentence(str(why))
        _is_within(case.content, why.position)
        return
    if case.number % DEEP:
        return
    json.dumps(graph.to_json(), allow_nan=False)
    for x in (0.0, 1.5, -2.0, 1e6):
        values = graph.forward({"x": x})
        graph.backward(values)
        reason = domain_reason(graph, values)
        if reason:
            _is_sentence(reason)
    for node in graph.nodes[1:]:
        assert graph.latex(node.expression)
    graph_script(graph, {"x": 1.5})


def check_table(case: Case) -> None:
    text = decoded(case.content)
    for read, encode, decode, most in (
        (read_points, encode_points, decode_points, MOST_POINTS),
        (read_cloud, encode_cloud, decode_cloud, MOST_SAMPLES),
    ):
        try:
            found = read(text)
        except DataError as error:
            _is_sentence(str(error))
            continue
        assert len(found) <= most
        again = decode(encode(found))
        assert again.x.tolist() == found.x.tolist()
        assert again.y.tolist() == found.y.tolist()


def check_network(case: Case) -> None:
    try:
        saved = read_network(case.content)
    except ValueError as error:
        _is_sentence(str(error))
        return
    assert all(map(math.isfinite, [*saved.start.values(), *saved.end.values(), saved.cost]))
    script = numpy_script(saved.architecture, saved.start, saved.recipe, 1)
    assert MARK not in script
    compile(script, "network.py", "exec")


READERS = {"function": check_function, "table": check_table, "network": check_network}


def _is_within(text: str, position: int) -> None:
    assert 0 <= position <= len(text)


def _is_sentence(text: str) -> None:
    assert text[-1] in ".?", text
    assert len(text) < LONGEST_SENTENCE, len(text)
