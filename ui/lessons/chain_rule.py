"""Chain rule: any function of x, taken apart."""

from ui.lessons.lesson import Lesson, Prompt, Step

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

STEPS = (
    Step(
        "stages",
        "Functions inside functions",
        "$h(x) = \\log(2 + \\cos x)$ is made in three stages. First the cosine, $u_1 = \\cos x$; "
        "then $u_2 = 2 + u_1$; last the logarithm, $h = \\log u_2$. At x = [[x]] they are "
        "[[u1]], [[u2]] and [[h]].",
        preset={"f": "log(2 + cos(x))", "x": 1.0},
        go_on="Drag x and watch the three stages move together.",
    ),
    Step(
        "inner",
        "The inner slope",
        "Move x by a little, and $u_1$ moves [[du1/dx]] times as far. That is the derivative of "
        "the cosine, $-\\sin x$, at this x.",
        focus=("x", "u1", "du1/dx"),
        go_on="Drag x to 0. There the cosine is at its top, and its slope is 0.",
    ),
    Step(
        "middle",
        "A slope of one",
        "Adding 2 moves everything and stretches nothing: $u_2$ moves exactly as far as $u_1$. "
        "The slope of this link is [[du2/du1]] whatever x is.",
        focus=("u1", "u2", "du2/du1"),
    ),
    Step(
        "outer",
        "The outer slope, where it stands",
        "The logarithm's slope is $1/u_2$. It is taken at $u_2$ = [[u2]], the number that the "
        "inner functions made, and not at x. Here it is [[dh/du2]].",
        focus=("u2", "h", "dh/du2"),
    ),
    Step(
        "product",
        "Multiply along the way",
        "A nudge of x is stretched by each link in turn, so the stretches multiply: "
        "[[dh/du2 × du2/du1 × du1/dx = dh/dx]]. With $u_2$ put back, "
        "$h'(x) = -\\sin x / (2 + \\cos x)$.",
        go_on="Compare with the tangent in the plot: it has this slope.",
    ),
    Step(
        "paths",
        "Two ways to the output",
        "In $x \\sin x$ the input reaches h twice: directly, and through the sine. Each way gives "
        "a product, and a nudge goes both ways at once, so the products add: [[dh/dx]].",
        preset={"f": "x*sin(x)", "x": 2.0},
        go_on="Now type a function of your own.",
    ),
)

PROMPTS = (
    Prompt(
        "A slope of zero",
        "At x = 0 the cosine is at its top: one factor is 0, so the whole "
        "product is, whatever the others are.",
        {"f": "log(2 + cos(x))", "x": 0.0},
    ),
    Prompt(
        "A bell",
        "exp(−x²) has two inner stages; the minus sign is one of them.",
        {"f": "exp(-x^2)", "x": 0.7},
    ),
    Prompt(
        "The sigmoid itself",
        "Built from exp, 1 + and 1/: its product of factors is a(1 − a).",
        {"f": "1/(1+exp(-x))", "x": 1.0},
    ),
    Prompt("Three deep", "Four links, four factors.", {"f": "sqrt(1 + sin(x^2))", "x": 1.2}),
    Prompt(
        "Off the edge",
        "log has no value for a number below 0. The page says where it stops.",
        {"f": "log(x)", "x": -1.0},
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
)
