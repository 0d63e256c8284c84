"""What comes out as it did in the run before is told once more as it was, and not made anew.

Streamlit runs a page's whole script for every change, and each element that it draws takes a fifth
of a millisecond, an input twice as long, whether anything in it has changed or not. The messages
that say what they are stay the same, so they are kept and sent again.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any
from weakref import WeakValueDictionary

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

RECORDS = "told before"
"""Where a session keeps what it has drawn, by the name that it was given: what that told, from the
second time on, and before that only where it stands."""
LARGEST = 100_000
"""Bytes; what is larger is drawn anew, for each session would have its own in memory."""


Inputs = tuple[tuple[str, str | None], ...]


@dataclass(frozen=True)
class Drawn:
    """What one place told the browser, with all that it depended on.

    ``at`` is where it stands and on which page, ``length`` how many places it takes there,
    ``inputs`` are the identities of those it has, with the keys that they were given.
    ``messages`` are as they travel: a message that is told belongs to its run.
    """

    on: tuple[Hashable, ...]
    at: tuple[Hashable, ...]
    length: int
    inputs: Inputs
    messages: tuple[bytes, ...]


_shared: WeakValueDictionary[int, Drawn] = WeakValueDictionary()


def shared(drawn: Drawn) -> Drawn:
    """One that is equal: what sessions have in common is in memory once, as long as one has it."""
    same = _shared.setdefault(hash(drawn), drawn)
    return same if same == drawn else drawn


def again(
    name: str, draw: Callable[[], Any], *on: Hashable, place: DeltaGenerator | None = None
) -> None:
    """Draw what ``draw`` draws, or tell the browser once more what it told in the run before.

    That is done if it is to stand in the same place of the same page, all that it depends ``on``
    is the same, and none of its inputs has been given another value. ``name`` is its own among all
    of a page's; ``place`` is the container to draw in, else the one that is open. What ``draw``
    returns is lost, and it draws nowhere else.

    What cannot be told again, for it stands elsewhere or this Streamlit works in another way, is
    drawn as ever.
    """
    with place or nullcontext():
        try:
            run = Run()
        except (ImportError, AttributeError, TypeError):
            draw()
            return
        _again(run, name, draw, on)


def _again(run: "Run", name: str, draw: Callable[[], Any], on: tuple[Hashable, ...]) -> None:
    records = st.session_state.setdefault(RECORDS, {})
    last, held = records.get(name, (None, ()))
    # After an edit of this module (`make dev`) a session's records are of another class.
    if isinstance(last, Drawn) and last.at == run.at:
        if last.on == on and run.finds(last.inputs, held):
            run.tell(last)
            return
    elif last != run.at:  # whoever only comes by does not wait until it is taken down
        records[name] = run.at, ()
        draw()
        return
    drawn = run.record(draw, on)
    records[name] = (shared(drawn), run.values(drawn.inputs)) if drawn else (run.at, ())


class Run:
    """The run that is under way, at the place where it draws now."""

    def __init__(self) -> None:
        """Raises what :func:`again` expects where there is no run, or Streamlit is another."""
        from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState

        context, thread = _context(), ThreadState.get()
        if thread.fragment_id:
            raise TypeError("a fragment draws by itself")
        self.context, self.through_history = context, context.is_history_navigation
        shared = context.shared
        self.drawn, self.keys = shared.widget_ids_this_run, shared.widget_user_keys_this_run
        cursor: Any = st._main._active_dg._cursor
        self.cursor, self.path = cursor, tuple(cursor.delta_path)
        state = context.session_state._state
        self.state, self.names = state, state._key_id_mapper.id_key_mapping
        self.said = state._new_widget_state
        self.known, self.old = self.said.widget_metadata, state._old_state
        self.is_set, self.is_in_address = state.is_new_state_value, state.query_params.has_param
        self.at = (context.page_script_hash, thread.active_script_hash, *self.path)

    def values(self, inputs: Inputs) -> tuple[Any, ...]:
        return tuple(self.state[identity] for identity, _ in inputs)

    def finds(self, inputs: Inputs, held: tuple[Any, ...]) -> bool:
        """Whether the inputs hold what they did: nobody has given them a value, nor has the URL."""
        return not (inputs and self.through_history) and all(
            self._as_it_was(*one, value) for one, value in zip(inputs, held, strict=True)
        )

    def _as_it_was(self, identity: str, key: str | None, value: Any) -> bool:
        known, said = self.known.get(identity), identity in self.said
        if getattr(known, "disabled", True):  # what a browser says of it all the same is put right
            return False
        if key is not None and (self.is_set(key) or (key in self.old and not said)):
            return False
        try:
            now = self.state[identity]
        except KeyError:
            return False
        if getattr(known, "bind", True):
            told = self.is_in_address(key)
            if told != (now != known.deserializer(None)) or (told and not said):
                return False
        return bool(now == value)

    def tell(self, drawn: Drawn) -> None:
        """Tell the browser what was told before."""
        for identity, key in drawn.inputs:
            self.drawn.check_and_add(identity)
            if key is not None:
                self.keys.check_and_add(key)
        for message in drawn.messages:
            self.context.enqueue(ForwardMsg.FromString(message))
        for _ in range(drawn.length):
            self.cursor.lock_element()

    def record(self, draw: Callable[[], Any], on: tuple[Hashable, ...]) -> Drawn | None:
        """Draw, and keep what was said; nothing if it cannot be said again."""
        context, before = self.context, self.drawn.snapshot()
        messages: list[ForwardMsg] = []
        enqueue = context.enqueue  # what is drawn here may be part of what is taken down already

        def take_down(message: ForwardMsg) -> None:
            enqueue(message)
            messages.append(message)

        with _telling(context, take_down):
            draw()
        size = sum(message.ByteSize() for message in messages)
        if size > LARGEST or not all(map(self._can_be_told_again, messages)):
            return None
        inputs = [(one, self.names.get(one)) for one in sorted(self.drawn.snapshot() - before)]
        length = self.cursor.index - self.path[-1]
        said = tuple(message.SerializeToString() for message in messages)
        return Drawn(on, self.at, length, tuple(inputs), said)

    def _can_be_told_again(self, message: ForwardMsg) -> bool:
        """Whether it says what stands in this place, and gives nothing a value."""
        path, end = tuple(message.metadata.delta_path), len(self.path) - 1
        here = path[:end] == self.path[:end] and self.path[end] <= path[end] < self.cursor.index
        if message.WhichOneof("type") != "delta" or not here:
            return False
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        return not (kind and getattr(getattr(element, kind), "set_value", False))


def unseen(draw: Callable[[], Any], place: DeltaGenerator) -> None:
    """Draw in a place of its own what the browser is not told of: only the session has it.

    What cannot be kept from it, for this Streamlit works in another way, is told.
    """
    with place:
        try:
            context = _context()
        except (ImportError, AttributeError, TypeError):
            draw()
            return
        with _telling(context, lambda _message: None):
            draw()


def _context() -> Any:
    """Of the run that is under way. ImportError and TypeError as :func:`again` expects them."""
    from streamlit.runtime.scriptrunner_utils.script_run_context import get_script_run_ctx

    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        raise TypeError("outside a run there is nobody to tell")
    return context


@contextmanager
def _telling(context: Any, tell: Callable[[ForwardMsg], None]) -> Iterator[None]:
    """Have ``tell`` called with all that is drawn, instead of what was to be called before."""
    outer = vars(context).get("enqueue")
    context.enqueue = tell
    try:
        yield
    finally:
        if outer:
            context.enqueue = outer
        else:
            del context.enqueue
