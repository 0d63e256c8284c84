"""The lessons as data: what each page says, step by step, what it lights, and what it sets.

A number in a text is written ``[[z1]]`` (a node), ``[[da2/dz2]]`` (a local derivative) or
``[[dJ/dw1]]`` (a derivative of the output), and filled in from core's results when it is shown,
so no text can quote a number that is not the learner's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.datasets import DATASETS

Preset = Mapping[str, float | str]


@dataclass(frozen=True)
class Step:
    """One thought: what it says, what it lights, what it sets, and what to do to go on.

    ``focus`` names nodes and edges of the graph; when it is empty nothing dims. ``preset`` gives
    parameters their values when the step is entered.
    """

    name: str
    title: str
    text: str
    focus: tuple[str, ...] = ()
    preset: Preset = field(default_factory=dict)
    go_on: str = ""


@dataclass(frozen=True)
class Prompt:
    """Something to try: one click sets the stage to a state that shows it."""

    title: str
    text: str
    preset: Preset


@dataclass(frozen=True)
class Lesson:
    """A page: its file's name, its title and lead, the inputs it is about, and what it teaches.

    ``settings`` are inputs that most learners need not see at first.
    """

    name: str
    title: str
    lead: str
    teaser: str
    inputs: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    prompts: tuple[Prompt, ...] = ()
    settings: tuple[str, ...] = ()


NETWORK: Preset = {
    **{"x": 1.5, "y": 1.0, "w1": 0.8, "b1": -0.3, "w2": -1.4, "b2": 0.6},
    **{"activation": "sigmoid", "cost": "half_squared_error"},
}
"""The lesson's network, where most lessons begin."""


def data_set(name: str) -> Preset:
    """A data set with the network and the start that it is made for."""
    preset = DATASETS[name]
    return {
        "data": name,
        **preset.start,
        "activation": preset.activation,
        "cost": preset.cost,
    }


CHAIN_RULE_STEPS = (
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
        "[[dh/du2]] times [[du2/du1]] times [[du1/dx]] is [[dh/dx]]. With $u_2$ put back, "
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
FORWARD_STEPS = (
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
BACK_STEPS = (
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
        "[[dJ/da2]] times [[da2/dz2]] is [[dJ/dz2]], the derivative of J by $z_2$. Everything "
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
SURFACE_STEPS = (
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
        "a data set the landscape is the mean over its samples, and a lowest point appears.",
        preset={**data_set("bowl")},
    ),
)

DESCENT_STEPS = (
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
DEEPER_STEPS = (
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

CHAIN_RULE_PROMPTS = (
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
FORWARD_PROMPTS = (
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
BACK_PROMPTS = (
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
SURFACE_PROMPTS = (
    Prompt("On the plateau", "Flat ground, high cost.", {"w1": 6.0, "w2": -8.0}),
    Prompt("On the cliff", "The steepest place near here.", {"w1": 1.0, "w2": -2.5, "b2": 0.6}),
    Prompt("A data set", "Nine samples make one lowest point.", {**data_set("bowl")}),
)
DESCENT_PROMPTS = (
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
DEEPER_PROMPTS = (
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
LESSONS = (
    Lesson(
        "chain_rule",
        "Chain rule",
        "A function inside a function changes as fast as the outer one times the inner one. Type "
        "a function of x, and see it taken apart.",
        "Take any function apart and multiply the slopes.",
        ("f",),
        CHAIN_RULE_STEPS,
        CHAIN_RULE_PROMPTS,
    ),
    Lesson(
        "forward_pass",
        "Forward pass",
        "The network computes from left to right. Each node makes one number of the numbers "
        "before it; the last one, the cost $J$, says how far the prediction $\\hat{y}$ is from the "
        "target $y$.",
        "From x to ŷ and the cost, one relation at a time.",
        (),
        FORWARD_STEPS,
        FORWARD_PROMPTS,
    ),
    Lesson(
        "backpropagation",
        "Backpropagation",
        "How much does the cost change when one weight moves a little? Follow the change back, "
        "one link at a time, and multiply.",
        "Every derivative of J as a product of factors.",
        ("by",),
        BACK_STEPS,
        BACK_PROMPTS,
    ),
    Lesson(
        "cost_surface",
        "Cost surface",
        "Hold the biases still, and the cost is a landscape over $w_1$ and $w_2$. The gradient "
        "points uphill; the arrow shows the way down, $-\\nabla J$.",
        "The cost over two weights, and the way downhill.",
        ("data",),
        SURFACE_STEPS,
        SURFACE_PROMPTS,
    ),
    Lesson(
        "gradient_descent",
        "Gradient descent",
        "Stand somewhere, look which way is down, take a step, and look again. The point you "
        "drag is where the path starts.",
        "Six optimizers walk down, step by step.",
        ("data", "optimizer", "rate", "steps"),
        DESCENT_STEPS,
        DESCENT_PROMPTS,
        ("train", "axis1", "axis2", "tolerance", "batch", "seed"),
    ),
    Lesson(
        "going_deeper",
        "Going deeper",
        "More layers, more factors. A product of many small factors vanishes, a product of many "
        "large ones explodes; see which happens, and why.",
        "Up to eight layers: gradients that vanish, gradients that explode.",
        ("depth",),
        DEEPER_STEPS,
        DEEPER_PROMPTS,
    ),
)
