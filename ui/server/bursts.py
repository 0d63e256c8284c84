"""What a run of the script says, sent in one go.

Streamlit sends each element as soon as the script has made it. A browser then draws the page again
for every few of them: first with the old elements marked as out of date, then piece by piece. Told
all at once it draws once, and is done earlier. Only a run that takes longer speaks in between.
"""

import asyncio
from collections import deque
from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send

PATIENCE = 0.1
"""Seconds for which a message waits for those after it: less than a learner notices."""


class Bursts:
    """Middleware that holds a run's messages back until its last one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            return await self._app(scope, receive, send)
        held: deque[Message] = deque()
        one_at_a_time = asyncio.Lock()
        running = False
        patience: asyncio.Task[None] | None = None

        async def let_go() -> None:
            async with one_at_a_time:
                while held:
                    await send(held.popleft())

        async def wait() -> None:
            await asyncio.sleep(PATIENCE)
            with suppress(Exception):  # whoever sends the next message is told
                await let_go()

        async def send_together(message: Message) -> None:
            nonlocal running, patience
            held.append(message)
            begins, ends = turning_point(message)
            running = (running or begins) and not ends
            if not running:
                if patience:
                    patience.cancel()
                await let_go()
            elif not patience or patience.done():
                patience = asyncio.create_task(wait())

        try:
            await self._app(scope, receive, send_together)
        finally:
            if patience:
                patience.cancel()


def turning_point(message: Message) -> tuple[bool, bool]:
    """Whether a run begins with this message, and whether it ends with it.

    What cannot be read ends it: it waits for nothing.
    """
    if message["type"] != "websocket.send" or not message.get("bytes"):
        return False, True
    try:
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg  # another version may not have it

        told = ForwardMsg.FromString(message["bytes"])
        kind = told.WhichOneof("type")
        begins = kind == "session_status_changed" and told.session_status_changed.script_is_running
    except Exception:  # whatever another version of Streamlit raises here
        return False, True
    return begins, kind == "script_finished"
