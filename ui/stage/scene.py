"""What the stage shows: a scene, and the same as plain data for the browser."""

import base64
import hashlib
import json
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from core import reverse
from core.functions import ACTIVATIONS
from core.graph import Graph
from core.network import MOST_LAYERS, MOST_NEURONS, Architecture, Dataset
from ui.theme import COLORS

PANELS = (
    *("words", "network", "lines", "factors", "wave", "nudge", "curves", "map", "surface"),
    *("slices", "cost", "race", "fit", "depth", "player", "rate", "sliders", "mean", "text"),
    *("neurons", "plane", "paths", "train"),
)
"""What a scene can hold."""
FIXED = (
    *("id", "graph", "panels", "wide", "controls", "axes", "spans", "colors"),
    *("descent", "marks", "race", "starts", "wave", "depths", "shape", "matrices"),
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
    def at(self, point: int) -> Mapping[str, float]: ...


class Mark(Protocol):
    """A learning rate that means something; see :class:`core.descent.rates.Rate`."""

    @property
    def value(self) -> float: ...
    @property
    def label(self) -> str: ...
    @property
    def sentence(self) -> str: ...


@dataclass(frozen=True)
class Scene:
    """All that stands on the stage at once.

    Args:
        graph: what is drawn and computed.
        values: a number for each of the graph's inputs, and for those of ``depths``.
        controls: the inputs that can be dragged, in the order of their sliders.
        panels: which of :data:`PANELS` are shown, in the order in which they stand below each
            other on a narrow screen.
        wide: where they stand on a wide one, drawn on squared paper; see :func:`squares`.
        chosen: the node whose derivative, d output / d node, the factors show.
        focus: nodes and edges (``z2``, ``da2/dz2``) to light, while the rest dims.
        layers: ``all``, or ``values`` for a scene without any derivative.
        data: samples over which the cost is averaged; None for the one in ``values``.
        path: a descent for the player and the map. It holds while it starts from ``values``.
        axes: the two parameters of the map.
        spans: from where to where the map's axes reach; by default as far as their controls.
        step: the step of the path to stand on.
        recipe: how the path is made, from :func:`core.descent.recipe`: then the browser makes it
            anew from whatever is dragged, in the same frame.
        rate: the learning rate, which the control ``rate`` drags.
        sample: which of the samples the network carries, from 1; the control ``sample`` chooses it.
        marks: rates that mean something, for the slider of the rate.
        race: others that start where the path does, from :func:`ui.studio.runners.on_stage`.
        starts: where each start on the map leads, from :func:`ui.studio.starts.on_stage`.
        walk: a name for the path, which is walked by itself the first time that it is shown.
        depths: the same network with fewer and more layers, from :func:`core.depth.to_json`.
        surface: the cost in 3D as a chart, from :func:`ui.surface.on_stage`.
        words: what the lesson says, from :func:`ui.words.guide.words`.
        shape: of a network of layers, which the panels ``neurons`` and ``plane`` draw.
        held_out: samples that it is not trained on, and ``held_cost`` their mean cost at each step
            of the path.
        matrices: the backward pass in matrix form, from :func:`ui.words.matrices.on_stage`.
        notes: for a neuron, by its name, what is wrong with it in a word.
        training: how training stands: ``untrained``, ``running`` or ``trained``.
        colors: a colour for each kind of quantity, for ``light`` and ``dark``.
    """

    graph: Graph
    values: Mapping[str, float]
    controls: Mapping[str, Control]
    panels: Sequence[str] = ("network", "factors", "sliders")
    wide: str = ""
    chosen: str | None = None
    focus: Collection[str] = ()
    layers: str = "all"
    data: Dataset | None = None
    path: Descent | None = None
    axes: tuple[str, str] | None = ("w1", "w2")
    spans: tuple[tuple[float, float], tuple[float, float]] | None = None
    step: int | None = None
    recipe: Mapping[str, Any] | None = None
    rate: float | None = None
    sample: int | None = None
    marks: Sequence[Mark] = ()
    race: Sequence[Mapping[str, Any]] | None = None
    starts: Mapping[str, Any] | None = None
    walk: str | None = None
    depths: Mapping[str, Any] | None = None
    surface: Mapping[str, Any] | None = None
    words: Mapping[str, Any] | None = None
    shape: Architecture | None = None
    held_out: Dataset | None = None
    held_cost: npt.NDArray[np.float64] | None = None
    matrices: Mapping[str, Any] | None = None
    training: str | None = None
    notes: Mapping[str, str] = field(default_factory=dict)
    colors: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: COLORS)


@lru_cache(maxsize=64)
def squares(drawing: str) -> list[list[str]]:
    """A drawing of where panels stand, on squared paper: each word is one square.

    Rows may be left out that are the same as the one before: ``3 words map`` stands for three; and
    squares beside each other: ``words map*2`` has two of the map.

    >>> squares("2 words map\\n player player")
    [['words', 'map'], ['words', 'map'], ['player', 'player']]

    Raises:
        ValueError: if the rows are of different lengths, or a panel is no rectangle.
    """
    rows: list[list[str]] = []
    for line in drawing.split("\n"):
        words = line.split()
        if not words:
            continue
        count = int(words.pop(0)) if words[0].isdigit() else 1
        row = []
        for word in words:
            name, _, times = word.partition("*")
            row += [name] * int(times or 1)
        rows += [row] * count
    if len({len(row) for row in rows}) > 1:
        raise ValueError(f"The rows of a scene are of different lengths:\n{drawing}")
    for name in {name for row in rows for name in row} - {"."}:
        at = [(r, c) for r, row in enumerate(rows) for c, one in enumerate(row) if one == name]
        high, broad = (max(i) - min(i) + 1 for i in zip(*at, strict=True))
        if len(at) != high * broad:
            raise ValueError(f"The panel {name} is no rectangle in this scene:\n{drawing}")
    return rows


def drawing(scene: Scene, acknowledged: int = 0) -> dict[str, Any]:
    """All that the browser is given to draw, as plain JSON values.

    ``acknowledged`` is the number of the last commit applied. The stage repeats a commit until
    this reaches its number, and keeps its own values until then.
    """
    graph, values, data = scene.graph, scene.values, scene.data
    # The one sample that the values hold moves with them, unless it is of a data set.
    if data and scene.sample is None:
        held = {name: [values.get(name)] for name in data.columns}
        own = all(column.tolist() == held[name] for name, column in data.columns.items())
        data = None if own else data
    identity, plain = _graph(graph)
    panels = [name for name in dict.fromkeys(scene.panels) if name in PANELS]
    return {
        "id": identity,
        "graph": plain,
        "values": {name: _finite(values[name]) for name in (*graph.inputs, *values)}
        | ({} if scene.rate is None else {"rate": scene.rate})
        | ({} if scene.sample is None else {"sample": scene.sample}),
        "panels": panels,
        "wide": squares(scene.wide) or None,
        "controls": [_control(name, control) for name, control in scene.controls.items()],
        "chosen": scene.chosen,
        "focus": sorted(scene.focus),
        "layers": scene.layers,
        "samples": data and _columns(data),
        "path": scene.path and _packed(scene.path),
        "axes": scene.axes,
        "spans": scene.spans,
        "acknowledged": acknowledged,
        "step": scene.step,
        "walk": scene.walk,
        "surface": scene.surface and dict(scene.surface),
        "words": scene.words and dict(scene.words),
        "descent": scene.recipe,
        "marks": [
            {"value": mark.value, "label": mark.label, "sentence": mark.sentence}
            for mark in scene.marks
        ],
        "race": scene.race and [dict(runner) for runner in scene.race],
        "starts": scene.starts and dict(scene.starts),
        "shape": scene.shape and _shape(scene.shape),
        "held": scene.held_out and _columns(scene.held_out),
        "heldCost": None if scene.held_cost is None else _pack(scene.held_cost),
        "training": scene.training,
        "notes": dict(scene.notes),
        "matrices": scene.matrices and dict(scene.matrices),
        "depths": scene.depths and dict(scene.depths),
        "wave": _wave(graph) if "wave" in panels else None,
        "colors": {theme: dict(palette) for theme, palette in scene.colors.items()},
    }


@lru_cache(maxsize=64)
def _graph(graph: Graph) -> tuple[str, dict[str, Any]]:
    """The graph for the browser, and a short name that changes when it does."""
    plain = graph.to_json()
    for part in (*plain["nodes"], *plain["edges"], *plain["cancelled"]):
        part.pop("latex", None)  # the stage draws without a library
        part["math"], part["formula"] = part.pop("mathml"), part.pop("text")
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()[:12], plain


@lru_cache(maxsize=64)
def _wave(graph: Graph) -> list[dict[str, Any]] | None:
    return reverse.to_json(graph)


def _control(name: str, control: Control | Mapping[str, Any]) -> dict[str, Any]:
    def get(field: str, default: Any = None) -> Any:
        if isinstance(control, Mapping):
            return control.get(field, default)
        return getattr(control, field, default)

    bounds = {field: float(get(field)) for field in ("minimum", "maximum", "step")}
    return {"name": name, "label": get("label", name), **bounds}


def _shape(shape: Architecture) -> dict[str, Any]:
    return {
        "inputs": list(shape.input_names),
        "hidden": [[layer.activation, layer.neurons] for layer in shape.hidden],
        "classes": shape.classes,
        "most": {"layers": MOST_LAYERS, "neurons": MOST_NEURONS},
        "activations": {name: row.label for name, row in ACTIVATIONS.items()},
    }


def _columns(data: Dataset) -> dict[str, str]:
    return {name: _pack(column) for name, column in data.columns.items()}


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
