"""What the server answers, asked over HTTP without a browser."""

import base64
import gzip
import hashlib
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from ui.server import MIDDLEWARE, PLOTLY_PATH, ROUTES, SECURITY_HEADERS, ready

PLOTLY_JS = (files("plotly") / "package_data" / "plotly.min.js").read_bytes()
INDEX = (files("streamlit") / "static" / "index.html").read_text()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A Streamlit server with our routes and headers round a one-line script."""
    script: Path = tmp_path_factory.mktemp("app") / "frame.py"
    script.write_text("import streamlit as st\nst.write('hello')\n")
    app = st.App(script, routes=ROUTES, middleware=MIDDLEWARE)
    with TestClient(app) as client:
        yield client


@pytest.mark.parametrize("prefix", ["", "lab/", "a/deep/base/"])
def test_plotly_js_is_compressed_and_kept_for_ever(client: TestClient, prefix: str) -> None:
    answer = client.get(f"/{prefix}{PLOTLY_PATH}", headers={"Accept-Encoding": "gzip, br"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < len(PLOTLY_JS) / 3
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "Accept-Encoding" in answer.headers["vary"]
    assert answer.content == PLOTLY_JS  # the client has unpacked it


@pytest.mark.parametrize("encoding", ["identity", "gzip;q=0", "br"])
def test_plotly_js_plain_for_those_who_do_not_unpack(client: TestClient, encoding: str) -> None:
    answer = client.get(f"/{PLOTLY_PATH}", headers={"Accept-Encoding": encoding})
    assert "content-encoding" not in answer.headers
    assert answer.content == PLOTLY_JS


def test_plotly_js_is_not_sent_twice(client: TestClient) -> None:
    first = client.get(f"/{PLOTLY_PATH}")
    again = client.get(f"/{PLOTLY_PATH}", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["cache-control"] == first.headers["cache-control"]


def test_the_two_encodings_have_two_tags(client: TestClient) -> None:
    tags = {
        client.get(f"/{PLOTLY_PATH}", headers={"Accept-Encoding": encoding}).headers["etag"]
        for encoding in ("gzip", "identity")
    }
    assert len(tags) == 2


def test_the_address_changes_with_the_content(client: TestClient) -> None:
    assert hashlib.sha256(PLOTLY_JS).hexdigest().startswith(Path(PLOTLY_PATH).name.split(".")[0])
    assert client.get("/plotly/0123456789abcdef.min.js").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/", "/_stcore/health", "/gradient_descent?w1=2&v=1", f"/{PLOTLY_PATH}", "/plotly/no.js"],
)
def test_security_headers_are_on_every_answer(client: TestClient, path: str) -> None:
    answer = client.get(path)
    for name, value in SECURITY_HEADERS.items():
        assert answer.headers[name] == value


def test_security_headers_are_on_refusals() -> None:
    app = Starlette(routes=[Route("/", lambda _: PlainTextResponse(""))], middleware=MIDDLEWARE)
    answer = TestClient(app).post("/")
    assert answer.status_code == 405
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def policy() -> dict[str, list[str]]:
    directives = SECURITY_HEADERS["Content-Security-Policy"].split("; ")
    return {name: sources for name, *sources in map(str.split, directives)}


def test_the_policy_allows_exactly_the_inline_scripts_of_streamlits_page(
    client: TestClient,
) -> None:
    inline = re.findall(r"<script>(.*?)</script>", client.get("/").text, re.DOTALL)
    assert inline, "Streamlit's page has no inline script any more: the policy can be simpler"
    hashes = {
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in inline
    }
    assert {source for source in policy()["script-src"] if "sha256" in source} == hashes
    # An inline script with an attribute, or an event handler, would need a look at the policy.
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]+>|<[^>]+\son\w+=", INDEX)


def test_the_policy_is_strict_about_code() -> None:
    assert "'unsafe-eval'" not in policy()["script-src"]
    assert "'unsafe-inline'" not in policy()["script-src"]
    assert policy()["default-src"] == policy()["base-uri"] == ["'self'"]
    assert policy()["object-src"] == ["'none'"]


def test_teachers_may_embed_the_lessons() -> None:
    assert "frame-ancestors" not in policy()
    assert "X-Frame-Options" not in SECURITY_HEADERS


@pytest.mark.anyio
async def test_the_server_is_ready_with_plotly_js_compressed() -> None:
    import ui.server

    async with ready(None):
        assert ui.server._plotly.cache_info().currsize
    assert gzip.decompress(ui.server._plotly("gzip")) == PLOTLY_JS
