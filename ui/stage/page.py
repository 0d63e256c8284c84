"""The stage as one HTML file that needs nothing else: no server, no network."""

import base64
import hashlib
import html
import json
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Any

from ui.stage import EMPTY, code
from ui.theme import COLORS, FONT

_TEMPLATE = Template(Path(__file__).with_name("page.html").read_text("utf-8"))
SCRIPT = code.page_script()
"""What draws it, the same in every page."""
_DIGEST = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
# Only this very script runs, and nothing can be fetched. A panel makes pictures of itself, and
# its drawings carry style attributes.
_POLICY = "; ".join(
    [
        "default-src 'none'",
        f"script-src 'sha256-{_DIGEST}'",
        "style-src 'unsafe-inline'",
        "img-src data: blob:",
        "base-uri 'none'",
        "form-action 'none'",
    ]
)


def page(title: str, sentence: str, drawing: Mapping[str, Any]) -> str:
    """A page with a heading, a sentence, and what :func:`ui.stage.drawing` says to draw."""
    return _TEMPLATE.substitute(
        policy=_POLICY,
        title=html.escape(title),
        sentence=html.escape(sentence),
        themes=_themes(),
        styles=code.frame_styles(),
        places=EMPTY,
        # In a script element's text only `<` could begin something else.
        data=json.dumps(drawing, allow_nan=False).replace("<", "\\u003c"),
        script=SCRIPT,
    )


def _themes() -> str:
    """The variables that Streamlit would set, for the reader's colour scheme."""
    light, dark = (
        " ".join(
            f"--st-{name}: {COLORS[theme][kind]};"
            for name, kind in (
                ("background-color", "background"),
                ("border-color", "line"),
                ("text-color", "ink"),
            )
        )
        for theme in ("light", "dark")
    )
    return (
        f":root {{ color-scheme: light dark; --st-font: {FONT}; {light} }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}"
    )
