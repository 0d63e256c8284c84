"""Looking closer at a network of the learner's own: every view over states of every kind."""

import base64
import json
import re
import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.checking import Check
from core.descent import Recipe, follow
from core.formatting import number
from core.initialisation import initial
from core.network import Architecture, Dataset, Layer, layered, parameters
from core.scratch import read_network, weights_json
from core.tabular import CLASSES, DataError, decode_cloud, encode_cloud, read_cloud
from core.weights import read_hidden, write_hidden, write_weights
from core.weights import read_weights as read_encoded
from tests.pages.test_pages import give, no_browser, run, staged
from ui.lessons.own import NAMES
from ui.session import built, looks
from ui.session.parameters import PARAMETERS, Encoded
from ui.studio import samples
from ui.studio.own import files
from ui.studio.own.checked import verdict

assert no_browser  # of every page test: nothing is served here

VIEWS, GROUNDS = list(looks.OWN.values()), list(looks.GROUNDS.values())
CHECKED, LANDSCAPE, RACE, FIRST, NEURONS, SAMPLES, FILES = VIEWS


def weights(hidden: str, inputs: int, value: float) -> str:
    """The same number for every weight and bias, as a link holds them."""
    layers = read_hidden(hidden)
    shape = Architecture(inputs, layers, classes=inputs == 2)
    return write_weights([value] * len(parameters(layered(shape))))


FEW = {"steps": "30", "count": "20"}
STATES: dict[str, dict[str, str]] = {
    "a curve, untrained": {"toy": "sine", "hidden": "tanh2"},
    "a curve, trained": {"toy": "bump", "hidden": "sigmoid2", "trained": "1", "at": "30"},
    "a line by the identity": {"toy": "line", "hidden": "identity1", "trained": "1", "at": "30"},
    "one neuron of relu": {"toy": "step", "hidden": "relu1", "init": "he", "trained": "1"},
    "two classes, untrained": {"toy": "xor", "hidden": "tanh2"},
    "two layers, trained": {"toy": "circles", "hidden": "tanh4-relu2", "trained": "1", "at": "7"},
    "the largest": {"toy": "spiral", "hidden": "tanh4-tanh4-tanh4", "trained": "1", "at": "30"},
    "zeros of relu": {"toy": "moons", "hidden": "relu3", "init": "zeros", "trained": "1"},
    "zeros of the sigmoid": {"toy": "sine", "hidden": "sigmoid2-sigmoid2", "init": "zeros"},
    "dead neurons": {
        "toy": "blobs",
        "hidden": "relu2",
        "weights": write_weights([1.0, 1.0, -9.0, 1.0, -1.0, -8.0, 1.0, 1.0, 0.0]),
    },
    "twins": {"toy": "sine", "hidden": "tanh2", "weights": weights("tanh2", 1, 0.5)},
    "huge weights": {"toy": "sine", "hidden": "identity3", "weights": weights("identity3", 1, 1e6)},
    "a run that blows up": {
        "toy": "sine",
        "hidden": "relu3-relu3",
        "optimizer": "gradient_descent",
        "rate": "900",
        "init": "normal",
        "trained": "1",
        "at": "9",
    },
    "mini-batches and decay": {
        "toy": "blobs",
        "hidden": "sigmoid1",
        "batch": "3",
        "decay": "0.1",
        "trained": "1",
        "at": "30",
    },
    "one sample": {"toy": "own", "cloud": "2x1_2", "hidden": "relu1", "trained": "1", "at": "3"},
    "samples far out": {"toy": "own", "cloud": "2x1e6_-1e6_0_1", "hidden": "tanh2"},
    "one class only": {"toy": "own", "cloud": "3x1_2_1_0_0_1", "hidden": "tanh1", "trained": "1"},
    "unreadable samples": {"toy": "own", "cloud": "nonsense", "hidden": "tanh2"},
    "a start that cannot be trained": {
        "toy": "own",
        "cloud": "2x1e6_-1e6",
        "hidden": "identity4-identity4-identity4",
        "weights": weights("identity4-identity4-identity4", 1, 1e6),
        "trained": "1",
    },
}


def opened(**settings: str) -> AppTest:
    """The page with these settings, as texts of a link, and all others at their defaults."""
    app = run("build_your_own")
    for name in NAMES:
        app.session_state[name] = PARAMETERS[name].default
    for name, text in settings.items():
        parameter = PARAMETERS[name]
        app.session_state[name] = text if isinstance(parameter, Encoded) else parameter.read(text)
    app.run()
    assert not app.exception
    return app


def look(app: AppTest, view: str | None) -> AppTest:
    app.segmented_control("own-view").set_value(view).run()
    assert not app.exception, (view, app.exception)
    return app


def said(app: AppTest) -> str:
    """All that is said below the stage."""
    return "\n".join(str(one.value) for one in (*app.markdown, *app.caption, *app.error))


@pytest.mark.parametrize("name", STATES)
def test_no_view_fails_before_a_learner(name: str) -> None:
    app = opened(**(FEW | STATES[name]))
    for view in VIEWS:
        look(app, view)
        assert not re.search(r"\bnan\b|\binf\b|None\b(?! is dead)", said(app)), view
    look(app, LANDSCAPE)
    for ground in GROUNDS:
        app.segmented_control("own-ground").set_value(ground)
        for solid in (False, True):
            if any(one.key == "own-solid" for one in app.toggle):
                app.toggle("own-solid").set_value(solid)
            app.run()
            assert not app.exception, (ground, solid, app.exception)


def test_what_overflows_leaves_nothing_in_the_log() -> None:
    hidden = "relu4-relu4-relu4"
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        opened(**(FEW | {"toy": "xor", "hidden": hidden, "weights": weights(hidden, 2, 1e6)}))
    assert [str(one.message) for one in told if one.category is RuntimeWarning] == []


def test_every_derivative_has_a_row_and_agrees() -> None:
    app = look(opened(toy="xor", hidden="tanh2"), CHECKED)
    assert "All 9 derivatives agree" in said(app)
    (table,) = (one.value for one in app.markdown if one.value.startswith("| by"))
    assert len(table.splitlines()) == 2 + 9


def test_a_corner_of_relu_is_explained() -> None:
    query = {"toy": "own", "cloud": "2x1_2", "hidden": "relu2", "weights": ""}
    query["weights"] = write_weights([1.0, -1.0, 1.0, 0.0, 1.0, 1.0, 0.0])  # z1_1 is 0
    text = said(look(opened(**query), CHECKED))
    assert "a relu is exactly at its corner" in text
    assert "For 2 of them the complex step has no answer" in text


def test_the_landscape_says_that_the_run_leaves_the_plane() -> None:
    query = {"toy": "xor", "trained": "1", "steps": "50", "rate": "0.1", "at": "50"}
    app = look(opened(**query), LANDSCAPE)
    assert "The run does not lie in this plane: its start is" in said(app)
    app.segmented_control("own-ground").set_value(GROUNDS[1]).run()
    before = [json.loads(one.proto.json) for one in app.get("bidi_component")]
    app.button("own-others").click().run()
    assert [json.loads(one.proto.json) for one in app.get("bidi_component")] != before
    app.segmented_control("own-ground").set_value(GROUNDS[2]).run()
    assert "Goodfellow" in said(app)


def test_a_map_needs_two_different_weights_and_outlives_another_shape() -> None:
    app = look(opened(toy="xor", hidden="tanh4"), LANDSCAPE)
    app.selectbox("own-across").set_value("w1_41").run()
    app.selectbox("own-up").set_value("w1_41").run()
    assert "Choose two different ones" in said(app)
    app.session_state["hidden"] = "tanh1"
    app.run()
    assert not app.exception
    assert app.selectbox("own-across").value in ("w1_11", "w1_12", "b1_1", "w2_11", "b2_1")


def test_a_link_holds_what_is_looked_at_and_how() -> None:
    app = look(opened(toy="xor", hidden="tanh4"), LANDSCAPE)
    app.selectbox("own-across").set_value("w1_41").run()
    app.toggle("own-solid").set_value(True).run()
    held = app.session_state["look"]
    assert held == "landscape.weights.w1_41.w1_12.3d"
    other = opened(toy="xor", hidden="tanh4", look=held)
    assert other.segmented_control("own-view").value == LANDSCAPE
    assert [other.selectbox(key).value for key in ("own-across", "own-up")] == ["w1_41", "w1_12"]
    assert other.toggle("own-solid").value
    other.segmented_control("own-ground").set_value(GROUNDS[1]).run()
    other.button("own-others").click().run()
    assert other.session_state["look"] == "landscape.directions.1.3d"
    look(other, None)
    assert other.session_state["look"] == ""


@pytest.mark.parametrize(
    "text", ["nowhere", "race.3d", "landscape.sky", "landscape.line.3", "landscape.directions.1e3"]
)
def test_a_look_that_cannot_be_read_opens_nothing(text: str) -> None:
    with pytest.raises(ValueError, match="is no view"):
        PARAMETERS["look"].read(text)
    app = opened(toy="xor", hidden="tanh2", look=text)
    assert app.segmented_control("own-view").value is None


def test_a_race_starts_where_the_run_does_and_ends_where_each_run_would() -> None:
    app = opened(toy="xor", hidden="tanh2", steps="40", seed="3")
    app.session_state["race"] = "gradient_descent:0.5,adam:0.1,rmsprop:0.01"
    look(app, RACE)
    while app.get("progress"):
        app.run()
    text = said(app)
    settings = {name: app.session_state[name] for name in NAMES}
    start, told = built.weights(settings), built.recipe(settings)
    graph = layered(built.architecture(settings))
    for k, (optimizer, rate) in enumerate(
        (("gradient_descent", 0.5), ("adam", 0.1), ("rmsprop", 0.01)), 1
    ):
        path = follow(graph, start, replace(told, optimizer=optimizer, learning_rate=rate))
        row = next(line for line in text.splitlines() if line.startswith(f"| {k} · "))
        assert number(float(path.cost[-1])) in row
        assert path.regime in row
    (chart,) = (
        json.loads(one.proto.json)
        for one in app.get("bidi_component")
        if "each runner" in one.proto.json
    )
    lines = [trace for trace in chart["figure"]["data"] if trace["mode"] == "lines"]
    assert [trace["name"][0] for trace in lines] == ["1", "2", "3"]


def test_zeros_pass_nothing_on_and_nothing_back() -> None:
    text = said(look(opened(toy="xor", hidden="tanh2", init="zeros"), FIRST))
    assert "In layer 1 every neuron says the same whatever the sample" in text
    assert "No derivative comes back to layer 1" in text


def test_first_weights_that_were_dragged_are_not_called_drawn() -> None:
    assert "drawn in this way" in said(look(opened(hidden="tanh2"), FIRST))
    mine = {"toy": "sine", "hidden": "tanh2", "weights": weights("tanh2", 1, 0.5)}
    assert "no longer those that Xavier draws" in said(look(opened(**mine), FIRST))


def test_neurons_that_do_no_work_are_named() -> None:
    text = said(look(opened(**STATES["twins"]), NEURONS))
    assert "Neuron 1 of layer 1 is a twin of neuron 2" in text
    assert "is dead" in said(look(opened(**STATES["dead neurons"]), NEURONS))


# ---- samples


def test_samples_that_are_typed_are_learnt_and_nonsense_leaves_them() -> None:
    app = look(opened(toy="sine", hidden="tanh2"), SAMPLES)
    app.text_area("own-samples-text").set_value("0.123456789, 1\n2, 3").run()
    assert not app.exception
    assert app.session_state["toy"] == "own"
    assert decode_cloud(app.session_state["cloud"]).x.tolist() == [0.123456789, 2.0]
    good = app.session_state["cloud"]
    for text, sentence in (
        ("0, 1\n2, three", "Row 2: y is “three”, which is not a number."),
        ("1, 2, 0.5", "Row 1: y is 0.5, but of two classes it must be 0 or 1."),
        ("", "There are no numbers yet"),
    ):
        app.text_area("own-samples-text").set_value(text).run()
        assert not app.exception
        assert sentence in said(app)
        assert app.session_state["cloud"] == good


def test_with_other_samples_the_weights_stay_and_are_the_learners_only_if_they_were() -> None:
    app = look(opened(hidden="tanh2"), SAMPLES)
    before = json.loads(staged(app).json)["values"]["w1_11"]
    app.text_area("own-samples-text").set_value("0, 1, 1\n2, 3, 0").run()
    assert json.loads(staged(app).json)["values"]["w1_11"] == before
    assert app.session_state["weights"] == ""


def test_three_columns_make_a_network_of_two_inputs() -> None:
    app = look(opened(toy="sine", hidden="tanh2"), SAMPLES)
    app.text_area("own-samples-text").set_value("0, 1, 1\n2, 3, 0").run()
    assert not app.exception
    assert decode_cloud(app.session_state["cloud"]).x.shape == (2, 2)
    assert app.text_area("own-samples-text").label.startswith("x1, x2, y")
    app.text_area("own-samples-text").set_value("0, 1\n2, 3").run()
    assert not app.exception
    assert decode_cloud(app.session_state["cloud"]).x.shape == (2,)


def test_edits_of_three_columns_are_rows_of_the_text() -> None:
    changes = {
        "edited_rows": {1: {"y": 1}},
        "deleted_rows": [0],
        "added_rows": [{"x1": 5, "x2": 6, "y": 0}, {"x1": 7}],
    }
    rows = samples.edited([(1, 2, 0), (3, 4, 0)], changes, CLASSES)
    assert rows == [(None, None, None), (3, 4, 1), (5, 6, 0), (7, None, None)]
    with pytest.raises(DataError, match="Row 4 has no x2"):
        read_cloud(samples.written(rows), columns=3)


def test_a_difference_is_never_called_an_agreement() -> None:
    right, off = Check(0.5, 0.5, 0.5, 1e-5, 0.0, 0.0), Check(0.5, 0.7, 0.5, 1e-5, 0.2, 0.3)
    names = {"w": "w", "b": "b"}
    assert "1 of 2 derivatives agree" in verdict(1.0, {"w": right, "b": off}, names)
    wrong = Check(0.5, 0.5, 0.9, 1e-5, 0.0, 0.0)
    said = verdict(1.0, {"w": right, "b": wrong}, names)
    assert "All 2 derivatives agree with the nudge" in said
    assert "The complex step differs from the chain rule by 0.4000, at b." in said
    nothing = Check(np.nan, np.nan, np.nan, 1e-5, np.nan, np.nan)
    assert "nothing to compare" in verdict(np.inf, {"w": nothing, "b": nothing}, names)


# ---- files


SETTINGS = {
    **{name: PARAMETERS[name].default for name in NAMES},
    "toy": "xor",
    "hidden": "tanh2",
}


def saved(shape: Architecture, data: Dataset) -> tuple[str, dict[str, float]]:
    """A trained network as its file, and its last weights."""
    start = initial(shape, seed=5)
    recipe = Recipe(data, train=tuple(start), steps=5, learning_rate=0.1)
    path = follow(layered(shape), start, recipe)
    return weights_json(shape, start, recipe, path), path.at(len(path) - 1)


def brought(app: AppTest, content: bytes) -> AppTest:
    give(app, base64.b64encode(content).decode())
    assert not app.exception
    return app


def test_a_network_is_brought_back_with_its_shape_and_weights() -> None:
    shape = Architecture(2, (Layer(3, "relu"), Layer(2, "tanh")), classes=True)
    text, end = saved(shape, Dataset([[0.0, 1.0], [1.0, 0.5]], [0.0, 1.0]))
    app = brought(look(opened(toy="xor", hidden="tanh1"), FILES), text.encode())
    assert app.session_state["hidden"] == write_hidden(shape.hidden)
    assert read_encoded(app.session_state["weights"]) == tuple(end.values())
    assert app.session_state["toy"] == "xor"
    assert "This is the network of the file." in said(app)


def test_its_samples_come_along_where_those_here_do_not_fit() -> None:
    data = Dataset([0.0, 1.0], [0.5, 2.0])
    text, end = saved(Architecture(1, (Layer(2),)), data)
    app = brought(look(opened(toy="xor", hidden="tanh1"), FILES), text.encode())
    assert app.session_state["cloud"] == encode_cloud(data)
    assert read_encoded(app.session_state["weights"]) == tuple(end.values())


@pytest.mark.parametrize(
    "content", [b"", b"nonsense", b"{}", b"[1]", b"\xff\xfe\x00", b"x" * (1 << 21)]
)
def test_what_is_no_network_is_told_and_nothing_changes(content: bytes) -> None:
    app = look(opened(toy="xor", hidden="tanh3"), FILES)
    brought(app, content)
    assert "Your network stays as it was." in said(app)
    assert app.session_state["hidden"] == "tanh3"


def test_the_script_on_the_screen_makes_the_numbers_on_the_screen() -> None:
    query = {"trained": "1", "steps": "20", "at": "12", "optimizer": "momentum", "rate": "0.25"}
    app = look(opened(toy="xor", hidden="tanh2", **query), FILES)
    (script,) = (one.value for one in app.code if "cost_and_gradient" in one.value)
    assert "for step in range(12):" in script
    made: dict[str, Any] = {}
    exec(compile(script, "network.py", "exec"), made)
    shape = Architecture(2, (Layer(2),), classes=True)
    recipe = built.recipe({**SETTINGS, "steps": 20, "optimizer": "momentum", "rate": 0.25})
    path = follow(layered(shape), initial(shape), recipe)
    assert made["J"] == pytest.approx(float(path.cost[12]), rel=1e-9)
    assert np.ravel(made["W1"])[0] == pytest.approx(path.at(12)["w1_11"], rel=1e-9)


def test_a_file_holds_the_weights_on_the_screen() -> None:
    shape = Architecture(2, (Layer(2),), classes=True)
    settings = {**SETTINGS, "at": 3, "steps": 10}
    recipe, start = built.recipe(settings), initial(shape)
    path = follow(layered(shape), start, recipe)
    shown = files.Shown(settings, shape, start, recipe, path)
    whole = files.shown_path(shown)
    read = read_network(weights_json(shape, start, recipe, whole))
    assert read.end == path.at(3)
    assert read.cost == float(path.cost[3])
    untrained = files.shown_path(files.Shown(settings, shape, start, recipe))
    assert read_network(weights_json(shape, start, recipe, untrained)).end == start
