"""Files that the app serves itself: plotly.js, KaTeX, and the code of its own components.

Streamlit sends a component's script again with every rerun. Served, it is fetched once and kept:
its address changes with its content, so a browser may keep what it has for ever. Only a short
script that imports it travels with the reruns. Where nothing is served, as in a bare script, the
whole code is sent.
"""

import gzip
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ui import web

_served: set[str] = set()


@dataclass(frozen=True)
class Asset:
    """A file; ``kind`` is its folder in addresses, ``suffix`` says what it holds."""

    kind: str
    content: bytes
    suffix: str = ".js"

    @property
    def digest(self) -> str:
        return _digest(self.content)

    @property
    def path(self) -> str:
        """Where it is served, relative to the app's root."""
        return f"{self.kind}/{self.name}"

    @property
    def name(self) -> str:
        return f"{self.digest}{self.suffix}"


MEDIA = {".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2", ".png": "image/png"}
PACKED = {".woff2", ".png"}
"""What would not shrink if it were compressed once more."""


@lru_cache(maxsize=64)
def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


@lru_cache(maxsize=8)
def compressed(content: bytes) -> bytes:
    """The content as it travels: compressed once, not for every learner."""
    return gzip.compress(content, compresslevel=9, mtime=0)


def routes(assets: Iterable[Asset]) -> list[Route]:
    """Serve the assets from here on. To be added to the app's routes, before its first run.

    Routes of an app's own are not put under ``server.baseUrlPath``, and a proxy may or may not
    take a prefix away, so the second route of each answers under any prefix.
    """
    by_kind: dict[str, dict[str, Asset]] = defaultdict(dict)
    for asset in assets:
        by_kind[asset.kind][asset.name] = asset
    _served.update(by_kind)
    return [
        Route(address, _endpoint(kind, named))
        for kind, named in by_kind.items()
        for address in (f"/{kind}/{{name}}", f"/{{prefix:path}}/{kind}/{{name}}")
    ]


def serves(asset: Asset) -> bool:
    """Whether the app answers when a browser asks for this asset; a bare script does not."""
    return asset.kind in _served


def script(asset: Asset) -> str:
    """The JavaScript to register a component with whose code is this asset."""
    if not serves(asset):
        return asset.content.decode()
    importer = (web.HERE / "import.js").read_text(encoding="utf-8")
    return web.without_comments(importer).replace("MODULE", asset.path)


def _endpoint(kind: str, named: dict[str, Asset]):  # type: ignore[no-untyped-def]  # Starlette's own type is a union
    def endpoint(request: Request) -> Response:
        asset = named.get(request.path_params["name"])
        if asset is None:
            return Response(f"There is no such version of {kind} here.", 404)
        zipped = asset.suffix not in PACKED and takes_gzip(request)
        content = compressed(asset.content) if zipped else asset.content
        return answer(request, content, asset.digest, MEDIA[asset.suffix], zipped=zipped)

    return endpoint


def answer(
    request: Request,
    content: bytes,
    version: str,
    media: str,
    *,
    zipped: bool,
    cache: str = "public, max-age=31536000, immutable",
) -> Response:
    """The content, or only that the browser has this ``version`` of it already.

    ``zipped`` says that the content is compressed, and ``cache`` for how long it may be kept.
    """
    headers = {
        "Cache-Control": cache,
        "ETag": f'"{version}-{"gzip" if zipped else "identity"}"',
        "Vary": "Accept-Encoding",
    }
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if zipped:
        headers["Content-Encoding"] = "gzip"
    return Response(content, headers=headers, media_type=media)


def takes_gzip(request: Request) -> bool:
    """Whether who asks unpacks gzip."""
    return _accepts_gzip(request.headers.get("accept-encoding", ""))


def _accepts_gzip(header: str) -> bool:
    """Whether an ``Accept-Encoding`` header asks for gzip.

    >>> _accepts_gzip("br, gzip;q=0.5"), _accepts_gzip("identity"), _accepts_gzip("gzip;q=0")
    (True, False, False)
    """
    codings = [coding.replace(" ", "").lower() for coding in header.split(",")]
    return any(re.fullmatch(r"gzip(;q=(1.*|0\.0*[1-9].*))?", coding) for coding in codings)
