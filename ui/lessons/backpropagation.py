"""Backpropagation: one derivative as a product, then all of them in one pass."""

import math

from core.network import parameters
from core.reverse import multiplications
from ui.lessons.lesson import NETWORK, Lesson, Prompt, Step
from ui.lessons.shown import Shown, near


def _lowers_the_cost(shown: Shown, name: str) -> bool:
    """Whether a little against the derivative's sign leads down, where there is a slope."""
    slope = shown.slope(name)
    if abs(slope) < 1e-4:
        return True
    moved = {n: shown.values[n] for n in shown.graph.inputs} | {name: shown[name] - 1e-3 * slope}
    return float(shown.graph.forward(moved)["J"]) < shown["J"]


def _ratio(shown: Shown, name: str, by: float) -> float:
    """How far J moves when a parameter is nudged, over the nudge."""
    here = {n: float(shown.values[n]) for n in shown.graph.inputs}
    up, down = (shown.graph.forward(here | {name: here[name] + d})["J"] for d in (by, -by))
    return float(up - down) / (2 * by)


STEPS = (
    Step(
        "nudge",
        "A nudge goes through",
        "Move $w_2$ by a little, Δw. That moves $z_2$, which moves $\\hat{y}$, which moves the "
        "cost. Each link passes the nudge on, multiplied by its own factor.",
        preset={**NETWORK, "by": "w2"},
        go_on="Make Δ smaller and see each measured ratio settle on its factor.",
        holds=lambda s: math.isclose(
            _ratio(s, "w2", 1e-4), s.slope("w2"), rel_tol=1e-4, abs_tol=1e-7
        ),
    ),
    Step(
        "cost",
        "Start at the cost",
        "Go back from J, one link at a time. If ŷ grows a little, J changes $\\hat{y} - y$ = "
        "[[dJ/da2]] times as much. Where this is negative, a larger prediction would be nearer to "
        "the target.",
        focus=("a2", "J", "dJ/da2"),
        preset={"by": "w2"},
        holds=lambda s: (
            near(s.factor("J", "a2"), s["a2"] - s["y"])
            and (s.factor("J", "a2") < 0) == (s["a2"] < s["y"])
        ),
    ),
    Step(
        "output",
        "Through the output's sigmoid",
        "$z_2$ reaches the cost only through $\\hat{y}$. The sigmoid passes a nudge on $\\hat{y}(1 "
        "- \\hat{y})$ = [[da2/dz2]] times as long: its slope at $z_2$, and never more than ¼.",
        focus=("z2", "a2", "da2/dz2"),
        preset={"by": "w2"},
        holds=lambda s: (
            s.graph.children("z2") == ("a2",)
            and near(s.factor("a2", "z2"), _slope_of_the_sigmoid(s["z2"]))
            and 0 <= s.factor("a2", "z2") <= 0.25
        ),
    ),
    Step(
        "w2",
        "The last link to w2",
        "$w_2$ enters $z_2$ multiplied by $a_1$ = [[a1]]: that is the third factor. All three "
        "together, [[dJ/da2 × da2/dz2 × dz2/dw2 = dJ/dw2]], are $\\partial J / \\partial w_2$. To "
        "lower the cost, move $w_2$ a little against the derivative's sign.",
        focus=("w2", "a1", "z2", "dz2/dw2"),
        preset={"by": "w2"},
        holds=lambda s: (
            near(s.factor("z2", "w2"), s["a1"])
            and near(
                s.factor("J", "a2") * s.factor("a2", "z2") * s.factor("z2", "w2"), s.slope("w2")
            )
            and _lowers_the_cost(s, "w2")
        ),
    ),
    Step(
        "b2",
        "Two of them again",
        "$b_2$ is added to $z_2$ as it is, so its last factor is 1. The other two are those of "
        "$w_2$, and $\\partial J / \\partial b_2$ is their product: [[dJ/da2 × da2/dz2 = dJ/db2]].",
        focus=("b2", "z2", "dz2/db2"),
        preset={"by": "b2"},
        go_on="Choose w2, then b2: only the last factor changes, and with it the product.",
        holds=lambda s: (
            s.factor("z2", "b2") == 1
            and [f.name for f in s.graph.chains("b2")[0]][:2]
            == [f.name for f in s.graph.chains("w2")[0]][:2]
            and near(s.factor("J", "a2") * s.factor("a2", "z2"), s.slope("b2"))
        ),
    ),
    Step(
        "shared",
        "Computed once, and named",
        "The two that return are worth a name, $\\delta_2 = \\partial J / \\partial z_2$: "
        "[[dJ/da2 × da2/dz2 = dJ/dz2]]. Both derivatives of the layer are made of it, $\\partial J "
        "/ \\partial w_2 = \\delta_2 a_1$ and $\\partial J / \\partial b_2 = \\delta_2$. All that "
        "stands before $z_2$ reaches J through it, so the first layer uses it again.",
        focus=("z2", "a2", "J", "da2/dz2", "dJ/da2"),
        preset={"by": "z2"},
        holds=lambda s: (
            near(s.factor("J", "a2") * s.factor("a2", "z2"), s.slope("z2"))
            and near(s.slope("w2"), s.slope("z2") * s["a1"])
            and near(s.slope("b2"), s.slope("z2"))
            and all(
                any(f.parent == "z2" for f in chain)
                for name in ("w1", "b1", "x")
                for chain in s.graph.chains(name)
            )
        ),
    ),
    Step(
        "hidden",
        "Back through the hidden node",
        "$a_1$ enters $z_2$ multiplied by $w_2$ = [[w2]], and the hidden sigmoid passes "
        "$\\sigma'(z_1)$ = [[da1/dz1]] on. So the next δ is made of the one before: $\\delta_1 = "
        "\\partial J / \\partial z_1 = \\delta_2 \\, w_2 \\, \\sigma'(z_1)$, which is "
        "[[dJ/dz2 × dz2/da1 × da1/dz1 = dJ/dz1]].",
        focus=("z1", "a1", "z2", "da1/dz1", "dz2/da1"),
        preset={"by": "z1"},
        holds=lambda s: (
            near(s.factor("z2", "a1"), s["w2"])
            and near(s.factor("a1", "z1"), _slope_of_the_sigmoid(s["z1"]))
            and near(s.slope("z1"), s.slope("z2") * s["w2"] * _slope_of_the_sigmoid(s["z1"]))
        ),
    ),
    Step(
        "weight",
        "The last link to w1",
        "The same last step as before: $w_1$ is multiplied by x, and $b_1$ is added. So "
        "$\\partial J / \\partial w_1 = \\delta_1 x$, which is [[dJ/dz1 × dz1/dw1 = dJ/dw1]], and "
        "$\\partial J / \\partial b_1 = \\delta_1$ = [[dJ/db1]]. The five tiles are the whole "
        "product, written out.",
        focus=("w1", "b1", "x", "z1", "dz1/dw1", "dz1/db1"),
        preset={"by": "w1"},
        go_on="Set x to 0. Why is $\\partial J / \\partial w_1$ 0 now, whatever the others are?",
        holds=lambda s: (
            near(s.slope("w1"), s.slope("z1") * s["x"])
            and near(s.slope("b1"), s.slope("z1"))
            and len(s.graph.chains("w1")[0]) == 5
        ),
    ),
    Step(
        "wave",
        "All of them in one wave",
        "In every layer k it is the same: $\\partial J / \\partial w_k = \\delta_k a_{k-1}$ and "
        "$\\partial J / \\partial b_k = \\delta_k$, where $a_0$ is x. So the derivatives come in "
        "one wave from J back to the input, each δ worked out once and used again. That is "
        "backpropagation.",
        preset={"by": "w1"},
        wide="""
            6 words   words   network network network network network
            5 words   words   factors factors factors factors factors
            1 words   words   wave    wave    wave    wave    wave
            7 sliders sliders wave    wave    wave    wave    wave
        """,
        narrow="words wave network factors sliders nudge map text",
        go_on="Play the wave, and compare the two counts below it.",
        holds=lambda s: (
            all(
                near(s.slope(w), s.slope(z) * s[a]) and near(s.slope(b), s.slope(z))
                for w, b, z, a in (("w1", "b1", "z1", "x"), ("w2", "b2", "z2", "a1"))
            )
            and _fewer_multiplications(s)
        ),
    ),
    Step(
        "cancel",
        "What cross-entropy cancels",
        "With cross-entropy the first factor is, over one denominator, $(\\hat{y} - y) / "
        "(\\hat{y}(1 - \\hat{y}))$, and the sigmoid's slope is $\\hat{y}(1 - \\hat{y})$. It "
        "cancels: $\\delta_2 = \\hat{y} - y$ = [[dJ/dz2]]. A saturated output that is wrong still "
        "gets a large δ₂; with half the squared error it would get nearly 0.",
        focus=("z2", "a2", "J", "da2/dz2", "dJ/da2"),
        preset={"cost": "cross_entropy", "by": "z2"},
        go_on="Drag $b_2$ until ŷ is nearly 0 or 1 and far from y, and watch δ₂.",
        holds=lambda s: (
            near(s.slope("z2"), s["a2"] - s["y"])
            and (
                _slope_of_the_sigmoid(s["z2"]) < 1e-3
                or near(s.factor("J", "a2"), (s["a2"] - s["y"]) / _slope_of_the_sigmoid(s["z2"]))
            )
            and (
                _slope_of_the_sigmoid(s["z2"]) > 0.01
                or abs(s["a2"] - s["y"]) < 0.5
                or (abs(s.slope("z2")) >= 0.5 and _delta_of_half_the_square(s) < 0.01)
            )
        ),
    ),
)


def _slope_of_the_sigmoid(z: float) -> float:
    return 1 / (2 + math.exp(z) + math.exp(-z))


def _delta_of_half_the_square(shown: Shown) -> float:
    """How large δ₂ would be with the cost of the steps before."""
    return abs(shown.but(cost="half_squared_error").slope("z2"))


def _fewer_multiplications(shown: Shown) -> bool:
    alone, together = multiplications(shown.graph, parameters(shown.graph))
    return together < alone


PROMPTS = (
    Prompt(
        "w2 = 0",
        "The hidden node no longer reaches the cost, so ∂J/∂w1 is 0: one factor of "
        "the product is w2.",
        {**NETWORK, "w2": 0.0, "by": "w1"},
        holds=lambda s: s.slope("w1") == 0 == s.factor("z2", "a1"),
    ),
    Prompt(
        "Saturated",
        "z1 is so large that the hidden sigmoid is nearly flat: its factor is nearly 0, and with "
        "it ∂J/∂w1 and ∂J/∂b1.",
        {**NETWORK, "x": 5.0, "w1": 4.0, "by": "w1"},
        holds=lambda s: (
            s["z1"] > 10
            and 0 < s.factor("a1", "z1") < 1e-6
            and max(abs(s.slope("w1")), abs(s.slope("b1"))) < 1e-6
        ),
    ),
    Prompt(
        "The target met",
        "The prediction equals the target: the first factor is 0, and with it every derivative "
        "with respect to a weight or a bias.",
        {**NETWORK, "x": 0.0, "b1": 0.0, "w2": 2.0, "b2": -1.0, "y": 0.5, "by": "w1"},
        holds=lambda s: (
            s["a2"] == s["y"]
            and s.factor("J", "a2") == 0
            and all(s.slope(name) == 0 for name in parameters(s.graph))
        ),
    ),
    Prompt(
        "No input",
        "With x = 0 the weight w1 multiplies nothing: ∂J/∂w1 is 0, but ∂J/∂b1 is not.",
        {**NETWORK, "x": 0.0, "by": "w1"},
        holds=lambda s: s.slope("w1") == 0 != s.slope("b1"),
    ),
)

LESSON = Lesson(
    "backpropagation",
    "Backpropagation",
    "How much does the cost change when a weight moves a little? Go back link by link, and "
    "multiply.",
    "Every derivative of J as a product of factors.",
    ("by",),
    STEPS,
    PROMPTS,
    wide="""
        6 words   words   network network network network network
        5 words   words   factors factors factors factors factors
        1 words   words   nudge   nudge   nudge   map     map
        7 sliders sliders nudge   nudge   nudge   map     map
    """,
    narrow="words network factors sliders nudge map wave text",
)
