"""An input looks up its own value, and not everybody's.

To see whether its one key is set to None, each of Streamlit's inputs asks for the whole state of
the session, which is copied for it, key by key: with some seventy keys a tenth of a run.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

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
