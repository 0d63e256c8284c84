"""The charts' JavaScript, and plotly.js; see :mod:`ui.server.assets`."""

from importlib.resources import files

from ui import web
from ui.server import assets

ASSET = assets.Asset("plot", web.joined("charts/main.js").encode())
PLOTLY = assets.Asset("plotly", (files("plotly") / "package_data" / "plotly.min.js").read_bytes())


def styles() -> str:
    return web.styles("charts/plot.css")
