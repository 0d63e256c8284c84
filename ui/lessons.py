"""The lessons as data: what each page is called, what it says first, which inputs it shows."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Lesson:
    """A page: its file's name, its title, one lead sentence, and the parameters it is about."""

    name: str
    title: str
    lead: str
    teaser: str
    inputs: tuple[str, ...] = ()


LESSONS = (
    Lesson(
        "chain_rule",
        "Chain rule",
        "A function inside a function changes as fast as the outer one times the inner one. Type "
        "a function of $x$, and see it taken apart.",
        "Take any function apart and multiply the slopes.",
        ("f",),
    ),
    Lesson(
        "forward_pass",
        "Forward pass",
        "The network computes from left to right. Each node makes one number of the numbers "
        "before it; the last one, the cost $J$, says how far the prediction $\\hat{y}$ is from the "
        "target $y$.",
        "From x to ŷ and the cost, one relation at a time.",
    ),
    Lesson(
        "backpropagation",
        "Backpropagation",
        "How much does the cost change when one weight moves a little? Follow the change back, "
        "one link at a time, and multiply.",
        "Every derivative of J as a product of factors.",
        ("by",),
    ),
    Lesson(
        "cost_surface",
        "Cost surface",
        "Hold the biases still, and the cost is a landscape over $w_1$ and $w_2$. The gradient "
        "points uphill; the arrow shows the way down, $-\\nabla J$.",
        "The cost over two weights, and the way downhill.",
        ("data",),
    ),
    Lesson(
        "gradient_descent",
        "Gradient descent",
        "Stand somewhere, look which way is down, take a step, and look again. The point you "
        "drag is where the path starts.",
        "Six optimizers walk down, step by step.",
        ("data", "optimizer", "rate", "steps"),
    ),
)
