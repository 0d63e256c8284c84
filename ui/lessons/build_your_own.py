"""Build your own network: several ways to the output, and a curve or two classes to learn."""

from ui.lessons.lesson import Lesson, Prompt, Step

START = {
    "toy": "xor",
    "hidden": "tanh2",
    "init": "xavier",
    "seed": 0,
    "weights": "",
    "optimizer": "adam",
    "rate": 0.05,
    "steps": 500,
    "batch": 0,
    "trained": 0,
    "opened": "w1_11",
}

STEPS = (
    Step(
        "own",
        "Your own",
        "Build a network, train it, and open any weight: its derivative is the sum over all paths "
        "from it to J. Here $\\partial J / \\partial w$ of the opened weight is in view.",
        preset=START,
        go_on="Press Train.",
        about=(),
    ),
)

PROMPTS = (Prompt("Circles", "One class inside the other.", {"toy": "circles", "hidden": "tanh4"}),)

LESSON = Lesson(
    "build_your_own",
    "Build your own",
    "A network that is yours: its neurons, its samples, its training; and every derivative opened.",
    "Your own network, trained and understood.",
    ("toy", "optimizer", "rate", "steps"),
    STEPS,
    PROMPTS,
    settings=("count", "noise", "drawn", "init", "seed", "batch", "decay"),
    wide="""
        6 words*5 neurons*9 plane*6
        2 train*5 neurons*9 plane*6
        5 paths*14 cost*6
        1 paths*14 player*6
    """,
    narrow="words neurons plane train player cost paths",
)
