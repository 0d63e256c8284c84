"""Build your own network: several ways to the output, and a curve or two classes to learn."""

import math
from collections.abc import Callable, Iterable

import numpy as np

from core.functions import Array
from core.weights import read_hidden, write_weights
from ui.lessons import own
from ui.lessons.lesson import Lesson, Preset, Prompt, Step
from ui.lessons.shown import Shown

START: Preset = {
    **{"toy": "xor", "cloud": "", "count": 40, "noise": 0.1, "drawn": 0},
    **{"hidden": "tanh2", "init": "normal", "weights": "", "seed": 0},
    **{"optimizer": "adam", "rate": 0.1, "steps": 200, "batch": 0, "decay": 0.0},
    **{"trained": 0, "at": 0, "point": 1, "opened": "w1_11"},
}
"""All that makes the network and its training, as most of these steps begin."""
TRAINED: Preset = {"trained": 1, "at": 200}
"""The run is shown, at its last step."""


def _weights(*numbers: float) -> str:
    return write_weights(numbers)


BUMP: Preset = {
    **START,
    **{"toy": "bump", "hidden": "sigmoid2", "opened": "b1_2"},
    # One side of the bump stands; the other is not where the samples come down.
    "weights": _weights(4.0, 4.0, 4.0, -10.0, 1.0, -1.0, 0.0),
}
DEAD: Preset = {
    **START,
    **{"hidden": "relu2", "opened": "w1_21"},
    "weights": _weights(1.0, -1.0, 0.0, -1.0, 1.0, -6.0, 1.0, 1.0, 0.0),
}
PLAIN: Preset = {
    **START,
    **{"optimizer": "gradient_descent", "seed": 3, "steps": 150, "trained": 1, "at": 150},
}
FEW: Preset = {
    **START,
    **{"toy": "line", "count": 8, "noise": 1.0, "drawn": 2, "hidden": "tanh4-tanh4"},
    **{"rate": 0.05, "trained": 1, "at": 200, "opened": "w3_11"},
}

CROWDED = 0.3
"""With more noise than this, the clusters of XOR run into each other."""


def _shape(shown: Shown) -> tuple[tuple[str, int], ...]:
    """The hidden layers: activation and neurons of each."""
    layers = read_hidden(str(shown.settings["hidden"]))
    return tuple((layer.activation, layer.neurons) for layer in layers)


def _has(shown: Shown, toy: str, *hidden: tuple[str, int]) -> bool:
    """Whether these are the samples and this the network."""
    return shown.settings["toy"] == toy and _shape(shown) == hidden


def _is(shown: Shown, toy: str, *hidden: tuple[str, int]) -> bool:
    """The same, with samples as tidy as the steps have them."""
    return _has(shown, toy, *hidden) and float(shown.settings["noise"]) <= CROWDED


def _ways(shown: Shown, name: str) -> int:
    """How many ways lead from a node to the cost, if the derivative is the sum over them."""
    chains = shown.graph.chains(name)
    with np.errstate(all="ignore"):  # what overflows agrees with nothing
        products = [
            float(np.prod([factor.value(shown.values) for factor in chain])) for chain in chains
        ]
    slope = shown.slope(name)
    if not math.isfinite(slope):
        return len(chains)
    # Large products of both signs may leave little, and what was rounded off with it.
    room = 1e-9 * sum(map(abs, products)) + 1e-12
    return len(chains) if abs(sum(products) - slope) <= room else 0


def _right(shown: Shown, values: dict[str, Array]) -> float:
    """The share of the samples whose class is the likelier one."""
    prediction = values[f"a{len(_shape(shown)) + 1}_1"]
    return float(np.mean((prediction > 0.5) == (shown.data.y > 0.5)))


def _alone(output: Array, target: Array) -> float:
    """The share that is right when one neuron's value is cut at the best place."""
    order = np.argsort(output, kind="stable")
    ones = np.cumsum(target[order])
    zeros = np.cumsum(1 - target[order])
    right = zeros + ones[-1] - ones
    return float(max(right.max(), (len(target) - right).max()) / len(target))


def _rows(shown: Shown, names: Iterable[str]) -> Array:
    """What the path made of these parameters: shape (parameters, points)."""
    return np.array([shown.path.parameters[name] for name in names])


def _sides(weights: Callable[[str], float]) -> bool:
    """Whether one of two sigmoids rises where the curve does, and the other brings it down."""
    rise, fall = (weights(f"w1_{j}1") * weights(f"w2_1{j}") for j in (1, 2))
    return rise > 0 > fall


def _fits_the_bump(shown: Shown) -> bool:
    path = shown.path
    end = path.at(len(path) - 1)
    return path.cost[-1] < path.cost[0] / 20 and _sides(lambda name: float(end[name]))


def _twins(shown: Shown) -> bool:
    """Whether two neurons begin alike, stay alike, and move all the same."""
    first, second = (_rows(shown, (f"w1_{j}1", f"b1_{j}", f"w2_1{j}")) for j in (1, 2))
    moved = bool(np.ptp(first, axis=1).min() > 0)
    return moved and np.allclose(first, second, rtol=1e-9, atol=1e-12)


def _dead(shown: Shown) -> bool:
    """Whether the second neuron is 0 for every sample all along, and so never moves."""
    own = _rows(shown, ("w1_21", "w1_22", "b1_2"))
    return (
        bool(np.all(shown.over["z1_2"] < 0))
        and shown.slope("z1_2") == shown.slope("w1_21") == 0
        and float(np.ptp(own, axis=1).max()) == 0
        and bool(np.all(shown.at_the_end["a1_2"] == 0))
    )


def _moderate(shown: Shown) -> Shown:
    """The same with a rate that suits it."""
    return shown.but(rate=1.0)


def _learns_by_heart(shown: Shown) -> bool:
    held, cost = shown.held_cost, shown.path.cost
    best = int(np.argmin(held))
    return bool(
        0 < best < len(held) - 1
        and cost[-1] < cost[best]
        and held[-1] > 2 * held[best]
        and held[-1] > 10 * cost[-1]
    )


def _generalises(shown: Shown) -> bool:
    """Whether what is held out ends as it is learned: hardly above its least, or the other cost."""
    held, cost = shown.held_cost, shown.path.cost
    return bool(held[-1] < 1.5 * held.min() and held[-1] < 2 * cost[-1])


def _halves(shown: Shown) -> bool:
    """Whether plain descent on XOR, as these two steps begin it, ends at less than half."""
    begun = ("toy", "hidden", "optimizer", "steps", "seed", "weights", "init")
    return (
        all(shown.settings[name] == PLAIN[name] for name in begun)
        and shown.settings["trained"] == 1
        and shown.runs
        and bool(shown.path.cost[-1] < shown.path.cost[0] / 2)
    )


STEPS = (
    Step(
        "ways",
        "Two ways to J",
        "Two neurons look at $x_1$, so it reaches $J$ in two ways. Each way is a product of "
        "factors, and the derivative is their sum: $\\partial J / \\partial x_1$ = [[dJ/dx1]]. "
        "The weight $w_{11}^{(1)}$ sits on one of them: one way, one product, [[dJ/dw1_11]].",
        preset={**START, "opened": "x1"},
        go_on="Open other nodes and weights, and count their ways.",
        about=(),
        holds=lambda s: "x1" in s.graph and _ways(s, "x1") == 2 and _ways(s, "w1_11") == 1,
    ),
    Step(
        "bend",
        "A neuron bends",
        "A sigmoid rises once, where its $z$ is 0; a bump takes two. The first neuron raises the "
        "curve. The second counts with the other sign, $w_{12}^{(2)}$ = [[w2_12]], and brings it "
        "down again; its bias $b_2^{(1)}$ = [[b1_2]] says where.",
        preset=BUMP,
        go_on="Drag that bias until the curve meets the samples.",
        about=(),
        holds=lambda s: _has(s, "bump", ("sigmoid", 2)) and _sides(lambda name: s[name]),
    ),
    Step(
        "fit",
        "Let it train",
        "The same start, trained: Adam turns all seven numbers at once, and $\\bar J$ falls to "
        "less than a twentieth. The first neuron still raises the curve, $w_{11}^{(2)}$ = "
        "[[w2_11]]; the second brings it down, $w_{12}^{(2)}$ = [[w2_12]].",
        preset={**BUMP, **TRAINED},
        go_on="Play it, and watch the two neurons.",
        about=(),
        holds=lambda s: (
            _has(s, "bump", ("sigmoid", 2))
            and s.settings["optimizer"] == "adam"
            and s.runs
            and _fits_the_bump(s)
        ),
    ),
    Step(
        "one",
        "XOR: one cannot",
        "Dots and diamonds stand crosswise. One neuron draws one straight line: wherever it lies, "
        "a quarter of the samples or more are on its wrong side, and no training brings $\\bar J$ "
        "near 0.",
        preset={**START, **TRAINED, "hidden": "tanh1"},
        go_on="Drag its weights. Is any line better?",
        about=(),
        holds=lambda s: (
            s.settings["toy"] == "xor"
            and float(s.settings["noise"]) <= CROWDED
            and [count for _, count in _shape(s)] == [1]
            and _right(s, s.over) <= 0.75
            and s.runs
            and s.path.cost.min() > 0.4
        ),
    ),
    Step(
        "two",
        "XOR: two can",
        "Each of the two neurons draws one line of its own, as its small picture shows. Alone, "
        "each still gets a quarter wrong. The output adds them, $w_{11}^{(2)}$ = [[w2_11]] times "
        "the one and $w_{12}^{(2)}$ = [[w2_12]] times the other, and after training all samples "
        "are right.",
        preset={**START, **TRAINED},
        go_on="Play it, and see when each line finds its place.",
        about=(),
        holds=lambda s: (
            _is(s, "xor", ("tanh", 2))
            and s.runs
            and s.path.cost[-1] < 0.05
            and _right(s, s.at_the_end) == 1
            and all(_alone(s.at_the_end[f"a1_{j}"], s.data.y) <= 0.75 for j in (1, 2))
        ),
    ),
    Step(
        "twins",
        "Twins",
        "All weights start at 0, so both neurons have one value and one derivative: [[dJ/da1_1]] "
        "and [[dJ/da1_2]]. They take the same steps and stay twins, which draw one bend. That is "
        "why weights start at random.",
        preset={**BUMP, **TRAINED, "weights": "", "init": "zeros", "seed": 5, "opened": "a1_1"},
        go_on="Choose other weights at first under “More settings”.",
        after="Now the two begin apart, so each has a derivative of its own, [[dJ/da1_1]] and "
        "[[dJ/da1_2]], and takes steps of its own: they need not draw one bend any more.",
        done=lambda s: (
            _has(s, "bump", ("sigmoid", 2))
            and s.settings["init"] != "zeros"
            and s.slope("a1_1") != s.slope("a1_2")
        ),
        about=("init",),
        holds=lambda s: (
            _has(s, "bump", ("sigmoid", 2))
            and s.runs
            and not any(s.path.parameters[n][0] for n in s.path.train)
            and _twins(s)
        ),
    ),
    Step(
        "dead",
        "A dead relu",
        "The sum $z_2^{(1)}$ is negative for every sample, here [[z1_2]]. There relu is flat, "
        "$\\partial J / \\partial z_2^{(1)}$ = [[dJ/dz1_2]], so nothing moves its weights. The "
        "other neuron must learn XOR alone.",
        preset={**DEAD, **TRAINED},
        go_on="Drag the dead neuron's bias, $b_2^{(1)}$, up to 0, and train.",
        after="With $b_2^{(1)}$ = [[b1_2]] its $z$ is above 0 for some of the samples. These have "
        "a derivative for it, so training moves its weights again, and the two can share the work.",
        done=lambda s: (
            _has(s, "xor", ("relu", 2)) and s["w2_12"] != 0 and bool((s.over["z1_2"] > 0).any())
        ),
        about=(),
        holds=lambda s: _has(s, "xor", ("relu", 2)) and s.runs and _dead(s),
    ),
    Step(
        "fast",
        "Too fast",
        "Plain gradient descent, with a learning rate of 10. A step so long lands beyond the "
        "valley, on a slope that throws it back: again and again the cost rises, and after the "
        "last step it is higher than at the start.",
        preset={**PLAIN, "rate": 10.0},
        go_on="Lower the learning rate to 1.",
        after="From the same start, in as many steps, the cost now ends at less than half of what "
        "it was: the steps are short enough for this valley, and long enough to get somewhere.",
        done=lambda s: float(s.settings["rate"]) < 10 and _halves(s),
        about=("rate",),
        holds=lambda s: (
            s.settings["toy"] == "xor"
            and s.settings["optimizer"] == "gradient_descent"
            and s.runs
            and int(np.sum(np.diff(s.path.cost) > 0)) > 20
            and s.path.cost[-1] > s.path.cost[0]
        ),
    ),
    Step(
        "small",
        "Too small",
        "The same start, with a learning rate of a thousandth. Every step goes down, but it is so "
        "short that after all of them the cost is hardly lower: not by a hundredth of what it "
        "was. Nothing is wrong but the pace.",
        preset={**PLAIN, "rate": 0.001},
        go_on="Raise the learning rate to 1.",
        after="From the same start, in as many steps, the cost now ends at less than half of what "
        "it was. A rate is too small or too large only for the slopes that it meets.",
        done=lambda s: float(s.settings["rate"]) > 0.001 and _halves(s),
        about=("rate",),
        holds=lambda s: (
            s.settings["optimizer"] == "gradient_descent"
            and s.runs
            and bool(np.all(np.diff(s.path.cost) < 0))
            and s.path.cost[-1] > 0.99 * s.path.cost[0]
            and _moderate(s).path.cost[-1] < s.path.cost[0] / 2
        ),
    ),
    Step(
        "few",
        "Learned by heart",
        "Eight noisy samples of a line, eight neurons to bend with: the curve follows the noise. "
        "The cost of what it trains on falls to next to nothing; that of what is held out falls "
        "at first, then rises.",
        preset=FEW,
        go_on="Take 100 samples under “More settings”.",
        after="So many samples cannot be learned by heart with eight neurons: what is held out now "
        "costs about as much as what it trains on, to the end.",
        done=lambda s: (
            s.settings["toy"] == "line"
            and float(s.settings["count"]) > 8
            and s.runs
            and _generalises(s)
        ),
        about=("toy", "count", "hidden"),
        holds=lambda s: s.runs and _learns_by_heart(s),
    ),
    Step(
        "own",
        "Now your own",
        "Build: choose samples, add neurons and layers, train, and open any weight. However "
        "many ways lead from it to $J$, its derivative is the sum of their products; and "
        "backpropagation adds them all up in one sweep.",
        preset=START,
        go_on="Try the spiral with two layers of four.",
        about=(),
        holds=lambda s: all(_ways(s, name) > 0 for name in s.graph.inputs if name != "y"),
    ),
)


def _learned(shown: Shown, below: float) -> bool:
    """Whether the run that is shown ends with every sample on its side, and so low a cost."""
    return (
        shown.settings["trained"] == 1
        and shown.runs
        and shown.path.cost[-1] < below
        and _right(shown, shown.at_the_end) == 1
    )


PROMPTS = (
    Prompt(
        "Circles",
        "Three lines close around the inner ring: three neurons are enough.",
        {**TRAINED, "toy": "circles", "hidden": "tanh3", "steps": 150, "at": 150},
        holds=lambda s: s.settings["toy"] == "circles" and _learned(s, 0.1),
    ),
    Prompt(
        "Moons",
        "Two arcs that reach into each other, parted by a line that bends.",
        {**TRAINED, "toy": "moons", "hidden": "tanh3"},
        holds=lambda s: s.settings["toy"] == "moons" and _learned(s, 0.1),
    ),
    Prompt(
        "Spiral",
        "Two layers of four wind around both arms.",
        {**TRAINED, "toy": "spiral", "hidden": "tanh4-tanh4", "rate": 0.05},
        holds=lambda s: s.settings["toy"] == "spiral" and _learned(s, 0.1),
    ),
    Prompt(
        "Deep and narrow",
        "Three layers of one sigmoid: hardly anything of the derivative reaches the first.",
        {"hidden": "sigmoid1-sigmoid1-sigmoid1"},
        holds=lambda s: (
            [count for _, count in _shape(s)] == [1, 1, 1]
            and abs(s.slope("a1_1")) < abs(s.slope("a3_1")) / 20
        ),
    ),
    Prompt(
        "Stuck",
        "XOR from another start: the same network, and it never gets all samples right.",
        {**TRAINED, "seed": 1},
        holds=lambda s: (
            _is(s, "xor", ("tanh", 2))
            and s.runs
            and s.path.cost.min() > 0.3
            and _right(s, s.at_the_end) < 1
            and s.but(seed=0).path.cost[-1] < 0.05
        ),
    ),
)

LESSON = Lesson(
    own.PAGE,
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
        1 player*20
    """,
    narrow="words neurons plane train player cost paths",
)
