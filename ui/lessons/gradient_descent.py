"""Gradient descent: the loop, step by step, and what each rule adds to it."""

import math

import numpy as np

from core.descent import Path
from core.formatting import number
from core.functions import Array
from core.network import parameters
from ui.lessons.lesson import NETWORK, Lesson, Preset, Prompt, Step, data_set
from ui.lessons.shown import Shown, near

PLAIN: Preset = {
    **{"optimizer": "gradient_descent", "rate": 0.5, "steps": 200, "train": "weights"},
    **{"batch": 0, "tolerance": 0.0, "axis1": "w1", "axis2": "w2", "at": 0},
}
"""The settings that most of these steps begin with."""
LOOP: Preset = {**NETWORK, **PLAIN, "data": "one_sample", "train": "all"}


def _plain(shown: Shown) -> Path:
    """Plain descent from the same start, at the same rate."""
    return shown.but(optimizer="gradient_descent").path


def _lengths(path: Path) -> Array:
    """How far each step went."""
    return np.asarray(np.hypot(*(path.moves[name] for name in ("w1", "w2"))))


def _steepness(path: Path) -> Array:
    """How steep it was where each step began."""
    return np.asarray(np.hypot(*(path.gradients[name] for name in ("w1", "w2"))))


def _as_long_as_steep(shown: Shown) -> bool:
    """Whether every step is the learning rate times the slope."""
    expected = float(shown.settings["rate"]) * _steepness(shown.path)[:-1]
    return np.allclose(_lengths(shown.path), expected, rtol=1e-9, atol=1e-15)


def _turns_back(path: Path) -> int:
    """How often a step went against the one before it."""
    steps = np.array([path.moves[name] for name in ("w1", "w2")])
    return int(np.sum(np.sum(steps[:, 1:] * steps[:, :-1], axis=0) < 0))


def _rises(path: Path) -> int:
    """After how many steps the cost was higher than before."""
    return int(np.sum(np.diff(path.cost) > 0))


def _thrown_off(path: Path) -> bool:
    """Whether it ended higher than it began, and beyond what the parameters can be set to."""
    beyond = max(abs(float(p[-1])) for p in path.parameters.values()) > 10
    return beyond and float(path.cost[-1]) > float(path.cost[0])


def _updated(shown: Shown, names: tuple[str, ...]) -> bool:
    """Whether the next step is plain descent's, from what is shown."""
    if shown.at + 1 >= len(shown.path):
        return shown.after == shown.path.at(shown.at)
    rate = float(shown.settings["rate"])
    return all(near(shown.after[n], shown[n] - rate * shown.slope(n)) for n in names)


STEPS = (
    Step(
        "forward",
        "The loop: forward",
        "Training is one loop of three parts. The first goes forward: with the parameters as they "
        "are, x = [[x]] leads to the prediction $\\hat{y}$ = [[a2]] and to the cost J = [[J]].",
        preset=LOOP,
        holds=lambda s: near(s["J"], (s["a2"] - s["y"]) ** 2 / 2),
    ),
    Step(
        "backward",
        "The loop: backward",
        "The second goes backward: one wave gives the derivative of J with respect to every weight "
        "and bias. Here they are [[dJ/dw1]] for $w_1$, [[dJ/db1]] for $b_1$, [[dJ/dw2]] for $w_2$ "
        "and [[dJ/db2]] for $b_2$; together they are the gradient.",
        preset=LOOP,
        holds=lambda s: (
            set(parameters(s.graph)) == {"w1", "b1", "w2", "b2"}
            and near(s.slope("b2"), s.factor("J", "a2") * s.factor("a2", "z2"))
            and near(s.slope("w2"), s.slope("b2") * s["a1"])
            and near(s.slope("w1"), s.slope("b1") * s["x"])
        ),
    ),
    Step(
        "one",
        "The loop: update",
        "The third moves all of them at once, each against its own derivative, times the learning "
        "rate: $w \\leftarrow w - \\eta \\, \\partial J / \\partial w$. So $w_1$ becomes "
        "[[next w1]], $b_1$ [[next b1]], $w_2$ [[next w2]] and $b_2$ [[next b2]].",
        preset=LOOP,
        go_on="“One step, in numbers”, below, writes it out. Press the player's step forward.",
        holds=lambda s: _updated(s, ("w1", "b1", "w2", "b2")),
    ),
    Step(
        "again",
        "Again and again",
        "With new parameters everything is taken anew: J is [[J]] here, $\\partial J / \\partial "
        "w_1$ is [[dJ/dw1]], and the next step brings $w_1$ to [[next w1]]. Where the slope is "
        "steep the steps are long; where it is nearly flat they are short, although the learning "
        "rate is the same.",
        preset={**LOOP, "at": 1},
        go_on="Play the path, then drag the start somewhere else.",
        holds=lambda s: _updated(s, ("w1", "b1", "w2", "b2")) and _as_long_as_steep(s),
    ),
    Step(
        "diverge",
        "Too far",
        "From here on only $w_1$ and $w_2$ move, so the map shows all there is. Its walls are "
        "steep: no sigmoid tames the cost. From the start that this step sets, at a learning rate "
        "of one half, the first step lands higher than it began, and by the fourth the path has "
        "left the map.",
        preset={**PLAIN, **data_set("steep")},
        go_on="Lower the learning rate until the cost falls at every step.",
        after="Now the cost falls at every step: the steps are short enough for these walls, and "
        "the path stays on the map.",
        done=lambda s: (
            s.settings["data"] == "steep"
            and float(s.settings["rate"]) < 0.5
            and _rises(s.path) == 0
            and s.path.cost[-1] < s.path.cost[0]
            and max(float(np.abs(s.path.parameters[n]).max()) for n in ("w1", "w2")) <= 10
        ),
        holds=lambda s: (
            s.settings["activation"] == "identity"
            and s.settings["rate"] == 0.5
            and s.path.cost[1] > s.path.cost[0]
            and max(abs(s.path.parameters[n][4]) for n in ("w1", "w2")) > 10
            and _rises(s.but(rate=0.1).path) == 0
        ),
    ),
    Step(
        "batches",
        "Batches and epochs",
        "With a data set the cost is $\\bar J$, the mean over its samples, and its gradient is the "
        "mean of theirs, as the table below shows. A step may look at a few of them only: in "
        "batches of 3, nine samples take 3 steps, which is one epoch, and 200 steps "
        "are 66 epochs and 2 steps. Each batch slopes its own way, so the cost of all nine need "
        "not fall at every step.",
        preset={**PLAIN, **data_set("bowl"), "rate": 5.0, "batch": 3, "seed": 0},
        go_on="Play it, and watch the cost. Then try another seed under “More settings”.",
        holds=lambda s: (
            len(s.data) == 9
            and s.settings["batch"] == 3
            and divmod(200, math.ceil(9 / 3)) == (66, 2)
            and s.path.batches is not None
            and sorted(np.concatenate(s.path.batches[:3])) == list(range(9))
            and _rises(s.path) > 0
        ),
    ),
    Step(
        "valley",
        "A narrow valley",
        "All samples at each step again. From the start that this step sets, plain descent first "
        "crosses the slope, then turns into the valley and creeps along its floor: it is nearly "
        "flat there, so the steps are short. After 200 of them it is still on its way.",
        preset={**PLAIN, **data_set("valley"), "rate": 2.0},
        holds=lambda s: (
            s.path.batches is None
            and _as_long_as_steep(s)
            and _lengths(s.path)[-1] < _lengths(s.path)[0] / 10
            and s.path.cost[200] > 2 * s.but(optimizer="momentum").path.cost.min()
        ),
    ),
    Step(
        "momentum",
        "Momentum: keep going",
        "Momentum adds one thing, the velocity v: a step keeps most of the last one's velocity and "
        "adds the new gradient. Where the gradients agree, as along the floor, they add up: from "
        "the start that this step sets, 50 steps come lower than 200 plain ones.",
        preset={**PLAIN, **data_set("valley"), "rate": 2.0, "optimizer": "momentum"},
        lit=("v",),
        go_on="Step through the path, and watch v grow.",
        holds=lambda s: (
            s.path.cost[50] < _plain(s).cost[200]
            and abs(s.path.states["v"]["w2"][5]) > abs(s.path.states["v"]["w2"][1])
        ),
    ),
    Step(
        "rmsprop",
        "RMSProp: each in its own measure",
        "At the start that this step sets the slopes are so small that neither plain descent nor "
        "momentum gets away in 200 steps. RMSProp keeps s, a mean of the squared gradients, and "
        "divides by its root. So a gradient counts by how it compares with its usual size, for "
        "each parameter by itself, and a small slope need not mean a small step.",
        preset={**PLAIN, **data_set("plateau"), "rate": 0.05, "optimizer": "rmsprop"},
        lit=("s",),
        go_on="Compare the first step with its gradient g.",
        holds=lambda s: (
            all(
                s.but(optimizer=name).path.cost[200] > 0.99 * s.path.cost[0]
                for name in ("gradient_descent", "momentum")
            )
            and s.path.cost[200] < s.path.cost[0] / 100
            and _lengths(s.path)[0] > 100 * _lengths(_plain(s))[0]
        ),
    ),
    Step(
        "adam",
        "Adam: both at once",
        "Adam takes a mean of the gradients, m, as momentum does, over the root of s, as RMSProp "
        "does. Both memories start at 0 and are too small at first; the count t of the steps "
        "corrects that: the first step is nearly η for each parameter, unless its slope is next to "
        "nothing. From the start that this step sets, 200 of them reach the lowest $\\bar J$ of "
        "the valley, to all the digits that are shown.",
        preset={**PLAIN, **data_set("valley"), "rate": 0.2, "optimizer": "adam"},
        lit=("m", "t"),
        holds=lambda s: (
            all(
                math.isclose(abs(s.path.moves[n][0]), float(s.settings["rate"]), rel_tol=0.01)
                for n in ("w1", "w2")
                if abs(s.path.gradients[n][0]) > 1e-6
            )
            and number(s.path.cost[200])
            == number(s.but(optimizer="momentum", rate=2.0, steps=2000).path.cost.min())
        ),
    ),
)

PROMPTS = (
    Prompt(
        "Stuck",
        "A start on the plateau: in 200 steps the cost falls by less than a thousandth.",
        {**NETWORK, **PLAIN, **data_set("plateau")},
        holds=lambda s: (
            len(s.path) == 201 and 0.999 * s.path.cost[0] < s.path.cost[200] < s.path.cost[0]
        ),
    ),
    Prompt(
        "Adam on the plateau",
        "The same start. Adam divides by the size of the gradients, so it walks although the slope "
        "is small, and comes down.",
        {**NETWORK, **PLAIN, **data_set("plateau"), "rate": 0.2, "optimizer": "adam"},
        holds=lambda s: (
            _steepness(s.path)[0] < 1e-3
            and _lengths(s.path)[:10].min() > 0.1
            and s.path.cost[200] < s.path.cost[0] / 100
        ),
    ),
    Prompt(
        "Just small enough",
        "A tenth of the learning rate that throws the path off these steep walls: no step turns "
        "back, and each one lowers the cost.",
        {**NETWORK, **PLAIN, **data_set("steep"), "rate": 0.05},
        holds=lambda s: (
            _thrown_off(s.but(rate=10 * float(s.settings["rate"])).path)
            and _turns_back(s.path) == 0 == _rises(s.path)
        ),
    ),
)

RACE = """
    6 words   words   words   network network network network network network cost    cost
    8 words   words   words   map     map     map     map     surface surface surface surface
    2 rate    rate    rate    map     map     map     map     surface surface surface surface
    1 rate    rate    rate    map     map     map     map     race    race    race    race
    5 sliders sliders sliders map     map     map     map     race    race    race    race
    2 sliders sliders sliders player  player  player  player  player  player  player  player
"""
"""The scene while optimizers race: their table stands below the surface."""

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
    wide="""
        6 words   words   words   network network network network network network cost    cost
        8 words   words   words   map     map     map     map     surface surface surface surface
        3 rate    rate    rate    map     map     map     map     surface surface surface surface
        5 sliders sliders sliders map     map     map     map     surface surface surface surface
        2 sliders sliders sliders player  player  player  player  player  player  player  player
    """,
    narrow="words map player rate sliders surface cost race network fit mean text",
)
