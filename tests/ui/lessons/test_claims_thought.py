"""What the lessons that run say is true: where it stands, and wherever it may.

The conditions stand beside the words, as ``holds``. Here they are tried on the state that a step
or a prompt sets, and, as the learner can drag every number while the words stand, on random ones.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from core.datasets import DATASETS
from core.descent import descend
from core.network import Dataset, network
from ui.lessons import LESSONS, Lesson, Prompt, Step
from ui.lessons.shown import Shown
from ui.session import course
from ui.session.parameters import PARAMETERS, Number

OURS = [
    lesson
    for lesson in LESSONS
    if lesson.name in ("chain_rule", "backpropagation", "gradient_descent", "build_your_own")
]
DEFAULTS: Mapping[str, Any] = {name: one.default for name, one in PARAMETERS.items()}
STEPS = [
    pytest.param(lesson, index, id=f"{lesson.name}-{step.name}")
    for lesson in OURS
    for index, step in enumerate(lesson.steps)
]
PROMPTS = [
    pytest.param(lesson, prompt, id=f"{lesson.name}-{prompt.title}")
    for lesson in OURS
    for prompt in lesson.prompts
]
RANDOM = [300, pytest.param(1000, marks=pytest.mark.thorough)]
EVERYWHERE = [
    one
    for one in STEPS
    if str(one.id).startswith(("chain_rule", "backpropagation"))
    or one.id in [f"gradient_descent-{name}" for name in ("forward", "backward", "one", "again")]
]
"""Steps whose words hold wherever the numbers are dragged; the others speak of a start."""


def shown(lesson: Lesson, index: int, **settings: Any) -> Shown:
    state = {**DEFAULTS, **course.settings(lesson, index), **settings}
    return Shown(lesson.name, state)


def holds(one: Step | Prompt, state: Shown) -> bool:
    assert one.holds is not None, "nothing says when these words are true"
    return bool(one.holds(state))


def anywhere(lesson: Lesson, index: int, rng: np.random.Generator) -> Shown:
    """A state that the learner can drag the step's numbers to."""
    state = shown(lesson, index)
    numbers, inputs = {}, state.graph.inputs
    # Near the middle as often as anywhere: far out the sigmoids hardly differ.
    for name, reach in zip(inputs, rng.choice([0.1, 0.3, 1.0], len(inputs)), strict=True):
        parameter = PARAMETERS[name]
        assert isinstance(parameter, Number)
        numbers[name] = float(rng.uniform(reach * parameter.minimum, reach * parameter.maximum))
    if state.settings["cost"] == "cross_entropy" and "y" in numbers:
        numbers["y"] = float(rng.uniform())  # with others the step's words are withheld
    if lesson.name == "gradient_descent":
        numbers |= {"rate": float(10 ** rng.uniform(-3, 0.5)), "steps": 3}
    return shown(lesson, index, **numbers)


@pytest.mark.parametrize(("lesson", "index"), STEPS)
def test_a_step_is_true_where_it_stands(lesson: Lesson, index: int) -> None:
    assert holds(lesson.steps[index], shown(lesson, index))


@pytest.mark.parametrize(("lesson", "prompt"), PROMPTS)
def test_a_prompt_is_true_of_what_it_sets(lesson: Lesson, prompt: Prompt) -> None:
    assert holds(prompt, Shown(lesson.name, {**DEFAULTS, **course.tried(lesson, prompt)}))


@pytest.mark.parametrize(("lesson", "index"), EVERYWHERE)
@pytest.mark.parametrize("count", RANDOM)
def test_a_step_stays_true_wherever_its_numbers_are_dragged(
    lesson: Lesson, index: int, count: int
) -> None:
    rng = np.random.default_rng(index)
    for _ in range(count):
        state = anywhere(lesson, index, rng)
        assert holds(lesson.steps[index], state), dict(state.settings)


class WrongSlope(Shown):
    def slope(self, name: str) -> float:
        return 1.01 * super().slope(name) + 0.01


class WrongFactor(Shown):
    def factor(self, child: str, parent: str) -> float:
        return 1.01 * super().factor(child, parent) + 0.01


class WrongValue(Shown):
    def __getitem__(self, name: str) -> float:
        return 1.01 * super().__getitem__(name) + 0.01


@pytest.mark.parametrize(("lesson", "index"), STEPS)
def test_a_condition_fails_where_the_numbers_or_the_run_are_others(
    lesson: Lesson, index: int
) -> None:
    step = lesson.steps[index]
    right = shown(lesson, index)
    wrong = [kind(right.lesson, right.settings) for kind in (WrongSlope, WrongFactor, WrongValue)]
    if lesson.name == "chain_rule":
        wrong.append(shown(lesson, index, f="x^3"))
    elif lesson.name == "build_your_own":
        wrong.append(right.but(toy="sine", hidden="relu3", weights="", optimizer="adagrad"))
    else:
        wrong.append(right.but(optimizer="adagrad", data="one_sample", batch=4, rate=0.01))

    def fails(state: Shown) -> bool:
        try:
            return not holds(step, state)
        except (KeyError, ValueError, IndexError):  # what the words name is not there
            return True

    assert any(map(fails, wrong))


def index_of(lesson: Lesson, name: str) -> int:
    return [step.name for step in lesson.steps].index(name)


DESCENT = course.BY_NAME["gradient_descent"]


def test_whatever_the_seed_batches_do_not_lower_the_cost_of_all_at_every_step() -> None:
    index = index_of(DESCENT, "batches")
    for seed in range(30):  # each is a whole run
        assert holds(DESCENT.steps[index], shown(DESCENT, index, seed=seed)), seed


@pytest.mark.parametrize("count", RANDOM)
def test_adams_first_step_is_as_long_as_the_rate_wherever_there_is_a_slope(count: int) -> None:
    rng = np.random.default_rng(5)
    index = index_of(DESCENT, "adam")
    tried = 0
    for _ in range(count):
        start = {n: float(rng.uniform(-10, 10)) for n in ("w1", "b1", "w2", "b2")}
        rate = float(10 ** rng.uniform(-3, 1))
        path = shown(DESCENT, index, **start, rate=rate, steps=1).path
        for name in ("w1", "w2"):
            if abs(path.gradients[name][0]) > 1e-6:
                tried += 1
                assert abs(path.moves[name][0]) == pytest.approx(rate, rel=0.01)
    assert tried > count


def test_the_loop_is_the_one_that_a_learner_would_write() -> None:
    """Forward, backward and update of all parameters, in plain arithmetic."""
    step = index_of(DESCENT, "again")
    state = shown(DESCENT, step)
    p = {name: float(state.settings[name]) for name in ("x", "y", "w1", "b1", "w2", "b2")}

    def sigmoid(z: float) -> float:
        return float(1 / (1 + np.exp(-z)))

    for point in range(3):
        a1 = sigmoid(p["w1"] * p["x"] + p["b1"])
        a2 = sigmoid(p["w2"] * a1 + p["b2"])
        assert state.path.cost[point] == pytest.approx((a2 - p["y"]) ** 2 / 2, rel=1e-12)
        delta2 = (a2 - p["y"]) * a2 * (1 - a2)
        delta1 = delta2 * p["w2"] * a1 * (1 - a1)
        gradient = {"w1": delta1 * p["x"], "b1": delta1, "w2": delta2 * a1, "b2": delta2}
        for name, slope in gradient.items():
            p[name] -= 0.5 * slope
            assert state.path.parameters[name][point + 1] == pytest.approx(p[name], rel=1e-12)
        if point == 1:  # what the step quotes
            assert {name: state.after[name] for name in gradient} == pytest.approx(
                {name: p[name] for name in gradient}, rel=1e-12
            )


@pytest.mark.parametrize("batch", [1, 2, 3, 4, 9])
def test_an_epoch_shows_every_sample_once(batch: int) -> None:
    rng = np.random.default_rng(batch)
    data = Dataset(rng.normal(size=9), rng.uniform(size=9))
    start = {"w1": 0.5, "b1": 0.0, "w2": 0.5, "b2": 0.0}
    epoch = -(-9 // batch)
    path = descend(network(), start, data, steps=3 * epoch, batch=batch)
    if batch == 9:
        assert path.batches is None
        return
    assert path.batches is not None
    for first in range(0, 3 * epoch, epoch):
        assert sorted(np.concatenate(path.batches[first : first + epoch])) == list(range(9))


def test_what_is_said_of_the_steep_walls_is_so() -> None:
    assert "0.5 the path has left the map within four steps. Try 0.1." in (
        DATASETS["steep"].description
    )
    state = shown(DESCENT, index_of(DESCENT, "diverge"))
    reach = PARAMETERS["w2"]
    assert isinstance(reach, Number)
    assert abs(state.path.parameters["w2"][4]) > reach.maximum
    assert np.all(np.diff(state.but(rate=0.1).path.cost) < 0)
