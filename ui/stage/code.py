"""The stage's JavaScript and styles as one module, and how they reach the browser.

Streamlit sends a component's script again with every rerun. The stage's is large, so the app
serves it (:func:`routes`): the browser fetches it once and keeps it, and only a short script that
imports it travels with the reruns. Without the routes, as in a bare script, everything is sent.
"""

import gzip
import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_HERE = Path(__file__).parent
_FRAGMENTS = (
    *("evaluate", "format", "dom", "layout", "surface", "commit"),
    *("network", "factors", "sliders", "map", "player", "text"),
    *("chart", "lines", "curve", "slices", "nudge", "stage", "main"),
)
"""In the order in which they are joined; ``types.js`` holds types only."""

_served = False


@lru_cache(maxsize=1)
def module() -> str:
    """All fragments as one module, without the comments."""
    styles = f"const STYLES = {json.dumps(_read('stage.css'))};"
    return "\n".join([styles, *(_read(f"{name}.js") for name in _FRAGMENTS)])


def script() -> str:
    """The JavaScript to register the component with."""
    return _read("import.js").replace("MODULE", _path()) if _served else module()


def frame_styles() -> str:
    """The styles that stand before the module has come: the panels' places and heights."""
    return _read("places.css")


def routes() -> list[Route]:
    """Serve the module from here on. To be added to the app's routes, before its first run.

    The second route answers under any prefix, as a ``server.baseUrlPath`` makes one.
    """
    global _served
    _served = True
    return [Route("/stage/{name}", _answer), Route("/{prefix:path}/stage/{name}", _answer)]


def _path() -> str:
    """Where the module is served, relative to the app's root; the name changes with the content."""
    return f"stage/{hashlib.sha256(module().encode()).hexdigest()[:16]}.js"


@lru_cache(maxsize=1)
def _compressed() -> bytes:
    return gzip.compress(module().encode(), compresslevel=9, mtime=0)


def _answer(request: Request) -> Response:
    if request.path_params["name"] != _path().rpartition("/")[2]:
        return Response("There is no such version of the stage here.", 404)
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
    zipped = "gzip" in request.headers.get("accept-encoding", "")
    if zipped:
        headers["Content-Encoding"] = "gzip"
    content = _compressed() if zipped else module().encode()
    return Response(content, headers=headers, media_type="text/javascript")


def _read(name: str) -> str:
    return without_comments((_HERE / name).read_text("utf-8"))


def without_comments(source: str) -> str:
    r"""Leave out comments that stand on lines of their own, and indentation.

    >>> without_comments("/** A note\n * goes on. */\nf();  // stays\n  // gone\n")
    'f();  // stays\n'
    """
    source = re.sub(r"^\s*/\*(?:(?!\*/)[\s\S])*\*/[ \t]*\n", "", source, flags=re.MULTILINE)
    source = re.sub(r"^\s*//.*\n", "", source, flags=re.MULTILINE)
    return re.sub(r"^[ \t]+|^\s*\n", "", source, flags=re.MULTILINE)
