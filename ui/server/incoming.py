"""What comes in from a browser, before Streamlit takes it over.

Streamlit 1.67 logs a stack for each message that it cannot read, ends the run, in the middle of
itself, at an input's value of another kind than the input's, and does some things for whoever asks
that are meant for developers, such as to empty the cache of everybody. Browsers send none of these.
"""

import json
import re
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

KINDS = {"rerun_script", "stop_script", "app_heartbeat", "file_urls_request"}
"""Of a message; others go no further."""
FRAGMENT = re.compile(r"[0-9a-f-]{0,64}")
NUMBERS = {"int_value", "double_value"}
"""The kinds of an input's value that stand for each other."""
MOST_EVENTS = 20
"""Of one component in one message, the last ones: what is done at each looks through all."""
PROTOCOL_ERROR = 1002
"""What the connection is closed with, as the standard of WebSockets numbers it."""


class Incoming:
    """Middleware that closes a connection on which a browser could not have spoken."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            return await self._app(scope, receive, send)

        async def receive_sound() -> Message:
            while True:
                message = await receive()
                if message["type"] != "websocket.receive":
                    return message
                passes = goes_on(message)
                if passes:
                    return message
                if passes is None:
                    await send({"type": "websocket.close", "code": PROTOCOL_ERROR})
                    return {"type": "websocket.disconnect", "code": PROTOCOL_ERROR}

        await self._app(scope, receive_sound, send)


def goes_on(message: Message) -> bool | None:
    """Whether a message goes on to Streamlit; None for what is no message at all.

    >>> goes_on({"type": "websocket.receive", "text": "hello"}) is None
    True
    """
    from streamlit.proto.BackMsg_pb2 import BackMsg

    try:
        told = BackMsg.FromString(message["bytes"])
    except Exception:  # text, or whatever protobuf raises at bytes that are none
        return None
    # What is no fragment's name would be logged.
    named = FRAGMENT.fullmatch(told.rerun_script.fragment_id)
    return told.WhichOneof("type") in KINDS and bool(named)


def take_over_only_what_fits() -> bool:
    """Have an input take its default for a value that it cannot have; as often as one likes.

    Of very many events it takes the last.

    False where this Streamlit has no such thing: then such a value ends the run with an error.
    """
    try:
        from streamlit.runtime.state.session_state import Serialized, Value, WStates

        get = WStates.__getitem__
    except (ImportError, AttributeError):
        return False
    if getattr(get, "looks", False):
        return True

    def take(self: Any, key: str) -> Any:
        held, known = self.states.get(key), self.widget_metadata.get(key)
        if not isinstance(held, Serialized) or known is None:
            return get(self, key)
        try:
            sent = held.value.WhichOneof("value")
            if sent == "json_value":  # what is no JSON would be logged with its stack
                state = json.loads(held.value.json_value)
                if isinstance(state, str):  # it is read once more
                    json.loads(state)
            if sent == "json_trigger_value":
                _keep_the_last(held.value)
            # Browsers send a whole number as one, and Streamlit takes either for the other.
            if sent in (None, known.value_type) or {sent, known.value_type} <= NUMBERS:
                return get(self, key)
        except Exception:  # whatever the input's own way to read it raises
            pass
        self.states[key] = Value(known.deserializer(None))
        return self.states[key].value

    take.looks = True  # type: ignore[attr-defined]
    WStates.__getitem__ = take  # type: ignore[method-assign]
    return True


def _keep_the_last(held: Any) -> None:
    """Leave out all but the last events of a component, where they can be read."""
    events = json.loads(held.json_trigger_value)
    if isinstance(events, list) and len(events) > MOST_EVENTS:
        held.json_trigger_value = json.dumps(events[-MOST_EVENTS:])
