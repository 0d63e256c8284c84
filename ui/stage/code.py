"""The stage's JavaScript and styles, as one module; see :mod:`ui.assets`."""

import json
from pathlib import Path

from ui import assets, kept

_HERE = Path(__file__).parent
_FRAGMENTS = (
    *("evaluate", "format", "dom", "layout", "surface", "descent", "commit", "picture"),
    *("network", "factors", "sliders", "race", "starts", "map", "player", "text"),
    *("chart", "lines", "curve", "slices", "nudge", "cost", "rate", "stage"),
)
"""In the order in which they are joined; ``types.js`` holds types only."""


def module() -> str:
    """All fragments as one module for Streamlit, without the comments."""
    return _joined("main")


def page_script() -> str:
    """The same for a page of its own, which holds the data and the places: see ``page.js``."""
    return _joined("page")


def _joined(last: str) -> str:
    styles = f"const STYLES = {json.dumps(assets.joined(_HERE, ['stage.css']))};"
    fragments = assets.joined(_HERE, [f"{name}.js" for name in (*_FRAGMENTS, last)])
    return "\n".join([styles, assets.joined(kept.HERE, ["resolve.js"]), fragments])


ASSET = assets.Asset("stage", module().encode())


def frame_styles() -> str:
    """The styles that stand before the module has come: the panels' places and heights."""
    return assets.joined(_HERE, ["places.css"])
