"""Streamlit's page as a plain request gets it, with the title and the preview of each address.

Streamlit answers every address with one file, so all links would be shown as "Streamlit". Here it
says what the page is about; it no longer asks for a font that the app does not use; it asks early
for what the page will need; and it has its icon, and the rules of ``page.css``, before anything is
drawn.
"""

import base64
import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui import web
from ui.server import assets
from ui.server.packed import STATIC, root

INDEX = STATIC / "index.html"
FONT = re.compile(r'\s*<link\s+rel="preload"[^>]*\sas="font"[^>]*>')
ICON = re.compile(r'<link rel="shortcut icon"[^>]*>')
SKIP = '<style>[data-testid="stSkipToContent"] { font-family: sans-serif !important }</style>'
"""The one text that is drawn before the app's theme is there would have the font fetched again."""
TITLE = re.compile(r"<title>[^<]*</title>")
STYLES = Path(__file__).with_name("page.css")
HOST = re.compile(r"(?:[\w.-]{1,253}|\[[\da-fA-F:.]{2,45}\])(?::\d{1,5})?", re.ASCII)
"""What can stand in an address as its host, with or without a port."""
WIDTH, HEIGHT = 1200, 630
"""Pixels of a preview's picture."""


@dataclass(frozen=True)
class Preview:
    """What is shown of a page where somebody links to it.

    ``picture``, and the scripts that the page will need ``early``, are served by the app.
    """

    title: str
    sentence: str
    site: str
    picture: assets.Asset | None = None
    early: tuple[assets.Asset, ...] = ()


class Pages:
    """Middleware that puts the preview of each address into Streamlit's page.

    ``previews`` are by the address after the app's own; that of ``""`` is for all others.
    """

    def __init__(self, app: ASGIApp, previews: Mapping[str, Preview]) -> None:
        self._app = app
        self._previews = previews
        self._tag = FileResponse(INDEX, stat_result=INDEX.stat()).headers["etag"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return await self._app(scope, receive, send)
        request = Request({**scope})  # as it is here; further in, paths are taken apart
        replaced = False

        async def send_others(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start":
                # Streamlit knows which addresses its page is the answer to.
                replaced = Headers(raw=message["headers"]).get("etag") == self._tag
            if not replaced:
                await send(message)

        await self._app(scope, receive, send_others)
        if replaced:
            await self._answer(request)(scope, receive, send)

    def _answer(self, request: Request) -> ASGIApp:
        app = request.scope.get("root_path", "") + root()
        name = request.scope["path"].removeprefix(app)
        preview = self._previews.get(name) or self._previews[""]
        host = origin(request)
        plain, zipped, version = page(preview, host and host + app)
        packs = assets.takes_gzip(request)
        answer = assets.answer(
            request,
            zipped if packs else plain,
            version,
            "text/html",
            zipped=packs,
            cache="no-cache",
        )
        answer.headers["Vary"] += ", X-Forwarded-Host, X-Forwarded-Proto"
        return answer


@lru_cache(maxsize=32)
def page(preview: Preview, app: str) -> tuple[bytes, bytes, str]:
    """Streamlit's page with a preview: as it is, compressed, and a name for this version of it.

    ``app`` is the app's whole address, or nothing if that is not known. What is kept of these
    comes to a megabyte at most.
    """
    html = FONT.sub("", INDEX.read_text(encoding="utf-8"))
    html = ICON.sub(lambda _: icon(), html, count=1)
    html = TITLE.sub(lambda _: f"{head(preview, app)}\n{SKIP}", html, count=1)
    # After Streamlit's own, which its script adds to the head, so that they hold where both speak.
    html = html.replace("</body>", f"<style>\n{STYLES.read_text('utf-8')}</style>\n</body>", 1)
    content = html.encode()
    return content, gzip.compress(content, mtime=0), hashlib.sha256(content).hexdigest()[:16]


def icon() -> str:
    """The app's icon, within the page: it needs no request, and a run says nothing of it."""
    picture = base64.b64encode((web.HERE / "icon.svg").read_bytes()).decode()
    return f'<link rel="icon" type="image/svg+xml" href="data:image/svg+xml;base64,{picture}" />'


def head(preview: Preview, app: str) -> str:
    """The title, and what programs that show links read (Open Graph, and Twitter's own).

    >>> print(head(Preview("a < b", "One is less.", "Numbers"), "https://example.org/"))
    <title>a &lt; b</title>
    <meta name="description" content="One is less." />
    <meta property="og:type" content="website" />
    <meta property="og:site_name" content="Numbers" />
    <meta property="og:title" content="a &lt; b" />
    <meta property="og:description" content="One is less." />
    <meta name="twitter:card" content="summary" />
    <meta name="twitter:title" content="a &lt; b" />
    <meta name="twitter:description" content="One is less." />
    """
    # No og:url: it would take the place of the link that is shared, and of the numbers in it.
    tags = [
        ("name", "description", preview.sentence),
        ("property", "og:type", "website"),
        ("property", "og:site_name", preview.site),
        ("property", "og:title", preview.title),
        ("property", "og:description", preview.sentence),
    ]
    picture = f"{app}{preview.picture.path}" if app and preview.picture else ""
    if picture:
        tags += [
            ("property", "og:image", picture),
            ("property", "og:image:type", "image/png"),
            ("property", "og:image:width", str(WIDTH)),
            ("property", "og:image:height", str(HEIGHT)),
            ("property", "og:image:alt", f"The page “{preview.title}”"),
        ]
    tags += [
        ("name", "twitter:card", "summary_large_image" if picture else "summary"),
        ("name", "twitter:title", preview.title),
        ("name", "twitter:description", preview.sentence),
        *([("name", "twitter:image", picture)] if picture else []),
    ]
    lines = [f"<title>{escape(preview.title)}</title>"]
    lines += [f'<meta {kind}="{name}" content="{escape(text)}" />' for kind, name, text in tags]
    # Relative, as Streamlit's own scripts are, and after them in importance.
    lines += [
        f'<link rel="preload" as="script" fetchpriority="low" href="./{asset.path}" />'
        for asset in preview.early
    ]
    return "\n".join(lines)


def origin(request: Request) -> str:
    """Where the browser believes the app to be, such as ``https://example.org``.

    A proxy says it in headers that anybody can send. What is no host is taken for none; there is
    then no answer, which is empty.
    """

    def first(name: str) -> str:
        return request.headers.get(name, "").split(",")[0].strip()

    host = first("x-forwarded-host") or first("host")
    scheme = first("x-forwarded-proto").lower() or request.url.scheme
    if not HOST.fullmatch(host) or scheme not in ("http", "https"):
        return ""
    return f"{scheme}://{host}"
