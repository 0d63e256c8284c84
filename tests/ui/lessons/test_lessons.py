"""The lessons: every number they quote is core's, every step can be shown, presets are valid."""

import re
from itertools import pairwise

import numpy as np
import pytest

from core.datasets import dataset
from core.descent import descend
from core.graph import Graph
from core.network import network
from core.parsing import parse
from ui.lessons import LESSONS, Lesson, Preset
from ui.lessons.shown import Shown
from ui.session import course
from ui.session.parameters import PARAMETERS, Choice, Number
from ui.words import quotes

STEPS = [
    pytest.param(lesson, index, id=f"{lesson.name}-{step.name}")
    for lesson in LESSONS
    for index, step in enumerate(lesson.steps)
]
PROMPTS = [
    pytest.param(lesson, prompt.preset, id=f"{lesson.name}-{prompt.title}")
    for lesson in LESSONS
    for prompt in lesson.prompts
]


def graph_and_inputs(lesson: Lesson, preset: Preset) -> tuple[Graph, dict[str, float]]:
    """What the page of a lesson shows with these settings and defaults elsewhere."""
    now = {name: parameter.default for name, parameter in PARAMETERS.items()} | dict(preset)
    if lesson.name == "build_your_own":
        shown = Shown(lesson.name, now)
        return shown.graph, {name: float(shown.values[name]) for name in shown.graph.inputs}
    if lesson.name == "chain_rule":
        graph = parse(str(now["f"]))
    else:
        depth = int(now["depth"]) if lesson.name == "going_deeper" else 2
        graph = network(depth, str(now["activation"]), str(now["cost"]))
    return graph, {name: float(now[name]) for name in graph.inputs}


@pytest.mark.parametrize(("lesson", "index"), STEPS)
def test_a_steps_numbers_are_cores(lesson: Lesson, index: int) -> None:
    step = lesson.steps[index]
    graph, inputs = graph_and_inputs(lesson, course.settings(lesson, index))
    ahead = {f"next {name}": np.asarray(value) for name, value in inputs.items()}
    values = graph.forward(inputs) | ahead
    for name in quotes.QUOTED.findall(step.text):
        assert re.search(r"\d", quotes.quoted(name, graph, values))
    assert "[[" not in quotes.QUOTED.sub("", step.text)


@pytest.mark.parametrize(("lesson", "index"), STEPS)
def test_a_step_quotes_no_decimal_typed_by_hand(lesson: Lesson, index: int) -> None:
    assert not re.search(r"\d\.\d", lesson.steps[index].text)


@pytest.mark.parametrize(("lesson", "index"), STEPS)
def test_a_step_lights_what_is_there(lesson: Lesson, index: int) -> None:
    graph, _ = graph_and_inputs(lesson, course.settings(lesson, index))
    for part in lesson.steps[index].focus:
        if part in graph:
            continue
        child, parent = (name.removeprefix("d") for name in part.split("/"))
        assert parent in graph.parents(child)


@pytest.mark.parametrize(("lesson", "preset"), PROMPTS)
def test_a_prompt_leads_to_a_state_that_can_be_computed(lesson: Lesson, preset: Preset) -> None:
    graph, inputs = graph_and_inputs(lesson, preset)
    graph.backward(graph.forward(inputs))


@pytest.mark.parametrize(
    "preset",
    [step.preset for lesson in LESSONS for step in lesson.steps]
    + [prompt.preset for lesson in LESSONS for prompt in lesson.prompts],
)
def test_a_preset_holds_known_parameters_within_their_bounds(preset: Preset) -> None:
    for name, value in preset.items():
        parameter = PARAMETERS[name]
        assert parameter.read(str(value)) == value
        if isinstance(parameter, Number):
            assert isinstance(value, int) == parameter.whole or value == int(value)
        if isinstance(parameter, Choice):
            assert value in parameter.options


def test_every_lesson_has_three_to_five_things_to_try() -> None:
    assert all(3 <= len(lesson.prompts) <= 5 for lesson in LESSONS)
    assert all(lesson.steps for lesson in LESSONS)


def test_going_back_undoes_what_the_later_steps_set() -> None:
    for lesson in LESSONS:
        seen = [course.settings(lesson, index) for index in range(len(lesson.steps))]
        for earlier, later in pairwise(seen):
            assert earlier.keys() <= later.keys()


def prompt(lesson: str, title: str) -> tuple[Graph, dict[str, float]]:
    found = next(page for page in LESSONS if page.name == lesson)
    preset = next(one.preset for one in found.prompts if one.title == title)
    return graph_and_inputs(found, preset)


def derivative(graph: Graph, inputs: dict[str, float], name: str) -> float:
    return float(graph.backward(graph.forward(inputs))[name])


def test_the_prompts_show_what_they_say() -> None:
    assert derivative(*prompt("backpropagation", "w2 = 0"), "w1") == 0
    graph, inputs = prompt("backpropagation", "The target met")
    assert float(graph.forward(inputs)["J"]) == 0
    assert derivative(graph, inputs, "w1") == derivative(graph, inputs, "b2") == 0
    graph, inputs = prompt("backpropagation", "No input")
    assert derivative(graph, inputs, "w1") == 0
    assert derivative(graph, inputs, "b1") != 0
    assert float(prompt_value("forward_pass", "A saturated node", "a1")) > 0.999
    assert derivative(*prompt("chain_rule", "A slope of zero"), "x") == 0
    assert abs(derivative(*prompt("going_deeper", "Vanishing"), "w1")) < 1e-4
    assert abs(derivative(*prompt("going_deeper", "Exploding"), "w1")) > 1e4
    assert derivative(*prompt("going_deeper", "A dead relu"), "w1") == 0


def prompt_value(lesson: str, title: str, name: str) -> float:
    graph, inputs = prompt(lesson, title)
    return float(graph.forward(inputs)[name])


def ended(lesson: Lesson, preset: Preset) -> str:
    """The regime of the descent that the page shows with these settings."""
    graph, inputs = graph_and_inputs(lesson, preset)
    data = dataset(str(preset["data"]), inputs["x"], inputs["y"])
    path = descend(graph, inputs, data, str(preset["optimizer"]), float(preset["rate"]))
    return path.regime


DESCENT = next(lesson for lesson in LESSONS if lesson.name == "gradient_descent")


@pytest.mark.parametrize(
    ("title", "regime"),
    [("Stuck", "stuck on a plateau"), ("Just small enough", "still descending")],
)
def test_the_descent_prompts_end_as_they_say(title: str, regime: str) -> None:
    preset = next(one.preset for one in DESCENT.prompts if one.title == title)
    assert ended(DESCENT, preset) == regime


def test_the_step_on_divergence_diverges() -> None:
    index = [step.name for step in DESCENT.steps].index("diverge")
    assert ended(DESCENT, course.settings(DESCENT, index)) == "diverging"
