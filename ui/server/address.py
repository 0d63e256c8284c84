"""The browser's history, with one entry for each page and step that the learner has been at."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import streamlit as st

from ui import web


@lru_cache(maxsize=1)
def _component() -> Any:
    return st.components.v2.component(
        "chain_rule_lab.address",
        html="<div hidden></div>",
        js=web.joined("address/address.js"),
    )


def tidy(step: str, numbers: Mapping[str, float]) -> None:
    """Have what one change tells the address, number by number, take one entry; draw it unseen.

    What Streamlit tells the address of one run can overtake what the learner has typed since, and
    is not told again, for Python agrees with the learner by then. So the address is compared with
    the numbers of each run, as long as it is at the same step.
    """
    _component()(key="address", data={"step": step, "numbers": dict(numbers)})


def through_history() -> bool:
    """Whether this run is because the learner went back or forward in the browser's history.

    Only the run's context says so, as of Streamlit 1.67; where it does not, nobody ever has.
    """
    try:
        from streamlit.runtime.scriptrunner import get_script_run_ctx
    except ImportError:
        return False
    return bool(getattr(get_script_run_ctx(), "is_history_navigation", False))
