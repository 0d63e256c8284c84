r"""The words of a lesson as pieces that the stage can draw: their numbers stay live there.

A text is written as in ``ui/lessons``: ``**strong**``, ``*emphasis*``, ``$LaTeX$``, and
``[[dJ/dw1]]`` for a number, ``[[dJ/da2 × da2/dz2 = dJ/dz2]]`` for a product with what it gives.

>>> pieces("*Move* it by [[a1]]:")
[['em', 'Move'], ['text', ' it by '], ['number', 'a1'], ['text', ':']]
>>> pieces("[[w2 × a1 = z2]]")
[['product', ['w2', 'a1'], 'z2']]
"""

import re
from collections.abc import Mapping
from typing import Any

from ui.words.mathml import mathml

Piece = list[Any]

_PIECE = re.compile(
    r"\$(?P<math>[^$]+)\$|\*\*(?P<strong>[^*]+)\*\*|\*(?P<em>[^*]+)\*|\[\[(?P<quote>[^\]]+)\]\]"
)


def pieces(text: str, kinds: Mapping[str, str] | None = None) -> list[Piece]:
    """A text, piece by piece; ``kinds`` says of which kind a symbol is, for its colour."""
    found: list[Piece] = []
    at = 0
    for match in _PIECE.finditer(text):
        if match.start() > at:
            found.append(["text", text[at : match.start()]])
        at = match.end()
        found.append(_piece(str(match.lastgroup), str(match[match.lastgroup or 0]), kinds or {}))
    if at < len(text):
        found.append(["text", text[at:]])
    return found


def _piece(sort: str, inside: str, kinds: Mapping[str, str]) -> Piece:
    if sort == "math":
        return ["math", mathml(inside, kinds)]
    if sort != "quote":
        return [sort, inside]
    product, _, result = inside.partition(" = ")
    return ["product", product.split(" × "), result] if result else ["number", inside]
