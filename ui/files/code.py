"""The scripts that save files and read them; see :mod:`ui.server.assets`."""

from ui import web
from ui.server import assets

DOWNLOAD = assets.Asset("files", web.joined("files/download.js").encode())
UPLOAD = assets.Asset("files", web.joined("files/upload.js").encode())
ASSETS = [DOWNLOAD, UPLOAD]


def styles() -> str:
    return web.styles("files/files.css")
