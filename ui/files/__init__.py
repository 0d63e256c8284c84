"""Files that a learner saves and brings, made and read in the browser.

``st.download_button`` and ``st.file_uploader`` fetch and send a file by requests of their own. Such
a request fails where another site's page shows the app in a frame, for it comes without cookies,
and where it reaches another replica than the one that the learner is connected to. Here the content
travels on the connection that everything else takes.
"""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import streamlit as st

from ui.files import code
from ui.server import assets
from ui.server.kept import keep

__all__ = ["LARGEST", "File", "download", "upload"]

LARGEST = 1 << 20
"""Bytes of a file that is read; one that this app has written is a hundred times smaller."""

PLACE = """
<div class="upload">
  <label for="input"></label>
  <div class="drop">
    <input id="input" type="file" aria-describedby="hint problem">
    <span class="button" aria-hidden="true">Upload</span>
    <span id="hint"></span>
    <span id="chosen" role="status"></span>
  </div>
  <p id="problem" role="alert" hidden></p>
</div>
"""


def download(label: str, name: str, media: str, content: str | Sequence[str], *, key: str) -> None:
    """A button that saves a file.

    Args:
        label: what stands on the button; a screen reader says the file's name too.
        name: of the file.
        media: its media type, such as ``text/csv``.
        content: its text, or parts of it of which some seldom change: what is as it was in the run
            before is not sent again.
        key: names the button among all of the page's.

    Example::

        download("The squares", "squares.csv", "text/csv", "x,y\\n2,4\\n3,9\\n", key="squares")
    """
    data: dict[str, Any] = {"label": label, "name": name, "media": media}
    with st.container(gap=None, width="content"):
        if isinstance(content, str):
            data["parts"] = [content]
        else:
            with st.container(gap=None):
                data["parts"] = [keep(part, f"{key}-{at}") for at, part in enumerate(content)]
        _download()(key=key, data=data, width="content")


@dataclass(frozen=True)
class File:
    """What a browser has sent as a file, in base64. Nothing of it is sure yet."""

    sent: object

    def text(self) -> str:
        """Its text; what is no text has signs of replacement in it.

        Raises:
            ValueError: with a sentence, if the file is too large or did not come whole.

        >>> File("w6Q7MSw1").text()
        'ä;1,5'
        """
        if not isinstance(self.sent, str):
            raise ValueError("This file did not come whole.")
        if len(self.sent) > 4 * -(-LARGEST // 3):  # before it is unpacked
            raise ValueError("This file is too large: 1 MB is the most.")
        try:
            return decoded(base64.b64decode(self.sent, validate=True))
        except binascii.Error:
            raise ValueError("This file did not come whole.") from None


def decoded(content: bytes) -> str:
    """A file's text: UTF-8, or what Excel calls Unicode.

    >>> decoded("x;y".encode("utf-8-sig")), decoded("x;y".encode("utf-16"))
    ('x;y', 'x;y')
    """
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    return content.decode("utf-16" if wide else "utf-8-sig", errors="replace")


def upload(label: str, types: Sequence[str], *, key: str, on_file: Callable[[File], None]) -> None:
    """A place for one file, which is read in the browser.

    A file with another ending, or larger than :data:`LARGEST`, is refused there with a sentence.
    The same file can be chosen again, after it was mended.

    Args:
        label: what the file is for.
        types: the endings of names that are taken, without a dot.
        key: names the place among all of the page's.
        on_file: called with each file before the run that it causes.

    Example::

        def take(file: File) -> None:
            try:
                st.session_state.numbers = read(file.text())
            except ValueError as error:
                st.session_state.problem = str(error)

        upload("Your numbers", ["csv"], key="numbers-file", on_file=take)
    """
    last = f"{key}-taken"

    def heard() -> None:
        sent = getattr(st.session_state.get(key), "file", None)
        if not isinstance(sent, Mapping) or not isinstance(sent.get("id"), int):
            return
        # The browser repeats it until it is told that it was taken.
        if sent["id"] != st.session_state.get(last):
            st.session_state[last] = sent["id"]
            on_file(File(sent.get("content")))

    told = {"label": label, "types": list(types), "largest": LARGEST}
    taken = st.session_state.get(last, 0)
    _upload()(key=key, data={**told, "taken": taken}, on_file_change=heard)


@lru_cache(maxsize=1)
def _download() -> Any:
    return st.components.v2.component(
        "chain_rule_lab.download",
        html='<button type="button" class="button"></button>',
        css=code.styles(),
        js=assets.script(code.DOWNLOAD),
    )


@lru_cache(maxsize=1)
def _upload() -> Any:
    return st.components.v2.component(
        "chain_rule_lab.upload", html=PLACE, css=code.styles(), js=assets.script(code.UPLOAD)
    )
