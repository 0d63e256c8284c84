"""The server as the tests of what it answers ask it: over HTTP, without a browser."""

import http.client
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.browser.harness import ROOT, Server


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    content: bytes


Get = Callable[..., Answer]


@pytest.fixture(scope="session")
def get(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Get]:
    """Asks a server started as users start it: our app.py and settings, a one-line lesson."""
    with asked(tmp_path_factory.mktemp("app")) as get:
        yield get


@contextmanager
def asked(app: Path, base: str = "") -> Iterator[Get]:
    """A server of its own in an empty folder, under the path ``base``."""
    shutil.copy(ROOT / "app.py", app)
    shutil.copytree(ROOT / ".streamlit", app / ".streamlit")
    (app / "ui").mkdir()
    (app / "ui" / "frame.py").write_text("import streamlit as st\nst.write('hello')\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        running = Server(app, base=base)

    def get(path: str, method: str = "GET", **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=30)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers=named)
        response = connection.getresponse()
        content = response.read()
        connection.close()
        answered = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, answered, content)

    try:
        yield get
    finally:
        running.close()
