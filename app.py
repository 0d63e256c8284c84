"""The server. ``streamlit run app.py`` starts it, from any working directory.

The lessons themselves begin in ``ui/frame.py``, which must not stand beside ``pages/``: Streamlit
would take that folder for its old page navigation and run a deep link's file alone.
"""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from ui.lessons.previews import PREVIEWS
from ui.server.app import MIDDLEWARE, ROUTES, ready
from ui.server.pages import Pages

FRAME = Path(__file__).resolve().parent / "ui" / "frame.py"

app = st.App(
    FRAME,
    routes=ROUTES,
    middleware=[*MIDDLEWARE, Middleware(Pages, previews=PREVIEWS)],
    lifespan=ready,
)
