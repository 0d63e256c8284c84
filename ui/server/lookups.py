"""What the session holds is looked up, by inputs and by pages, at little cost.

To see whether its one key is set to None, each of Streamlit's inputs asks for the whole state of
the session, which is copied for it, key by key: with some seventy keys a tenth of a run. And with
each value that is read Streamlit looks whether the run is to end, which takes longer than to read
it: of the hundreds of values that a page reads, a quarter of a run.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import streamlit as st

Copy = Callable[[Any], Mapping[str, Any]]


class Lookup(Mapping[str, Any]):
    """A session's state as Streamlit hands it out, copied only by whoever goes through all of it.

    ``state`` is Streamlit's ``SessionState``; ``copy`` makes what it would have handed out.
    """

    def __init__(self, state: Any, copy: Copy) -> None:
        self._state, self._copy = state, copy

    def __getitem__(self, key: str) -> Any:
        if key.startswith("$$"):  # an input's own identity, or what Streamlit keeps for itself
            raise KeyError(key)
        return self._state[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._copy(self._state))

    def __len__(self) -> int:
        return len(self._copy(self._state))


def install() -> bool:
    """Have inputs look up. False where this Streamlit has no such thing: they copy, and work."""
    try:
        from streamlit.runtime.state.session_state import SessionState

        copy = vars(SessionState)["filtered_state"].fget
    except (ImportError, KeyError, AttributeError):
        return False
    SessionState.filtered_state = property(lambda state: Lookup(state, copy))  # type: ignore
    return True


class Held:
    """The session's state as ``st.session_state`` has it, to read many values at once."""

    def __init__(self, safe: Any) -> None:
        self._state, self._lock = safe._state, safe._lock
        self._identity = self._state._key_id_mapper.get_id_from_key
        self._look_up = self._state._getitem

    def get(self, name: str, default: Any = None) -> Any:
        """The value by this name, of an input or not; the default if there is none."""
        try:
            with self._lock:
                return self._look_up(self._identity(name, name), name)
        except KeyError:
            return default

    def __contains__(self, name: str) -> bool:
        return self.get(name, self) is not self


def held() -> Any:
    """What to read many values from: its ``get``, and ``in``, are those of ``st.session_state``.

    Which itself it is outside a run, and where this Streamlit keeps its state in another way.
    """
    try:
        from streamlit.runtime.scriptrunner import get_script_run_ctx

        context: Any = get_script_run_ctx(suppress_warning=True)
        return Held(context.session_state)
    except (ImportError, TypeError, AttributeError):
        return st.session_state
