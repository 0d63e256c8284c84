"""A Plotly chart that is updated in place and never made anew.

``st.plotly_chart`` makes a new chart whenever anything in its figure changes: a turned 3D view
springs back, the graphics context is created again, the chart blinks. :func:`plot` keeps one
chart for each key and hands every new figure to ``Plotly.react``.
"""

from functools import lru_cache
from typing import Any

import plotly.graph_objects as go
import plotly.io
import streamlit as st

from ui.plot import code
from ui.plot.payload import lightened, payload
from ui.server import assets
from ui.server.kept import keep
from ui.theme import colors, template

__all__ = ["plot"]

# Streamlit's template is full of placeholder colours, nearly black, that only the browser's side
# of st.plotly_chart replaces.
plotly.io.templates.default = None

_HTML = """
<div class="crl-plot" data-testid="plot">
  <div class="crl-plot-picture" role="img"></div>
  <div class="crl-plot-chart"></div>
  <p class="crl-plot-note" role="status"></p>
  <div class="crl-plot-tables"></div>
</div>
"""


@lru_cache(maxsize=1)
def _component() -> Any:
    """The component, registered when it is first used: by then it is known what the app serves."""
    return st.components.v2.component(
        "chain_rule_lab.plot",
        html=_HTML,
        css=code.styles(),
        js=assets.script(code.ASSET),
        # Plotly writes its styles into the document's head, where a shadow root would not see them.
        isolate_styles=False,
    )


def plot(figure: go.Figure, *, key: str, alt: str, height: int = 400) -> None:
    """Draw a figure, or bring the chart that already has this key up to date.

    Camera, zoom and hover stay as the learner left them however the data change; to start
    afresh, set ``figure.layout.uirevision`` to another value. It looks as :mod:`ui.theme` says
    unless the figure has a template of its own. A flat chart does not zoom
    or pan, so that a phone scrolls past it, unless the figure sets ``layout.dragmode``.

    Numbers travel as float32 wherever the rounding cannot be seen. It could be in a hover
    template without a format: write ``%{customdata:.4g}``, not ``%{customdata}``.

    Args:
        figure: what to draw. The same key should keep the same kinds of traces.
        key: names the chart among all charts of the app.
        alt: what the chart shows, in a sentence, for those who cannot see it. A table of the
            numbers is added for them.
        height: of the chart in pixels. The room is kept free until the chart is there.

    Raises:
        ValueError: if ``alt`` is empty or ``height`` is not positive.

    Example::

        plot(go.Figure(go.Scatter(y=[1, 4, 9])), key="squares", alt="The first three squares.")
    """
    data = {
        "library": code.library(trace.type for trace in figure.data),
        **payload(figure, key=key, alt=alt, height=height, template=template(colors())),
    }
    with st.container(gap=None):
        with st.container(gap=None):
            data = lightened(data, lambda value, place: keep(value, f"{key}-{place}"))
        _component()(key=key, data=data, height=height)
