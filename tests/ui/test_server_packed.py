"""Streamlit's own files travel compressed, and only once."""

import gzip
import re
from email.utils import formatdate

import pytest

from tests.ui.conftest import Get
from ui.server import packed
from ui.server.packed import STATIC

PAGE = (STATIC / "index.html").read_text("utf-8")
SCRIPT = next(name for name in packed.HASHED.findall(PAGE) if "/index." in name)
PLAIN = (STATIC / SCRIPT).read_bytes()


def test_a_script_is_compressed_and_kept_for_ever(get: Get) -> None:
    answer = get(f"/{SCRIPT}", Accept_Encoding="gzip, br")
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(answer.content) == PLAIN
    assert len(answer.content) < len(PLAIN) / 2
    assert {"public", "immutable", "max-age=31536000"} <= {
        *answer.headers["cache-control"].split(", ")
    }
    assert answer.headers["content-type"].startswith("text/javascript")
    assert int(answer.headers["content-length"]) == len(answer.content)


def test_the_styles_are_compressed_too(get: Get) -> None:
    (name,) = [name for name in packed.HASHED.findall(PAGE) if name.endswith(".css")]
    answer = get(f"/{name}", Accept_Encoding="gzip")
    assert answer.headers["content-type"].startswith("text/css")
    assert gzip.decompress(answer.content) == (STATIC / name).read_bytes()


@pytest.mark.parametrize("encoding", ["identity", "br", "gzip;q=0"])
def test_who_does_not_unpack_gets_it_as_it_is(get: Get, encoding: str) -> None:
    answer = get(f"/{SCRIPT}", Accept_Encoding=encoding)
    assert "content-encoding" not in answer.headers
    assert answer.content == PLAIN
    assert "Accept-Encoding" in answer.headers["vary"]


def test_a_part_is_a_part_of_what_is_not_compressed(get: Get) -> None:
    answer = get(f"/{SCRIPT}", Accept_Encoding="gzip", Range="bytes=10-29")
    assert (answer.status, answer.content) == (206, PLAIN[10:30])
    assert "content-encoding" not in answer.headers
    assert "Accept-Encoding" in answer.headers["vary"]


def test_a_part_of_the_compressed_file_is_never_mixed_with_one_of_the_plain(get: Get) -> None:
    tag = get(f"/{SCRIPT}", "HEAD", Accept_Encoding="gzip").headers["etag"]
    answer = get(f"/{SCRIPT}", Accept_Encoding="gzip", Range="bytes=10-29", If_Range=tag)
    assert (answer.status, answer.content) == (200, PLAIN)


def test_the_head_says_what_the_answer_would_be(get: Get) -> None:
    head, whole = (get(f"/{SCRIPT}", method, Accept_Encoding="gzip") for method in ("HEAD", "GET"))
    assert head.content == b""
    varying = {"date"}
    assert {k: v for k, v in head.headers.items() if k not in varying} == {
        k: v for k, v in whole.headers.items() if k not in varying
    }


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_what_a_browser_has_is_not_sent_again(get: Get, encoding: str) -> None:
    first = get(f"/{SCRIPT}", Accept_Encoding=encoding)
    again = get(f"/{SCRIPT}", Accept_Encoding=encoding, If_None_Match=first.headers["etag"])
    assert (again.status, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    other = {"gzip": "identity", "identity": "gzip"}[encoding]
    assert get(f"/{SCRIPT}", Accept_Encoding=other, If_None_Match=first.headers["etag"]).content


def test_a_date_is_no_reason_to_send_an_empty_answer(get: Get) -> None:
    later = formatdate(4e9, usegmt=True)
    assert get(f"/{SCRIPT}", Accept_Encoding="gzip", If_Modified_Since=later).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/static/js/../../../../app.py",
        "/static/js/%2e%2e/%2e%2e/index.aaaaaaaa.js",
        "/static/js/..aaaaaaaa.js",
        "/static/js/nothing.aaaaaaaa.js",
        "//static/js/index.aaaaaaaa.js",
        f"//{SCRIPT}",
    ],
)
def test_other_addresses_are_streamlits_to_answer(get: Get, path: str) -> None:
    plain, zipped = (get(path, Accept_Encoding=encoding) for encoding in ("identity", "gzip"))
    assert plain.status == zipped.status
    assert "immutable" not in zipped.headers.get("cache-control", "")


def test_other_methods_are_streamlits_to_answer(get: Get) -> None:
    assert get(f"/{SCRIPT}", "POST", Accept_Encoding="gzip").status == 405


def test_what_is_kept_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "_kept", {})
    monkeypatch.setattr(packed, "LARGEST", 100_000)
    packed.pack_first()
    assert packed._kept
    assert sum(map(len, packed._kept.values())) <= 100_000
    assert packed.packed(SCRIPT) is None, "What has no room is sent as it is"


def test_before_the_first_learner_what_the_page_names_is_compressed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(packed, "_kept", {})
    packed.pack_first()
    named = re.findall(r'"\./(static/[^"]+\.(?:js|css))"', PAGE)
    assert len(named) > 10
    assert packed._kept.keys() == {*named}


def test_all_of_streamlits_scripts_find_room() -> None:
    folder = STATIC / "static"
    files = [*(folder / "js").iterdir(), *(folder / "css").iterdir()]
    # They shrink to less than a third.
    assert sum(file.stat().st_size for file in files) < 3 * packed.LARGEST
