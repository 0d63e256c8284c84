"""One colour per kind of quantity, in light and dark, and the Plotly template made of them."""

from typing import Any

import streamlit as st

Colors = dict[str, str]

COLORS: dict[str, Colors] = {
    "light": {
        "signal": "#0b63b5",
        "parameter": "#a85400",
        "target": "#b3261e",
        "cost": "#b3261e",
        "derivative": "#7b2d8e",
        "minus": "#6e675f",
        "ink": "#20242b",
        "mute": "#5f6672",
        "line": "#e4e2dd",
        "background": "#fdfcfa",
        "panel": "#ffffff",
    },
    "dark": {
        "signal": "#6db3f2",
        "parameter": "#f0a860",
        "target": "#ff8a80",
        "cost": "#ff8a80",
        "derivative": "#d59be6",
        "minus": "#a8a198",
        "ink": "#e9ebee",
        "mute": "#9aa3af",
        "line": "#2c323b",
        "background": "#14171c",
        "panel": "#1b1f26",
    },
}

SCALE = "Viridis"
"""The colour scale of every cost map: even steps of lightness, safe for colour blindness."""

RUNNERS: tuple[tuple[str, str, str], ...] = (
    ("#0b63b5", "#6db3f2", ""),
    ("#b35900", "#f0a860", "8 4"),
    ("#8e3aa8", "#d59be6", "2 4"),
    ("#2e7d32", "#8fd694", "9 3 2 3"),
    ("#434850", "#d5dae0", "15 5"),
    ("#007a87", "#4dd0c8", "15 4 2 4 2 4"),
)
"""A colour in light, one in dark, and a dash for each runner of a race; they bear numbers too."""

REGIMES: dict[str, tuple[str, str]] = {
    "converged": ("#1b7f5c", "plain"),
    "still descending": ("#8ec6e8", "dots"),
    "oscillating": ("#e8b54a", "level"),
    "diverging": ("#b3261e", "rising"),
    "stuck on a plateau": ("#8b8f98", "falling"),
    "still moving": ("#7f6bb3", "upright"),
}
"""A colour and a pattern for each way in which a descent ends, the same in light and dark."""

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"


def colors() -> Colors:
    """The palette of the theme that the learner's browser shows now."""
    return COLORS["dark" if st.context.theme.type == "dark" else "light"]


def runner_looks() -> list[tuple[str, str]]:
    """A colour in the theme that is shown, and a dash, for each runner of a race."""
    dark = st.context.theme.type == "dark"
    return [(in_dark if dark else in_light, dash) for in_light, in_dark, dash in RUNNERS]


def template(palette: Colors) -> dict[str, Any]:
    """Plotly's look, as plain data: transparent, quiet grid, the text's font and colour."""
    axis: dict[str, Any] = {
        "gridcolor": palette["line"],
        "zerolinecolor": palette["line"],
        "linecolor": palette["mute"],
        "ticks": "outside",
        "tickcolor": palette["line"],
        "automargin": True,
        "title": {"standoff": 12},
    }
    scene_axis = {
        "gridcolor": palette["line"],
        "backgroundcolor": "rgba(0,0,0,0)",
        "color": palette["ink"],
    }
    return {
        "layout": {
            "font": {"family": FONT, "color": palette["ink"], "size": 13},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "margin": {"l": 56, "r": 16, "t": 16, "b": 48},
            "xaxis": axis,
            "yaxis": axis,
            "scene": {"xaxis": scene_axis, "yaxis": scene_axis, "zaxis": scene_axis},
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            "hoverlabel": {"font": {"family": FONT}},
        }
    }
