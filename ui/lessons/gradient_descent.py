"""Gradient descent: steps downhill, and the rules that make them."""

from ui.lessons.lesson import NETWORK, Lesson, Prompt, Step, data_set

STEPS = (
    Step(
        "one",
        "One step",
        "The gradient is ([[dJ/dw1]], [[dJ/dw2]]). A step of gradient descent subtracts it, times "
        "the learning rate $\\eta$: $w \\leftarrow w - \\eta \\, \\partial J / \\partial w$.",
        preset={
            **NETWORK,
            "data": "one_sample",
            "optimizer": "gradient_descent",
            "rate": 0.5,
            "steps": 200,
        },
        go_on="Press the player's step forward, and watch every number follow.",
    ),
    Step(
        "again",
        "Again and again",
        "At each new point the gradient is taken anew. On a slope the steps are long; where it is "
        "nearly flat they are short, although the learning rate is the same.",
        go_on="Play the path, then drag the start somewhere else.",
    ),
    Step(
        "valley",
        "A narrow valley",
        "Plain gradient descent turns into the valley and creeps along its floor. Momentum "
        "remembers where it was going.",
        preset={**data_set("valley"), "rate": 2.0, "optimizer": "momentum"},
        go_on="Choose each optimizer in turn. Which one is lowest after 200 steps?",
    ),
    Step(
        "diverge",
        "Too far",
        "With large inputs and no sigmoid to tame them, the same learning rate oversteps the "
        "valley, further each time. The path leaves; it is not drawn to the edge.",
        preset={
            **data_set("steep"),
            "rate": 0.5,
            "optimizer": "gradient_descent",
        },
        go_on="Lower the learning rate until it converges.",
    ),
)

PROMPTS = (
    Prompt(
        "Stuck",
        "A start on the plateau: after 200 steps hardly anything has happened.",
        {**data_set("plateau"), "rate": 0.5, "optimizer": "gradient_descent"},
    ),
    Prompt(
        "Adam on the plateau",
        "Adam divides by the size of the gradient, so it walks even where the slope is small.",
        {**data_set("plateau"), "rate": 0.2, "optimizer": "adam"},
    ),
    Prompt(
        "Just small enough",
        "At this learning rate the steep walls are no longer overstepped.",
        {
            **data_set("steep"),
            "rate": 0.01,
            "optimizer": "gradient_descent",
        },
    ),
)

LESSON = Lesson(
    "gradient_descent",
    "Gradient descent",
    "Stand somewhere, look which way is down, take a step, and look again. The point you "
    "drag is where the path starts.",
    "Six optimizers walk down, step by step.",
    ("data", "optimizer", "rate", "steps"),
    STEPS,
    PROMPTS,
    ("train", "axis1", "axis2", "tolerance", "batch", "seed", "sample", "at"),
)
