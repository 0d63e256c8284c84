"""A network taken away: every export is run, and gives the numbers of the lab's own descent."""

import ast
import contextlib
import io
import json
import subprocess
import sys
from dataclasses import dataclass, replace
from functools import cache

import nbformat
import numpy as np
import pytest
import torch

from core.descent import Recipe, follow
from core.descent.rules import OPTIMIZERS
from core.functions import ACTIVATIONS
from core.matrices import by_name
from core.network import Architecture, Dataset, Layer, layered, parameters
from core.scratch import notebook, numpy_script, read_network, torch_script, weights_json

LINE = np.linspace(-2, 2, 12)
WAVE = Dataset(LINE, np.sin(2 * LINE))
PLANE = np.random.default_rng(7).normal(size=(30, 2))
RING = Dataset(PLANE, (np.hypot(*PLANE.T) > 1.2).astype(float))
XOR = Dataset([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0])


@dataclass(frozen=True)
class Decaying(Recipe):
    decay: float = 0.0


def started(shape, seed=0):
    draw = np.random.default_rng(seed)
    return {name: draw.normal(0, 0.7) for name in parameters(layered(shape))}


def run(shape, *recipe, kind=Recipe, **settings):
    """What an export is given: a shape, a start and a recipe."""
    return shape, started(shape), kind(*recipe, train=parameters(layered(shape)), **settings)


def classes(*hidden):
    return Architecture(2, tuple(Layer(n, name) for n, name in hidden), classes=True)


def curve(*hidden):
    return Architecture(1, tuple(Layer(n, name) for n, name in hidden))


RUNS = {
    "gradient descent": run(curve((3, "tanh")), WAVE, "gradient_descent", 0.1, 150),
    "momentum": run(classes((2, "sigmoid")), XOR, "momentum", 0.3, 200),
    "nesterov": run(curve((2, "sigmoid"), (4, "tanh")), WAVE, "nesterov", 0.05, 100),
    "adagrad": run(classes((4, "tanh"), (3, "sigmoid"), (2, "tanh")), RING, "adagrad", 0.1, 80),
    "rmsprop": run(classes((3, "relu"), (2, "identity")), RING, "rmsprop", 0.01, 100),
    "adam": run(classes((4, "tanh"), (4, "tanh"), (4, "tanh")), RING, "adam", 0.02, 80),
    "batches": run(classes((4, "tanh")), RING, "adam", 0.05, 150, batch=7, seed=3),
    "one at a time": run(curve((2, "relu")), WAVE, "gradient_descent", 0.02, 100, batch=1),
}


def numbers(printed, shape):
    """The cost and the weights by name, from what a script printed."""
    found = {name: ast.literal_eval(text) for name, text in (
        line.split(" = ") for line in printed.splitlines()
    )}  # fmt: skip
    return {"J": found.pop("J"), **by_name(shape, found)}


def executed(script):
    """What a script prints, in a namespace of its own."""
    with np.errstate(), contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(script, "scratch.py", "exec"), {})
    return printed.getvalue()


def expected(shape, start, recipe):
    return end(follow(layered(shape), start, recipe))


def end(path):
    return {"J": float(path.cost[-1]), **path.at(-1)}


@cache
def path(name):
    shape, start, recipe = RUNS[name]
    return follow(layered(shape), start, recipe)


def agree(found, exact):
    assert found == pytest.approx(exact, rel=1e-9, abs=1e-12)


@pytest.fixture
def pytorch():
    """PyTorch on one core, and what its script sets put back."""
    kind, threads = torch.get_default_dtype(), torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
    torch.set_default_dtype(kind)


@pytest.mark.parametrize("name", RUNS)
def test_the_numpy_script_prints_the_numbers_of_the_descent(name):
    agree(numbers(executed(numpy_script(*RUNS[name])), RUNS[name][0]), end(path(name)))


@pytest.mark.parametrize("name", RUNS)
def test_the_pytorch_script_prints_them_too(name, pytorch):
    shape, start, recipe = RUNS[name]
    shorter = replace(recipe, steps=40)
    found = numbers(executed(torch_script(shape, start, shorter)), shape)
    agree(found, expected(shape, start, shorter))


@pytest.mark.parametrize("write", [numpy_script, torch_script])
def test_a_script_runs_as_a_file_where_nothing_is_known_of_the_lab(write, tmp_path):
    (tmp_path / "network.py").write_text(write(*RUNS["batches"]), "utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", "network.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert not done.stderr
    agree(numbers(done.stdout, RUNS["batches"][0]), end(path("batches")))


@pytest.mark.parametrize("name", RUNS)
def test_the_notebook_runs_cell_by_cell_to_the_same_numbers(name):
    book = nbformat.reads(notebook(*RUNS[name]), as_version=4)
    nbformat.validate(book)
    assert all(cell.source for cell in book.cells)
    code = "\n".join(cell.source for cell in book.cells if cell.cell_type == "code")
    agree(numbers(executed(code), RUNS[name][0]), end(path(name)))


def test_the_notebook_says_the_formulas_above_the_code():
    text = nbformat.reads(notebook(*RUNS["adam"]), as_version=4).cells[4].source
    assert r"\delta^{(4)} &= \hat{y} - y \\" in text
    assert r"\frac{\partial J}{\partial W^{(1)}} &= \delta^{(1)} x^{\top} \\" in text


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("write", [numpy_script, torch_script])
def test_weight_decay_is_added_to_the_gradient_as_in_pytorch(optimizer, write, pytorch):
    shape, start, recipe = run(
        classes((2, "tanh")), XOR, optimizer, 0.05, 30, kind=Decaying, decay=0.01
    )
    graph = layered(shape)
    gradient = graph.compiled_gradient(recipe.train)
    point = np.array([start[name] for name in recipe.train])
    init, update = OPTIMIZERS[optimizer]
    state = init(point)
    for _ in range(recipe.steps):
        given = {**XOR.columns, **dict(zip(recipe.train, point, strict=True))}
        _, *slopes = gradient(*(given[name] for name in graph.inputs))
        mean = np.array([np.mean(slope) for slope in slopes])
        move, state = update(mean + 0.01 * point, state, recipe.learning_rate)
        point = point + move
    found = numbers(executed(write(shape, start, recipe)), shape)
    agree([found[name] for name in recipe.train], point.tolist())


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("write", [numpy_script, torch_script])
def test_every_activation_is_known(activation, write, pytorch):
    told = run(classes((2, activation)), XOR, "gradient_descent", 0.1, 3)
    agree(numbers(executed(write(*told)), told[0]), expected(*told))


def test_a_saturated_sigmoid_neither_warns_nor_loses_the_cost():
    shape, start, recipe = run(classes((1, "identity")), XOR, "gradient_descent", 1e-3, 1)
    far = {**start, "w1_11": 900.0, "w2_11": -2.0, "b2_1": 0.0}
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        found = numbers(executed(numpy_script(shape, far, recipe)), shape)
    agree(found, expected(shape, far, recipe))
    assert found["J"] > 100


@pytest.mark.parametrize("write", [numpy_script, torch_script])
def test_a_run_that_ended_sooner_is_repeated_as_far_as_it_went(write, pytorch):
    shape, start, recipe = run(curve((2, "tanh")), WAVE, "gradient_descent", 0.2, 500)
    patient = replace(recipe, tolerance=0.05)
    short = follow(layered(shape), start, patient)
    assert short.reached
    printed = executed(write(shape, start, patient, len(short) - 1))
    agree(numbers(printed, shape), end(short))


# ---- how it reads


LONGEST = run(
    classes((4, "sigmoid"), (4, "sigmoid"), (4, "sigmoid")),
    RING, "adam", 0.012345678901234567, 2000, batch=10, kind=Decaying, decay=0.0123456789012345,
)  # fmt: skip


@pytest.mark.parametrize("told", [LONGEST, *RUNS.values()])
def test_no_line_is_wider_than_a_page(told):
    for script in (numpy_script(*told), torch_script(*told)):
        assert max(map(len, script.splitlines())) <= 88


def test_xor_is_about_forty_lines():
    script = numpy_script(*RUNS["momentum"])
    lines = [line for line in script.splitlines() if line.strip()]
    assert 35 <= len(lines) <= 50


def test_the_script_says_which_line_is_which_formula():
    script = numpy_script(*RUNS["adagrad"])
    lines = dict(
        [part.strip() for part in line.split("  # ")]
        for line in script.splitlines()
        if line.count("  # ") == 1
    )
    assert lines["z1 = W1 @ x + b1"] == "z⁽¹⁾ = W⁽¹⁾ x + b⁽¹⁾"
    assert lines["delta2 = (W3.T @ delta3) * a2 * (1 - a2)"] == "δ⁽²⁾ = (W⁽³⁾ᵀ δ⁽³⁾) ⊙ σ′(z⁽²⁾)"
    assert lines["dW3 = delta3 @ a2.T"] == "∂J/∂W⁽³⁾ = δ⁽³⁾ a⁽²⁾ᵀ"


@pytest.mark.parametrize("name", RUNS)
def test_only_what_the_run_needs_is_in_the_script(name):
    script = numpy_script(*RUNS[name])
    shape, _, recipe = RUNS[name]
    assert [line for line in script.splitlines() if "import" in line] == ["import numpy as np"]
    assert ("def sigmoid" in script) == ("sigmoid" in shape.activations)
    assert ("permutation" in script) == (recipe.batch is not None)
    assert ("**t" in script) == (recipe.optimizer == "adam")
    assert "if " not in script.replace("if len(order) == 0", "").replace("even if ŷ", "")


def test_what_does_not_fit_is_refused():
    shape, start, recipe = RUNS["adam"]
    with pytest.raises(ValueError, match="trains all the weights"):
        numpy_script(shape, start, replace(recipe, train=("w1_11",)))
    with pytest.raises(ValueError, match="The data has no x1, x2"):
        torch_script(shape, start, replace(recipe, data=WAVE))
    with pytest.raises(ValueError, match="A value is missing for w1_11"):
        notebook(shape, {n: v for n, v in start.items() if n != "w1_11"}, recipe)


# ---- the weights as a file


@pytest.mark.parametrize("name", RUNS)
def test_a_saved_network_is_read_back_to_the_last_bit(name):
    shape, start, recipe = RUNS[name]
    run = path(name)
    saved = read_network(weights_json(shape, start, recipe, run))
    assert saved.architecture == shape
    assert saved.start == start
    assert (saved.end, saved.cost, saved.steps) == (run.at(-1), run.cost[-1], len(run) - 1)
    assert np.array_equal(saved.recipe.data.x, recipe.data.x)
    assert np.array_equal(saved.recipe.data.y, recipe.data.y)
    assert replace(saved.recipe, data=recipe.data) == recipe


def test_a_network_that_was_read_can_be_saved_again_to_the_same_text():
    shape, start, recipe = RUNS["batches"]
    text = weights_json(shape, start, recipe, path("batches"))
    read = read_network(text)
    again = follow(layered(read.architecture), read.start, read.recipe)
    assert weights_json(read.architecture, read.start, read.recipe, again) == text


def test_the_file_is_the_network_for_whoever_reads_json():
    shape, start, recipe = RUNS["momentum"]
    file = json.loads(weights_json(shape, start, recipe, path("momentum")))
    signal = np.array([file["data"][name] for name in file["inputs"]])
    for layer in file["layers"]:
        assert layer["activation"] == "sigmoid"
        signal = 1 / (1 + np.exp(-(np.array(layer["W"]) @ signal + np.array([layer["b"]]).T)))
    y = np.array(file["data"]["y"])
    cost = -np.mean(y * np.log(signal) + (1 - y) * np.log(1 - signal))
    assert file["result"]["J"] == pytest.approx(cost)


def spoiled():
    """Texts that are nearly a saved network."""
    shape, start, recipe = RUNS["momentum"]
    good = json.loads(weights_json(shape, start, recipe, path("momentum")))
    first, last = good["layers"]
    yield from ("", "7", "[]", "{}", "null", "{", "[" * 100_000)
    for change in (
        {"format": "another"},
        {"inputs": ["x2", "x1"]},
        {"cost": "half_squared_error"},
        {"layers": []},
        {"layers": [last]},
        {"layers": [first | {"W": [[1.0, 2.0]]}, last]},
        {"layers": [first | {"b": [[1.0], [2.0]]}, last]},
        {"layers": [first | {"activation": "softmax"}, last]},
        {"layers": [first, last | {"activation": "tanh"}]},
        {"layers": [first, last | {"b": [float("nan")]}]},
        {"start": {}},
        {"data": good["data"] | {"y": [0.0]}},
        {"training": good["training"] | {"optimizer": "newton"}},
        {"training": good["training"] | {"learning_rate": "fast"}},
        {"result": {}},
    ):
        yield json.dumps(good | change)


@pytest.mark.parametrize("text", list(spoiled()))
def test_anything_else_is_refused_with_a_sentence(text):
    with pytest.raises(ValueError, match="no network that Chain Rule Lab has written"):
        read_network(text)
