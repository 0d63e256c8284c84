"""Cost surface: the cost over two weights."""

from ui.lessons.lesson import NETWORK, Lesson, Prompt, Step, data_set

STEPS = (
    Step(
        "landscape",
        "A landscape of costs",
        "Each point of the map is a pair of weights, its colour the cost there. You stand at "
        "J = [[J]].",
        preset={**NETWORK, "data": "one_sample"},
        go_on="Drag the point. Where is the cost lowest?",
    ),
    Step(
        "slices",
        "Two slices, two slopes",
        "Hold $w_2$ and walk along $w_1$: the slope under your feet is $\\partial J / \\partial "
        "w_1$ = [[dJ/dw1]]. Hold $w_1$ instead, and it is $\\partial J / \\partial w_2$ = "
        "[[dJ/dw2]].",
    ),
    Step(
        "gradient",
        "The steepest way",
        "The two slopes together are the gradient. It points where J grows fastest; the arrow on "
        "the map points the other way.",
    ),
    Step(
        "plateau",
        "A plateau",
        "Far out the sigmoids saturate and the ground is flat: the gradient is nearly 0, although "
        "the cost is not. Here J = [[J]] and $\\partial J / \\partial w_1$ = [[dJ/dw1]].",
        preset={"w1": 6.0, "w2": -8.0},
    ),
    Step(
        "data",
        "Many samples, one landscape",
        "With one sample the cost can be brought as near to 0 as you like by going far out. With "
        "a data set the landscape is $\\bar J$, the mean over its samples, and a lowest point "
        "appears.",
        preset={**data_set("bowl")},
    ),
)

PROMPTS = (
    Prompt("On the plateau", "Flat ground, high cost.", {"w1": 6.0, "w2": -8.0}),
    Prompt("On the cliff", "The steepest place near here.", {"w1": 1.0, "w2": -2.5, "b2": 0.6}),
    Prompt("A data set", "Nine samples make one lowest point.", {**data_set("bowl")}),
)

LESSON = Lesson(
    "cost_surface",
    "Cost surface",
    "Hold the biases still, and the cost is a landscape over $w_1$ and $w_2$. The gradient "
    "points uphill; the arrow shows the way down, $-\\nabla J$.",
    "The cost over two weights, and the way downhill.",
    ("data",),
    STEPS,
    PROMPTS,
)
