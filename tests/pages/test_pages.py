"""Every page, run without a browser: core's numbers, and nothing that a learner can break."""

import base64
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.testing.v1 import AppTest

from core.datasets import DATASETS
from core.datasets import LESSON as WEIGHTS
from core.descent import Recipe
from core.descent.race import race, table
from core.descent.rules import RULES
from core.descent.starts import starts_map
from core.formatting import latex_number, number
from core.network import Dataset, network, parameters
from ui.files import LARGEST
from ui.formula import unmarked
from ui.lessons import LESSONS
from ui.server import assets
from ui.session import looks
from ui.session.parameters import PARAMETERS
from ui.studio.starts import REST
from ui.theme import COLORS
from ui.words.equations import forward_pass

ROOT = Path(__file__).resolve().parents[2]
LESSON = {"x": 1.5, "y": 1.0, **WEIGHTS}
PAGES = [lesson.name for lesson in LESSONS]


def held(app: AppTest, name: str) -> Any:
    """What a parameter is: its default, as long as nobody has asked for another value."""
    return app.session_state[name] if name in app.session_state else PARAMETERS[name].default


@pytest.fixture(autouse=True)
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is served here, even if another test has made the server's routes."""
    monkeypatch.setattr(assets, "_served", set())


def run(page: str = "home", **query: str) -> AppTest:
    """The page as somebody who opens this link finds it."""
    app = AppTest.from_file(ROOT / "ui" / "frame.py", default_timeout=30)
    for name, text in query.items():
        app.query_params[name] = text
    app.run()
    if page != "home":
        app.switch_page(str(ROOT / "pages" / f"{page}.py")).run()
    assert not app.exception
    return app


def staged(app: AppTest) -> Any:
    """The stage as the browser is told of it."""
    (stage,) = (
        one.proto
        for one in app.get("bidi_component")
        if one.proto.component_name.endswith(".stage")
    )
    return stage


def words(app: AppTest) -> dict[str, Any]:
    """What the stage is given to say; nothing on a page that is no lesson."""
    return json.loads(staged(app).json)["words"] or {}


def press(app: AppTest, way: str) -> None:
    """Press a button of the stage's words, as the browser tells of it."""
    told = app._tree.get_widget_states()
    state = told.widgets.add(id=_make_trigger_id(staged(app).id, "events"))
    state.json_trigger_value = json.dumps([{"event": "go", "value": way}])
    app._run(told)


def give(app: AppTest, content: object, number: int = 1) -> None:
    """Choose a file in the one place for files, as the browser tells of it: in base64, numbered."""
    (place,) = (
        one.proto for one in app.get("bidi_component") if "upload" in one.proto.component_name
    )
    told = app._tree.get_widget_states()
    state = told.widgets.add(id=_make_trigger_id(place.id, "events"))
    sent = {"id": number, "name": "a file", "content": content}
    state.json_trigger_value = json.dumps([{"event": "file", "value": sent}])
    app._run(told)


@pytest.mark.parametrize("page", ["home", *PAGES])
def test_a_page_opens_without_an_exception_and_says_what_it_is(page: str) -> None:
    app = run(page)
    titles = {lesson.name: lesson.title for lesson in LESSONS}
    said = [words(app).get("title"), *(title.value for title in app.title)]
    assert [title for title in said if title] == [titles.get(page, "Chain Rule Lab")]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_works_with_every_activation_at_the_ends_of_the_range(page: str) -> None:
    app = run(page)
    for name in ("x", "w1", "w2"):
        app.number_input(name).set_value(-10.0)
    for activation in ("sigmoid", "tanh", "relu", "identity"):
        app.selectbox("activation").set_value(activation).run()
        assert not app.exception, activation


def test_an_input_of_another_lesson_is_drawn_when_it_says_something_or_is_asked_for() -> None:
    def drawn(app: AppTest) -> set[str]:
        inputs = (*app.number_input, *app.selectbox, *app.text_input)
        return {str(one.key) for one in inputs} & set(PARAMETERS)

    app = run("forward_pass", w3="2.5", f="sin(x)")
    assert {"w3", "f", "w1", "activation"} <= drawn(app)
    assert not {"w4", "rate", "points"} & drawn(app)
    assert app.number_input("w3").value == 2.5
    app.session_state["rate"] = 0.25
    app.run()
    assert "rate" in drawn(app)
    for toggle in app.toggle:
        if toggle.label == "All of them":
            toggle.set_value(True)
    app.run()
    assert drawn(app) == set(PARAMETERS)
    assert not app.exception


def equations(app: AppTest) -> list[str]:
    """All blocks of equations on the page, without the marks of their numbers."""
    sent = [json.loads(one.proto.json) for one in app.get("bidi_component")]
    return [unmarked(block) for data in sent for block in data.get("latex", ())]


def test_the_forward_pass_shows_cores_numbers() -> None:
    app = run("forward_pass")
    app.number_input("w1").set_value(2.25)
    app.run()
    graph = network(2)
    names = ("x", "y", "w1", "b1", "w2", "b2")
    values = graph.forward({name: app.number_input(name).value for name in names})
    written = unmarked(forward_pass(graph, values, COLORS["light"]))
    assert equations(app)[0] == written


def test_backpropagation_shows_the_chosen_derivative() -> None:
    app = run("backpropagation")
    graph = network(2)
    names = ("x", "y", "w1", "b1", "w2", "b2")
    for by in ("w1", "b1", "w2", "b2", "x", "y", "z1", "a2"):
        app.selectbox("by").set_value(by).run()
        values = graph.forward({name: app.number_input(name).value for name in names})
        exact = latex_number(float(graph.backward(values)[by]), sign=True)
        assert any(exact in block for block in equations(app)), by


def test_a_wrong_formula_is_explained_and_the_last_good_one_stays() -> None:
    app = run("chain_rule")
    for text in ("", "log(", "sn(x)", "x y", "2..3", "__import__('os')", "log(x)-", "1/0"):
        app.text_input("f").set_value("sin(x^2)").run()
        assert not app.error, text
        good = equations(app)[0]
        app.text_input("f").set_value(text).run()
        assert not app.exception, text
        assert app.error[0].value.endswith((".", "?"))
        assert equations(app)[0] == good, text


def test_a_function_undefined_somewhere_is_shown_with_the_reason() -> None:
    app = run("chain_rule")
    for text in ("log(x)", "sqrt(x)", "1/(x-1)", "asin(x)", "log(x-20)", "3", "x"):
        app.text_input("f").set_value(text)
        for x in (-2.0, 0.0, 1.0):
            app.number_input("x").set_value(x).run()
            assert not app.exception, (text, x)


def test_cross_entropy_with_a_target_beyond_1_is_refused_with_the_reason() -> None:
    app = run("backpropagation")
    app.selectbox("cost").set_value("cross_entropy")
    app.number_input("y").set_value(3.0)
    app.run()
    assert not app.exception
    assert "between 0 and 1" in app.warning[0].value


def test_what_a_link_gets_wrong_is_told_and_put_back() -> None:
    app = run(w1="99", x="hello", q="1")
    told = " ".join(text.value for text in app.text)
    assert "w1 to 99" in told
    assert "x to hello" in told
    assert "names q" in told
    assert app.number_input("w1").value == 0.8
    assert app.number_input("x").value == 1.5


@pytest.mark.parametrize("data", ["one_sample", "bowl", "steep", "own"])
def test_every_view_of_the_studio_opens_on_every_data_set(data: str) -> None:
    app = run("gradient_descent")
    app.selectbox("data").set_value(data)
    app.number_input("steps").set_value(40)
    for view in looks.DESCENT.values():
        app.segmented_control("view").set_value(view).run()
        assert not app.exception, view


def open_samples(data: str) -> AppTest:
    app = run("gradient_descent")
    app.selectbox("data").set_value(data)
    app.segmented_control("view").set_value("Data")
    return app.run()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1, 2\n3, four", "Row 2: y is “four”"),
        ("x, y\n1, 2\n\n3, nan", "Row 4: y is nan"),
        ("1, 2\n3", "Row 2 has no y"),
        ("\n".join(["1, 0.5"] * 51), "Row 51 is one too many"),
        ("", "no numbers yet"),
    ],
)
def test_samples_that_cannot_be_read_are_named_by_their_row_and_nothing_is_lost(
    text: str, sentence: str
) -> None:
    app = open_samples("bowl")
    points = held(app, "points")
    app.text_area[0].set_value(text).run()
    assert sentence in app.error[0].value
    assert app.error[0].value.endswith("The samples stay as they were.")
    assert app.text_area[0].value == text
    assert app.selectbox("data").value == "bowl"
    assert held(app, "points") == points
    app.text_area[0].set_value("0.5, 1").run()
    assert not app.error


@pytest.mark.parametrize(
    "text", ["x;y\n0,5;1\n-2;0,25", "0.5\t1\n-2\t0.25\n", "x, y\n0.5, 1\n\n-2, 0.25"]
)
def test_samples_that_can_be_read_are_used_at_once_and_can_be_put_back(text: str) -> None:
    app = open_samples("bowl")
    app.text_area[0].set_value(text).run()
    assert not app.exception
    assert app.selectbox("data").value == "own"
    assert app.session_state["points"] == ".5_1_-2_.25"
    assert app.text_area[0].value == text
    assert "Your own samples" in str(words(app)["own"])
    assert words(app)["mine"]
    press(app, "mine")
    assert not app.exception
    assert app.selectbox("data").value == "bowl"
    assert app.text_area[0].value.startswith("-2.0, ")


def test_put_mine_back_gives_what_was_the_learners_however_many_steps_have_set_it() -> None:
    app = run("cost_surface", step="cost_surface-gradient", v="1")
    own = {"y": 0.2, "w1": -3.0}
    for name, value in own.items():
        app.session_state[name] = value
    app.run()
    set_for_them = set()
    while words(app)["next"]:
        press(app, "next")
        set_for_them |= {name for name in own if held(app, name) != own[name]}
    assert set_for_them == own.keys(), "the steps set both"
    assert words(app)["mine"]
    press(app, "mine")
    assert {name: held(app, name) for name in own} == own


def base64_of(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (base64_of("1, 2\n3, four"), "Row 2: y is “four”"),
        (base64_of("1, 2\n" * (LARGEST // 5 + 1)), "This file is too large"),
        ("1, 2", "This file did not come whole"),
        (["1, 2"], "This file did not come whole"),
        (None, "This file did not come whole"),
    ],
    ids=["no number", "too large", "no base64", "no text", "nothing"],
)
def test_whatever_a_browser_sends_as_a_file_is_answered_and_nothing_is_lost(
    content: object, sentence: str
) -> None:
    app = open_samples("bowl")
    points = held(app, "points")
    give(app, content)
    assert not app.exception
    assert sentence in app.error[0].value
    assert app.error[0].value.endswith("The samples stay as they were.")
    assert held(app, "points") == points


def test_a_file_that_is_told_twice_is_taken_once() -> None:
    app = open_samples("bowl")
    give(app, base64_of("0.5, 1"), number=7)
    assert app.text_area[0].value == "0.5, 1.0"
    app.text_area[0].set_value("2, 3").run()
    give(app, base64_of("0.5, 1"), number=7)
    assert app.text_area[0].value == "2, 3"
    give(app, base64_of("0.5, 1"), number=8)
    assert app.text_area[0].value == "0.5, 1.0"


def test_what_draws_the_animation_is_not_sent_again_with_another_path() -> None:
    def sent(app: AppTest) -> dict[bytes, int]:
        protos = [one.proto for one in app.get("bidi_component")]
        return {one.SerializeToString(): len(one.json) for one in protos}

    app = run("gradient_descent")
    app.segmented_control("view").set_value("Take it away")
    before = sent(app.run())
    app.session_state["rate"] = 0.25
    after = sent(app.run())
    assert not app.exception
    large = [size for proto, size in before.items() if size > 200_000]
    assert len(large) == 1
    assert sum(size for proto, size in after.items() if proto not in before) < sum(large) / 2


def test_the_text_follows_samples_that_come_from_elsewhere() -> None:
    app = open_samples("bowl")
    app.text_area[0].set_value("1, 2\n3, four").run()
    app.selectbox("data").set_value("one_sample")
    app.run()
    assert not app.error
    assert app.text_area[0].value == "1.5, 1.0"
    app.number_input("x").set_value(2.5)
    app.run()
    assert app.text_area[0].value == "2.5, 1.0"


def test_samples_that_cannot_be_read_leave_the_last_good_ones_in_use() -> None:
    app = open_samples("own")
    app.session_state["points"] = "0.5_1_-2_.25"
    app.run()
    for wrong in ("0.5_1_-2", "rubbish", ""):
        app.session_state["points"] = wrong
        app.run()
        assert not app.exception
        assert "The last good ones are used." in app.error[0].value
        assert app.text_area[0].value == "0.5, 1.0\n-2.0, 0.25"
    app.session_state["points"] = "3_0"
    app.run()
    assert not app.error
    assert app.text_area[0].value == "3.0, 0.0"


def open_view(view: str, **query: str) -> AppTest:
    app = run("gradient_descent", **query)
    app.segmented_control("view").set_value(view)
    app.run()
    assert not app.exception
    return app


def test_the_rows_of_the_race_write_what_the_link_says() -> None:
    app = open_view("Race", race="adam:0.25,adam:1")
    assert [app.selectbox(f"runner-{k}").value for k in range(3)] == ["adam", "adam", "none"]
    assert [app.number_input(f"runner-{k}-rate").value for k in range(2)] == [0.25, 1.0]
    app.selectbox("runner-2").set_value("momentum")
    app.number_input("runner-1-rate").set_value(2.0)
    app.run()
    assert app.text_input("race").value == "adam:0.25,adam:2,momentum:0.5"
    app.selectbox("runner-0").set_value("none").run()
    assert app.text_input("race").value == "adam:2,momentum:0.5"
    # The others move up.
    assert [app.selectbox(f"runner-{k}").value for k in range(3)] == ["adam", "momentum", "none"]
    assert [app.number_input(f"runner-{k}-rate").value for k in range(2)] == [2.0, 0.5]


def test_the_last_runner_stays() -> None:
    app = open_view("Race", race="adam:0.25")
    app.selectbox("runner-0").set_value("none").run()
    assert app.selectbox("runner-0").value == "adam"
    assert app.text_input("race").value == "adam:0.25"
    assert "at least one runner" in app.toast[0].value


def test_the_table_of_the_race_is_cores() -> None:
    app = open_view("Race", race="gradient_descent:0.5,adam:0.1", steps="40", data="bowl")
    data = DATASETS["bowl"].data
    assert isinstance(data, Dataset)
    entries = [("gradient_descent", 0.5), ("adam", 0.1)]
    recipe = Recipe(data, steps=40, train=parameters(network()))
    paths = race(network(), LESSON, recipe, entries)
    target = 1.1 * min(float(path.cost.min()) for path in paths)
    (shown,) = [block.value for block in app.markdown if "final J\u0304" in block.value]
    lines = shown.splitlines()[2:]
    assert f"steps to J\u0304 ≤ {number(target)}" in shown
    for line, row in zip(lines, table(paths, target), strict=True):
        steps = "—" if row.steps_to_target is None else str(row.steps_to_target)
        assert line.endswith(f"| {steps} | {number(row.cost)} | {row.regime} |")


def test_a_race_that_cannot_be_read_is_told_and_the_usual_six_run() -> None:
    app = open_view("Race", race="adam:1,sprint:2")
    assert any("Runner 2 must be one of" in text.value for text in app.text)
    usual = PARAMETERS["race"].default
    assert [app.selectbox(f"runner-{k}").value for k in range(6)] == [
        runner.split(":")[0] for runner in usual.split(",")
    ]
    app.number_input("runner-0-rate").set_value(0.25).run()
    assert not app.error
    assert app.text_input("race").value == usual.replace("0.5", "0.25", 1)


def test_the_map_of_starts_is_found_once_and_anew_only_when_it_must_be() -> None:
    app = open_view("Where you start")
    found = app.session_state["starts"]
    steps, sample = PARAMETERS["steps"].default, Dataset([1.5], [1.0])
    every = parameters(network())  # the lesson's first step moves all
    recipe = Recipe(sample, steps=steps, train=every)
    expected = starts_map(network(), LESSON, recipe)
    assert (found.map.regime == expected.regime).all()
    app.segmented_control("starts-by").set_value("Steps to rest").run()
    found = app.session_state["starts"]
    expected = starts_map(network(), LESSON, replace(recipe, tolerance=REST))
    assert np.array_equal(found.map.steps, expected.steps, equal_nan=True)
    app.number_input("w1").set_value(-3.0)
    app.run()
    assert app.session_state["starts"] is found
    app.number_input("rate").set_value(2.0)
    app.run()
    other = app.session_state["starts"]
    assert (other.map.regime != found.map.regime).any()
    app.number_input("b1").set_value(2.0)
    app.run()
    assert app.session_state["starts"] is not other


def test_all_four_can_move_over_any_two_axes() -> None:
    app = run("gradient_descent")
    app.session_state["further"] = True
    app.run()
    app.selectbox("train").set_value("all")
    app.selectbox("axis1").set_value("b1")
    app.selectbox("axis2").set_value("b2")
    app.run()
    assert not app.exception
    assert any("this is the surface at step" in caption.value for caption in app.caption)


@pytest.mark.parametrize("page", ["cost_surface", "gradient_descent"])
def test_cross_entropy_is_refused_for_samples_beyond_1_too(page: str) -> None:
    app = run(page)
    app.selectbox("data").set_value("steep")
    app.run()
    app.selectbox("cost").set_value("cross_entropy")
    app.run()
    assert not app.exception
    assert "between 0 and 1" in app.warning[0].value


def test_with_cross_entropy_the_page_says_what_the_output_is_and_what_cancels() -> None:
    query = {"activation": "identity", "cost": "cross_entropy", "y": "0"}
    app = run("backpropagation", **query, x="10", w1="10", b1="10", w2="10", b2="10")
    captions = " ".join(caption.value for caption in app.caption)
    assert "the output node is a sigmoid" in captions
    assert "What is left is ŷ − y, here +1.000." in captions
    assert "The product is 0" not in captions
    # The lesson begins with w2: by reverse mode its derivative is 1 · a1, in the table.
    assert any("+110.0" in block.value for block in app.markdown)


def test_without_cross_entropy_nothing_cancels_and_every_node_is_as_chosen() -> None:
    captions = " ".join(caption.value for caption in run("backpropagation").caption)
    assert "What is left" not in captions
    assert "Every node has the activation sigmoid." in captions


def test_every_optimizer_runs_on_the_descent_page_which_names_its_convention() -> None:
    app = run("gradient_descent")
    app.number_input("steps").set_value(30)
    for optimizer, rule in RULES.items():
        app.selectbox("optimizer").set_value(optimizer).run()
        assert not app.exception, optimizer
        assert rule.convention in [caption.value for caption in app.caption]


def test_the_exact_inputs_say_what_they_are_beside_a_path_and_a_data_set() -> None:
    app = run("gradient_descent", data="bowl", at="12", sample="3")
    said = " ".join(caption.value for caption in app.sidebar.caption)
    assert "Here the path starts. The sliders show the step that the player is on." in said
    assert "the network carries one of the data's" in said
    assert app.number_input("x").disabled
    assert app.number_input("y").disabled
    assert app.number_input("w1").value == 0.8  # the start, whatever the step
    app.selectbox("data").set_value("one_sample").run()
    assert not app.exception
    assert not app.number_input("x").disabled
    assert not any("carries" in caption.value for caption in app.sidebar.caption)


def test_a_step_beyond_the_end_of_the_path_is_said() -> None:
    app = run("gradient_descent", steps="20", at="50")
    assert any(
        "The path has no step 50: you stand at its end, step 20." in c.value for c in app.caption
    )


@pytest.mark.parametrize("data", [name for name, preset in DATASETS.items() if preset.data])
def test_the_network_carries_every_sample_of_every_data_set(data: str) -> None:
    samples = DATASETS[data].data
    assert isinstance(samples, Dataset)
    app = run("gradient_descent", data=data)
    for k in (len(samples), 1):
        app.session_state["sample"] = k
        app.run()
        assert not app.exception
        sent = [json.loads(one.proto.json) for one in app.get("bidi_component")]
        (values,) = [data["values"] for data in sent if "values" in data]
        assert (values["x"], values["y"]) == (samples.x[k - 1], samples.y[k - 1])
        assert values["sample"] == k


@pytest.mark.parametrize("depth", [2, 4, 8])
def test_deeper_says_what_a_backward_pass_saves(depth: int) -> None:
    app = run("going_deeper", depth=str(depth))
    # A weight k layers from the output has 2k + 3 factors, a bias one less that is not a plain 1.
    alone = sum((2 * k + 2) + (2 * k + 1) for k in range(depth))
    (said,) = [one.value for one in app.caption if "in one backward pass" in one.value]
    assert f"take {alone} multiplications if each is worked out alone" in said
    assert f"and {3 * depth - 1} in one backward pass" in said


def test_beside_what_cannot_be_read_nothing_is_said_of_what_was_read_before() -> None:
    app = run("chain_rule", f="sqrt(x)", x="-1")
    assert app.warning
    app.text_input(key="f").set_value("floor(x)").run()
    assert app.error
    assert not app.warning
