"""The race: who runs at which rate, and what became of each. The stage draws it, live."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.descent import Path
from core.descent.race import MOST_ENTRIES, Entry, Row, read_entries, table, write_entries
from core.descent.race import race as run
from core.descent.rules import RULES, to_json
from core.formatting import number, short
from core.graph import Graph
from core.network import Dataset
from ui.session import state
from ui.session.learner import cost_name, current_recipe
from ui.session.parameters import RACE, RATE
from ui.theme import RUNNERS
from ui.words import tables

NOBODY = "none"


def entries() -> list[Entry]:
    """Who races now; the default's runners if the text cannot be read, as :func:`race` says."""
    try:
        return _read(state.value("race"))
    except ValueError:
        return _read(RACE.default)


def _read(text: str) -> list[Entry]:
    return read_entries(text, (RATE.minimum, RATE.maximum))


def names(racing: Sequence[Entry]) -> list[str]:
    """What each is called, with its rate, which tells two of one optimizer apart."""
    return [
        f"{RULES[entry.optimizer].label}, η\u00a0=\u00a0{short(entry.learning_rate)}"
        for entry in racing
    ]


def on_stage() -> list[dict[str, Any]]:
    """The runners for the stage, which runs them from whatever start is dragged."""
    racing = entries()
    return [
        {
            "label": label,
            "rule": to_json(entry.optimizer),
            "rate": entry.learning_rate,
            "light": light,
            "dark": dark,
            "dash": dash,
        }
        for entry, label, (light, dark, dash) in zip(racing, names(racing), RUNNERS, strict=False)
    ]


def race(graph: Graph, data: Dataset) -> None:
    """The inputs, and the race as a table."""
    choose()
    racing = entries()
    paths = run(graph, state.numbers(graph.inputs), current_recipe(data), racing)
    results(paths, racing, cost_name(data))
    st.caption(
        "All start where you stand, with the samples and the steps that you have set; each has its "
        "own learning rate η. Drag the point and they all run anew."
    )


def results(paths: Sequence[Path], racing: Sequence[Entry], cost: str) -> None:
    """What became of each; the target is within a tenth of the lowest cost that any has reached."""
    target = 1.1 * min(float(path.cost.min()) for path in paths)
    st.markdown(standings(table(paths, target), names(racing), target, cost))


def choose() -> None:
    """Up to six rows of an optimizer and its rate, which together write the one parameter."""
    try:
        _read(state.value("race"))
    except ValueError as why:
        st.error(f"The runners cannot be read. {why} Until then the usual ones race.")
    racing = entries()
    rows = st.container(horizontal=True)
    for k in range(MOST_ENTRIES):
        entry = racing[k] if k < len(racing) else None
        who, rate = _keys(k)
        _follow(who, entry.optimizer if entry else NOBODY)
        _follow(rate, entry.learning_rate if entry else st.session_state.get(rate, 0.5))
        with rows.container(width=168, gap="small"):
            st.selectbox(
                f"runner {k + 1}",
                [*RULES, NOBODY],
                format_func=lambda name: RULES[name].label if name in RULES else name,
                key=who,
                on_change=_take,
            )
            st.number_input(
                f"rate of runner {k + 1}",
                RATE.minimum,
                RATE.maximum,
                step=RATE.step,
                format="%g",
                key=rate,
                disabled=entry is None,
                label_visibility="collapsed",
                on_change=_take,
            )


def _keys(k: int) -> tuple[str, str]:
    return f"runner-{k}", f"runner-{k}-rate"


def _follow(key: str, value: Any) -> None:
    """Bring an input in line; one that is in line already is left alone, for it may be in use."""
    if st.session_state.get(key) != value:
        st.session_state[key] = value


def _take() -> None:
    """Write the parameter from the rows; of a view that was closed they may be forgotten."""
    keys = [_keys(k) for k in range(MOST_ENTRIES)]
    if not all(key in st.session_state for row in keys for key in row):
        return
    rows = [tuple(st.session_state[key] for key in row) for row in keys]
    racing = [(who, rate) for who, rate in rows if who != NOBODY]
    if racing:
        st.session_state.race = write_entries(racing)
    else:
        st.toast("A race needs at least one runner, so this one stays.")


def standings(rows: Sequence[Row], labels: Sequence[str], target: float, cost: str = "J") -> str:
    """The race as a table: steps to come within a tenth of the lowest cost, the end, the regime."""
    head = ["", f"steps to {cost} ≤ {number(target)}", f"final {cost}", "regime"]
    return tables.table(
        head,
        [
            [
                f"{k} · {label}",
                "—" if row.steps_to_target is None else str(row.steps_to_target),
                number(row.cost),
                row.regime,
            ]
            for k, (label, row) in enumerate(zip(labels, rows, strict=True), 1)
        ],
    )
