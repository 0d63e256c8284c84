"""Files are saved and read in the browser, wherever the app is shown."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import FileChooser, FrameLocator, Locator, Page, Request, expect

from tests.browser.harness import number, rerun, until, ws_frames
from ui import web
from ui.files import LARGEST, PLACE

OpenPage = Callable[..., Page]
BOWL = {"data": "bowl"}


def file(content: str | bytes, name: str = "my.csv") -> dict[str, object]:
    content = content.encode() if isinstance(content, str) else content
    return {"name": name, "mimeType": "text/plain", "buffer": content}


def place(page: Page | FrameLocator) -> Locator:
    return page.get_by_label("or a CSV file of two columns")


def text(page: Page | FrameLocator) -> Locator:
    return page.get_by_label("x, y: a sample a line")


@pytest.fixture
def framed(tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """The address of a page of another site, localhost, that shows 127.0.0.1 in a frame.

    What the frame asks for by a request carries no cookies then.
    """
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()

        def page(address: str) -> str:
            frame = f'<iframe src="{address}" width="1200" height="900"></iframe>'
            (tmp_path / "lesson.html").write_text(f'<link rel="icon" href="data:,">{frame}')
            return f"http://localhost:{server.server_port}/lesson.html"

        yield page
        server.shutdown()


def test_in_a_frame_of_another_site_files_come_and_go(
    open_page: OpenPage, framed: Callable[[str], str]
) -> None:
    page = open_page("/_stcore/health", settle=False)
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    page.goto(framed(page.url.replace("/_stcore/health", "/gradient_descent?data=bowl")))
    frame = page.frame_locator("iframe")
    frame.get_by_role("radio", name="Data").click()
    place(frame).set_input_files(file("in;out\n0,5;1\n-2;0,25\n"))
    expect(text(frame)).to_have_value("0.5, 1.0\n-2.0, 0.25", timeout=30_000)

    frame.get_by_role("radio", name="Take it away").click()
    with page.expect_download() as saved:
        frame.get_by_role("button", name="A Python script, descent.py").click()
    assert saved.value.suggested_filename == "descent.py"
    assert "0.25" in Path(saved.value.path()).read_text("utf-8")

    assert {request.method for request in asked} <= {"GET", "HEAD"}
    assert not [
        one.url for one in asked if re.search(r":\d+/(_stcore/upload_file|media)/", one.url)
    ]


def test_a_wrong_or_too_large_file_is_told_of_and_nothing_is_lost(open_page: OpenPage) -> None:
    page = open_page("/gradient_descent", query=BOWL)
    choosers: list[FileChooser] = []
    page.on("filechooser", lambda chooser: choosers.append(chooser))
    with rerun(page):
        page.get_by_role("radio", name="Data").click()
    expect(text(page)).not_to_have_value("")
    told, cost, lines = page.get_by_role("alert"), number(page, "mean J"), text(page).input_value()
    before = ws_frames(page)
    for wrong, sentence in (
        (
            file("1,1\n" * (LARGEST // 4) + "\n", "big.csv"),
            "big.csv is 1.1 MB, and 1 MB is the most.",
        ),
        (
            file("1, 1", "picture.png"),
            "picture.png is not read here: choose a file that is CSV, TXT",
        ),
    ):
        place(page).set_input_files(wrong)
        expect(told).to_contain_text(sentence)
        expect(told).to_contain_text("Nothing was changed.")
    assert ws_frames(page) == before, "it does not leave the browser"

    # What is no text comes to Python, which says so.
    with rerun(page):
        place(page).set_input_files(file(b"1, 2\n\xe4, 3\n"))
    expect(told).to_have_text(
        "Row 2: x is “�”, which is not a number. The samples stay as they were."
    )
    assert (number(page, "mean J"), text(page).input_value()) == (cost, lines)

    # Mended, it can be chosen again under its name, here with the keyboard alone.
    place(page).focus()
    page.keyboard.press("Enter")
    until(page, lambda: bool(choosers), "it is asked which file")
    with rerun(page):
        choosers[0].set_files(file("1, 2\n4, 3\n"))
    expect(text(page)).to_have_value("1.0, 2.0\n4.0, 3.0")
    expect(told).to_have_count(0)
    expect(page.get_by_text("my.csv, 10 bytes")).to_be_visible()


HOST = """async ([source, html]) => {
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const { default: render } = await import(url);
    document.body.innerHTML = html;
    window.sent = [];
    const setTriggerValue = (name, value) => window.sent.push(value);
    window.show = (taken) => render({
        data: { label: "A file", types: ["csv"], largest: 99, taken },
        parentElement: document.body,
        setTriggerValue,
    });
    window.show(0);
}"""


def test_a_file_that_is_chosen_while_the_connection_is_down_is_told_until_it_is_taken(
    blank: Page,
) -> None:
    blank.evaluate(HOST, [web.joined("files/upload.js"), PLACE])
    blank.get_by_label("A file").set_input_files(file("ä;1"))
    until(blank, lambda: blank.evaluate("sent.length") == 2, "it is told again")
    first, second = blank.evaluate("sent")
    assert first == second
    assert first["content"] == "w6Q7MQ=="
    blank.evaluate("show(sent[0].id)")
    blank.wait_for_timeout(50)
    assert blank.evaluate("sent.length") == 2
