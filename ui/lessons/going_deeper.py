"""Going deeper: products of many factors."""

import math
from collections.abc import Mapping

from ui.lessons.lesson import NETWORK, Lesson, Prompt, Step
from ui.lessons.shown import Shown


def _every(letter: str, value: float) -> Mapping[str, float]:
    return {f"{letter}{layer}": value for layer in range(1, 9)}


START = {**NETWORK, "depth": 4, **_every("w", 1.2), **_every("b", 0.0)}


def _depth(shown: Shown) -> int:
    return int(shown.settings["depth"])


def _passed(shown: Shown) -> list[float]:
    """What each layer after the first makes of the derivative on its way back: its two factors."""
    return [
        abs(shown.factor(f"a{k}", f"z{k}") * shown.factor(f"z{k}", f"a{k - 1}"))
        for k in range(2, _depth(shown) + 1)
    ]


def _shrinks_below_four(shown: Shown) -> bool:
    """Whether no sigmoid's slope is above ¼, and a layer with a smaller weight than 4 shrinks."""
    layers = range(1, _depth(shown) + 1)
    slopes = [shown.factor(f"a{k}", f"z{k}") for k in layers]
    return all(0 <= slope < 0.25 + 1e-12 for slope in slopes) and all(
        passed < 1 or abs(shown[f"w{k}"]) >= 4
        for k, passed in zip(layers[1:], _passed(shown), strict=True)
    )


def _doubles(shown: Shown) -> bool:
    """Whether, with weights of 2, a layer more doubles the way back and about the error too."""
    seven, eight = (shown.but(depth=n, **_every("w", 2.0), **_every("b", 0.0)) for n in (7, 8))
    back = [s.slope("w1") / s.slope(f"a{_depth(s)}") for s in (seven, eight) if s.slope("w1")]
    if len(back) < 2:
        return False
    error = (eight["a8"] - eight["y"]) / (seven["a7"] - seven["y"])
    total = eight.slope("w1") / seven.slope("w1")
    return back[1] / back[0] == 2 and abs(error - 2) < 0.1 and abs(total - 4) < 0.2


STEPS = (
    Step(
        "many",
        "Many factors",
        "With more layers the product only gets longer: two more factors for each layer. On the "
        "way back from J to $w_1$, each factor is a tile.",
        preset=START,
        go_on="Change the number of layers, and count the tiles.",
        about=(),
        holds=lambda s: [len(chain) for chain in s.graph.chains("w1")] == [2 * _depth(s) + 1],
    ),
    Step(
        "quarter",
        "At most a quarter",
        "Each sigmoid gives a factor $\\sigma'(z) = a(1 - a)$, which is never more than ¼. So a "
        "layer whose weight is below 4 in size shrinks the derivative on its way back: here "
        "$\\partial J / \\partial w_1$ = [[dJ/dw1]].",
        preset={"depth": 8},
        go_on="The dashed line in the plot is what this bound alone allows.",
        about=("activation",),
        holds=_shrinks_below_four,
    ),
    Step(
        "explode",
        "The other way",
        "With the identity nothing is squashed, so only the weights multiply. At 2 in each layer, "
        "one layer more doubles what passes back to $w_1$; the error $\\hat{y} - y$ about doubles "
        "as well, so the derivative about quadruples. Here $\\partial J / \\partial w_1$ = "
        "[[dJ/dw1]].",
        preset={"activation": "identity", **_every("w", 2.0)},
        about=("activation", "cost"),
        holds=_doubles,
    ),
    Step(
        "choose",
        "Why the start matters",
        "A long product neither vanishes nor explodes when its factors are near 1. With relu and "
        "weights of 1, every layer here passes back just what it got: $\\partial J / \\partial "
        "w_1$ = [[dJ/dw1]]. Careful initial weights aim at this.",
        preset={"activation": "relu", **_every("w", 1.0)},
        go_on="Set x to −1. What does relu let through now?",
        after="Nothing: $z_1$ = [[z1]] is negative, so relu's slope there is [[da1/dz1]], one "
        "factor 0 makes the product 0, and $\\partial J / \\partial w_1$ = [[dJ/dw1]] whatever "
        "the others are. From such an input the first layer learns nothing.",
        done=lambda s: (
            s.settings["activation"] == "relu"
            and s["z1"] < 0
            and s.factor("a1", "z1") == s.slope("w1") == s.slope("b1") == 0
        ),
        about=("activation",),
        holds=lambda s: all(passed == 1 for passed in _passed(s)) and s.slope("z1") != 0,
    ),
)

PROMPTS = (
    Prompt(
        "Vanishing",
        "Eight sigmoids, weights of 1: the first layer hardly learns.",
        {"depth": 8, "activation": "sigmoid", **_every("w", 1.0)},
        holds=lambda s: _depth(s) == 8 and abs(s.slope("w1")) < 1e-4,
    ),
    Prompt(
        "Larger weights",
        "Eight sigmoids, weights of 3: less than with 1.2, for most of them are saturated.",
        {"depth": 8, "activation": "sigmoid", **_every("w", 3.0)},
        holds=lambda s: (
            _depth(s) == 8
            and abs(s.slope("w1")) < abs(s.but(**_every("w", 1.2)).slope("w1"))
            and sum(s.factor(f"a{k}", f"z{k}") < 0.06 for k in range(1, 9)) > 4
        ),
    ),
    Prompt(
        "Exploding",
        "Eight layers of identity, weights of 3: the derivative is over a million.",
        {"depth": 8, "activation": "identity", **_every("w", 3.0)},
        holds=lambda s: _depth(s) == 8 and 1e6 <= abs(s.slope("w1")) < math.inf,
    ),
    Prompt(
        "A dead relu",
        "A negative z gives relu's slope 0, and everything before it is cut off.",
        {"depth": 4, "activation": "relu", **_every("w", 1.0), "w2": -1.0},
        holds=lambda s: s["z2"] < 0 and s.slope("w1") == s.slope("z2") == 0,
    ),
)

LESSON = Lesson(
    "going_deeper",
    "Going deeper",
    "More layers, more factors. A product of many small factors vanishes, a product of many "
    "large ones explodes; see which happens, and why.",
    "Up to eight layers: gradients that vanish, gradients that explode.",
    ("depth",),
    STEPS,
    PROMPTS,
    wide="""
        7 words   words   network network network network network
        2 words   words   factors factors factors factors factors
        3 depth   depth   factors factors factors factors factors
        4 depth   depth   sliders sliders sliders sliders sliders
    """,
    narrow="words network depth factors sliders text",
)
