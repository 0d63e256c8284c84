"""The charts' JavaScript, and plotly.js; see :mod:`ui.server.assets`."""

from collections.abc import Iterable
from importlib.resources import files

from ui import web
from ui.server import assets

ASSET = assets.Asset("plot", web.joined("charts/main.js").encode())
WHOLE = assets.Asset("plotly", (files("plotly") / "package_data" / "plotly.min.js").read_bytes())
"""Plotly's own package brings all kinds of charts."""
PLOTLY = assets.Asset("plotly", (web.HERE / "plotly" / "plotly-gl3d.min.js").read_bytes())
"""For nearly all that is drawn here this third of it is enough: it is sooner there, and the browser
stands still for a shorter time to begin it."""
ENOUGH = {"scatter", "scatter3d", "surface"}
"""The kinds of traces that are drawn with the third."""


def library(kinds: Iterable[str]) -> str:
    """Where plotly.js is for these kinds of traces, relative to the app's root.

    >>> library(["surface", "scatter3d"]) == PLOTLY.path, library(["contour"]) == WHOLE.path
    (True, True)
    """
    return (PLOTLY if ENOUGH.issuperset(kinds) else WHOLE).path


def styles() -> str:
    return web.styles("charts/plot.css")
