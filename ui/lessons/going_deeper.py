"""Going deeper: products of many factors."""

from ui.lessons.lesson import NETWORK, Lesson, Prompt, Step

STEPS = (
    Step(
        "many",
        "Many factors",
        "With more layers the product only gets longer: two more factors for each layer. The way "
        "back from J to $w_1$ now has as many tiles as you see below.",
        preset={
            **NETWORK,
            "depth": 4,
            "by": "w1",
            **{f"w{k}": 1.2 for k in range(1, 9)},
            **{f"b{k}": 0.0 for k in range(1, 9)},
        },
        go_on="Change the depth, and count the tiles.",
    ),
    Step(
        "quarter",
        "At most a quarter",
        "Each sigmoid gives a factor $\\sigma'(z) = a(1 - a)$, which is never more than ¼. Unless "
        "the weights make up for it, every layer shrinks the derivative: here $\\partial J / "
        "\\partial w_1$ = [[dJ/dw1]].",
        preset={"depth": 8},
        go_on="The dashed line in the plot is what the bound alone allows.",
    ),
    Step(
        "explode",
        "The other way",
        "With the identity nothing is squashed, so only the weights multiply. At 2 in each layer "
        "the derivative doubles with every one: $\\partial J / \\partial w_1$ = [[dJ/dw1]].",
        preset={"activation": "identity", **{f"w{k}": 2.0 for k in range(1, 9)}},
    ),
    Step(
        "choose",
        "Why the start matters",
        "Products that neither vanish nor explode need factors near 1: that is what careful "
        "initial weights and activations such as relu are for.",
        preset={"activation": "relu", **{f"w{k}": 1.0 for k in range(1, 9)}},
        go_on="Find weights for tanh that keep the derivative within a factor of ten.",
    ),
)

PROMPTS = (
    Prompt(
        "Vanishing",
        "Eight sigmoids, weights of 1: the first layer hardly learns.",
        {"depth": 8, "activation": "sigmoid", **{f"w{k}": 1.0 for k in range(1, 9)}},
    ),
    Prompt(
        "Exploding",
        "Eight layers of identity, weights of 3.",
        {"depth": 8, "activation": "identity", **{f"w{k}": 3.0 for k in range(1, 9)}},
    ),
    Prompt(
        "A dead relu",
        "A negative z gives relu's slope 0, and everything before it is cut off.",
        {"depth": 4, "activation": "relu", "w2": -1.0, **{f"w{k}": 1.0 for k in (1, 3, 4)}},
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
)
