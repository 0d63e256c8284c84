"""Chain rule: any function of x, taken apart."""

import math

from ui.lessons.lesson import Lesson, Prompt, Step
from ui.lessons.shown import Shown, near

GALLERY = (
    "log(2 + cos(x))",
    "sin(x^2)",
    "exp(-x^2)",
    "sqrt(1 + x^2)",
    "x*sin(x)",
    "sin(exp(cos(x)))",
    "sigmoid(x)",
)
"""Functions to begin with."""


def _factors(shown: Shown) -> list[float]:
    """The numbers of the one product, outermost first."""
    (chain,) = shown.graph.chains("x")
    return [float(factor.value(shown.values)) for factor in chain]


def _stages(shown: Shown) -> int:
    """How many functions it is made of."""
    return sum(node.expression is not None for node in shown.graph.nodes)


def _products(shown: Shown) -> list[float]:
    """The product of the factors along each way from h back to x."""
    return [
        math.prod(float(factor.value(shown.values)) for factor in chain)
        for chain in shown.graph.chains("x")
    ]


STEPS = (
    Step(
        "stages",
        "Functions inside functions",
        "$h(x) = \\log(2 + \\cos x)$ is made in three stages. First the cosine, $u_1 = \\cos x$; "
        "then $u_2 = 2 + u_1$; last the logarithm, $h = \\log u_2$. At x = [[x]] they are "
        "[[u1]], [[u2]] and [[h]].",
        preset={"f": "log(2 + cos(x))", "x": 1.0},
        go_on="Drag x and watch the three stages move together.",
        holds=lambda s: (
            _stages(s) == 3
            and near(s["u1"], math.cos(s["x"]))
            and near(s["u2"], 2 + s["u1"])
            and near(s["h"], math.log(2 + math.cos(s["x"])))
        ),
    ),
    Step(
        "inner",
        "The inner slope",
        "Move x by a little, and $u_1$ moves about [[du1/dx]] times as far. That is the derivative "
        "of the cosine, $-\\sin x$, at this x.",
        focus=("x", "u1", "du1/dx"),
        go_on="Drag x to 0. There the cosine is at its top, and its slope is 0.",
        holds=lambda s: (
            near(s.factor("u1", "x"), -math.sin(s["x"]))
            and abs(math.cos(s["x"] + 1e-5) - s["u1"] - 1e-5 * s.factor("u1", "x")) < 1e-9
        ),
    ),
    Step(
        "middle",
        "A slope of one",
        "Adding 2 moves everything and stretches nothing: $u_2$ moves exactly as far as $u_1$. "
        "The slope of this link is [[du2/du1]] whatever x is.",
        focus=("u1", "u2", "du2/du1"),
        holds=lambda s: s.factor("u2", "u1") == 1,
    ),
    Step(
        "outer",
        "The outer slope, where it stands",
        "The logarithm's slope is $1/u_2$. It is taken at $u_2$ = [[u2]], the number that the "
        "inner functions made, and not at x. Here it is [[dh/du2]].",
        focus=("u2", "h", "dh/du2"),
        holds=lambda s: near(s.factor("h", "u2"), 1 / (2 + math.cos(s["x"]))),
    ),
    Step(
        "product",
        "Multiply along the way",
        "A small nudge of x is stretched by each link in turn, so the stretches multiply: "
        "[[dh/du2 × du2/du1 × du1/dx = dh/dx]]. With $u_2$ put back, "
        "$h'(x) = -\\sin x / (2 + \\cos x)$.",
        go_on="Below, in the curve of h over x, the dashed tangent has this slope.",
        holds=lambda s: (
            near(math.prod(_factors(s)), s.slope("x"))
            and near(s.slope("x"), -math.sin(s["x"]) / (2 + math.cos(s["x"])))
        ),
    ),
    Step(
        "paths",
        "Two ways to the output",
        "In $x \\sin x$ the input reaches h twice: directly, and through the sine. Each way gives "
        "a product, and a nudge goes both ways at once, so the products add: [[dh/dx]].",
        preset={"f": "x*sin(x)", "x": 2.0},
        holds=lambda s: (
            len(s.graph.chains("x")) == 2
            and near(s.slope("x"), math.sin(s["x"]) + s["x"] * math.cos(s["x"]))
        ),
    ),
    Step(
        "sigmoid",
        "Where σ′ comes from",
        "The networks of the next pages squash with the sigmoid, $\\sigma(x) = 1/(1 + e^{-x})$. It "
        "is made in four stages: $u_1 = -x$, its exponential $u_2$, then $u_3 = 1 + u_2$, and $h = "
        "1/u_3$. Four stages, four slopes: $-1$, $u_2$ (the exponential is its own slope), 1, and "
        "$-1/u_3^2$ = [[dh/du3]].",
        preset={"f": "1/(1+exp(-x))", "x": 1.0},
        go_on="Find the four of them on the tiles.",
        holds=lambda s: (
            _stages(s) == 4
            and near(s["h"], 1 / (1 + math.exp(-s["x"])))
            and near(s["u2"], math.exp(-s["x"]))
            and all(map(near, _factors(s), (-1 / s["u3"] ** 2, 1, s["u2"], -1)))
        ),
    ),
    Step(
        "recognise",
        "σ′ = σ(1 − σ)",
        "In the product the two minus signs cancel, which leaves $u_2 / u_3^2$ = [[dh/dx]]. Read "
        "it as $1/u_3$ times $u_2/u_3$: the one is h, the other $1 - h$, for $u_2 = u_3 - 1$. "
        "So $\\sigma' = \\sigma(1 - \\sigma)$: whoever knows h = [[h]] has the slope already.",
        preset={"f": "1/(1+exp(-x))", "x": 1.0},
        go_on="Now type a function of your own.",
        after="Yours is taken apart in the same way: a node for each operation, a factor for each "
        "link. Along a way from h back to x the factors multiply; where there are several ways, "
        "their products add. Here they come to [[dh/dx]].",
        done=lambda s: (
            s.settings["f"] != "1/(1+exp(-x))"
            and math.isfinite(s.slope("x"))
            and near(sum(_products(s)), s.slope("x"))
        ),
        holds=lambda s: (
            near(s["u2"] / s["u3"] ** 2, s.slope("x"))
            and near(1 / s["u3"], s["h"])
            and near(s["u2"] / s["u3"], 1 - s["h"])
            and near(s["h"] * (1 - s["h"]), s.slope("x"))
        ),
    ),
)

PROMPTS = (
    Prompt(
        "A slope of zero",
        "At x = 0 the cosine is at its top: one factor is 0, so the whole "
        "product is, whatever the others are.",
        {"f": "log(2 + cos(x))", "x": 0.0},
        holds=lambda s: s["u1"] == 1 and _factors(s).count(0) == 1 and s.slope("x") == 0,
    ),
    Prompt(
        "A bell",
        "exp(−x²) has two inner stages; the minus sign is one of them.",
        {"f": "exp(-x^2)", "x": 0.7},
        holds=lambda s: _stages(s) == 3 and s["u2"] == -s["u1"],
    ),
    Prompt(
        "The sigmoid itself",
        "Built from −x, exp, 1 + and 1/: the product of the four factors is h(1 − h).",
        {"f": "1/(1+exp(-x))", "x": 1.0},
        holds=lambda s: len(_factors(s)) == 4 and near(s.slope("x"), s["h"] * (1 - s["h"])),
    ),
    Prompt(
        "Three deep",
        "Three functions inside a fourth: four links, four factors.",
        {"f": "sqrt(1 + sin(x^2))", "x": 1.2},
        holds=lambda s: _stages(s) == 4 == len(_factors(s)),
    ),
    Prompt(
        "Off the edge",
        "log has no value at 0 or below it. The page says where it stops.",
        {"f": "log(x)", "x": -1.0},
        holds=lambda s: math.isnan(s["h"]) and math.isnan(s.slope("x")),
    ),
)

LESSON = Lesson(
    "chain_rule",
    "Chain rule",
    "A function inside a function changes as fast as the outer one times the inner one. Type "
    "a function of x, and see it taken apart.",
    "Take any function apart and multiply the slopes.",
    ("f",),
    STEPS,
    PROMPTS,
    wide="""
        7 words   words   network network network network network
        3 words   words   factors factors factors factors factors
        2 sliders sliders factors factors factors factors factors
        8 lines   lines   lines   lines   curves  curves  curves
    """,
    narrow="words network sliders factors lines curves text",
)
