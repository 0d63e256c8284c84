"""The parameters' values in the learner's session, and what happens to them there."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import streamlit as st

from core.datasets import DATASETS
from ui.lessons.own import OWN
from ui.server import lookups, returning
from ui.session.parameters import (
    MARK,
    PARAMETERS,
    RESERVED,
    VERSION,
    Choice,
    Number,
    Parameter,
    problems,
    refusals,
    samples,
    share_query,
)


def value(name: str) -> Any:
    """What a parameter is now; a choice that is not among its options is its default."""
    return values((name,))[name]


def values(names: Iterable[str]) -> dict[str, Any]:
    """Several parameters as they are now, by name."""
    held = lookups.held()
    return {name: _allowed(PARAMETERS[name], held) for name in names}


def _allowed(parameter: Parameter, held: Any) -> Any:
    found = held.get(parameter.name, parameter.default)
    if isinstance(parameter, Choice) and found not in parameter.options:
        return parameter.default  # before its input is drawn, which puts it back too
    return found


def differing() -> set[str]:
    """The parameters that have another value than their default, or are given in the address."""
    differ = {n for n, held in all_values().items() if held != PARAMETERS[n].default}
    return differ | st.query_params.to_dict().keys()


def has_data() -> bool:
    """Whether a data set is chosen, of which the network carries one sample."""
    return bool(value("data") != "one_sample")


def numbers(names: tuple[str, ...]) -> dict[str, float]:
    """Several numbers by name, ready for :meth:`core.graph.Graph.forward`."""
    return {name: float(number) for name, number in values(names).items()}


def all_numbers() -> dict[str, float]:
    """Every parameter that is a number, as it is now."""
    return values(name for name, entry in PARAMETERS.items() if isinstance(entry, Number))


def all_values() -> dict[str, Any]:
    """Every parameter as it is now."""
    return values(PARAMETERS)


Change = tuple[Any, Any]
"""What a parameter was, and what it has become."""


def changes_since(before: Mapping[str, Any]) -> dict[str, Change]:
    """What has become of the parameters that are others now."""
    return {n: (before[n], now) for n, now in values(before).items() if now != before[n]}


def set_again(changes: Mapping[str, Change]) -> None:
    """Make the same changes once more, but for what has become something else meanwhile."""
    for name, (was, became) in changes.items():
        if value(name) in (was, became):
            st.session_state[name] = became


def begin() -> None:
    """Before any widget: note what a link got wrong, and take choices given by core's keys.

    Whoever comes back after a lost connection may not have heard of their own last change.
    """
    set_again(returning.unheard(st.session_state.get("applied", {})))
    query = st.query_params.to_dict()
    noted = st.session_state.setdefault("problems", [])
    # Once the inputs are bound to the address it holds what was typed, which they explain.
    told = _foreign(query) if st.session_state.get("bound") else query
    noted += [sentence for sentence in problems(told) if sentence not in noted]
    for name in query.keys() - PARAMETERS.keys() - RESERVED:
        del st.query_params[name]
    for name, text in query.items():
        parameter = PARAMETERS.get(name)
        # Streamlit knows a choice in the URL by its label only; links are made of core's keys,
        # which stay the same when a label is reworded.
        is_key = isinstance(parameter, Choice) and text in parameter.options
        if is_key and name not in st.session_state:
            st.session_state[name] = text


def leave_out_what_cannot_be_read() -> None:
    """Take what a link got wrong out of the address, before an input sees it.

    Streamlit would read part of it (10.5 as 10), and fail at an infinite whole number. To be
    called once it is known which page is opened, for the script begins anew.
    """
    query = st.query_params.to_dict()
    if st.session_state.get("bound"):
        for name in _foreign(query):  # what an input holds goes before what the address says
            st.session_state[name] = PARAMETERS[name].default
        return
    names = list(refusals(query))
    if not names:
        return
    st.session_state.refused = names
    for name in names:
        del st.query_params[name]
    st.rerun()


def _foreign(query: Mapping[str, str]) -> dict[str, str]:
    """What of an address no input has written: a number or a choice that cannot be read."""
    foreign = {}
    for name, text in query.items():
        parameter = PARAMETERS.get(name)
        if isinstance(parameter, Number | Choice):
            try:
                parameter.read(text)
            except ValueError:
                foreign[name] = text
    return foreign


def keep_sample() -> None:
    """Where the data has no such sample any more, take the first one, and say so."""
    count = samples(value("data"), value("points"))
    wanted = value("sample")
    if count is None or wanted <= count:
        return
    st.session_state.sample = 1
    what = "Your data" if value("data") == OWN else DATASETS[value("data")].title
    st.session_state.said = (
        f"{st.session_state.get('said', '')} {what} has {count} samples, so there is no sample "
        f"{wanted}: the network carries sample 1."
    )


def keep_address() -> None:
    """Tell the browser a value again that its address has lost.

    On a change of page an input now and then falls back to its default there, and its part of the
    address goes, while Python still holds the learner's value.
    """
    held, lost = lookups.held(), PARAMETERS.keys() - st.query_params.to_dict().keys()
    for name, now in values(lost).items():
        if now != PARAMETERS[name].default and name in held:
            st.session_state[name] = now
    if st.session_state.get("bound") and st.query_params.get(MARK) != VERSION:
        st.session_state[MARK] = VERSION


def apply(values: Mapping[str, float]) -> None:
    """Take over numbers that the learner dragged; what is out of bounds is drawn to the bound."""
    for name, raw in values.items():
        parameter = PARAMETERS.get(name)
        if isinstance(parameter, Number) and math.isfinite(raw):
            bounded = min(max(raw, parameter.minimum), parameter.maximum)
            st.session_state[name] = round(bounded) if parameter.whole else bounded


def share_link() -> str:
    """The address of this page with every parameter's value in it."""
    address = (st.context.url or "").split("?")[0]
    return f"{address}?{share_query(all_values())}"
