"""What a plain request for a page gets: the page's own title, its preview, and what it needs."""

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.ui.conftest import Answer, Get, asked
from ui.lessons import LESSONS, NAME, WELCOME
from ui.lessons.previews import PREVIEWS
from ui.plot.code import PLOTLY
from ui.server.pages import HEIGHT, HOST, INDEX, WIDTH, page

ADDRESSES = ["/", *(f"/{lesson.name}" for lesson in LESSONS)]


class Read(HTMLParser):
    """What a program that shows links reads of a page."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.title, self.language, self.tags = "", "", {}  # type: ignore[var-annotated]
        self.links: list[dict[str, str | None]] = []
        self.elements: list[str] = []
        self.feed(answer.content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.elements.append(tag)
        if tag == "meta":
            name = given.get("property") or given.get("name")
            assert name not in self.tags or name is None, f"{name} is there twice"
            self.tags[name] = given.get("content")
        if tag == "link":
            self.links.append(given)
        if tag == "html":
            self.language = given.get("lang") or ""

    def handle_data(self, data: str) -> None:
        if self.elements and self.elements[-1] == "title" and not self.title:
            self.title = data


@pytest.mark.parametrize("path", ADDRESSES)
def test_each_page_says_what_it_is(get: Get, path: str) -> None:
    read = Read(get(path, Host="lab.example.org"))
    lesson = next((one for one in LESSONS if path == f"/{one.name}"), None)
    title = f"{lesson.title} · {NAME}" if lesson else NAME
    sentence = lesson.teaser if lesson else WELCOME
    assert read.language == "en"
    assert [read.title, read.tags["og:title"], read.tags["twitter:title"]] == [title] * 3
    for name in ("description", "og:description", "twitter:description"):
        assert read.tags[name] == sentence
    assert read.tags["og:site_name"] == NAME


@pytest.mark.parametrize("path", ADDRESSES)
def test_each_page_has_a_picture_of_its_own(get: Get, path: str) -> None:
    read = Read(get(path, Host="lab.example.org", X_Forwarded_Proto="https"))
    address = read.tags["og:image"]
    assert address == read.tags["twitter:image"]
    assert read.tags["twitter:card"] == "summary_large_image"
    parts = urlsplit(address)
    assert (parts.scheme, parts.netloc) == ("https", "lab.example.org")
    picture = get(parts.path)
    assert picture.headers["content-type"] == "image/png"
    assert "immutable" in picture.headers["cache-control"]
    assert picture.content.startswith(b"\x89PNG")
    width, height = (int.from_bytes(picture.content[at : at + 4], "big") for at in (16, 20))
    assert (width, height) == (WIDTH, HEIGHT)
    assert read.tags["og:image:width"] == str(WIDTH)
    assert read.tags["og:image:height"] == str(HEIGHT)
    assert len(picture.content) < 100_000
    assert PREVIEWS[path[1:]].picture is not None
    assert len({preview.picture for preview in PREVIEWS.values()}) == len(ADDRESSES)


@pytest.mark.parametrize("path", ["/practise", "/no/such/page", "/gradient_descent/x", "/<script>"])
def test_an_unknown_address_is_shown_as_the_home_page_is(get: Get, path: str) -> None:
    assert get(path).content == get("/").content


def test_the_numbers_of_a_link_change_nothing(get: Get) -> None:
    plain = get("/backpropagation").content
    assert get('/backpropagation?w1="><script>alert(1)</script>&v=1').content == plain


INJECTIONS = [
    '"><script>alert(1)</script>',
    "example.org/path",
    "user@example.org",
    "example.org:port",
    "exa mple.org",
    "'onload=alert(1)",
    "{{7*7}}",
    "example.org:99999999",
    "[::1]<",
    "a" * 300,
]


@pytest.mark.parametrize("host", INJECTIONS)
@pytest.mark.parametrize("header", ["Host", "X_Forwarded_Host"])
def test_what_is_no_host_is_written_nowhere(get: Get, host: str, header: str) -> None:
    answer = get("/backpropagation", **{header: host})
    if answer.status == 400:
        return  # not even taken for a request
    read = Read(answer)
    assert host.encode() not in answer.content
    assert "og:image" not in read.tags
    assert read.tags["twitter:card"] == "summary"
    assert read.elements.count("script") == Read(get("/")).elements.count("script")


def test_only_the_schemes_of_the_web_are_believed(get: Get) -> None:
    read = Read(get("/", X_Forwarded_Proto="javascript"))
    assert "og:image" not in read.tags


@pytest.mark.parametrize(
    "host", ["localhost", "lab.example.org:8501", "[2001:db8::1]:80", "1.2.3.4"]
)
def test_a_host_is_one_with_or_without_a_port(host: str) -> None:
    assert HOST.fullmatch(host)


def test_a_proxy_says_where_the_browser_believes_the_app_to_be(get: Get) -> None:
    read = Read(get("/", X_Forwarded_Host="lab.example.org, inner", X_Forwarded_Proto="https,http"))
    assert read.tags["og:image"].startswith("https://lab.example.org/preview/")


def test_a_cache_keeps_the_pages_of_two_hosts_apart(get: Get) -> None:
    answer = get("/", Host="lab.example.org")
    assert {"X-Forwarded-Host", "X-Forwarded-Proto", "Accept-Encoding"} <= {
        *answer.headers["vary"].split(", ")
    }
    assert answer.headers["cache-control"] == "no-cache"
    other = get("/", Host="other.example.org", If_None_Match=answer.headers["etag"])
    assert other.status == 200


def test_a_base_path_stands_in_the_pictures_address(tmp_path: Path) -> None:
    with asked(tmp_path, "a/lab") as get:
        for path, lesson in (("/a/lab/", ""), ("/a/lab/backpropagation", "backpropagation")):
            read = Read(get(path, Host="example.org"))
            assert read.title == PREVIEWS[lesson].title
            address = read.tags["og:image"]
            assert address.startswith("http://example.org/a/lab/preview/")
            assert get(urlsplit(address).path).headers["content-type"] == "image/png"
        script = re.search(r'src="\./(static/js/[^"]+)"', INDEX.read_text("utf-8"))
        assert script
        packed = get(f"/a/lab/{script[1]}", Accept_Encoding="gzip")
        assert packed.headers["content-encoding"] == "gzip"


@pytest.mark.parametrize("path", ["/", "/backpropagation", "/no/such/page"])
def test_the_page_travels_compressed_and_only_once(get: Get, path: str) -> None:
    plain = get(path, Accept_Encoding="identity")
    zipped = get(path, Accept_Encoding="gzip")
    assert "content-encoding" not in plain.headers
    assert zipped.headers["content-encoding"] == "gzip"
    assert gzip.decompress(zipped.content) == plain.content
    assert plain.headers["etag"] != zipped.headers["etag"]
    again = get(path, Accept_Encoding="gzip", If_None_Match=zipped.headers["etag"])
    assert (again.status, again.content) == (304, b"")
    head = get(path, "HEAD", Accept_Encoding="gzip")
    assert (head.content, head.headers["etag"]) == (b"", zipped.headers["etag"])
    assert head.headers["content-length"] == zipped.headers["content-length"]


def test_of_the_page_there_are_no_parts(get: Get) -> None:
    assert get("/", Range="bytes=0-9").content == get("/").content


def test_streamlits_tag_for_its_own_page_is_no_longer_good(get: Get) -> None:
    from starlette.responses import FileResponse

    tag = FileResponse(INDEX, stat_result=INDEX.stat()).headers["etag"]
    assert get("/", If_None_Match=tag).status == 200


def test_what_is_not_the_page_stays_as_it_is(get: Get) -> None:
    assert get("/_stcore/health").content == b"ok"
    assert get("/favicon.png").headers["content-type"] == "image/png"
    assert get("/gradient_descent/_stcore/health").status == 404
    assert get("/backpropagation/").headers["location"].endswith("/backpropagation")


def test_no_font_is_fetched_that_is_not_used(get: Get) -> None:
    assert not [link for link in Read(get("/")).links if link.get("as") == "font"]


@pytest.mark.parametrize("path", ADDRESSES)
def test_plotly_is_asked_for_early_where_a_chart_is_drawn_and_nowhere_else(
    get: Get, path: str
) -> None:
    early = [link["href"] for link in Read(get(path)).links if link.get("as") == "script"]
    charts = path in ("/cost_surface", "/gradient_descent")
    assert early == ([f"./{PLOTLY.path}"] if charts else [])


def test_what_is_kept_of_pages_has_a_bound(get: Get) -> None:
    bound = page.cache_info().maxsize
    assert bound
    one = page(PREVIEWS["gradient_descent"], "https://" + "a" * 260 + "/")
    assert bound * sum(map(len, one)) < 1 << 20
