"""The equations' JavaScript, and KaTeX, which the app brings; see :mod:`ui.server.assets`."""

import json
import re

from ui import web
from ui.server import assets

_FOLDER = web.HERE / "katex"
_FACE = re.compile(r"@font-face\{(.*?)\}", re.DOTALL)


def _katex() -> assets.Asset:
    """KaTeX as a module whose default it is; its file leaves it in the global scope."""
    source = (_FOLDER / "katex.min.js").read_bytes()
    return assets.Asset("katex", source + b"\nexport default globalThis.katex;\n")


def _fonts(styles: str) -> dict[str, assets.Asset]:
    """Each font file that a style sheet names, in the one format that every browser reads."""
    names = re.findall(r"url\((fonts/[\w-]+\.woff2)\)", styles)
    return {n: assets.Asset("font", (_FOLDER / n).read_bytes(), ".woff2") for n in names}


def _dressing(styles: str, fonts: dict[str, assets.Asset]) -> str:
    """``formula/katex.js`` with the styles and the fonts' faces in it."""
    faces = []
    for face in _FACE.findall(styles):
        declared = dict(part.split(":", 1) for part in face.split(";"))
        name = re.findall(r"url\((fonts/[\w-]+\.woff2)\)", declared["src"])[0]
        faces.append(
            {
                "family": declared["font-family"].strip('"'),
                "style": declared["font-style"],
                "weight": declared["font-weight"],
                "path": fonts[name].path,
            }
        )
    source = (web.HERE / "formula" / "katex.js").read_text("utf-8")
    scoped = f":where(.formulas){{{_FACE.sub('', styles)}}}"
    source = source.replace('STYLES = ""', f"STYLES = {json.dumps(scoped)}")
    return source.replace("FONTS = []", f"FONTS = {json.dumps(faces)}")


KATEX = _katex()
# Streamlit has another KaTeX's fonts on the page, by the same names.
_STYLES = re.sub(r"(?<!fonts/)KaTeX_", "Lab_KaTeX_", (_FOLDER / "katex.min.css").read_text("utf-8"))
_FONTS = _fonts(_STYLES)
ASSET = assets.Asset(
    "formula",
    web.joined(
        "formula/formula.js",
        written={"formula/katex.js": _dressing(_STYLES, _FONTS)},
        elsewhere={"katex/katex.min.js": f"../{KATEX.path}"},
    ).encode(),
)
ASSETS = [KATEX, ASSET, *_FONTS.values()]


def styles() -> str:
    return web.styles("formula/formula.css")
