"""The harness itself: it waits rightly, and a page with a fault does fail its test.

Each fault is planted in a tiny app of its own, so that these tests need nothing of the lab.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.conftest import Room
from tests.browser.harness import (
    CONNECTION_LOST,
    ROOT,
    Server,
    number,
    rerun,
    settled,
    until,
    watch,
    ws_frames,
)

APP = '''
import threading
import time

import streamlit as st

STAGE = """
export default function ({ parentElement, setStateValue }) {
  const root = parentElement.querySelector("[data-testid=stage]");
  root.onclick = () => setStateValue("clicked", true);
  const trouble = new URLSearchParams(location.search).get("trouble");
  if (trouble === "console") console.error("planted complaint");
  if (trouble === "uncaught") setTimeout(() => { throw new Error("planted throw"); });
  if (trouble === "component") throw new Error("planted failure");
  if (trouble === "outside") fetch("https://example.org/planted").catch(() => {});
  if (trouble === "socket") new WebSocket("wss://example.org/planted");
}
"""
mount = st.components.v2.component(
    "tiny",
    html='<div data-testid="stage"><b data-name="J" data-number="0.25">0.25</b></div>',
    js=STAGE,
)
mount(key="stage", on_clicked_change=lambda: None)
st.write("theme", st.context.theme.type)
if st.button("slow"):
    time.sleep(0.4)
    st.write("slowly done")
if st.query_params.get("trouble") == "exception":
    raise RuntimeError("planted exception")
if st.query_params.get("trouble") == "thread":
    threading.Thread(target=lambda: 1 / 0).start()
'''


def make(folder: Path, frame: str = APP) -> Path:
    """An app as the lab's is laid out: an ASGI app beside a main script in a folder."""
    (folder / ".streamlit").mkdir()
    (folder / ".streamlit" / "config.toml").write_text("browser.gatherUsageStats = false\n")
    (folder / "app.py").write_text("import streamlit as st\n\napp = st.App('ui/frame.py')\n")
    (folder / "ui").mkdir()
    (folder / "ui" / "frame.py").write_text(frame)
    return folder


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    server = Server(make(tmp_path_factory.mktemp("tiny")))
    yield server
    server.close()


@pytest.fixture
def faults(rooms: Callable[..., Room], tiny: Server):
    """The faults of a page of the tiny app in some trouble, as ``open_page`` would report them."""

    def collect(trouble: str) -> str:
        room = rooms(charts=False)
        page = room.open()
        watched = watch(page, tiny)
        page.goto(f"{tiny.url}/?trouble={trouble}")
        settled(page)
        until(page, lambda: watched.finish(page) != [], "a fault is seen", timeout=10)
        watched.stop(page)
        room.leave(page)
        return "\n".join(watched.faults)

    return collect


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        ("console", ["console: planted complaint"]),
        ("uncaught", ["uncaught: ", "planted throw"]),
        ("component", ["planted failure"]),
        ("outside", ["request to another machine: https://example.org/planted"]),
        ("socket", ["request to another machine: wss://example.org/planted"]),
        ("exception", ["exception on the page: RuntimeError: planted", "exception on the server"]),
        ("thread", ["exception on the server: Traceback", "ZeroDivisionError"]),
    ],
)
def test_a_fault_is_seen(faults, trouble, said):
    seen = faults(trouble)
    assert all(words in seen for words in said), seen


def test_a_page_in_order_has_no_faults(open_page, tiny):
    page = open_page(server=tiny)
    assert number(page, "J") == 0.25


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_theme_is_the_one_asked_for(open_page, tiny, theme):
    page = open_page(server=tiny, theme=theme)
    page.get_by_text(f"theme {theme}").wait_for()


def test_an_expected_fault_can_be_allowed(open_page, tiny):
    open_page(server=tiny, query={"trouble": "console"}, allow="planted complaint")


def test_rerun_waits_for_the_script_and_its_elements(open_page, tiny):
    page = open_page(server=tiny)
    with rerun(page):
        page.get_by_role("button", name="slow").click()
    assert page.get_by_text("slowly done").is_visible()


def test_sent_frames_are_counted(open_page, tiny):
    page = open_page(server=tiny)
    before = ws_frames(page)
    page.mouse.move(10, 10)
    assert ws_frames(page) == before
    with rerun(page):
        page.get_by_test_id("stage").click()
    assert ws_frames(page) == before + 1


def test_a_server_killed_and_started_again_keeps_its_port(open_page, fresh_server, tmp_path):
    server = fresh_server(app=make(tmp_path))
    page = open_page(server=server, allow=CONNECTION_LOST)
    # All that the page needs is fetched: without a server its modules would fail for good.
    page.get_by_role("button", name="slow").wait_for()
    page.wait_for_load_state("networkidle")
    server.kill()
    page.wait_for_selector('[data-testid="stApp"]:not([data-test-connection-state="CONNECTED"])')
    assert not server.healthy()
    server.start()
    settled(page)
    with rerun(page):
        page.get_by_role("button", name="slow").click()
    assert page.get_by_text("slowly done").is_visible()


def test_a_server_that_cannot_start_says_why(tmp_path):
    (tmp_path / "app.py").write_text("import streamlit as st\napp = st.App('missing.py')\n")
    with pytest.raises(RuntimeError, match=r"did not start[\s\S]*script not found"):
        Server(tmp_path)


def test_a_fault_fails_the_test_and_shows_the_log(pytester, monkeypatch, tmp_path):
    """The whole way: a suite of one test whose page complains is reported as failed."""
    app = make(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makeconftest("from tests.browser.conftest import *  # noqa: F403")
    pytester.makepyfile(
        f"""
        from pathlib import Path

        def test_complains(open_page, fresh_server):
            server = fresh_server(app=Path({str(app)!r}))
            open_page(server=server, query="trouble=exception")
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        ["*The page had faults:*", "*planted exception*", "*server http://127.0.0.1:*"]
    )
