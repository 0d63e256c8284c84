"""A run's messages are handed to the server's loop together, and not one by one.

For each element Streamlit wakes the loop, which then waits until the script lets it have the
interpreter, and wakes itself once more to send it. That took a fifth of what a change costs.
"""

import asyncio
from collections import deque
from typing import Any

PATIENCE = 0.05
"""Seconds for which a message waits for those after it; :mod:`ui.server.bursts` waits longer."""


def install() -> bool:
    """Have it so, however often it is called.

    False where this Streamlit hands over in another way: then it does so one by one.
    """
    try:
        from streamlit.runtime.app_session import AppSession
        from streamlit.runtime.runtime import Runtime
        from streamlit.runtime.scriptrunner import ScriptRunnerEvent

        message = ScriptRunnerEvent.ENQUEUE_FORWARD_MSG
        handle = AppSession._handle_scriptrunner_event_on_event_loop
        hear, soon = AppSession._on_scriptrunner_event, AppSession._call_soon_on_event_loop
        wake, parts = Runtime._enqueued_some_message, Runtime._get_async_objs
    except (ImportError, AttributeError):
        return False
    if hasattr(hear, "instead_of"):
        return True

    def hear_together(self: Any, sender: Any, event: Any, **named: Any) -> None:
        waiting: deque[tuple[Any, Any, dict[str, Any]]]
        waiting = self.__dict__.setdefault("_handed_over", deque())

        def take() -> None:
            try:
                while waiting:
                    sender, event, named = waiting.popleft()
                    handle(self, sender, event, **named)
            finally:
                if waiting:  # one could not be handled
                    soon(self, take)

        waiting.append((sender, event, named))
        if event is not message:  # a run begins or ends
            soon(self, take)
        elif len(waiting) == 1:
            soon(self, lambda: self._event_loop.call_later(PATIENCE, take))

    def wake_once(self: Any) -> None:
        # Who is awake looks at all queues once more.
        loop, called = parts(self).eventloop, parts(self).need_send_data
        if called.is_set():
            return
        if asyncio._get_running_loop() is loop:  # it need not be woken by a byte through a socket
            called.set()
        else:
            wake(self)

    # Runs that are under way speak to it, by a reference that does not keep it.
    hear_together.instead_of = hear  # type: ignore[attr-defined]
    AppSession._on_scriptrunner_event = hear_together  # type: ignore[method-assign, assignment]
    Runtime._enqueued_some_message = wake_once  # type: ignore[method-assign]
    return True
