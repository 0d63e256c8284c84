"""A run's messages go out together, in their order; a long run is heard of meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.types import Message, Receive, Scope, Send
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.harness import run_async
from ui.server.bursts import PATIENCE, Bursts

Script = Callable[[Callable[[ForwardMsg], Awaitable[None]], list[str]], Awaitable[None]]


def running(is_running: bool) -> ForwardMsg:
    message = ForwardMsg()
    message.session_status_changed.script_is_running = is_running
    return message


def element(text: str) -> ForwardMsg:
    message = ForwardMsg()
    message.delta.new_element.text.body = text
    return message


def finished() -> ForwardMsg:
    return ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY)


def name(message: Message) -> str:
    if message["type"] != "websocket.send":
        return str(message["type"])
    told = ForwardMsg.FromString(message["bytes"])
    return told.delta.new_element.text.body or str(told.WhichOneof("type"))


def heard(script: Script) -> list[str]:
    """What the browser has after the app has run a script through the middleware."""
    received: list[str] = []

    async def send(message: Message) -> None:
        await asyncio.sleep(0)  # another task may come in between
        received.append(name(message))

    async def receive() -> Message:
        return {"type": "websocket.receive"}

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        async def say(message: ForwardMsg) -> None:
            await send({"type": "websocket.send", "bytes": message.SerializeToString()})

        await script(say, received)

    run_async(Bursts(app)({"type": "websocket"}, receive, send))
    return received


def test_nothing_of_a_run_is_sent_before_its_end() -> None:
    async def script(say: Callable[[ForwardMsg], Awaitable[None]], received: list[str]) -> None:
        await say(running(True))
        for text in "abc":
            await say(element(text))
        assert received == []
        await say(finished())
        assert received[-1] == "script_finished"
        await say(running(False))

    assert heard(script) == [
        *("session_status_changed", "a", "b", "c"),
        *("script_finished", "session_status_changed"),
    ]


def test_a_run_that_takes_long_is_heard_of_meanwhile_and_nothing_changes_places() -> None:
    async def script(say: Callable[[ForwardMsg], Awaitable[None]], received: list[str]) -> None:
        await say(running(True))
        await say(element("a"))
        while "a" not in received:  # it comes although the run has not ended
            await asyncio.sleep(PATIENCE)
        for number in range(50):
            await say(element(str(number)))
        await say(finished())

    assert heard(script)[2:] == [*map(str, range(50)), "script_finished"]


def test_what_belongs_to_no_run_is_sent_at_once() -> None:
    async def script(say: Callable[[ForwardMsg], Awaitable[None]], received: list[str]) -> None:
        await say(ForwardMsg(heartbeat_ack=True))
        assert received == ["heartbeat_ack"]

    heard(script)


def test_what_cannot_be_read_passes_at_once_with_all_that_waited() -> None:
    sent: list[bytes] = []

    async def send(message: Message) -> None:
        sent.append(message["bytes"])

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        messages = [running(True).SerializeToString(), element("a").SerializeToString(), b"\xff"]
        for message in messages:
            await send({"type": "websocket.send", "bytes": message})
        assert sent == messages

    async def receive() -> Message:
        return {"type": "websocket.receive"}

    run_async(Bursts(app)({"type": "websocket"}, receive, send))
    assert len(sent) == 3


def test_a_browser_that_has_gone_is_the_next_senders_concern() -> None:
    async def gone(message: Message) -> None:
        raise ConnectionError

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.send", "bytes": running(True).SerializeToString()})
        await asyncio.sleep(2 * PATIENCE)
        try:
            await send({"type": "websocket.send", "bytes": finished().SerializeToString()})
        except ConnectionError:
            raised.append(True)

    async def receive() -> Message:
        return {"type": "websocket.receive"}

    raised: list[bool] = []
    run_async(Bursts(app)({"type": "websocket"}, receive, gone))
    assert raised == [True]
