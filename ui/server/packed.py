"""Streamlit's own scripts and styles, compressed once and kept in memory.

Streamlit 1.67 sends them as they are: 1.8 MB more for each first visit. Their names change with
their content, so what has been compressed is good for as long as the server runs.
"""

import gzip
import re
import threading
from importlib.resources import files
from pathlib import Path

import streamlit as st
from anyio import to_thread
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.server import assets

STATIC = Path(str(files("streamlit"))) / "static"
HASHED = re.compile(r"static/(?:js|css)/[\w.-]+\.[\w-]{8}\.(?:js|css)", re.ASCII)
"""Scripts and styles whose names change with their content."""
LARGEST = 8 << 20
"""Bytes that are kept at most; all that Streamlit 1.67 has come to 6.9 MB."""

_kept: dict[str, bytes] = {}
_one_at_a_time = threading.Lock()


class Packed:
    """Middleware that answers for Streamlit's scripts and styles to whoever unpacks gzip.

    Other requests, and those for a part of a file, go on to Streamlit.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = asked(scope)
        if not name:
            return await self._app(scope, receive, send)
        request = Request(scope)
        if assets.takes_gzip(request) and "range" not in request.headers:
            content = _kept.get(name) or await to_thread.run_sync(packed, name)
            if content:
                file = Path(name)
                answer = assets.answer(
                    request, content, file.stem, assets.MEDIA[file.suffix], zipped=True
                )
                return await answer(scope, receive, send)

        async def send_varying(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).add_vary_header("Accept-Encoding")
            await send(message)

        await self._app(scope, receive, send_varying)


def asked(scope: Scope) -> str | None:
    """Which of the files a request is for, if it is for one."""
    if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
        return None
    name: str = scope["path"].removeprefix(scope.get("root_path", "") + root())
    return name if HASHED.fullmatch(name) else None


def root() -> str:
    """The path under which the app is served, ``/`` if no other was set."""
    base = st.get_option("server.baseUrlPath").strip("/")
    return f"/{base}/" if base else "/"


def packed(name: str) -> bytes | None:
    """One of the files, compressed; None if there is no such file, or no more room for it."""
    with _one_at_a_time:
        if name in _kept:
            return _kept[name]
        file = STATIC / name
        if not file.is_file():
            return None
        content = gzip.compress(file.read_bytes(), compresslevel=9, mtime=0)
        if sum(map(len, _kept.values())) + len(content) > LARGEST:
            return None
        _kept[name] = content
        return content


def pack_first() -> None:
    """Compress what every first visit asks for: what Streamlit's page names."""
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    for name in HASHED.findall(page):
        packed(name)
