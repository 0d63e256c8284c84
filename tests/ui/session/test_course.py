"""The course as it is walked: entered states, the learner's own, and words that hold beside them.

The conditions stand beside the sentences, in ``ui/lessons``; here they are tried.
"""

import random
from functools import cache
from itertools import product
from typing import Any

import pytest

from core.functions import ACTIVATIONS, COSTS
from core.graph import Graph
from core.network import network
from core.weights import write_weights
from ui.lessons import LESSONS, Lesson, Prompt, shown
from ui.lessons.shown import Shown
from ui.session import course
from ui.session.parameters import BUILT, PARAMETERS, Choice, Number, Parameter

DEFAULTS = {name: parameter.default for name, parameter in PARAMETERS.items()}
STEPS = [
    pytest.param(lesson, index, id=f"{lesson.name}-{lesson.steps[index].name}")
    for lesson in LESSONS
    for index in range(len(lesson.steps))
]
PAIRS = [
    pytest.param(lesson, first, then, id=f"{lesson.name}-{first.title}-{then.title}")
    for lesson in LESSONS
    for first, then in product(lesson.prompts, repeat=2)
]
GENERAL = {
    "forward_pass": ("z1", "a1", "z2", "prediction", "cost"),
    "cost_surface": ("landscape", "slices", "gradient"),
    "going_deeper": ("many", "quarter"),
    "build_your_own": (),  # tried in tests/ui/lessons/test_build_your_own.py
}
"""Steps whose words are true of every state in which what they are about is as they set it."""
TYPED = ("sin(x^2)", "x*sin(x)", "exp(-x^2)", "3", "x", "sqrt(1 + x^2)")


@cache
def states(seed: int, count: int) -> tuple[dict[str, Any], ...]:
    """Settings as a learner may have made them, of every parameter, the ends of a range too."""
    chance = random.Random(seed)

    def one(parameter: Parameter) -> Any:
        if isinstance(parameter, Choice):
            return chance.choice(list(parameter.options))
        if not isinstance(parameter, Number):
            return chance.choice(TYPED) if parameter.name == "f" else parameter.default
        low, high = parameter.minimum, parameter.maximum
        if parameter.whole:
            return chance.randint(int(low), min(int(high), 200))
        drawn = chance.choice((chance.uniform(low, high), chance.uniform(-2, 2), low, high, 0.0))
        return round(min(max(drawn, low), high), chance.choice((1, 15)))

    return tuple(
        {name: one(parameter) for name, parameter in PARAMETERS.items()} for _ in range(count)
    )


@cache
def _network(depth: int, activation: str, cost: str) -> Graph:
    return network(depth, activation, cost)


@pytest.mark.parametrize(("lesson", "index"), STEPS)
def test_a_steps_words_are_true_of_the_state_that_it_sets(lesson: Lesson, index: int) -> None:
    assert course.speaks(lesson, index, DEFAULTS | course.everything_shown(lesson, index))


def test_every_step_and_prompt_of_these_lessons_says_what_must_hold() -> None:
    for lesson in (course.BY_NAME[name] for name in GENERAL):
        assert all(one.holds for one in (*lesson.steps, *lesson.prompts))


@pytest.mark.parametrize(
    ("lesson", "name"), [(lesson, name) for lesson in GENERAL for name in GENERAL[lesson]]
)
def test_general_words_are_true_of_a_thousand_states(
    lesson: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown, "network", _network)
    page = course.BY_NAME[lesson]
    index = [step.name for step in page.steps].index(name)
    step, fresh = page.steps[index], course.everything_shown(page, index)
    assert step.holds
    fixed = {spoken_of: fresh[spoken_of] for spoken_of in step.about if spoken_of in fresh}
    for now in states(len(name), 1000):
        assert step.holds(Shown(lesson, course.usable(page, now | fixed))), now


@pytest.mark.parametrize(("lesson", "first", "then"), PAIRS)
def test_a_prompts_words_are_true_whatever_was_clicked_before(
    lesson: Lesson, first: Prompt, then: Prompt
) -> None:
    ends = set()
    for before, between in zip(states(1, 8), states(2, 8), strict=True):
        clicked = before | course.tried(lesson, first)
        for name in ("activation", "cost", "data", "optimizer", "depth", "x", "w2"):
            clicked[name] = between[name]
        now = course.usable(lesson, clicked | course.tried(lesson, then))
        assert course.still_tried(lesson, then, now)
        used = course.tried(lesson, then).keys()
        ends.add(tuple((name, now[name]) for name in sorted(used)))
    assert len(ends) == 1  # and so is all else that the page says


@pytest.mark.parametrize(("lesson", "index"), STEPS)
def test_a_step_that_is_entered_says_its_words_whatever_is_the_learners(
    lesson: Lesson, index: int
) -> None:
    for now in states(index, 25):
        own = {name: now[name] for name in course.everything_shown(lesson, index)}
        now = now | course.entered(lesson, index, now, own)
        assert course.speaks(lesson, index, course.usable(lesson, now))


TURNS = [
    *({"f": f} for f in ("x", "3", "x^2", "x + 1", "1/x", "exp(x)", "sin(x^2)", "")),
    *({"steps": steps} for steps in (1, 2, 50)),
    *({"depth": depth} for depth in (1, 8)),
    {"tolerance": 1.0},
    {"w1": 10.0, "w2": -10.0},
    {"w1": 0.0, "x": 0.0},
    {"hidden": "relu1"},
    {"data": "valley", "batch": 1},
]
"""What somebody may do to a step's settings so that it has less than its words speak of."""


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_whatever_is_changed_the_words_hold_or_do_not_and_nothing_fails(lesson: Lesson) -> None:
    for turn in (*TURNS, *states(5, 6)):
        for index in range(len(lesson.steps)):
            now = DEFAULTS | course.settings(lesson, index) | turn
            assert course.speaks(lesson, index, course.usable(lesson, now)) in (True, False)
            assert course.done(lesson, index, course.usable(lesson, now)) in (True, False)
        for prompt in lesson.prompts:
            now = DEFAULTS | course.tried(lesson, prompt) | turn
            assert course.still_tried(lesson, prompt, course.usable(lesson, now)) in (True, False)


DONE = {
    "chain_rule-recognise": [{"f": f} for f in ("x*sin(x)", "x", "exp(-x^2)", "sqrt(1 + x^2)")],
    "gradient_descent-diverge": [{"rate": rate} for rate in (0.1, 0.05, 0.01)],
    "going_deeper-choose": [{"x": -1.0}, {"x": -1.0, "depth": 8}],
    "build_your_own-twins": [{"init": how} for how in ("normal", "xavier", "he")],
    "build_your_own-dead": [
        {"weights": write_weights([1, -1, 0, -1, 1, bias, 1, 1, 0])} for bias in (0, 1, 9)
    ],
    "build_your_own-fast": [{"rate": 1.0}],
    "build_your_own-small": [{"rate": 1.0}],
    "build_your_own-few": [{"count": 100}],
}
"""What a learner may do who does as these steps ask."""


def test_who_does_as_a_step_asks_is_told_what_it_has_shown() -> None:
    asking = {f"{lesson.name}-{s.name}" for lesson in LESSONS for s in lesson.steps if s.done}
    assert asking == DONE.keys()
    for name, ways in DONE.items():
        lesson, index = _find(name)
        begun = DEFAULTS | course.settings(lesson, index)
        assert lesson.steps[index].after
        assert not course.done(lesson, index, begun)
        for way in ways:
            now = begun | way
            assert course.done(lesson, index, now), (name, way)
            assert not course.speaks(lesson, index, now), (name, way)


def test_the_words_for_what_was_done_are_not_said_of_what_was_not() -> None:
    for name, way in (
        ("chain_rule-recognise", {"f": "log(x)", "x": -1.0}),
        ("gradient_descent-diverge", {"rate": 0.4}),
        ("going_deeper-choose", {"x": -1.0, "activation": "identity"}),
        ("build_your_own-dead", {"weights": write_weights([1, -1, 0, -1, 1, -9, 1, 1, 0])}),
        ("build_your_own-fast", {"rate": 0.1}),
        ("build_your_own-small", {"rate": 0.01}),
        ("build_your_own-few", {"count": 20}),
    ):
        lesson, index = _find(name)
        assert not course.done(lesson, index, DEFAULTS | course.settings(lesson, index) | way), name


def _find(name: str) -> tuple[Lesson, int]:
    (found,) = (
        (lesson, index)
        for lesson in LESSONS
        for index, step in enumerate(lesson.steps)
        if f"{lesson.name}-{step.name}" == name
    )
    return found


def test_what_a_step_is_not_about_stays_the_learners() -> None:
    lesson = course.BY_NAME["forward_pass"]
    own = {"x": 2.0, "activation": "tanh", "w1": 3.0}
    set_ = course.entered(lesson, 2, DEFAULTS, own)
    assert {name: set_[name] for name in own} == own
    set_ = course.entered(lesson, 1, DEFAULTS, own)
    assert set_["activation"] == "sigmoid"
    assert set_["x"] == 2.0


def test_every_parameter_of_a_page_is_set_by_its_steps_and_prompts() -> None:
    for lesson in LESSONS:
        sizes = {
            frozenset(course.everything_shown(lesson, index)) for index in range(len(lesson.steps))
        }
        sizes |= {frozenset(course.tried(lesson, prompt)) for prompt in lesson.prompts}
        assert len(sizes) == 1, lesson.name
        names = set(next(iter(sizes)))
        inputs = {"x", "y", "w1", "b1", "w2", "b2", "activation", "cost"}
        if lesson.name == "chain_rule":
            inputs = {"x", "f"}
        elif lesson.name == "build_your_own":
            assert not names & inputs  # those of the chain are not on its page
            inputs = {parameter.name for parameter in BUILT} | {"seed", "batch", "at"}
        assert inputs | set(lesson.inputs) <= names


def test_names_are_plain_and_the_line_keeps_its_length() -> None:
    assert course.named({"x": 2.0, "activation": "tanh"}) == "x = 2, activation tanh"
    many = {f"w{k}": -0.5 for k in range(1, 9)}
    built = {"hidden": "tanh3-tanh4", "weights": "AAAAAAAA4D8", "toy": "own", "cloud": "2x1_2"}
    assert course.named(built) == ("hidden layers tanh 3, tanh 4, weights, samples Your own")
    assert course.named(many) == "w1 = −0.5, w2 = −0.5, w3 = −0.5, w4 = −0.5, and 4 more"


def test_the_activations_and_costs_are_all_tried() -> None:
    tried = states(3, 200)
    assert {now["activation"] for now in tried} == set(ACTIVATIONS)
    assert {now["cost"] for now in tried} == set(COSTS)
