"""What is large and seldom changes, handed to the browser once.

Streamlit sends a component's data whole when anything in it changes; an element whose message is
the same as before it sends as a reference of a few bytes. So a component puts what is large into
an element of its own, by :func:`keep`, and refers to it; ``web/kept/kept.js`` holds it in the
browser and ``resolve.js`` beside it puts it back in its place.
"""

import hashlib
import json
from functools import lru_cache
from typing import Any

import streamlit as st

from ui import web
from ui.server.again import again


@lru_cache(maxsize=1)
def _component() -> Any:
    return st.components.v2.component(
        "chain_rule_lab.kept",
        html='<div hidden class="kept"></div>',
        js=web.joined("kept/kept.js"),
    )


def keep(value: Any, key: str) -> dict[str, str]:
    """Hand a value to the browser, and return what stands for it in other components' data.

    Draw it in a container of its own beside the component that refers to it, so that what is
    kept may come and go without moving the component. ``value`` is plain JSON without NaN;
    ``key`` names the place it is kept in among all of the page.
    """
    name = digest(value)

    def hand_over() -> None:
        _component()(key=f"kept-{key}", data={"name": name, "value": value})

    again(f"kept-{key}", hand_over, name)
    return {"kept": name}


def digest(value: Any) -> str:
    """A short name that changes with the value.

    >>> digest({"a": 1}) == digest({"a": 1}) != digest({"a": 2})
    True
    """
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:16]
