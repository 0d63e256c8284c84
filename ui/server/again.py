"""What comes out as it did in the run before is told once more as it was, and not made anew.

Streamlit runs a page's whole script for every change, and each element that it draws takes a fifth
of a millisecond, an input twice as long, whether anything in it has changed or not. The messages
that say what they are stay the same, so they are kept and sent again.
"""

from collections.abc import Callable, Hashable
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

RECORDS = "told before"
"""Where a session keeps what it has drawn, by the name that it was given."""
LARGEST = 100_000
"""Bytes; what is larger is drawn anew, for each session would have its own in memory."""


@dataclass(frozen=True)
class Drawn:
    """What one place told the browser, with all that it depended on.

    ``at`` is where it stands and on which page, ``length`` how many places it takes there,
    ``inputs`` are the identities of those it has, with the keys that they were given.
    """

    on: tuple[Hashable, ...]
    at: tuple[Hashable, ...]
    length: int
    hashes: tuple[str, ...]
    inputs: tuple[tuple[str, str | None], ...]
    messages: tuple[Any, ...] = field(compare=False, repr=False)


@lru_cache(maxsize=512)
def shared(drawn: Drawn) -> Drawn:
    """The first that was equal to this one: what sessions have in common is in memory once.

    The hashes are of all that the messages say.
    """
    return drawn


def again(
    name: str, draw: Callable[[], Any], *on: Hashable, place: DeltaGenerator | None = None
) -> None:
    """Draw what ``draw`` draws, or tell the browser what it drew in the run before.

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
    if last and last.on == on and last.at == run.at and run.finds(last.inputs, held):
        run.tell(last)
        return
    drawn = run.record(draw, on)
    if drawn:
        records[name] = shared(drawn), run.values(drawn.inputs)
    else:
        records.pop(name, None)


class Run:
    """The run that is under way, at the place where it draws now."""

    def __init__(self) -> None:
        """Raises what :func:`again` expects where there is no run, or Streamlit is another."""
        from streamlit.runtime.scriptrunner_utils import script_run_context as module

        context: Any = module.get_script_run_ctx(suppress_warning=True)
        thread = module.ThreadState.get()
        if thread.fragment_id:
            raise TypeError("a fragment draws by itself")
        self.context = context
        cursor: Any = st._main._active_dg._cursor
        self.cursor = cursor
        self.state = context.session_state._state
        self.told = self.state._new_widget_state
        self.at = (
            context.page_script_hash,
            thread.active_script_hash,
            *cursor.delta_path,
        )

    def values(self, inputs: tuple[tuple[str, str | None], ...]) -> tuple[Any, ...]:
        return tuple(self.state[identity] for identity, _ in inputs)

    def finds(self, inputs: tuple[tuple[str, str | None], ...], held: tuple[Any, ...]) -> bool:
        """Whether the inputs hold what they did: nobody has given them a value, nor has the URL."""
        return not (inputs and self.context.is_history_navigation) and all(
            self._as_it_was(*one, value) for one, value in zip(inputs, held, strict=True)
        )

    def _as_it_was(self, identity: str, key: str | None, value: Any) -> bool:
        state = self.state
        known = self.told.widget_metadata.get(identity)
        if known is None or known.disabled:
            return False
        if key is not None:
            set_by_the_script = state.is_new_state_value(key)
            set_before_it_was_drawn = key in state._old_state and identity not in self.told
            if set_by_the_script or set_before_it_was_drawn:
                return False
        try:
            now = state[identity]
        except KeyError:
            return False
        if known.bind:
            in_the_address = state.query_params.has_param(key)
            if in_the_address != (now != known.deserializer(None)):
                return False
        return bool(now == value)

    def tell(self, drawn: Drawn) -> None:
        """Tell the browser what was told before."""
        shared = self.context.shared
        for identity, key in drawn.inputs:
            shared.widget_ids_this_run.check_and_add(identity)
            if key is not None:
                shared.widget_user_keys_this_run.check_and_add(key)
        for message in drawn.messages:
            self.context.enqueue(message)
        for _ in range(drawn.length):
            self.cursor.lock_element()

    def record(self, draw: Callable[[], Any], on: tuple[Hashable, ...]) -> Drawn | None:
        """Draw, and keep what was said; nothing if it cannot be said again."""
        context, began = self.context, self.cursor.index
        before = context.shared.widget_ids_this_run.snapshot()
        messages: list[Any] = []
        enqueue, outer = context.enqueue, vars(context).get("enqueue")

        def take_down(message: Any) -> None:
            enqueue(message)
            messages.append(message)

        context.enqueue = take_down
        try:
            draw()
        finally:
            if outer:  # what is drawn here is part of what is taken down already
                context.enqueue = outer
            else:
                del context.enqueue
        new = context.shared.widget_ids_this_run.snapshot() - before
        keys = self.state._key_id_mapper.id_key_mapping
        length = self.cursor.index - began
        size = sum(message.ByteSize() for message in messages)
        if size > LARGEST or not all(map(self._repeatable, messages)):
            return None
        hashes = tuple(message.hash for message in messages)
        inputs = tuple((one, keys.get(one)) for one in sorted(new))
        return Drawn(on, self.at, length, hashes, inputs, tuple(messages))

    def _repeatable(self, message: Any) -> bool:
        """Whether it says what stands in this place, and gives nothing a value."""
        path = tuple(message.metadata.delta_path)
        here = tuple(self.cursor.parent_path)
        if message.WhichOneof("type") != "delta" or path[1 : len(here) + 1] != here:
            return False
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        return not (kind and getattr(getattr(element, kind), "set_value", False))
