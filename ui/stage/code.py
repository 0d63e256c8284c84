"""The stage's JavaScript and styles, as one module; see :mod:`ui.web`."""

import json

from ui import web
from ui.server import assets


def module() -> str:
    """The stage as Streamlit's component."""
    return _joined("stage/main.js")


def page_script() -> str:
    """The same for a page of its own, which holds the data and the places: see ``page.js``."""
    return _joined("stage/page.js")


def _joined(entry: str) -> str:
    sheet = web.styles(*web.style_sheets("stage"), *web.style_sheets("panels"))
    chart = web.styles("charts/plot.css")
    written = {"STYLES": sheet, "CHART_STYLES": chart}
    source = "".join(f"export const {n} = {json.dumps(text)};\n" for n, text in written.items())
    return web.joined(entry, {"stage/styles.js": source})


ASSET = assets.Asset("stage", module().encode())


def frame_styles() -> str:
    """The styles that stand before the module has come: the panels' places and heights."""
    return web.styles("frame.css")
