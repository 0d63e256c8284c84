"""Forward pass: from the input to the cost."""

from ui.lessons.lesson import NETWORK, Lesson, Prompt, Step

STEPS = (
    Step(
        "z1",
        "A weight and a bias",
        "The input x = [[x]] is multiplied by the weight $w_1$ and the bias $b_1$ is added. The "
        "sum is $z_1$ = [[z1]].",
        focus=("x", "w1", "b1", "z1", "dz1/dx", "dz1/dw1", "dz1/db1"),
        preset=NETWORK,
        go_on="Drag $w_1$ through 0: then x no longer matters.",
    ),
    Step(
        "a1",
        "Squashed between 0 and 1",
        "The sigmoid $\\sigma$ takes any number to one between 0 and 1. It takes $z_1$ = [[z1]] to "
        "$a_1$ = [[a1]].",
        focus=("z1", "a1", "da1/dz1"),
        go_on="Drag $b_1$ far to the right: $a_1$ comes near 1 and then hardly moves. The node is "
        "saturated.",
    ),
    Step(
        "z2",
        "The same again",
        "The second layer takes $a_1$ as its input: $z_2 = w_2 a_1 + b_2$ = [[z2]].",
        focus=("a1", "w2", "b2", "z2", "dz2/da1", "dz2/dw2", "dz2/db2"),
    ),
    Step(
        "prediction",
        "The prediction",
        "The last activation is the prediction, $\\hat{y}$ = [[a2]].",
        focus=("z2", "a2", "da2/dz2"),
    ),
    Step(
        "cost",
        "How wrong it is",
        "The target is y = [[y]]. The cost is half the square of the difference: J = [[J]]. It is "
        "0 only when the prediction equals the target.",
        focus=("a2", "y", "J", "dJ/da2", "dJ/dy"),
        go_on="Make J as small as you can by dragging the weights. That is what training does.",
    ),
)

PROMPTS = (
    Prompt(
        "A saturated node",
        "z1 is so large that a1 is nearly 1: now x hardly matters.",
        {"x": 5.0, "w1": 4.0},
    ),
    Prompt("A weight of zero", "w1 = 0 cuts the input off: z1 is the bias alone.", {"w1": 0.0}),
    Prompt(
        "The target met",
        "This bias makes the prediction one half, which is the target: the cost is 0.",
        {"x": 0.0, "b1": 0.0, "w2": 2.0, "b2": -1.0, "y": 0.5},
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
)
