"""The stage: the live diagram, one Streamlit component that draws the panels a page asks for.

Everything on it is computed in the browser, from the graph's expression trees, while a learner
drags or plays; Python hears of a change once, when it is made. See :func:`stage`.
"""

import base64
import hashlib
import json
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import streamlit as st

from core import reverse
from core.graph import Graph
from core.network import Dataset
from ui.server import assets
from ui.server.kept import keep
from ui.stage import code
from ui.theme import COLORS

PANELS = (
    *("network", "lines", "factors", "wave", "nudge", "curves", "map", "slices"),
    *("cost", "player", "rate", "sliders", "mean", "text"),
)
"""What a page can ask for."""
FIXED = (
    *("id", "graph", "panels", "controls", "axes", "spans", "colors"),
    *("descent", "marks", "race", "starts", "wave"),
)
"""The parts of a drawing that are large and seldom change; they are sent once."""


class Control(Protocol):
    """An input that can be dragged: its bounds and the step of one key press."""

    @property
    def name(self) -> str: ...
    @property
    def minimum(self) -> float: ...
    @property
    def maximum(self) -> float: ...
    @property
    def step(self) -> float: ...


class Descent(Protocol):
    """What the player needs of a :class:`core.descent.Path`."""

    @property
    def parameters(self) -> Mapping[str, npt.NDArray[Any]]: ...
    @property
    def cost(self) -> npt.NDArray[Any]: ...


class Mark(Protocol):
    """A learning rate that means something; see :class:`core.descent.rates.Rate`."""

    @property
    def value(self) -> float: ...
    @property
    def label(self) -> str: ...
    @property
    def sentence(self) -> str: ...


@dataclass(frozen=True)
class Commit:
    """A change that a learner made on the stage, numbered so that it is applied once."""

    seq: int
    values: dict[str, float]


def stage(
    graph: Graph,
    values: Mapping[str, float],
    *,
    key: str,
    controls: Mapping[str, Control],
    panels: Sequence[str] = ("network", "factors", "sliders"),
    chosen: str | None = None,
    focus: Collection[str] = (),
    first: str | None = None,
    data: Dataset | None = None,
    path: Descent | None = None,
    axes: tuple[str, str] | None = ("w1", "w2"),
    spans: tuple[tuple[float, float], tuple[float, float]] | None = None,
    acknowledged: int = 0,
    step: int | None = None,
    recipe: Mapping[str, Any] | None = None,
    rate: float | None = None,
    sample: int | None = None,
    marks: Sequence[Mark] = (),
    race: Sequence[Mapping[str, Any]] | None = None,
    starts: Mapping[str, Any] | None = None,
    colors: Mapping[str, Mapping[str, str]] = COLORS,
    on_commit: Callable[[Commit], None] | None = None,
    on_choose: Callable[[str], None] | None = None,
    on_step: Callable[[int], None] | None = None,
) -> None:
    """Draw the stage.

    Args:
        graph: what is drawn and computed.
        values: a number for each of the graph's inputs.
        key: names this stage among all of the app's, and keeps it in place over reruns.
        controls: the inputs that can be dragged, in the order of their sliders.
        panels: which of :data:`PANELS` are shown, in the order in which they stand on a narrow
            screen; on a wide one ``places.css`` sets some side by side.
        chosen: the node whose derivative, d output / d node, the factors show.
        focus: nodes and edges (``z2``, ``da2/dz2``) to light, while the rest dims.
        first: the panel that stands before the others, whatever its place is else.
        data: samples over which the cost is averaged; None for the one in ``values``.
        path: a descent for the player and the map. It holds while it starts from ``values``.
        axes: the two parameters of the map.
        spans: from where to where the map's axes reach; by default as far as their controls.
        acknowledged: the number of the last commit applied. The stage repeats a commit until
            this reaches its number, and keeps its own values until then.
        step: the step of the path to stand on.
        recipe: how the path is made, from :meth:`core.descent.Recipe.to_json`: then the browser
            makes it anew from whatever is dragged, in the same frame.
        rate: the learning rate, which the control ``rate`` drags.
        sample: which of the samples the network carries, from 1; the control ``sample`` chooses it.
        marks: rates that mean something, for the slider of the rate.
        race: others that start where the path does, from :func:`ui.runners.on_stage`.
        starts: where each start on the map leads, from :func:`ui.starts.on_stage`.
        colors: a colour for each kind of quantity, for ``light`` and ``dark``.
        on_commit: called with a change, once or more; apply it if its number is new.
        on_choose: called with the name of the node that was chosen.
        on_step: called with the step that the player came to rest on.
    """

    def heard(event: str) -> Any:
        # Of a page that is left while its change is on the way, Streamlit forgets the stage
        # before it calls back, though not what the stage has sent: a place shows it again.
        left = key not in st.session_state
        if left:
            st.session_state[key] = {}
        value = getattr(st.session_state[key], event, None)
        if left:
            del st.session_state[key]
        return value

    def committed() -> None:
        commit = read_commit(heard("commit"), controls)
        if commit and on_commit:
            on_commit(commit)

    def chose() -> None:
        name = heard("choose")
        if isinstance(name, str) and name in graph and on_choose:
            on_choose(name)

    def stepped() -> None:
        at = heard("step")
        if isinstance(at, int) and path is not None and on_step:
            on_step(min(max(at, 0), len(path.cost) - 1))

    drawn = drawing(
        graph,
        values,
        controls=controls,
        panels=panels,
        chosen=chosen,
        focus=focus,
        first=first,
        data=data,
        path=path,
        axes=axes,
        spans=spans,
        acknowledged=acknowledged,
        step=step,
        recipe=recipe,
        rate=rate,
        sample=sample,
        marks=marks,
        race=race,
        starts=starts,
        colors=colors,
    )
    fixed = {name: drawn.pop(name) for name in FIXED}
    with st.container(gap=None):
        with st.container(gap=None):
            kept = keep(fixed, key)
        _renderer(tuple(fixed["panels"]))(
            key=key,
            data={"fixed": kept, **drawn},
            on_commit_change=committed,
            on_choose_change=chose,
            on_step_change=stepped,
        )


def drawing(
    graph: Graph,
    values: Mapping[str, float],
    *,
    controls: Mapping[str, Control],
    panels: Sequence[str],
    chosen: str | None = None,
    focus: Collection[str] = (),
    first: str | None = None,
    data: Dataset | None = None,
    path: Descent | None = None,
    axes: tuple[str, str] | None = ("w1", "w2"),
    spans: tuple[tuple[float, float], tuple[float, float]] | None = None,
    acknowledged: int = 0,
    step: int | None = None,
    recipe: Mapping[str, Any] | None = None,
    rate: float | None = None,
    sample: int | None = None,
    marks: Sequence[Mark] = (),
    race: Sequence[Mapping[str, Any]] | None = None,
    starts: Mapping[str, Any] | None = None,
    colors: Mapping[str, Mapping[str, str]] = COLORS,
) -> dict[str, Any]:
    """All that the browser is given to draw, as plain JSON values; see :func:`stage`."""
    # The one sample that the values hold moves with them, unless it is of a data set.
    if data and sample is None:
        held = ([values.get("x")], [values.get("y")])
        data = None if (data.x.tolist(), data.y.tolist()) == held else data
    identity, plain = _drawing(graph)
    return {
        "id": identity,
        "graph": plain,
        "values": {name: _finite(values[name]) for name in graph.inputs}
        | ({} if rate is None else {"rate": rate})
        | ({} if sample is None else {"sample": sample}),
        "panels": [name for name in dict.fromkeys(panels) if name in PANELS],
        "controls": [_control(name, control) for name, control in controls.items()],
        "chosen": chosen,
        "focus": sorted(focus),
        "first": first,
        "samples": data and {"x": _pack(data.x), "y": _pack(data.y)},
        "path": path and _packed(path),
        "axes": axes,
        "spans": spans,
        "acknowledged": acknowledged,
        "step": step,
        "descent": recipe,
        "marks": [
            {"value": mark.value, "label": mark.label, "sentence": mark.sentence} for mark in marks
        ],
        "race": race and [dict(runner) for runner in race],
        "starts": starts and dict(starts),
        "wave": reverse.to_json(graph) if "wave" in panels else None,
        "colors": {theme: dict(palette) for theme, palette in colors.items()},
    }


def read_commit(payload: Any, controls: Collection[str]) -> Commit | None:
    """What the browser sent, if it is a commit; only finite numbers for known controls stay.

    >>> read_commit({"seq": 7, "values": {"w1": 0.5, "q": 1, "b1": None}}, ("w1", "b1"))
    Commit(seq=7, values={'w1': 0.5})
    """
    if not isinstance(payload, Mapping):
        return None
    seq, sent = payload.get("seq"), payload.get("values")
    if not isinstance(seq, int) or isinstance(seq, bool) or not isinstance(sent, Mapping):
        return None
    kept = {
        name: float(value)
        for name, value in sent.items()
        if name in controls
        and isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
    }
    return Commit(seq, kept)


@lru_cache(maxsize=64)
def _drawing(graph: Graph) -> tuple[str, dict[str, Any]]:
    """The graph for the browser, and a short name that changes when it does."""
    plain = graph.to_json()
    for part in (*plain["nodes"], *plain["edges"], *plain["cancelled"]):
        part.pop("latex", None)  # the stage draws without a library
        part["math"], part["formula"] = part.pop("mathml"), part.pop("text")
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()[:12], plain


@lru_cache(maxsize=32)
def _renderer(panels: tuple[str, ...]) -> Callable[..., Any]:
    """The component for a set of panels, registered once."""
    renderer: Callable[..., Any] = st.components.v2.component(
        f"stage_{'_'.join(panels)}",
        html=places(panels),
        css=code.frame_styles(),
        js=assets.script(code.ASSET),
    )
    return renderer


def places(panels: Sequence[str]) -> str:
    """The panels' empty places, so that the page has its height before the script runs."""
    shown = " ".join(f"has-{name}" for name in panels)
    inside = "\n".join(f'<div class="panel {name}" data-panel="{name}"></div>' for name in panels)
    return (
        f'<div data-testid="stage" class="stage">\n<div class="grid {shown}">\n'
        f"{inside}\n</div>\n</div>"
    )


def _control(name: str, control: Control | Mapping[str, Any]) -> dict[str, Any]:
    def get(field: str, default: Any = None) -> Any:
        if isinstance(control, Mapping):
            return control.get(field, default)
        return getattr(control, field, default)

    bounds = {field: float(get(field)) for field in ("minimum", "maximum", "step")}
    return {"name": name, "label": get("label", name), **bounds}


def _packed(path: Descent) -> dict[str, Any]:
    # What was not trained stays as it was: its first value says it all.
    parameters = {
        name: _pack(steps if np.ptp(steps) else steps[:1])
        for name, steps in path.parameters.items()
    }
    cost = _pack(path.cost)
    identity = hashlib.sha256("".join([*parameters, *parameters.values(), cost]).encode())
    return {"id": identity.hexdigest()[:12], "parameters": parameters, "cost": cost}


def _pack(array: npt.ArrayLike) -> str:
    """Float64, little-endian, as base64: exact, and half the size of digits."""
    return base64.b64encode(np.ascontiguousarray(array, dtype="<f8").tobytes()).decode("ascii")


def _finite(value: float) -> float | None:
    """JSON knows no NaN; the stage reads None as undefined."""
    number = float(value)
    return number if math.isfinite(number) else None
