"""What the server answers, asked over HTTP without a browser."""

import base64
import gzip
import hashlib
import re
from importlib.resources import files
from pathlib import Path

import pytest

from tests.browser.harness import ROOT
from tests.ui.conftest import Get
from ui.plot.code import PLOTLY
from ui.server import app as server
from ui.server import assets
from ui.server.app import SECURITY_HEADERS

PLOTLY_JS = (ROOT / "ui" / "web" / "plotly" / "plotly-gl3d.min.js").read_bytes()
INDEX = (files("streamlit") / "static" / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("prefix", ["", "lab/", "a/deep/base/"])
def test_plotly_js_is_compressed_and_kept_for_ever(get: Get, prefix: str) -> None:
    answer = get(f"/{prefix}{PLOTLY.path}", Accept_Encoding="gzip, br")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["content-encoding"] == "gzip"
    assert len(answer.content) < len(PLOTLY_JS) / 3
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "Accept-Encoding" in answer.headers["vary"]
    assert gzip.decompress(answer.content) == PLOTLY_JS


@pytest.mark.parametrize("encoding", ["identity", "br"])
def test_plotly_js_is_plain_for_those_who_do_not_unpack(get: Get, encoding: str) -> None:
    answer = get(f"/{PLOTLY.path}", Accept_Encoding=encoding)
    assert "content-encoding" not in answer.headers
    assert answer.content == PLOTLY_JS


def test_plotly_js_is_not_sent_twice(get: Get) -> None:
    first = get(f"/{PLOTLY.path}")
    again = get(f"/{PLOTLY.path}", If_None_Match=first.headers["etag"])
    assert (again.status, again.content) == (304, b"")
    assert again.headers["cache-control"] == first.headers["cache-control"]


def test_the_two_encodings_have_two_tags(get: Get) -> None:
    tags = {
        get(f"/{PLOTLY.path}", "HEAD", Accept_Encoding=encoding).headers["etag"]
        for encoding in ("gzip", "identity")
    }
    assert len(tags) == 2


def test_the_address_changes_with_the_content(get: Get) -> None:
    assert hashlib.sha256(PLOTLY_JS).hexdigest().startswith(Path(PLOTLY.path).name.split(".")[0])
    assert get("/plotly/0123456789abcdef.min.js").status == 404


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/", "GET"),
        ("/", "POST"),
        ("/_stcore/health", "GET"),
        ("/gradient_descent?w1=2&v=1", "GET"),
        ("/gradient_descent/_stcore/health", "GET"),
        (f"/{PLOTLY.path}", "GET"),
        ("/plotly/no.js", "GET"),
    ],
)
def test_security_headers_are_on_every_answer(get: Get, path: str, method: str) -> None:
    headers = get(path, method).headers
    for name, value in SECURITY_HEADERS.items():
        assert headers[name.lower()] == value


def policy() -> dict[str, list[str]]:
    directives = SECURITY_HEADERS["Content-Security-Policy"].split("; ")
    return {name: sources for name, *sources in map(str.split, directives)}


def test_the_policy_allows_exactly_the_inline_scripts_of_streamlits_page(get: Get) -> None:
    inline = re.findall(r"<script>(.*?)</script>", get("/").content.decode(), re.DOTALL)
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


def test_the_page_speaks_with_its_own_server_alone() -> None:
    for name in ("connect-src", "worker-src", "media-src", "form-action"):
        assert policy()[name] == ["'self'"]
    foreign = [source for sources in policy().values() for source in sources if source[0] != "'"]
    assert {*foreign} == {"blob:", "data:"}


def test_teachers_may_embed_the_lessons() -> None:
    assert "frame-ancestors" not in policy()
    assert "X-Frame-Options" not in SECURITY_HEADERS


def test_before_the_first_learner_plotly_js_is_compressed() -> None:
    try:
        server._prepare()
    finally:
        server.gc.unfreeze()  # other tests may count what is alive
    assert assets.compressed.cache_info().currsize
    assert gzip.decompress(assets.compressed(PLOTLY.content)) == PLOTLY_JS
