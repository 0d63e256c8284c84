"""Text that somebody typed, inside words that are drawn as Markdown."""

import re

JOINER = "\u2060"
"""Takes no room, and keeps an address from being made a link, and a word between colons an icon."""


def literal(text: str) -> str:
    r"""Markdown that shows the text as it is.

    >>> print(literal("[a](b) *c* $d$, e: f."))
    \[a\](b) \*c\* \$d\$, e: f.
    """
    escaped = re.sub(r"[\\`*_\[\]<>$~#|&]|^[-+]", r"\\\g<0>", text, flags=re.MULTILINE)
    # These are looked for again in what the escapes have left.
    return re.sub(r"(?<=:)(?=\S)|(?<=www)(?=\.)|(?=@)", JOINER, escaped)
