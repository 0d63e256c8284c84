"""Who has lost the connection comes back to the session as it was.

When a connection is lost in the middle of an answer, Streamlit ends the run, and keeps the end of
what it said for whoever comes back. To a browser that is a whole answer in which all else is
missing: it takes every input away, and makes them anew when it has asked again, with their
defaults, which it then sends as if the learner had chosen them. So what is left of an answer is not
told; whoever has not heard an answer to its end asks once more by itself.

What the lost part of the answer gave to inputs, they have not heard of either: they send what they
held before, as often as they are asked. So it is noted who has come back, until they have heard.
"""

from typing import Any

MOST = 4096
"""Of those who have come back, so many are noted, the last ones."""

_back: dict[str, None] = {}
"""The sessions of those who have come back and may not have heard everything, in their order."""


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
    if not hasattr(AppSession, "flush_browser_queue"):
        return False

    def connect_again(self: Any, *given: Any, **named: Any) -> str:
        known = named.get("existing_session_id")
        identity = connect(self, *given, **named)
        if identity == known:
            self.get_active_session_info(identity).session.flush_browser_queue()
            _back[identity] = None
            while len(_back) > MOST:
                del _back[next(iter(_back))]
        return identity

    connect_again.instead_of = connect  # type: ignore[attr-defined]
    WebsocketSessionManager.connect_session = connect_again  # type: ignore[method-assign]
    return True


def unheard(changes: dict[str, tuple[Any, Any]]) -> dict[str, tuple[Any, Any]]:
    """Of changes, by the inputs' keys what was and what has become of it, those that the browser of
    somebody who has come back has not heard of: it still says what was.
    """
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    context: Any = get_script_run_ctx(suppress_warning=True)
    if context is None or context.session_id not in _back:
        return {}
    told = {key: change for key, change in changes.items() if _said(context, key) == change[0]}
    if not told:
        _back.pop(context.session_id, None)
    return told


def _said(context: Any, key: str) -> Any:
    """What the browser says in this run that an input holds; None if it says nothing of it."""
    try:
        state = context.session_state._state
        return state._new_widget_state[state._key_id_mapper.get_id_from_key(key, "")]
    except (AttributeError, KeyError):
        return None
