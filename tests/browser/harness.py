"""What the browser tests stand on: a real server, a watched page, and ways to wait.

Nothing here sleeps for a guessed time. A page is watched from before its first request: each
console error, uncaught error, exception shown by Streamlit, error in the server's log and
request to another machine is a fault, and a test whose page has faults fails.
"""

import asyncio
import multiprocessing
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit
from weakref import WeakKeyDictionary

from playwright.sync_api import ConsoleMessage, Locator, Page, Request, WebSocket
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[2]
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--enable-unsafe-swiftshader",  # WebGL without a graphics card
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Whatever a page asks for, nothing leaves this machine; the request is still a fault.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
HERE = ("127.0.0.1", "localhost")

# On a sub-page Streamlit's browser side does not know how deep it is, so it first asks for
# /<page>/_stcore/health and /<page>/_stcore/host-config, gets two 404s, and moves up.
PROBES = r"status of 404 .* at http://[^/]+/\w+/_stcore/(health|host-config)\b"
# For open_page(allow=...) in a test that takes the server away under the page.
CONNECTION_LOST = (
    r"ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|WebSocket"
    r"|Client Error in reaching server endpoint|Streamlit server is not responding"
)

TRACEBACK = re.compile(r"Traceback \(most recent call last\)")
IDLE = '[data-testid="stApp"][data-test-connection-state="CONNECTED"]'
IDLE += '[data-test-script-state="notRunning"]'


MAIN = sys.modules["__main__"]

PREPARED = multiprocessing.get_context("forkserver")
"""Processes that have what an app imports in memory already: they start in a moment."""
PREPARED.set_forkserver_preload(
    ["streamlit.web.cli", "numpy", "pandas", "plotly.graph_objects", "sympy", "lark"]
)


class Server:
    """One ``streamlit run app.py`` on a port of its own, in a process of its own.

    ``base`` is the path under which it serves.
    It is started as users start it, or, ``prepared``, forked from a process that has imported the
    libraries already, and nothing of the app.
    """

    def __init__(
        self,
        app: Path = ROOT,
        port: int | None = None,
        script: str = "app.py",
        *,
        prepared: bool = True,
        base: str = "",
    ) -> None:
        self.app, self.script, self.prepared, self.base = app, script, prepared, base
        self.port = port or free_port()
        self._log = tempfile.NamedTemporaryFile()  # noqa: SIM115
        self._last_words = b""
        self._process: subprocess.Popen[bytes] | Prepared | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{'/' * bool(self.base)}{self.base}"

    @property
    def pid(self) -> int:
        """Of its process, while there is one."""
        return self._process.pid if self._process else 0

    def start(self, timeout: float = 90) -> None:
        """Start, and wait until it says that it is well. After ``kill``, on the same port."""
        arguments = [
            *("run", self.script),
            *("--server.port", str(self.port), "--server.address", "127.0.0.1"),
            *("--server.headless", "true"),
            *("--server.baseUrlPath", self.base),
        ]
        # An edit to the source while the tests run must not rerun the script under them.
        environment = {**os.environ, "STREAMLIT_SERVER_FILE_WATCHER_TYPE": "none"}
        if self.prepared:
            self._process = Prepared(self.app, arguments, environment, self._log.name)
        else:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", *arguments],
                cwd=self.app,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + timeout
        while not self.healthy():
            late = time.monotonic() > deadline
            if late or self._process.poll() is not None or TRACEBACK.search(self.log()):
                self.kill()
                raise RuntimeError(f"The server did not start. Its log ends with:\n{self.tail()}")
            time.sleep(0.05)

    def healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End the server and all that it started; the port is free afterwards."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, how)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)
        self._process = None

    def close(self) -> None:
        self.kill(signal.SIGTERM)
        self._last_words = self._read()
        self._log.close()

    def log(self, start: int = 0) -> str:
        """What it has written since ``start`` bytes, also after its end, without colours."""
        return re.sub(r"\x1b\[[\d;]*m", "", self._read()[start:].decode(errors="replace"))

    def log_size(self) -> int:
        return len(self._read())

    def _read(self) -> bytes:
        if self._log.closed:
            return self._last_words
        # The server writes at the shared file position, so read without moving it.
        return os.pread(self._log.fileno(), os.fstat(self._log.fileno()).st_size, 0)

    def tail(self) -> str:
        return self.log()[-6000:]


class Prepared:
    """A Streamlit forked from the prepared process; it is spoken to like a ``Popen``."""

    def __init__(
        self, app: Path, arguments: Sequence[str], environment: dict[str, str], log: str
    ) -> None:
        self._process = PREPARED.Process(
            target=_streamlit, args=(str(app), list(arguments), environment, log), daemon=True
        )
        # A page run by AppTest has left itself as the main module, which the new process would run.
        sys.modules["__main__"] = MAIN
        self._process.start()
        self.pid = self._process.pid or 0

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float) -> None:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("streamlit", timeout)


def _streamlit(app: str, arguments: list[str], environment: dict[str, str], log: str) -> None:
    """What the forked process does: become the ``streamlit`` command, in the app's folder."""
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    written = os.open(log, os.O_WRONLY | os.O_APPEND)
    os.dup2(written, 1)
    os.dup2(written, 2)
    os.chdir(app)
    os.environ.clear()
    os.environ.update(environment)
    paths = environment.get("PYTHONPATH", "").split(os.pathsep)
    sys.path[:] = [*filter(None, paths), *(path for path in sys.path if path != str(ROOT))]
    for name in [name for name in sys.modules if name.split(".")[0] in ("tests", "core", "ui")]:
        del sys.modules[name]
    sys.argv = ["streamlit", *arguments]
    from streamlit.web.cli import main

    main()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Watch:
    """What one page did: its faults, and what it said to its server."""

    server: Server
    allow: tuple[str, ...] = ()
    faults: list[str] = field(default_factory=list)
    sent: int = 0  # WebSocket frames, heartbeats left out
    finished: int = 0  # script runs that came to their end
    awaiting: bool = False  # a rerun was asked for and has not begun
    log_start: int = 0

    def start(self, page: Page) -> None:
        self.log_start = self.server.log_size()
        for event, heard in self._heard.items():
            page.on(event, heard)

    def stop(self, page: Page) -> None:
        for event, heard in self._heard.items():
            page.remove_listener(event, heard)

    def __post_init__(self) -> None:
        self._heard: dict[Any, Callable[[Any], None]] = {
            "console": self._console,
            "pageerror": lambda error: self.fault(f"uncaught: {error.stack or error}"),
            "crash": lambda _: self.fault("the page crashed"),
            "websocket": self._websocket,
            "request": self._request,
        }

    def fault(self, text: str) -> None:
        if not any(re.search(pattern, text, re.DOTALL) for pattern in (PROBES, *self.allow)):
            self.faults.append(text)

    def finish(self, page: Page) -> list[str]:
        """All faults, once whatever is under way in the browser has been reported."""
        if not page.is_closed():
            self.look(page)
        log = self.server.log(self.log_start)
        if found := TRACEBACK.search(log):
            self.fault(f"exception on the server: {log[found.start() :][:6000]}")
        return self.faults

    def look(self, page: Page) -> None:
        """Take down what exceptions the page shows now."""
        for text in page.get_by_test_id("stException").all_inner_texts():
            self.fault(f"exception on the page: {text}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.fault(f"console: {message.text} at {message.location.get('url', '')}")

    def _request(self, request: Request) -> None:
        self._outside(request.url)

    def _outside(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob", "about") and parts.hostname not in HERE:
            self.fault(f"request to another machine: {url}")

    def _websocket(self, socket: WebSocket) -> None:
        self._outside(socket.url)
        socket.on("framesent", self._sent)
        socket.on("framereceived", self._received)

    def _sent(self, frame: bytes | str) -> None:
        if isinstance(frame, bytes):
            kind = BackMsg.FromString(frame).WhichOneof("type")
            self.sent += kind != "app_heartbeat"
            self.awaiting |= kind == "rerun_script"
        else:
            self.sent += 1

    def _received(self, frame: bytes | str) -> None:
        if not isinstance(frame, bytes):
            return
        message = ForwardMsg.FromString(frame)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.awaiting = False
        elif kind == "script_finished":
            self.finished += message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN


_watches: WeakKeyDictionary[Page, Watch] = WeakKeyDictionary()


def watch(page: Page, server: Server, allow: Sequence[str] = ()) -> Watch:
    """Collect the page's faults from now on; call it before the page goes anywhere."""
    _watches[page] = watch = Watch(server, tuple(allow))
    watch.start(page)
    return watch


def until(page: Page, met: Callable[[], bool], what: str, timeout: float = 30) -> None:
    """Wait till ``met()`` holds, letting the page's events in meanwhile."""
    deadline = time.monotonic() + timeout
    while not met():
        if time.monotonic() > deadline:
            raise AssertionError(f"Waited {timeout} s in vain until {what}.")
        page.wait_for_timeout(15)


def settled(page: Page, timeout: float = 30) -> None:
    """Wait until the page is connected, no script runs, and what came has been painted.

    After an action that changes a widget use ``rerun``: the browser may not have asked yet.
    """
    watch = _watches[page]
    until(page, lambda: watch.finished > 0, "a script run ended", timeout)
    until(page, lambda: not watch.awaiting, "the rerun asked for began", timeout)
    page.wait_for_selector(IDLE, timeout=timeout * 1000)
    page.evaluate("() => new Promise(f => requestAnimationFrame(() => requestAnimationFrame(f)))")


@contextmanager
def rerun(page: Page, timeout: float = 30) -> Iterator[None]:
    """Do something that makes the script run again, and wait until it has.

    with rerun(page):
        page.get_by_role("button", name="reset").click()
    """
    watch = _watches[page]
    before = watch.finished
    yield
    until(page, lambda: watch.finished > before, "the script ran again", timeout)
    settled(page, timeout)


def open_next(page: Page, path: str, query: Mapping[str, Any] | str = "") -> None:
    """Open another address in the same tab: a new session, in which nothing of the last is left."""
    watch = _watches[page]
    watch.look(page)
    page.evaluate("localStorage.clear(), sessionStorage.clear()")
    query = query if isinstance(query, str) else urlencode(query)
    with rerun(page):
        page.goto(f"{watch.server.url}{path}{'?' * bool(query)}{query}")


def ws_frames(page: Page) -> int:
    """How many WebSocket frames the page has sent so far, heartbeats left out."""
    page.evaluate("0")  # let in what the browser has reported meanwhile
    return _watches[page].sent


def number(page: Page, name: str, within: str = '[data-testid="stage"]') -> float:
    """The unrounded live number called ``name``, such as ``J`` or ``dz2/da1``."""
    live = page.locator(f'{within} [data-name="{name}"][data-number]').first
    return float(live.get_attribute("data-number") or "nan")


def frames(page: Page, count: int = 2) -> None:
    """Wait until the browser has drawn so many times."""
    for _ in range(count):
        page.evaluate("() => new Promise(requestAnimationFrame)")


def slider(page: Page, name: str) -> Locator:
    """The stage's slider of a parameter, such as ``w1``."""
    return page.get_by_test_id("stage").get_by_role("slider", name=name, exact=True)


def thumb(page: Page, name: str, value: float | None = None) -> tuple[float, float]:
    """Where a slider's thumb stands for a value, by default for its own."""
    control = slider(page, name)
    share = control.evaluate("(e, value) => ((value ?? e.value) - e.min) / (e.max - e.min)", value)
    box = control.bounding_box()
    assert box
    return box["x"] + 10 + share * (box["width"] - 20), box["y"] + box["height"] / 2


def hold_slider(page: Page, name: str, by: float) -> None:
    """Take hold of a slider's thumb and move it so many pixels, without letting go."""
    slider(page, name).scroll_into_view_if_needed()
    x, y = thumb(page, name)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by, y, steps=6)
    frames(page)


def open_sidebar(page: Page) -> None:
    """Show the exact inputs and what else the sidebar holds; on a wide window the stage narrows."""
    closed = page.get_by_test_id("stExpandSidebarButton")
    if closed.is_visible():
        closed.click()
        closed.wait_for(state="detached")


def exact(page: Page, name: str) -> Locator:
    """The input of an exact value, such as ``w1``, in the sidebar, which is opened for it."""
    open_sidebar(page)
    field = page.get_by_role("spinbutton", name=name, exact=True)
    field.scroll_into_view_if_needed()  # once the sidebar stands still
    return field


def visit(page: Page, title: str) -> None:
    """Follow the navigation at the top to a page, and wait until it is there."""
    with rerun(page):
        page.get_by_test_id("stTopNav").get_by_role("link", name=title, exact=True).click()
    heading = "Chain Rule Lab" if title == "Home" else title
    page.get_by_role("heading", level=1, name=heading, exact=True).wait_for()


def move_to(page: Page, path: str, query: Mapping[str, Any] | str = "") -> None:
    """Go to an address within the open app, as by the browser's history: half of an opening."""
    query = query if isinstance(query, str) else urlencode(query)
    with rerun(page):
        page.evaluate(
            "address => history.pushState({}, '', address)", f"{path}{'?' if query else ''}{query}"
        )
        page.evaluate("dispatchEvent(new PopStateEvent('popstate'))")


def words(page: Page) -> Locator:
    """The panel of the stage in which a lesson speaks."""
    return page.get_by_test_id("guide")


def run_async(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end in a thread of its own: Playwright's loop runs in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
