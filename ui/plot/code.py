"""The charts' JavaScript, and plotly.js; see :mod:`ui.assets`."""

from importlib.resources import files
from pathlib import Path

from ui import assets, kept

_HERE = Path(__file__).resolve().parent
# These fragments share one scope, in this order; the last one exports the component.
_SCRIPTS = ("library.js", "look.js", "table.js", "player.js", "touch.js", "follow.js", "chart.js")

_MODULE = f"{assets.joined(kept.HERE, ['resolve.js'])}\n{assets.joined(_HERE, _SCRIPTS)}"

ASSET = assets.Asset("plot", _MODULE.encode())
PLOTLY = assets.Asset("plotly", (files("plotly") / "package_data" / "plotly.min.js").read_bytes())


def styles() -> str:
    return assets.joined(_HERE, ["plot.css"])
