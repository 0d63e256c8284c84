"""Who has lost the connection comes back to the session as it was.

When a connection is lost in the middle of an answer, Streamlit ends the run, and keeps the end of
what it said for whoever comes back. To a browser that is a whole answer in which all else is
missing: it takes every input away, and makes them anew when it has asked again, with their
defaults, which it then sends as if the learner had chosen them. So what is left of an answer is not
told; whoever has not heard an answer to its end asks once more by itself.

What the lost part of the answer gave to inputs, they have not heard of either: they send what they
held before. :func:`has_returned` says in which run that is so.
"""

from typing import Any

import streamlit as st

KEY = "returned"


def install() -> bool:
    """Have it so, however often it is called.

    False where this Streamlit takes up sessions in another way: then it does as it does.
    """
    try:
        from streamlit.runtime.app_session import AppSession
        from streamlit.runtime.websocket_session_manager import WebsocketSessionManager

        connect = WebsocketSessionManager.connect_session
    except (ImportError, AttributeError):
        return False
    if hasattr(connect, "instead_of"):
        return True
    if not (hasattr(AppSession, "flush_browser_queue") and hasattr(AppSession, "session_state")):
        return False

    def connect_again(self: Any, *given: Any, **named: Any) -> str:
        known = named.get("existing_session_id")
        identity = connect(self, *given, **named)
        if identity == known:
            session = self.get_active_session_info(identity).session
            session.flush_browser_queue()
            session.session_state[KEY] = True
        return identity

    connect_again.instead_of = connect  # type: ignore[attr-defined]
    WebsocketSessionManager.connect_session = connect_again  # type: ignore[method-assign]
    return True


def has_returned() -> bool:
    """Whether this is the first run since the learner has come back; the first to ask is told."""
    return bool(st.session_state.pop(KEY, False))
