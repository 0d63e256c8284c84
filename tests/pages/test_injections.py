"""What cannot be read as numbers or names reaches nothing that is taken away."""

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.injections import TEXTS
from tests.pages.test_pages import no_browser, run
from ui.session.parameters import PARAMETERS, Encoded, Formula

assert no_browser  # of every page test: nothing is served here

TYPED = [name for name, one in PARAMETERS.items() if isinstance(one, Encoded | Formula)]


def taken(app: AppTest) -> dict[str, Any]:
    """The files that can be saved: scripts, notebooks, tables, the animation."""
    sent = [json.loads(one.proto.json) for one in app.get("bidi_component")]
    return {one["name"]: one["parts"] for one in sent if {"name", "media", "parts"} <= one.keys()}


@pytest.mark.parametrize(
    ("page", "chosen", "files"),
    [
        ("gradient_descent", {"data": "own", "steps": 20}, 4),
        ("build_your_own", {"toy": "own", "steps": 20, "trained": 1}, 4),
    ],
)
def test_files_are_the_same_whatever_is_typed_that_cannot_be_read(
    page: str, chosen: dict[str, Any], files: int
) -> None:
    app = run(page)
    for name in TYPED:
        app.session_state[name] = PARAMETERS[name].default
    for name, value in chosen.items():
        app.session_state[name] = value
    app.session_state["look"] = "files"
    before = taken(app.run())
    assert len(before) == files
    for text in TEXTS:
        for name in set(TYPED) - {"look"}:
            app.session_state[name] = text
        app.run()
        assert not app.exception, text
        assert taken(app) == before, text
