"""The equations' JavaScript, and KaTeX; see :mod:`ui.assets`."""

import re
from importlib.resources import files
from pathlib import Path

from ui import assets

_HERE = Path(__file__).parent
_STAGE = _HERE.parent / "stage"


def _katex() -> assets.Asset | None:
    """KaTeX as Streamlit brings it: a module that imports nothing and whose default it is.

    None if a later Streamlit packs it otherwise; then Streamlit itself typesets.
    """
    folder = Path(str(files("streamlit") / "static" / "static" / "js"))
    for path in folder.glob("katex.*.js"):
        source = path.read_text(encoding="utf-8")
        if re.search(r"export\{\w+ as default\};?\s*$", source) and not source.startswith("import"):
            return assets.Asset("katex", source.encode())
    return None


def _module(katex: assets.Asset) -> str:
    return "\n".join(
        [
            f'import katex from "../{katex.path}";',
            assets.joined(_STAGE, ["evaluate.js", "format.js"]),
            assets.joined(_HERE, ["number.js", "formula.js"]),
        ]
    )


KATEX = _katex()
ASSET = KATEX and assets.Asset("formula", _module(KATEX).encode())
ASSETS = [asset for asset in (KATEX, ASSET) if asset]


def styles() -> str:
    return assets.joined(_HERE, ["formula.css"])
