"""Cost surface: the cost over two weights."""

import math

import numpy as np

from core.surface import cost_surface
from ui.lessons.lesson import NETWORK, Lesson, Prompt, Step, data_set
from ui.lessons.shown import Shown

ONE = {**NETWORK, "data": "one_sample"}
PLATEAU = {"w1": 6.0, "w2": -8.0}
BOWL = {**NETWORK, **data_set("bowl")}


def _steepness(shown: Shown) -> float:
    return math.hypot(shown.slope("w1"), shown.slope("w2"))


def _costs(shown: Shown, w1: object, w2: object) -> np.ndarray:
    """The map's costs over these weights; the mean where there is a data set."""
    inputs = {name: float(shown.values[name]) for name in shown.graph.inputs}
    grids = (np.atleast_1d(np.asarray(w1, float)), np.atleast_1d(np.asarray(w2, float)))
    return cost_surface(shown.graph, inputs, shown.data, ("w1", "w2"), grids)


def _slope_is(shown: Shown, name: str) -> bool:
    """Whether the cost changes along a weight as its derivative says, the other held still."""
    near, slope = 1e-6, shown.slope(name)
    ahead, behind = (shown.but(**{name: shown[name] + d})["J"] for d in (near, -near))
    sides = ((ahead - shown["J"]) / near, (shown["J"] - behind) / near)
    room = 1e-4 * (1 + abs(slope) + shown["J"])
    measured = (ahead - behind) / (2 * near)
    # On a corner of relu the slope may be that of either side, or 0.
    corner = abs(sides[0] - sides[1]) > room
    return abs(measured - slope) < room or (corner and min(*sides, 0) <= slope <= max(*sides, 0))


def _steepest(shown: Shown) -> bool:
    """Whether no way leads up faster than the gradient's, where there is one."""
    here = np.array([shown["w1"], shown["w2"]])
    gradient = np.array([shown.slope("w1"), shown.slope("w2")])
    if np.linalg.norm(gradient) < 1e-6:
        return True
    along = math.atan2(gradient[1], gradient[0])
    near = 1e-5
    rises = []
    for turn in np.linspace(0, 2 * math.pi, 16, endpoint=False):
        w1, w2 = here + near * np.array([math.cos(along + turn), math.sin(along + turn)])
        rises.append((shown.but(w1=float(w1), w2=float(w2))["J"] - shown["J"]) / near)
    return rises[0] >= max(rises) - 1e-3 * (1 + abs(shown["J"])) and rises[0] > rises[8]


def _one_bottom(shown: Shown) -> bool:
    """Whether the map has one lowest point, inside it and lower than all around."""
    reach = np.linspace(-10, 10, 161)
    costs = _costs(shown, reach, reach)
    inner = costs[1:-1, 1:-1]
    around = [
        costs[1 + i : 160 + i, 1 + j : 160 + j]
        for i in (-1, 0, 1)
        for j in (-1, 0, 1)
        if (i, j) != (0, 0)
    ]
    return int((inner < np.min(around, axis=0)).sum()) == 1 and inner.min() == costs.min()


def _saturated(shown: Shown) -> bool:
    return max(shown.factor("a1", "z1"), shown.factor("a2", "z2")) < 0.01


STEPS = (
    Step(
        "landscape",
        "A landscape of costs",
        "Each point of the map is a pair of weights, its colour the cost there. You stand at "
        "J = [[J]].",
        preset=ONE,
        go_on="Drag the point. Where is the cost lowest?",
        about=("data",),
        holds=lambda s: math.isclose(
            _costs(s, s["w1"], s["w2"])[0, 0], s["J"], rel_tol=1e-9, abs_tol=1e-12
        ),
    ),
    Step(
        "slices",
        "Two slices, two slopes",
        "Hold $w_2$ still and walk along $w_1$: the slope under your feet is $\\partial J / "
        "\\partial w_1$ = [[dJ/dw1]]. Hold $w_1$ still instead, and it is $\\partial J / \\partial "
        "w_2$ = [[dJ/dw2]].",
        about=("data",),
        holds=lambda s: _slope_is(s, "w1") and _slope_is(s, "w2"),
    ),
    Step(
        "gradient",
        "The steepest way",
        "The two slopes together are the gradient. Where it is not 0, it points the way on which J "
        "grows fastest; the arrow on the map points the other way, down.",
        about=("data",),
        holds=_steepest,
    ),
    Step(
        "plateau",
        "A plateau",
        "Out here both sigmoids are saturated and the ground is flat: the gradient is nearly 0, "
        "although the cost is not. J = [[J]], and $\\partial J / \\partial w_1$ = [[dJ/dw1]].",
        preset=PLATEAU,
        about=("activation", "data"),
        holds=lambda s: _saturated(s) and _steepness(s) < 2e-3 and s["J"] > 0.1,
    ),
    Step(
        "data",
        "Many samples, one landscape",
        "With one sample, whose target was 1, the cost comes as near to 0 as you like if you go "
        "far enough out. Here each of nine samples would have other weights. The landscape is "
        "$\\bar J$, the mean of their costs, and now it has a lowest point.",
        preset={**data_set("bowl")},
        about=("data", "activation", "cost"),
        holds=lambda s: (
            len(s.data) == 9
            and _one_bottom(s)
            and s.but(**ONE | {"w1": 10.0, "w2": 5.0})["J"] < 1e-4
            and s.but(**ONE | {"w1": 10.0, "w2": 10.0})["J"] < 1e-8
        ),
    ),
)

PROMPTS = (
    Prompt(
        "On the plateau",
        "Flat ground, high cost.",
        PLATEAU,
        holds=lambda s: len(s.data) == 1 and _steepness(s) < 1e-3 and s["J"] > 0.4,
    ),
    Prompt(
        "On the cliff",
        "Steep ground: over a hundred times the slope of the plateau.",
        {"w1": 1.0, "w2": -2.5},
        holds=lambda s: len(s.data) == 1 and _steepness(s) > 100 * _steepness(s.but(**PLATEAU)),
    ),
    Prompt(
        "A data set",
        "Nine samples make one lowest point.",
        BOWL,
        holds=lambda s: len(s.data) == 9 and _one_bottom(s),
    ),
)

LESSON = Lesson(
    "cost_surface",
    "Cost surface",
    "Hold the biases still, and the cost is a landscape over $w_1$ and $w_2$. The gradient "
    "points uphill; the arrow shows the way down.",
    "The cost over two weights, and the way downhill.",
    ("data",),
    STEPS,
    PROMPTS,
    wide="""
        5 words   words   map     map     map     surface surface surface
        3 sliders sliders slices  slices  slices  slices  slices  slices
    """,
    narrow="words map sliders surface slices network text",
)
