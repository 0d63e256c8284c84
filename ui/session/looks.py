"""What is looked at more closely, and how, as short text for a link.

>>> look = read_look("landscape.weights.w1_11.b2_1.3d")
>>> look.view, look.ground, look.axes, look.solid
('landscape', 'weights', ('w1_11', 'b2_1'), True)
>>> write_look(look._replace(ground="directions", seed=3))
'landscape.directions.3.3d'
"""

from typing import Any, NamedTuple

import streamlit as st

from core.weights import read_name

DESCENT = {
    "rate": "Learning rate",
    "race": "Race",
    "starts": "Where you start",
    "data": "Data",
    "files": "Take it away",
}
"""The views of a descent, as the learner reads them."""
OWN = {
    "checked": "Every derivative checked",
    "landscape": "The landscape",
    "race": "Race",
    "first": "First weights",
    "neurons": "Neurons",
    "samples": "Samples of your own",
    "files": "Take it away",
}
"""Those of a network of the learner's own."""
GROUNDS = {
    "weights": "Two weights",
    "directions": "Two random directions",
    "line": "From start to end",
}
"""What of the landscape is drawn; at first the first."""
SOLID = "3d"
LAST_SEED = 9999


class Look(NamedTuple):
    """A view, and for the landscape what of it; ``axes`` are the weights, once chosen."""

    view: str = ""
    ground: str = next(iter(GROUNDS))
    axes: tuple[str, str] | None = None
    seed: int = 0
    solid: bool = False


def write_look(look: Look) -> str:
    """The look as text; what is chosen in another view than the landscape stands nowhere in it.

    >>> write_look(Look("race")), write_look(Look("landscape")), write_look(Look())
    ('race', 'landscape', '')
    """
    if look.view != "landscape":
        return look.view
    chosen: tuple[str, ...] = ()
    if look.ground == "weights":
        chosen = look.axes or ()
    elif look.ground == "directions" and look.seed:
        chosen = (str(look.seed),)
    parts = [look.view, look.ground, *chosen, *[SOLID] * look.solid]
    return look.view if parts == [look.view, Look().ground] else ".".join(parts)


def read_look(text: str) -> Look:
    """What :func:`write_look` wrote; ValueError with a sentence for any other text.

    >>> read_look("landscape.weights.w1_11")
    Traceback (most recent call last):
    ValueError: The landscape over two weights is written like landscape.weights.w1_11.b1_1.
    """
    view, *rest = text.split(".")
    if view not in {"", *DESCENT, *OWN}:
        raise ValueError(f"A view is one of {', '.join(sorted({*DESCENT, *OWN}))}.")
    if view != "landscape" or not rest:
        if rest:
            raise ValueError("Only of the landscape it is said what is drawn.")
        return Look(view)
    solid = rest[-1] == SOLID
    ground, *chosen = rest[: len(rest) - solid]
    if ground not in GROUNDS:
        raise ValueError(f"Of the landscape one of {', '.join(GROUNDS)} is drawn.")
    look = Look(view, ground, solid=solid)
    if not chosen:
        return look
    if ground == "weights":
        if len(chosen) != 2:
            raise ValueError(
                "The landscape over two weights is written like landscape.weights.w1_11.b1_1."
            )
        return look._replace(axes=(read_name(chosen[0]), read_name(chosen[1])))
    seed = chosen[0]
    if ground != "directions" or len(chosen) > 1 or not (seed.isascii() and seed.isdigit()):
        raise ValueError("Random directions are written like landscape.directions.3.")
    if len(seed) > len(str(LAST_SEED)):
        raise ValueError(f"The seed of the directions is at most {LAST_SEED}.")
    return look._replace(seed=int(seed))


def now() -> Look:
    """What the learner looks at; nothing, where what was typed cannot be read."""
    try:
        return read_look(st.session_state.get("look", ""))
    except ValueError:
        return Look()


def change(**parts: Any) -> None:
    """Look at something else from now on, and have it in the link."""
    st.session_state.look = write_look(now()._replace(**parts))


def choose(views: dict[str, str], key: str) -> str:
    """The choice of one or none of the views, whose labels stand by name in ``views``."""
    view = now().view
    st.session_state[key] = views.get(view)
    st.segmented_control(
        "Look closer", list(views.values()), key=key, on_change=_take, args=(views, key)
    )
    return view if view in views else ""


def _take(views: dict[str, str], key: str) -> None:
    label = st.session_state[key]
    change(view=next((name for name, one in views.items() if one == label), ""))
