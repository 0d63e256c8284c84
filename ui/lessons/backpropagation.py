"""Backpropagation: one derivative as a product, passed back link by link."""

from ui.lessons.lesson import NETWORK, Lesson, Prompt, Step

STEPS = (
    Step(
        "nudge",
        "A nudge goes through",
        "Move $w_1$ by a little, Δw. That moves $z_1$, which moves $a_1$, then $z_2$, "
        "$\\hat{y}$, and the cost. Each link passes the nudge on, longer or shorter.",
        preset={**NETWORK, "by": "w1"},
        go_on="Make Δ smaller and see each measured ratio settle on its factor.",
    ),
    Step(
        "cost",
        "Start at the cost",
        "If ŷ grows a little, J changes $\\hat{y} - y$ = [[dJ/da2]] times as much. Where "
        "this is negative, a larger prediction would be nearer to the target.",
        focus=("a2", "J", "dJ/da2"),
    ),
    Step(
        "output",
        "Through the output's sigmoid",
        "$z_2$ reaches the cost only through $\\hat{y}$, so its share is the slope of the curve "
        "where it stands: $\\hat{y}(1 - \\hat{y})$ = [[da2/dz2]].",
        focus=("z2", "a2", "da2/dz2"),
    ),
    Step(
        "shared",
        "Computed once, used by all",
        "[[dJ/da2 × da2/dz2 = dJ/dz2]], the derivative of J by $z_2$. Everything "
        "before $z_2$ reaches J through it, so $w_2$, $b_2$ and the whole first layer use this "
        "number again. Passing it back, layer by layer, is backpropagation.",
        focus=("z2", "a2", "J", "da2/dz2", "dJ/da2"),
        go_on="Choose w2, then b2: only the last tile changes.",
    ),
    Step(
        "hidden",
        "Into the hidden node",
        "$a_1$ enters $z_2$ multiplied by $w_2$, so a nudge of $a_1$ is passed on [[dz2/da1]] "
        "times as long. The hidden sigmoid then passes [[da1/dz1]].",
        focus=("z1", "a1", "z2", "da1/dz1", "dz2/da1"),
    ),
    Step(
        "weight",
        "The last link",
        "$w_1$ enters $z_1$ multiplied by x = [[x]]. All five factors together: $\\partial J / "
        "\\partial w_1$ = [[dJ/dw1]]. To lower the cost, move $w_1$ against its sign.",
        focus=("w1", "x", "z1", "dz1/dw1"),
        go_on="Set x to 0. Why is the derivative 0 now, whatever the other factors are?",
    ),
)

PROMPTS = (
    Prompt(
        "w2 = 0",
        "The hidden node no longer reaches the cost, so ∂J/∂w1 is 0: one factor of "
        "the product is w2.",
        {"w2": 0.0, "by": "w1"},
    ),
    Prompt(
        "Saturated",
        "Where the sigmoid is flat its slope is nearly 0, and everything before it learns slowly.",
        {"x": 5.0, "w1": 4.0, "by": "w1"},
    ),
    Prompt(
        "The target met",
        "The prediction equals the target: the first factor is 0, and with it every derivative.",
        {"x": 0.0, "b1": 0.0, "w2": 2.0, "b2": -1.0, "y": 0.5},
    ),
    Prompt(
        "No input",
        "With x = 0 the weight w1 multiplies nothing: ∂J/∂w1 is 0, but ∂J/∂b1 is not.",
        {"x": 0.0, "by": "w1"},
    ),
)

LESSON = Lesson(
    "backpropagation",
    "Backpropagation",
    "How much does the cost change when one weight moves a little? Follow the change back, "
    "one link at a time, and multiply.",
    "Every derivative of J as a product of factors.",
    ("by",),
    STEPS,
    PROMPTS,
)
