"""A change that is sent again, as after a lost answer, is there once, and stays."""

import asyncio
from typing import Any

import pytest
import streamlit as st
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NumberInput_pb2 import NumberInput

from benchmarks.learner import Learner
from tests.browser.harness import Server, run_async
from ui import scenes
from ui.session import state
from ui.stage import Commit


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    held: dict[str, Any] = {"w1": 0.8, "w2": -1.4, "lesson": "backpropagation"}
    monkeypatch.setattr(st, "session_state", Held(held))
    return held


class Held(dict[str, Any]):
    """A session's state, as far as it is used here."""

    def __getattr__(self, name: str) -> Any:
        return self[name]

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value


def test_a_repeated_change_overrides_what_was_before_and_nothing_that_came_after(
    session: dict[str, Any],
) -> None:
    commit = Commit(7, {"w1": 2.0, "w2": 3.0})
    scenes.apply_commit(commit)
    assert (state.value("w1"), state.value("w2")) == (2.0, 3.0)
    st.session_state.w1 = 0.8  # an input in the browser that has not heard
    st.session_state.w2 = 5.0  # the learner has typed meanwhile
    scenes.apply_commit(commit)
    assert (state.value("w1"), state.value("w2")) == (2.0, 5.0)


def test_an_older_change_that_comes_late_changes_nothing(session: dict[str, Any]) -> None:
    scenes.apply_commit(Commit(7, {"w1": 2.0}))
    scenes.apply_commit(Commit(6, {"w1": 9.0}))
    assert state.value("w1") == 2.0


class Typist(Learner):
    """A learner whose browser has inputs, too."""

    fields: dict[str, NumberInput]

    def _take(self, message: ForwardMsg) -> None:
        super()._take(message)
        element = message.delta.new_element
        if element.WhichOneof("type") == "number_input":
            field = element.number_input
            self.fields = {**getattr(self, "fields", {}), field.label: field}


def test_an_input_that_still_says_the_old_number_is_told_the_new_one_again() -> None:
    """As when a run is cut short by the repetition, before the browser has heard of it."""
    server = Server()

    async def visit() -> None:
        async with Typist(server.url, "backpropagation") as learner:
            await learner.commit({"w1": 2.0})
            field = learner.fields["w1"]
            assert field.value == 2.0
            assert learner.holds[field.id] == ("double_value", 2.0)
            learner.holds[field.id] = ("double_value", 0.8)
            message = learner.request("commit", {"seq": 1, "values": {"w1": 2.0}})
            await learner.ask(message)
            assert learner.values["w1"] == 2.0
            assert learner.fields["w1"].value == 2.0
            assert learner.fields["w1"].set_value

    try:
        run_async(visit())
    finally:
        server.close()


def test_what_was_let_go_of_stands_wherever_the_answer_broke_off() -> None:
    async def drop(learner: Learner, value: float, after: float) -> None:
        """Let go of w1, lose the connection, and ask again as a browser does that comes back."""
        learner._seq += 1
        message = learner.request("commit", {"seq": learner._seq, "values": {"w1": value}})
        await learner.raw(message.SerializeToString())
        await asyncio.sleep(after)
        assert learner._socket
        learner._socket.transport.abort()
        await learner.leave()
        await asyncio.sleep(0.1)  # the server notices
        await learner.connect()
        await learner.run()

    async def lose_many(url: str) -> None:
        async with Learner(url, "gradient_descent", "b2=-0.75") as learner:
            await learner.commit({"b1": 0.25, "w1": -1.0})
            expected = -1.0
            for k in range(12):
                before, value = learner.stage["acknowledged"], (k + 1) / 16
                await drop(learner, value, after=k * 0.004)
                if learner.stage["acknowledged"] > before:  # else it never arrived
                    expected = value
                now = learner.values
                assert (now["w1"], now["b1"], now["b2"]) == (expected, 0.25, -0.75), k
                held = {one for _, one in learner.holds.values()}
                assert {expected, 0.25, -0.75} <= held, "the inputs have heard of it too"
            assert expected != -1.0
            assert not learner.errors

    server = Server()
    try:
        run_async(lose_many(server.url))
    finally:
        server.close()
