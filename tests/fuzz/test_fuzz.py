"""Two thousand pieces of nonsense, and those of before that had found something.

``make fuzz`` tries fifty thousand, or as many as it is told and from another seed.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from benchmarks.learner import LOST, Learner
from tests.browser.harness import TRACEBACK, Server, run_async
from tests.fuzz import reading
from tests.fuzz.__main__ import chosen
from tests.fuzz.answering import Visitor, Watched, told
from tests.fuzz.cases import KINDS, MARK, SHARES, Case, case
from ui.stage import read_commit

CASES = 2000
SEED = 1
READ = [kind for kind in KINDS if kind in reading.READERS]
ANSWERED = [kind for kind in KINDS if kind not in reading.READERS]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


def test_the_same_name_is_the_same_case() -> None:
    for kind in KINDS:
        assert case(kind, 7, 123) == case(kind, 7, 123)
        assert str(case(kind, 7, 123)) == f"{kind}-7-123"


@pytest.mark.parametrize("kind", READ)
def test_what_is_typed_is_read_or_answered_by_a_sentence_and_never_run(kind: str) -> None:
    for one in chosen(round(CASES * SHARES[kind]), SEED, [kind]):
        try:
            reading.check(one)
        except Exception as fault:
            fault.add_note(f"{one}: {one.content!r:.2000}")
            raise


@pytest.mark.parametrize("kind", ANSWERED)
def test_whatever_it_is_told_the_server_answers_soon_and_quietly_and_nobody_else_notices(
    kind: str, server: Server
) -> None:
    cases = chosen(round(CASES * SHARES[kind]), SEED, [kind])
    faults = [f"{one}: {one.content!r:.2000}\n{fault}" for one, fault in told(server, cases)]
    assert not faults, "\n\n".join(faults[:5])


def test_what_would_run_or_open_something_is_noticed() -> None:
    with pytest.raises(AssertionError), reading.nothing_is_run():
        compile(f"'{MARK}'", "typed", "eval")
    with pytest.raises(AssertionError), reading.nothing_is_run():
        open("/dev/null", "w").close()


# ---- what was found


FOUND: dict[str, tuple[str, Any]] = {
    "a wrong kind of value for a number": ("input", (0.3, "string_value", MARK)),
    "an input of the stage that is no list of events": ("event", ("go", "{}")),
    "a connection that speaks in text": ("kind", "text"),
    "bytes that are no message": ("bytes", MARK.encode() * 9),
    "a fragment that there is not": ("kind", "fragment"),
    "an operation of developers": ("kind", "dataframe_chunk"),
    "to empty the cache of everybody": ("kind", "clear_cache"),
}


@pytest.mark.parametrize("name", FOUND)
def test_what_no_browser_says_leaves_nothing_in_the_log(name: str, server: Server) -> None:
    assert told(server, [Case("message", 0, 0, FOUND[name])]) == []


def test_another_site_is_refused_and_nobody_is_told_which(server: Server) -> None:
    start = server.log_size()

    async def visit() -> None:
        origin = {"Origin": f"https://{MARK}.example"}
        with pytest.raises(LOST):
            await Learner(server.url, "forward_pass", headers=origin).connect()

    run_async(visit())
    assert "disallowed Origin" in server.log(start)
    assert MARK not in server.log(start)


@pytest.mark.parametrize("way", ["next", "back", "anew", "mine"])
def test_the_home_page_has_no_steps_to_go_to(way: str, server: Server) -> None:
    assert told(server, [_event("go", way)]) == []


def test_the_course_begins_with_numbers_that_were_changed_on_the_home_page(server: Server) -> None:
    async def begin() -> None:
        async with Learner(server.url, "", "w2=0.25") as learner:
            await learner.commit({"w1": 0.5})
            await learner.send("go", "begin")
            assert not learner.errors
            assert learner.stage["words"]["title"] == "Chain rule"
            assert "w1=0.5" in learner.query
            assert "w2=0.25" in learner.query

    run_async(begin())


def test_true_is_no_step_of_a_path_and_the_stages_state_is_json(server: Server) -> None:
    async def visit() -> None:
        async with Learner(server.url, "gradient_descent") as learner:
            said = server.log_size()
            await learner.send("step", True)
            await learner.send("build", {"what": "train", "step": True})
            for state in (f"'{MARK}'", f'"{MARK}"'):  # no JSON, and a text that is read once more
                message = learner.request()
                for one in message.rerun_script.widget_states.widgets:
                    if one.WhichOneof("value") == "json_value":
                        one.json_value = state
                await learner.ask(message)
            await learner.run()
            assert not learner.errors
            assert server.log(said) == ""

    run_async(visit())


TABLE = {"edited_rows": {}, "added_rows": [], "deleted_rows": []}
EDITS: dict[str, Any] = {
    "an added row that is none": {"added_rows": [5]},
    "no added rows": {"added_rows": {"x": 1}},
    "a row that there is not": {"edited_rows": {"999": {"x": 1}}},
    "a column that there is not": {"edited_rows": {"0": {MARK: 1}}},
    "words for a number": {"edited_rows": {"0": {"x": MARK, "x1": MARK}}},
    "a deleted row that there is not": {"deleted_rows": [999]},
    "deleted rows that are none": {"deleted_rows": [[1]]},
    "very many rows": {"added_rows": [{}] * 10_000},
}


@pytest.mark.parametrize(
    ("page", "query"),
    [("gradient_descent", "v=1&look=data&data=bowl"), ("build_your_own", "v=1&look=samples")],
)
@pytest.mark.parametrize("name", EDITS)
def test_a_table_is_told_what_no_browser_says_of_one(
    name: str, page: str, query: str, server: Server
) -> None:
    async def edit() -> None:
        visitor = Visitor(server.url, page, query)
        await visitor.connect()
        await visitor.run()
        (table,) = [one for one, kind in visitor.inputs.items() if kind == "dataframe"]
        watch = Watched(server)
        message = visitor.request()
        sent = json.dumps({**TABLE, **EDITS[name]})
        message.rerun_script.widget_states.widgets.add(id=table, string_value=sent)
        await visitor.ask(message)
        watch.look_at(visitor)
        assert watch.found() == []
        await visitor.leave()

    run_async(edit())


@pytest.mark.parametrize(
    ("query", "name", "sent", "other"),
    [
        ("look=race&steps=20", "runner-1", "Adam", "Samples of your own"),
        ("look=landscape&toy=sine", "own-across", "w1_11", "Race"),
    ],
)
def test_an_input_of_a_view_that_was_closed_is_not_heard(
    query: str, name: str, sent: str, other: str, server: Server
) -> None:
    async def close_and_tell() -> None:
        visitor = Visitor(server.url, "build_your_own", f"v=1&{query}")
        await visitor.connect()
        await visitor.run()
        (there,) = [one for one in visitor.inputs if one.endswith(name)]
        (views,) = [one for one in visitor.inputs if one.endswith("own-view")]
        message = visitor.request()
        states = message.rerun_script.widget_states.widgets
        states.add(id=views).string_array_value.data.append(other)
        await visitor.ask(message)
        await visitor.run()
        assert there not in visitor.holds
        watch, message = Watched(server), visitor.request()
        message.rerun_script.widget_states.widgets.add(id=there, string_value=sent)
        await visitor.ask(message)
        watch.look_at(visitor)
        assert watch.found() == []
        await visitor.leave()

    run_async(close_and_tell())


def test_thousands_of_events_at_once_are_few(server: Server) -> None:
    async def visit() -> None:
        async with Visitor(server.url, "gradient_descent") as visitor:
            watch = Watched(server)
            message = visitor.request()
            events = json.dumps([{"event": "step", "value": step} for step in range(6000)])
            message.rerun_script.widget_states.widgets.add(
                id=visitor.events, json_trigger_value=events
            )
            await visitor.ask(message)
            watch.look_at(visitor)
            assert watch.found() == []

    run_async(visit())


@pytest.mark.parametrize("what", ["train", "shape", "samples", "again", "cancel"])
def test_only_a_network_that_is_built_is_built_on(what: str, server: Server) -> None:
    async def build() -> None:
        async with Learner(server.url, "gradient_descent") as learner:
            await learner.send("build", {"what": what, "step": 1, "with": [["tanh", 2]]})
            assert not learner.errors
            assert "trained=1" not in learner.query

    run_async(build())


@pytest.mark.parametrize("shape", [[[["tanh"], 1]], [[{}, 1]], [["tanh", [1]]], [[["tanh", 1]]]])
def test_what_is_no_shape_of_a_network_is_left_out(shape: Any, server: Server) -> None:
    async def build() -> None:
        async with Learner(server.url, "build_your_own") as learner:
            await learner.send("build", {"what": "shape", "with": shape})
            assert not learner.errors
            assert "hidden=" not in learner.query

    run_async(build())


def test_a_whole_number_that_no_float_can_hold_is_left_out(server: Server) -> None:
    huge = 10**400
    commit = read_commit({"seq": 1, "values": {"w1": huge, "b1": -huge, "x": 1}}, ("w1", "b1", "x"))
    assert commit
    assert commit.values == {"x": 1.0}

    async def build() -> None:
        async with Learner(server.url, "build_your_own") as learner:
            await learner.send("build", {"what": "samples", "with": [[huge, 1, 0]]})
            assert not learner.errors

    run_async(build())


def test_a_message_that_is_too_large_ends_its_connection_and_no_other(server: Server) -> None:
    start = server.log_size()

    async def flood(size: int) -> None:
        async with (
            Learner(server.url, "forward_pass") as learner,
            Learner(server.url, "forward_pass") as neighbour,
        ):
            request = learner.request()
            request.rerun_script.query_string = "x" * size
            with pytest.raises(LOST):
                await learner.ask(request)
            await neighbour.commit({"w1": 0.5})

    for megabytes in (5, 20):
        run_async(flood(megabytes * 1_000_000))
    assert not TRACEBACK.search(server.log(start))


def _event(name: str, value: Any) -> Case:
    return Case("message", 0, 0, ("event", (name, json.dumps([{"event": name, "value": value}]))))
