"""A page that is taken away holds texts as texts, whatever they say."""

import json
from html.parser import HTMLParser

import pytest

from tests.injections import TEXTS
from ui.stage.page import page


class Found(HTMLParser):
    """The elements of a page, and the text of its heading and of its data."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: dict[str, str] = {}
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        within = self.get_starttag_text() or ""
        self.texts[within] = self.texts.get(within, "") + data


def drawn(text: str) -> dict[str, object]:
    return {"words": {"own": [["text", text]], text: text}}


@pytest.mark.parametrize("text", [text for text in TEXTS if "\0" not in text])
def test_no_text_adds_an_element_to_the_animation(text: str) -> None:
    plain, found = Found(page("a", "a", drawn("a"))), Found(page(text, text, drawn(text)))
    assert found.tags == plain.tags
    assert found.texts["<h1>"].strip() == text.strip()
    assert json.dumps(drawn(text)).replace("<", "\\u003c") in page(text, text, drawn(text))
