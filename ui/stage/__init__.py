"""The stage: the live diagram, one Streamlit component that draws the scene a page asks for.

Everything on it is computed in the browser, from the graph's expression trees, while a learner
drags or plays; Python hears of a change once, when it is made. It is mounted once, by the frame,
and stays while pages change. See :func:`stage`.
"""

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeGuard

import streamlit as st

from ui.plot.payload import lightened
from ui.server import assets
from ui.server.kept import keep
from ui.stage import code
from ui.stage.scene import FIXED, PANELS, Scene, drawing, squares

__all__ = ["EMPTY", "PANELS", "Commit", "Scene", "drawing", "read_commit", "squares", "stage"]

EMPTY = (
    '<div data-testid="stage" class="stage"><div class="answer"></div>'
    '<div class="grid"></div><div class="rest"></div></div>'
)
"""What stands in the page before the script has come."""

BUILDS = ("shape", "samples", "train", "cancel", "again")
"""What can be done to a network of one's own, besides moving its numbers."""


@dataclass(frozen=True)
class Commit:
    """A change that a learner made on the stage, numbered so that it is applied once."""

    seq: int
    values: dict[str, float]


def stage(
    scene: Scene,
    *,
    key: str = "stage",
    acknowledged: int = 0,
    on_commit: Callable[[Commit], None] | None = None,
    on_choose: Callable[[str], None] | None = None,
    on_step: Callable[[int], None] | None = None,
    on_go: Callable[[str], None] | None = None,
    on_build: Callable[[str, Any, Mapping[str, float] | None], None] | None = None,
) -> None:
    """Draw the stage.

    Args:
        scene: what it shows.
        key: names this stage among all of the app's, and keeps it in place over reruns.
        acknowledged: the number of the last commit applied. The stage repeats a commit until
            this reaches its number, and keeps its own values until then.
        on_commit: called with a change, once or more; apply it if its number is new.
        on_choose: called with the name of the node that was chosen.
        on_step: called with the step that the player came to rest on.
        on_go: called with where the learner wants to go in the lesson: ``next`` or ``back``, or to
            ``anew`` for the step's own numbers, to have ``mine`` put back, or to ``begin``.
        on_build: called with what the learner does to a network of their own: ``shape`` with its
            layers, ``samples`` with rows of numbers, ``train``, ``cancel``, ``again``; with what
            was sent, which is to be checked, and the parameters at the step that was shown.
    """

    def heard(event: str) -> Any:
        # A browser that lost its connection may speak of a stage before this session has one.
        return getattr(st.session_state.get(key), event, None)

    def committed() -> None:
        commit = read_commit(heard("commit"), scene.controls)
        if commit and on_commit:
            on_commit(commit)

    def chose() -> None:
        name = heard("choose")
        if isinstance(name, str) and name in scene.graph and on_choose:
            on_choose(name)

    def stepped() -> None:
        at = heard("step")
        if _is_whole(at) and scene.path is not None and on_step:
            on_step(min(max(at, 0), len(scene.path.cost) - 1))

    def went() -> None:
        way = heard("go")
        if way in ("back", "next", "anew", "mine", "begin") and on_go:
            on_go(way)

    def built() -> None:
        sent = heard("build")
        if not (isinstance(sent, Mapping) and sent.get("what") in BUILDS and on_build):
            return
        # What was moved just before goes with it: a message of its own might be overtaken.
        commit = read_commit(sent.get("commit"), scene.controls)
        if commit and on_commit:
            on_commit(commit)
        step, path, standing = sent.get("step"), scene.path, None
        if path is not None and _is_whole(step) and 0 < step < len(path.cost):
            standing = path.at(step)
        on_build(sent["what"], sent.get("with"), standing)

    drawn = drawing(scene, acknowledged)
    fixed = {name: drawn.pop(name) for name in FIXED}
    with st.container(gap=None):
        with st.container(gap=None):
            kept = keep(fixed, key)
            if chart := drawn["surface"]:
                drawn["surface"] = lightened(chart, lambda part, at: keep(part, f"{key}-{at}"))
            if scene.shape and drawn["path"]:  # of so many parameters, it is as large as the rest
                drawn["path"] = keep(drawn["path"], f"{key}-path")
        _component()(
            key=key,
            data={"fixed": kept, **drawn, "theme": st.context.theme.type},
            on_commit_change=committed,
            on_choose_change=chose,
            on_step_change=stepped,
            on_go_change=went,
            on_build_change=built,
            on_theme_change=lambda: None,  # the run that it leads to draws in the other colours
        )


def read_commit(payload: Any, controls: Collection[str]) -> Commit | None:
    """What the browser sent, if it is a commit; only finite numbers for known controls stay.

    >>> read_commit({"seq": 7, "values": {"w1": 0.5, "q": 1, "b1": None}}, ("w1", "b1"))
    Commit(seq=7, values={'w1': 0.5})
    """
    if not isinstance(payload, Mapping):
        return None
    seq, sent = payload.get("seq"), payload.get("values")
    if not _is_whole(seq) or not isinstance(sent, Mapping):
        return None
    kept = {
        name: float(value) for name, value in sent.items() if name in controls and _is_finite(value)
    }
    return Commit(seq, kept)


def _is_whole(value: Any) -> TypeGuard[int]:
    """Whether it is a whole number, which True and False are in Python, too."""
    return isinstance(value, int) and not isinstance(value, bool)


def _is_finite(value: Any) -> bool:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number, larger than any float
        return False


@lru_cache(maxsize=1)
def _component() -> Callable[..., Any]:
    """The component, registered once."""
    renderer: Callable[..., Any] = st.components.v2.component(
        "chain_rule_lab.stage",
        html=EMPTY,
        css=code.frame_styles(),
        js=assets.script(code.ASSET),
    )
    return renderer
