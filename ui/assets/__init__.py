"""JavaScript that the app serves itself: plotly.js, and the code of its own components.

Streamlit sends a component's script again with every rerun. Served, it is fetched once and kept:
its address changes with its content, so a browser may keep what it has for ever. Only a short
script that imports it travels with the reruns. Where nothing is served, as in a bare script, the
whole code is sent.
"""

import gzip
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_served: set[str] = set()


@dataclass(frozen=True)
class Asset:
    """A file of JavaScript; ``kind`` is its folder in addresses."""

    kind: str
    content: bytes

    @property
    def digest(self) -> str:
        return _digest(self.content)

    @property
    def path(self) -> str:
        """Where it is served, relative to the app's root."""
        return f"{self.kind}/{self.digest}.js"


@lru_cache(maxsize=8)
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
    found = []
    for asset in assets:
        _served.add(asset.kind)
        for address in (f"/{asset.kind}/{{name}}", f"/{{prefix:path}}/{asset.kind}/{{name}}"):
            found.append(Route(address, _endpoint(asset)))
    return found


def serves(asset: Asset) -> bool:
    """Whether the app answers when a browser asks for this asset; a bare script does not."""
    return asset.kind in _served


def script(asset: Asset) -> str:
    """The JavaScript to register a component with whose code is this asset."""
    if not serves(asset):
        return asset.content.decode()
    importer = (Path(__file__).parent / "import.js").read_text(encoding="utf-8")
    return without_comments(importer).replace("MODULE", asset.path)


def _endpoint(asset: Asset):  # type: ignore[no-untyped-def]  # Starlette's own type is a union
    def answer(request: Request) -> Response:
        if request.path_params["name"] != asset.path.rpartition("/")[2]:
            return Response(f"There is no such version of {asset.kind} here.", 404)
        zipped = _accepts_gzip(request.headers.get("accept-encoding", ""))
        headers = {
            "Cache-Control": "public, max-age=31536000, immutable",
            "ETag": f'"{asset.digest}-{"gzip" if zipped else "identity"}"',
            "Vary": "Accept-Encoding",
        }
        if headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if zipped:
            headers["Content-Encoding"] = "gzip"
        content = compressed(asset.content) if zipped else asset.content
        return Response(content, headers=headers, media_type="text/javascript")

    return answer


def _accepts_gzip(header: str) -> bool:
    """Whether an ``Accept-Encoding`` header asks for gzip.

    >>> _accepts_gzip("br, gzip;q=0.5"), _accepts_gzip("identity"), _accepts_gzip("gzip;q=0")
    (True, False, False)
    """
    codings = [coding.replace(" ", "").lower() for coding in header.split(",")]
    return any(re.fullmatch(r"gzip(;q=(1.*|0\.0*[1-9].*))?", coding) for coding in codings)


def joined(folder: Path, names: Iterable[str]) -> str:
    """Files of one scope, joined in this order, without their comments."""
    return "\n".join(without_comments((folder / name).read_text("utf-8")) for name in names)


def without_comments(source: str) -> str:
    r"""Leave out comments that stand on lines of their own, and indentation.

    >>> without_comments("/** A note\n * goes on. */\nf();  // stays\n  // gone\n")
    'f();  // stays\n'
    """
    source = re.sub(r"^\s*/\*(?:(?!\*/)[\s\S])*\*/[ \t]*\n", "", source, flags=re.MULTILINE)
    source = re.sub(r"^\s*//.*\n", "", source, flags=re.MULTILINE)
    return re.sub(r"^[ \t]+|^\s*\n", "", source, flags=re.MULTILINE)
