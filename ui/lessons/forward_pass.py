"""Forward pass: from the input to the cost."""

import math

from ui.lessons.lesson import NETWORK, Lesson, Prompt, Step
from ui.lessons.shown import Shown, near


def _sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))


def _met(shown: Shown) -> bool:
    """Whether the cost is 0 where the prediction equals the target, and nowhere else."""
    apart = abs(shown["a2"] - shown["y"])
    return shown["J"] == 0 if apart == 0 else shown["J"] > 0 or apart < 1e-150


STEPS = (
    Step(
        "z1",
        "A weight and a bias",
        "The input x = [[x]] is multiplied by the weight $w_1$ and the bias $b_1$ is added. The "
        "sum is $z_1$ = [[z1]].",
        focus=("x", "w1", "b1", "z1", "dz1/dx", "dz1/dw1", "dz1/db1"),
        preset=NETWORK,
        go_on="Drag $w_1$ to 0: there x no longer matters.",
        about=(),
        holds=lambda s: (
            near(s["z1"], s["w1"] * s["x"] + s["b1"])
            and s.but(w1=0.0)["z1"] == s.but(w1=0.0, x=-7.0)["z1"]
        ),
    ),
    Step(
        "a1",
        "Squashed between 0 and 1",
        "The sigmoid $\\sigma$ takes any number to one between 0 and 1. It takes $z_1$ = [[z1]] to "
        "$a_1$ = [[a1]].",
        focus=("z1", "a1", "da1/dz1"),
        go_on="Make $z_1$ large, then very negative: far out on either side $a_1$ hardly moves. "
        "There the node is saturated.",
        about=("activation",),
        holds=lambda s: (
            near(s["a1"], _sigmoid(s["z1"]))
            and 0 <= s["a1"] <= 1
            and (abs(s["z1"]) < 7 or s.factor("a1", "z1") < 1e-3)
        ),
    ),
    Step(
        "z2",
        "The same again",
        "The second layer takes $a_1$ as its input: $z_2 = w_2 a_1 + b_2$ = [[z2]].",
        focus=("a1", "w2", "b2", "z2", "dz2/da1", "dz2/dw2", "dz2/db2"),
        about=(),
        holds=lambda s: near(s["z2"], s["w2"] * s["a1"] + s["b2"]),
    ),
    Step(
        "prediction",
        "The prediction",
        "The last activation is the prediction, $\\hat{y}$ = [[a2]]. The cost compares it with the "
        "target.",
        focus=("z2", "a2", "da2/dz2"),
        about=(),
        holds=lambda s: set(s.graph.parents("J")) == {"a2", "y"},
    ),
    Step(
        "cost",
        "How wrong it is",
        "The target is y = [[y]]. The cost is half the square of the difference: J = [[J]]. It is "
        "0 only when the prediction equals the target.",
        focus=("a2", "y", "J", "dJ/da2", "dJ/dy"),
        go_on="Make J as small as you can by dragging weights and biases. That is what training "
        "does.",
        about=("cost",),
        holds=lambda s: near(s["J"], (s["a2"] - s["y"]) ** 2 / 2) and _met(s),
    ),
)

PROMPTS = (
    Prompt(
        "A saturated node",
        "z1 is so large that a1 is nearly 1: a small change of x hardly matters now.",
        {"x": 5.0, "w1": 4.0},
        holds=lambda s: (
            s.settings["activation"] == "sigmoid"
            and 0.99 < s["a1"] <= 1
            and abs(s.factor("a1", "z1") * s.factor("z1", "x")) < 1e-3
        ),
    ),
    Prompt(
        "A weight of zero",
        "w1 = 0 cuts the input off: z1 is the bias alone.",
        {"w1": 0.0},
        holds=lambda s: s["w1"] == 0 and s["z1"] == s["b1"] and s.slope("x") == 0,
    ),
    Prompt(
        "The target met",
        "With this bias the prediction is one half, which is the target: the cost is 0.",
        {"x": 0.0, "b1": 0.0, "w2": 2.0, "b2": -1.0, "y": 0.5},
        holds=lambda s: s["a2"] == 0.5 == s["y"] and s["J"] == 0 and s.but(b2=0.0)["J"] > 0,
    ),
)

LESSON = Lesson(
    "forward_pass",
    "Forward pass",
    "The network computes from left to right. Each node makes one number of the numbers "
    "before it; the last one, the cost $J$, says how far the prediction $\\hat{y}$ is from the "
    "target $y$.",
    "From x to ŷ and the cost, one relation at a time.",
    (),
    STEPS,
    PROMPTS,
    wide="""
        4 words   words   network network network network network
        4 sliders sliders curves  curves  curves  curves  curves
    """,
    narrow="words network sliders curves text",
    layers="values",
)
