"""Canaries: where the app leans on what Streamlit does not promise, each says what has changed.

See ``ui/server/__init__.py``. A failure's message says what depends on it, and what to do.
"""

import asyncio
import dataclasses
import inspect
import json
import logging
import math
import re
import sys
from functools import lru_cache
from importlib import import_module
from importlib.metadata import version
from importlib.resources import files
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st
from streamlit import config, error_util, net_util
from streamlit.components.v2.bidi_component.serialization import deserialize_trigger_list
from streamlit.elements.widgets import data_editor
from streamlit.elements.widgets.data_editor import DataEditorSerde
from streamlit.elements.widgets.number_input import NumberInputSerde
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NumberInput_pb2 import NumberInput
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import ScriptRunnerEvent
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext
from streamlit.runtime.state.common import WidgetMetadata
from streamlit.runtime.state.session_state import SessionState, WStates
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager
from streamlit.testing.v1 import AppTest
from streamlit.web.server import server_util

from tests.browser.harness import ROOT, run_async
from ui.server import (
    address,
    alone,
    handover,
    incoming,
    logs,
    lookups,
    packed,
    pages,
    returning,
    spared,
    tables,
    whole,
)
from ui.server.bursts import turning_point

STATIC = files("streamlit") / "static"
HERE = f"in Streamlit {version('streamlit')}"


@lru_cache(maxsize=1)
def scripts() -> str:
    """All that Streamlit's page runs."""
    folder = STATIC / "static" / "js"
    return "".join(f.read_text("utf-8") for f in folder.iterdir() if f.name.endswith(".js"))


def failure(what: str, then: str) -> str:
    return f"{what} {HERE}. {then}"


def test_messages_say_where_a_run_begins_and_ends() -> None:
    then = (
        "ui/server/bursts.py sends all as it comes, so pages are drawn piece by piece. Find what "
        "marks a run's beginning and end in ForwardMsg, or leave the middleware out."
    )
    kinds = ForwardMsg.DESCRIPTOR.fields_by_name
    assert {"session_status_changed", "script_finished"} <= {*kinds}, failure("No such kinds", then)
    status = kinds["session_status_changed"].message_type.fields_by_name
    assert "script_is_running" in status, failure("No script_is_running", then)


def test_an_element_that_stayed_the_same_travels_as_a_reference() -> None:
    then = (
        "ui/server/kept.py gains nothing by it: graphs and surfaces are sent with every rerun. See "
        "how elements are cached, and measure with `make bench`."
    )
    assert "ref_hash" in ForwardMsg.DESCRIPTOR.fields_by_name, failure("No references", then)
    assert config.get_option("global.minCachedMessageSize") == 100, failure(
        "global.minCachedMessageSize is not taken from .streamlit/config.toml", then
    )


def test_streamlits_page_has_what_is_replaced() -> None:
    html = pages.INDEX.read_text("utf-8")
    assert pages.TITLE.search(html), failure(
        "The page has no title",
        "ui/server/pages.py has nowhere to put each page's own and its preview.",
    )
    assert pages.FONT.search(html), failure(
        "The page asks for no font", "FONT can go from ui/server/pages.py, and SKIP perhaps."
    )
    assert "stSkipToContent" in scripts(), failure(
        "No link to the content", "SKIP can go from ui/server/pages.py."
    )


def test_the_scripts_of_streamlits_page_have_names_of_their_content() -> None:
    named = re.findall(r'"\./(static/[^"]+\.(?:js|css))"', pages.INDEX.read_text("utf-8"))
    assert named
    assert named == packed.HASHED.findall(pages.INDEX.read_text("utf-8")), failure(
        f"The page names {named}",
        "ui/server/packed.py leaves to Streamlit, uncompressed, what has no such name.",
    )


@pytest.mark.parametrize(
    ("option", "value", "then"),
    [
        (
            "runner.postScriptGC",
            False,
            "A full garbage collection after each run stops all sessions: see config.toml.",
        ),
        (
            "server.fileWatcherType",
            "none",
            "A watcher for every session keeps 150 arrivals waiting 22 s: see config.toml.",
        ),
        (
            "global.disableWidgetStateDuplicationWarning",
            True,
            "Inputs given a default and a value are drawn with a warning: see ui/session/state.py.",
        ),
    ],
)
def test_a_setting_that_the_app_rests_on_is_known(option: str, value: object, then: str) -> None:
    assert option in config.get_config_options(), failure(f"No option {option}", then)
    assert config.get_option(option) == value, failure(f"{option} is not taken over", then)


def test_an_inputs_own_value_is_looked_up_and_all_of_them_are_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    then = (
        "ui/server/lookups.py does nothing: see whether inputs still copy the session's state, by "
        "a profile of a run, and leave it out if they do not."
    )
    made = vars(SessionState).get("filtered_state")
    assert made is not None, failure("SessionState has no filtered_state", then)
    monkeypatch.setattr(SessionState, "filtered_state", made)  # as it was, afterwards
    state = SessionState()
    state["w1"], state["f"] = 0.5, None
    whole = state.filtered_state
    assert lookups.install(), failure("filtered_state is no property", then)
    looked_up = state.filtered_state
    assert isinstance(looked_up, lookups.Lookup)
    assert dict(looked_up) == whole == {"w1": 0.5, "f": None}
    assert "f" in looked_up
    assert "w2" not in looked_up
    assert "$$ID-1-f" not in looked_up


def test_what_a_session_holds_is_read_as_it_stands_there() -> None:
    def script() -> None:
        import streamlit as st

        from ui.server import lookups

        st.session_state.setdefault("w1", 0.25)
        st.session_state.said = "words"
        st.number_input("w1", -1.0, 1.0, key="w1")
        st.session_state.read = lookups.held()

    app = AppTest.from_function(script).run()
    app.number_input[0].set_value(0.5).run()
    read = app.session_state["read"]
    assert isinstance(read, lookups.Held), failure(
        "A session's state is kept in another way",
        "ui/server/lookups.py reads each value through st.session_state: a quarter of a run. Find "
        "where SafeSessionState has its state and lock, and SessionState looks a value up.",
    )
    assert [read.get("w1"), read.get("said"), read.get("w2", 7)] == [0.5, "words", 7]
    assert "w1" in read
    assert "w2" not in read


def test_what_is_the_same_as_in_the_run_before_is_told_and_not_drawn() -> None:
    def script() -> None:
        import streamlit as st

        from ui.server.again import again

        def draw() -> None:
            st.session_state.drawn = st.session_state.get("drawn", 0) + 1
            st.number_input("w1", 0.0, 9.0, key="w1")

        again("one", draw, place=st.container())

    then = (
        "ui/server/again.py has everything drawn at each run, or tells what is no longer so: see "
        "how an element reaches the browser (ScriptRunContext.enqueue), and what is noted of an "
        "input (SessionState.register_widget). `make bench` says what it is worth."
    )
    app = AppTest.from_function(script).run()
    app.run()  # when it has come again, it is taken down
    assert app.session_state["drawn"] == 2
    app.run()
    assert app.session_state["drawn"] == 2, failure("It is drawn anew", then)
    assert app.number_input[0].value == 0.0
    app.number_input[0].set_value(2.5).run()
    assert app.session_state["w1"] == 2.5, failure("The input was forgotten", then)
    app.session_state["w1"] = 7.0
    app.run()
    assert app.number_input[0].value == 7.0, failure("The old number was told again", then)


def test_messages_are_handed_over_together_and_in_their_order() -> None:
    assert handover.install(), failure(
        "An AppSession hears of messages in another way",
        "ui/server/handover.py does nothing, and each message wakes the server's loop. Find where "
        "a run's events come to the loop, and measure with `make bench`.",
    )
    assert handover.install()
    event = ScriptRunnerEvent
    handled: list[list[object]] = [[]]

    async def two_runs() -> None:
        session: Any = SimpleNamespace(
            _event_loop=asyncio.get_running_loop(),
            _scriptrunner="runner",
            _state=AppSessionState.APP_IS_RUNNING,
            _enqueue_forward_msg=handled[-1].append,
            _create_script_finished_message=lambda *_: "end",
            _create_session_status_changed_message=lambda: "still",
            _local_sources_watcher=None,
        )
        hear: Any = AppSession._on_scriptrunner_event
        for message in "abc":
            hear(session, "runner", event=event.ENQUEUE_FORWARD_MSG, forward_msg=message)
        await asyncio.sleep(0)
        assert handled[-1] == []
        hear(session, "runner", event=event.SCRIPT_STOPPED_WITH_SUCCESS)
        await asyncio.sleep(0)
        assert handled[-1] == ["a", "b", "c", "end", "still"]
        hear(session, "runner", event=event.ENQUEUE_FORWARD_MSG, forward_msg="long")
        while "long" not in handled[-1]:
            await asyncio.sleep(handover.PATIENCE)

    run_async(two_runs())


def test_a_session_that_is_taken_up_again_is_told_nothing_of_what_is_left() -> None:
    assert returning.install(), failure(
        "A session is taken up again in another way",
        "ui/server/returning.py does nothing: whoever comes back in the middle of an answer may "
        "find other numbers. See tests/ui/test_commits.py, and how a WebSocket finds its session.",
    )
    assert returning.install()
    queue: ForwardMsgQueue = ForwardMsgQueue()
    queue.enqueue(ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY))
    session: Any = SimpleNamespace(flush_browser_queue=queue.flush)
    manager: Any = SimpleNamespace(
        _session_resume_forbidden=lambda _: False,
        _active_session_info_by_id={},
        _resume_stored_session=lambda known, *_: known,
        get_active_session_info=lambda _: SimpleNamespace(session=session),
    )
    connect: Any = WebsocketSessionManager.connect_session
    assert connect(manager, None, None, {}, existing_session_id="known") == "known"
    assert queue.is_empty()
    assert "known" in returning._back
    del returning._back["known"]


def test_the_theme_is_the_one_of_the_settings_and_tables_are_seen_where_they_are() -> None:
    import pandas
    from streamlit.components.v2.bidi_component import serialization
    from streamlit.proto.NewSession_pb2 import CustomThemeConfig
    from streamlit.runtime import app_session

    assert spared.install(), failure(
        "The theme is put together, or a component's data looked at, in another way",
        "ui/server/spared.py does not spare both. Find where, or leave it out: see a profile.",
    )
    populate: Any = app_session._populate_theme_msg
    is_table: Any = vars(serialization)["is_dataframe_like"]
    for section in ((), ("theme.dark",), ("theme.light.sidebar",), ("theme.sidebar",)):
        anew = CustomThemeConfig()
        populate.instead_of(anew, *section)
        for _ in range(2):
            once = CustomThemeConfig()
            populate(once, *section)
            assert once == anew
    for value in ([1, 2], {"a": [1]}, [], {}, "words", 1.5, None, pandas.DataFrame({"a": [1]})):
        assert is_table(value) == is_table.instead_of(value)


def test_the_browser_gets_streamlits_script_where_it_is_looked_for() -> None:
    importer = (ROOT / "ui" / "web" / "import.js").read_text("utf-8")
    pattern = re.search(r"const own = /\^\(\.\*\\/\)(.*)\$/;", importer)
    assert pattern
    own = pattern[1].replace("\\/", "/")
    sources = re.findall(
        r'<script[^>]* src="\./([^"]+)"', (STATIC / "index.html").read_text("utf-8")
    )
    assert any(re.fullmatch(own, source) for source in sources), failure(
        f"The page's script is {sources}",
        "On sub-pages ui/web/import.js cannot tell where the app lives, and components stay empty. "
        "Bring the pattern in line.",
    )


def test_streamlits_page_uses_the_class_names_that_are_styled() -> None:
    rules = (ROOT / "ui" / "server" / "page.css").read_text("utf-8")
    styled = set(re.findall(r"\.(st[A-Z]\w+)", rules))
    assert styled
    for name in [*styled, "st-key-"]:
        assert name in scripts(), failure(
            f"Nothing has the class {name}",
            "Its rule in ui/server/page.css does nothing. Find the new name in the browser.",
        )


def test_the_app_takes_routes_middleware_and_a_beginning() -> None:
    parameters = inspect.signature(st.App).parameters
    assert {"routes", "middleware", "lifespan"} <= parameters.keys(), failure(
        f"st.App takes {', '.join(parameters)}",
        "app.py cannot add ui/server/app.py's: plotly.js, KaTeX, the stage, security headers.",
    )


def test_a_component_takes_its_parts() -> None:
    parameters = inspect.signature(st.components.v2.component).parameters
    assert {"html", "css", "js", "isolate_styles"} <= parameters.keys(), failure(
        f"A component takes {', '.join(parameters)}",
        "The stage, the charts, the equations and what is kept are such components.",
    )


@pytest.mark.parametrize("kind", ["number_input", "selectbox", "text_input"])
def test_an_input_can_be_bound_to_the_address(kind: str) -> None:
    assert "bind" in inspect.signature(getattr(st, kind)).parameters, failure(
        f"st.{kind} has no bind",
        "Links hold no values: ui/session/state.py has to write st.query_params itself.",
    )


@pytest.mark.parametrize("unreal", [math.inf, -math.inf, math.nan])
def test_an_infinite_whole_number_is_none(unreal: float) -> None:
    whole.refuse_infinite_ones()
    whole.refuse_infinite_ones()
    serde = NumberInputSerde(3, NumberInput.INT, 0, 9)
    assert serde.deserialize(unreal) == 3, failure(
        "An infinite number is taken over in another way",
        "ui/server/whole.py has no effect: a run that is given one may end with an error.",
    )
    assert serde.deserialize(7.0) == 7


def test_an_input_takes_its_default_for_a_value_of_another_kind() -> None:
    then = (
        "ui/server/incoming.py cannot tell what an input may hold: a value of another kind ends "
        "the run with an error, until the page is loaded anew. `make fuzz` tells."
    )
    assert incoming.take_over_only_what_fits(), failure("No WStates with Serialized values", then)
    assert incoming.take_over_only_what_fits()
    serde = NumberInputSerde(0.5, NumberInput.FLOAT, 0.0, 1.0)
    known = WidgetMetadata("$$ID-1", serde.deserialize, serde.serialize, "double_value")
    for told, taken in (
        (WidgetState(id="$$ID-1", string_value="0.25"), 0.5),
        (WidgetState(id="$$ID-1", double_value=0.25), 0.25),
        (WidgetState(id="$$ID-1", int_value=1), 1),  # as a browser sends whole numbers
    ):
        states = WStates()
        states.set_widget_metadata(known)
        states.set_widget_from_proto(told)
        assert states["$$ID-1"] == taken, failure(f"It takes {taken} otherwise", then)


def test_of_many_events_an_input_takes_the_last() -> None:
    assert incoming.take_over_only_what_fits()
    known = WidgetMetadata("$$ID-1", deserialize_trigger_list, str, "json_trigger_value")
    states = WStates()
    states.set_widget_metadata(known)
    told = json.dumps([*range(5000)])
    states.set_widget_from_proto(WidgetState(id="$$ID-1", json_trigger_value=told))
    assert states["$$ID-1"] == [*range(5000)][-incoming.MOST_EVENTS :], failure(
        "Events are taken over in another way",
        "Thousands of them in one message keep the server busy for seconds: see docs/limits.md.",
    )


def test_a_table_takes_only_edits_that_it_can_have() -> None:
    then = (
        "ui/server/tables.py cannot bound what a table takes over: edits that no browser sends end "
        "a run with an error, and what was typed is logged. Find where st.data_editor reads them."
    )
    assert tables.install(), failure("No DataEditorSerde", then)
    assert tables.install()
    with tables.bounded(tables.Bounds(("x", "y"), 2, 3)):
        serde = DataEditorSerde()
    assert "DataEditorSerde()" in inspect.getsource(data_editor.DataEditorMixin), failure(
        "A table makes it elsewhere", then
    )
    good = {"edited_rows": {"1": {"x": 0.5, "y": None}}, "added_rows": [{}], "deleted_rows": [0]}
    taken = serde.deserialize(json.dumps(good))
    assert {**taken} == {**good, "edited_rows": {1: {"x": 0.5, "y": None}}}, failure(
        "What is good is not taken", then
    )
    assert serde.deserialize(json.dumps({"added_rows": [{}] * 9}))["added_rows"] == [{}] * 3
    nothing = serde.deserialize(None)
    for wrong in (
        *({"added_rows": sent} for sent in ([5], [None], {"x": 1}, [{"zq": 1}], [{"x": "1"}])),
        *({"added_rows": [{"x": sent}]} for sent in (True, math.inf, 10**400, [1], {})),
        *({"edited_rows": sent} for sent in ({"2": {}}, {"00": {}}, {"-1": {}}, {"x": {}}, [1])),
        *({"edited_rows": {"0": sent}} for sent in (5, None, [], {"zq": 1}, {"x": "abc"})),
        *({"deleted_rows": sent} for sent in (5, [2], [-1], [[1]], [0, 0], [True], ["0"], [0.0])),
        *([], 5, "x", None),
    ):
        assert serde.deserialize(json.dumps(wrong)) == nothing, wrong
    for text in ("", "{", "[" * 100_000):
        assert serde.deserialize(text) == nothing


@pytest.mark.parametrize("kind", sorted(incoming.KINDS))
def test_what_a_browser_says_goes_on_to_streamlit(kind: str) -> None:
    assert kind in BackMsg.DESCRIPTOR.fields_by_name, failure(
        f"No message {kind}", "ui/server/incoming.py lets through what browsers of it send: see."
    )


def test_another_origin_has_the_server_ask_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    then = (
        "ui/server/alone.py does nothing: whoever connects from another site has the server ask "
        "another machine, and everybody waits. Find where Streamlit asks for its own address."
    )
    asked: list[object] = []
    monkeypatch.setattr(net_util, "_make_blocking_http_get", lambda *_, **__: asked.append(1))
    monkeypatch.setattr(net_util, "get_external_ip", net_util.get_external_ip)
    assert alone.ask_nobody(), failure("No get_external_ip", then)
    assert alone.ask_nobody()
    assert not server_util.is_url_from_allowed_origins("https://elsewhere.example")
    assert not asked, failure("It asks all the same", then)


@pytest.mark.parametrize("name", sorted(logs.QUOTING))
def test_loggers_that_quote_what_was_sent_are_known_by_their_names(name: str) -> None:
    assert getattr(import_module(name), "_LOGGER", None) is logging.getLogger(name), failure(
        f"No logger {name}", "ui/server/logs.py leaves nothing out there: find its name now."
    )


def test_exceptions_are_written_to_pythons_log_and_nowhere_else() -> None:
    then = (
        "ui/server/logs.py cannot leave out what was typed: find where uncaught exceptions are "
        "written now."
    )
    assert config.get_option("logger.enableRich") is False, failure("No logger.enableRich", then)
    assert "_LOGGER.error(" in inspect.getsource(error_util._log_uncaught_app_exception), failure(
        "Exceptions of a page are not logged as others are", then
    )


def test_what_is_taken_in_is_bounded() -> None:
    for option, most in (("server.maxMessageSize", 16), ("server.maxWidgetStateSize", 4)):
        assert config.get_option(option) == most, failure(
            f"{option} is not taken from .streamlit/config.toml",
            "Whoever likes has the server take in messages of any size: see docs/limits.md.",
        )


def test_a_folder_called_pages_beside_the_main_script_is_a_trap_still() -> None:
    assert hasattr(PagesManager, "uses_pages_directory"), failure(
        "Pages are not taken from a folder any more",
        "The main script may stand beside pages/: ui/frame.py and app.py can be one.",
    )


def test_a_run_says_whether_it_is_because_of_the_browsers_history() -> None:
    then = (
        "ui/server/address.py takes a page that one goes back to for one that is entered anew, "
        "and its state may be another than the address says. Find what the context calls it now."
    )
    names = {one.name for one in dataclasses.fields(ScriptRunContext)}
    assert "is_history_navigation" in names, failure("No is_history_navigation", then)


def test_without_what_streamlit_does_not_promise_messages_pass_and_nobody_goes_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in ("streamlit.proto.ForwardMsg_pb2", "streamlit.runtime.scriptrunner"):
        monkeypatch.setitem(sys.modules, module, None)
    begins, ends = turning_point({"type": "websocket.send", "bytes": b"anything"})
    assert (begins, ends) == (False, True)
    assert address.through_history() is False


def test_an_address_is_written_where_entries_of_the_history_are_counted() -> None:
    assert "history.pushState(" in scripts(), failure(
        "Nothing calls history.pushState",
        "ui/web/address/address.js tidies nothing, and going back leads through states that nobody "
        "has chosen. Find how the address is written now; if it no longer is at every number, "
        "leave the component out.",
    )


def test_streamlits_page_has_fonts_of_a_katex_of_its_own() -> None:
    names = [file.name for file in (STATIC / "static" / "media").iterdir()]
    assert any(name.startswith("KaTeX_") for name in names), failure(
        "No fonts of KaTeX",
        "ui/formula/code.py need not give the app's own other names.",
    )
