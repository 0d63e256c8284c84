"""Links that hold nonsense: a page opens, says what it could not use, and uses what it says."""

from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.pages.test_pages import held
from ui.lessons import LESSONS
from ui.session import state
from ui.session.parameters import PARAMETERS, Choice, Number, instead, refusals

ROOT = Path(__file__).resolve().parents[2]
NONSENSE = (
    *("inf", "-inf", "nan", "1e999", "-1e999", "9" * 60, "10.0000001", "0x10", "1,5", "1e-400x"),
    *("", " ", "None", "٣٫٥", "true", "-99999", "[1]", "__import__('os')"),
)
PAGES = ["home", *(lesson.name for lesson in LESSONS)]


def opened(page: str, query: dict[str, str]) -> AppTest:
    app = AppTest.from_file(ROOT / "ui" / "frame.py", default_timeout=60)
    for name, text in query.items():
        app.query_params[name] = text
    app.run()
    if page != "home":
        app.switch_page(str(ROOT / "pages" / f"{page}.py")).run()
    return app


@pytest.mark.parametrize("text", NONSENSE)
def test_nonsense_for_every_parameter_opens_a_page_that_uses_what_it_says(text: str) -> None:
    page = PAGES[NONSENSE.index(text) % len(PAGES)]
    app = opened(page, dict.fromkeys(PARAMETERS, text))
    assert not app.exception
    said = [one.value for one in app.text]
    for name, parameter in PARAMETERS.items():
        if name in refusals({name: text}):
            [sentence] = [line for line in said if line.startswith(f"The link sets {name} to ")]
            assert sentence.endswith(instead(parameter))
            assert held(app, name) == parameter.default
        elif isinstance(parameter, Number):
            assert held(app, name) == parameter.read(text)


@pytest.mark.parametrize("page", PAGES)
def test_a_whole_number_that_is_infinite_is_no_error(page: str) -> None:
    whole = ("seed", "steps", "batch", "depth")
    app = opened(page, {**dict.fromkeys(whole, "inf"), "w1": "0.5"})
    assert not app.exception
    for name in whole:
        assert held(app, name) == PARAMETERS[name].default
    assert held(app, "w1") == 0.5


def test_a_step_does_not_put_its_own_in_place_of_what_was_refused() -> None:
    app = opened("going_deeper", {"step": "going_deeper-quarter", "depth": "10.5"})
    assert not app.exception
    assert held(app, "depth") == PARAMETERS["depth"].default
    assert held(app, "w5") == 1.2


@pytest.mark.parametrize("text", ["", "<b>x", "\0", "inf", "9" * 5000, "-" + "9" * 5000, "1e999"])
def test_an_address_that_turns_to_nonsense_later_is_answered_in_the_same_way(text: str) -> None:
    app = opened("home", {"w1": "0.5"})
    asked = ("data", "optimizer", "seed", "steps", "w2")
    for name in asked:
        app.query_params[name] = text
    app.run()
    assert not app.exception
    said = [one.value for one in app.text]
    for name in asked:
        assert held(app, name) == PARAMETERS[name].default
        assert [line for line in said if line.startswith(f"The link sets {name} to ")]
    assert held(app, "w1") == 0.5


@pytest.mark.parametrize("text", ["", "<b>x", "\0"])
def test_a_choice_that_is_not_in_its_list_is_its_default(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(st, "session_state", dict.fromkeys(PARAMETERS, text))
    for name, parameter in PARAMETERS.items():
        if isinstance(parameter, Choice):
            assert state.value(name) == parameter.default
    assert state.has_data() is False
