"""What the server answers beside Streamlit, and what it says with every answer.

Its own files, such as plotly.js; Streamlit's, compressed; and security headers on everything.
"""

import base64
import gc
import hashlib
import importlib
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from importlib.resources import files

from anyio import to_thread
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui import web
from ui.files import code as files_code
from ui.formula import code as formula_code
from ui.plot import code
from ui.server import alone, assets, handover, incoming, logs, lookups, returning, spared
from ui.server.bursts import Bursts
from ui.server.packed import Packed, pack_first
from ui.stage import code as stage_code

PICTURES = {
    file.stem: assets.Asset("preview", file.read_bytes(), ".png")
    for file in (web.HERE / "previews").glob("*.png")
}
"""What links to the pages are shown with; ``make previews`` takes them."""
ASSETS = [
    *(code.PLOTLY, code.WHOLE, code.ASSET, stage_code.ASSET),
    *formula_code.ASSETS,
    *files_code.ASSETS,
    *PICTURES.values(),
]
ROUTES = assets.routes(ASSETS)


def _inline_script_hashes(html: str) -> list[str]:
    """The CSP sources that allow exactly the inline scripts of a page.

    >>> _inline_script_hashes("<script>1</script><script src='x.js'></script>")
    ["'sha256-a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s='"]
    """
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    digests = [hashlib.sha256(script.encode()).digest() for script in scripts]
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


def _policy(html: str) -> str:
    """The content-security policy under which Streamlit's page, and nothing foreign, works."""
    policy = {
        "default-src": ["'self'"],
        # Streamlit's one inline script; components' JavaScript is imported from blob: addresses.
        # A library of Streamlit's has WebAssembly for 64-bit numbers. It is content without, but
        # then browsers report a violation on every page, and one that matters is overlooked.
        "script-src": ["'self'", "blob:", "'wasm-unsafe-eval'", *_inline_script_hashes(html)],
        # Streamlit (emotion), KaTeX and Plotly all write style attributes and elements.
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'", "data:"],
        "media-src": ["'self'"],
        "connect-src": ["'self'"],  # the app's own WebSocket too, in browsers since 2022
        "worker-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        # No frame-ancestors: teachers embed the lessons in their own pages (?embed=true). There
        # is nothing to protect from framing: no accounts, nothing stored, no harmful click.
    }
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in policy.items())


SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": _policy(
        (files("streamlit") / "static" / "index.html").read_text(encoding="utf-8")
    ),
    "X-Content-Type-Options": "nosniff",
    # An address holds what the learner typed: other sites see only that they came from here.
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class SecurityHeaders:
    """Middleware that puts :data:`SECURITY_HEADERS` on every HTTP answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(SECURITY_HEADERS)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


MIDDLEWARE = [
    Middleware(SecurityHeaders),
    Middleware(Packed),
    Middleware(incoming.Incoming),
    Middleware(Bursts),
]


@asynccontextmanager
async def ready(_app: object) -> AsyncIterator[None]:
    """Before the server says that it is healthy, do what the first learner would wait for."""
    await to_thread.run_sync(_prepare)
    yield


def _prepare() -> None:
    logs.leave_messages_out()
    alone.ask_nobody()
    incoming.take_over_only_what_fits()
    lookups.install()
    handover.install()
    returning.install()
    spared.install()
    for name in ("lark", "numpy", "pandas", "plotly.graph_objects", "sympy"):
        importlib.import_module(name)
    for asset in ASSETS:
        if asset.suffix not in assets.PACKED:
            assets.compressed(asset.content)
    pack_first()
    # What has been imported stays until the end. The garbage collector need not look through
    # these hundreds of thousands of objects again at each of its full rounds.
    gc.collect()
    gc.freeze()
