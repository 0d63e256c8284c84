"""A descent taken away: the table, the script and the notebook give the same numbers."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import nbclient
import nbformat
import pytest
from jupyter_client import KernelManager

from core.datasets import DATASETS, LESSON
from core.descent import Recipe, descend
from core.descent.export import descent_notebook, descent_script, path_csv
from core.descent.rules import OPTIMIZERS
from core.functions import ACTIVATIONS, COSTS
from core.network import Dataset, network, parameters

BOWL = DATASETS["bowl"].data
DEEP = {name: (-1) ** k * 0.7 for k, name in enumerate(parameters(network(8)))}
RUNS = {
    **{name: (network(), LESSON, BOWL, name, 0.1, 50) for name in OPTIMIZERS},
    "tanh": (network(2, "tanh"), LESSON, BOWL, "adam", 0.05, 80, ("w1", "b1", "w2", "b2")),
    "relu": (network(3, "relu", "squared_error"), DEEP, BOWL, "nesterov", 0.01, 40, ("w3", "b3")),
    "cross entropy": (network(2, "relu", "cross_entropy"), LESSON, BOWL, "rmsprop", 0.02, 60),
    "deep": (network(8, "sigmoid", "cross_entropy"), DEEP, BOWL, "momentum", 0.5, 30, ("b8", "w1")),
    "blown up": (network(2, "identity"), LESSON, BOWL, "gradient_descent", 50.0, 60),
    "tolerance": (network(), LESSON, BOWL, "gradient_descent", 5.0, 500, ("w1", "w2"), 1e-3),
    "batches": (network(), LESSON, BOWL, "adam", 0.1, 50, ("w1", "b2"), None, 4, 3),
    "batches, tolerance": (network(), LESSON, BOWL, "momentum", 0.3, 200, ("w1", "w2"), 5e-3, 1, 9),
    "decay": (network(), LESSON, BOWL, "adam", 0.1, 50, ("w1", "b2"), None, None, 0, 0.01),
    "batches, decay": (network(), LESSON, BOWL, "momentum", 0.3, 40, ("w1",), 5e-3, 2, 9, 0.1),
    "one sample": (network(1, "tanh"), LESSON, Dataset([1.5], [-0.3]), "adagrad", 0.5, 30, ["w1"]),
}


# Runs one script after the other, each in a namespace of its own, and says what each has printed.
RUNNER = """
import contextlib, io, json, runpy, sys
if sys.argv[1] == "without torch":
    sys.modules["torch"] = None  # as if it were not installed: to import it takes seconds
for file in sys.stdin:
    with contextlib.redirect_stdout(io.StringIO()) as said:
        runpy.run_path(file.strip())
    print(json.dumps(said.getvalue()), flush=True)
"""


@contextmanager
def _interpreter(torch: str, folder: Path) -> Iterator[Callable[[str], str]]:
    """What a script prints in an interpreter that knows nothing of the lab."""
    with subprocess.Popen(
        [sys.executable, "-I", "-c", RUNNER, torch],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        file = folder / "descent.py"

        def printed(script: str) -> str:
            assert process.stdin
            assert process.stdout
            assert process.stderr
            file.write_text(script, "utf-8")
            process.stdin.write(f"{file.name}\n")
            process.stdin.flush()
            answer = process.stdout.readline()
            assert answer, process.stderr.read()
            return str(json.loads(answer))

        yield printed
        assert process.stdin
        assert process.stderr
        process.stdin.close()
        assert not process.stderr.read()


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """``printed(script)``; without PyTorch."""
    with _interpreter("without torch", tmp_path_factory.mktemp("scripts")) as printed:
        yield printed


def _numbers(printed: str) -> dict[str, float]:
    lines = [line.split(" = ") for line in printed.splitlines() if not line.startswith("#")]
    return {name: float(text) for name, text in lines}


def _told(run):
    """The same run by a recipe."""
    graph, start, *settings = run
    return graph, start, Recipe(*settings)


def _expected(run) -> dict[str, float]:
    path = descend(*run)
    mean = "J_bar" if len(run[2]) > 1 else "J"
    return {"steps": len(path) - 1, **path.at(-1), mean: float(path.cost[-1])}


@pytest.mark.parametrize("name", RUNS)
def test_the_script_prints_the_very_numbers_of_the_descent(name, printed):
    assert _numbers(printed(descent_script(*_told(RUNS[name])))) == _expected(RUNS[name])


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("batch", [None, 4])
def test_every_step_of_the_script_is_the_descents(optimizer, batch, printed):
    run = (network(2, "tanh"), LESSON, BOWL, optimizer, 0.1, 60, ("w1", "b1", "w2"), 1e-4, batch, 5)
    every = "import json\nprint('#', json.dumps([path, costs]))\n"
    lines = printed(descent_script(*_told(run)) + every).splitlines()
    points, costs = json.loads(lines[-1].removeprefix("#"))
    path = descend(*run)
    assert points == [path.at(k) for k in range(len(path))]
    assert costs == path.cost.tolist()


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("cost", COSTS)
def test_the_script_knows_every_activation_and_cost(activation, cost, printed):
    run = (network(3, activation, cost), DEEP, BOWL, "nesterov", 0.05, 25, ("w1", "b2", "w3"))
    assert _numbers(printed(descent_script(*_told(run)))) == _expected(run)


def test_the_runs_end_in_every_way():
    paths = {name: descend(*run) for name, run in RUNS.items()}
    assert paths["blown up"].stopped
    assert paths["tolerance"].reached
    assert paths["batches"].batches
    assert paths["batches, tolerance"].reached


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    """One of Jupyter's kernels, for it takes seconds to start."""
    folder = tmp_path_factory.mktemp("jupyter")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPYTHONDIR", str(folder))
        manager = KernelManager()
        manager.start_kernel(cwd=str(folder))
        yield manager
        manager.shutdown_kernel(now=True)


@pytest.mark.parametrize("name", ["adam", "cross entropy", "batches, tolerance", "blown up"])
def test_the_notebook_runs_in_jupyter_to_the_same_numbers(name, kernel):
    notebook = nbformat.reads(descent_notebook(*_told(RUNS[name])), as_version=4)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert all(cell.source for cell in notebook.cells)
    forget = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("%reset -f")])
    for one in (forget, notebook):
        nbclient.NotebookClient(one, km=kernel, timeout=60).execute()
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    # Only the check and the result have something to say, and nothing goes wrong.
    assert not any(cell.outputs for cell in cells[:-2])
    (said,) = cells[-1].outputs
    assert said.name == "stdout"
    assert _numbers(said.text) == _expected(RUNS[name])


def test_pytorch_agrees_with_the_scripts_gradients(tmp_path):
    with _interpreter("with torch", tmp_path) as printed:
        for name in ("momentum", "tanh", "relu", "cross entropy", "deep", "batches"):
            said = printed(descent_script(*_told(RUNS[name])))
            assert "# PyTorch's autograd gives the same gradients." in said, name


def test_a_script_needs_nothing_of_the_lab():
    script = descent_script(*_told(RUNS["batches"]))
    imports = [line.split()[1] for line in script.splitlines() if line.strip().startswith("import")]
    assert set(imports) == {"numpy", "torch"}
    assert "core" not in script


def test_only_the_constants_of_the_rule_are_in_the_script():
    script = descent_script(*_told(RUNS["adagrad"]))
    assert "(np.sqrt(s) + 1e-10)" in script
    assert "1e-08" not in script
    assert "0.999" not in script


def test_the_notebook_says_the_rule_and_where_it_is_from():
    text = descent_notebook(*_told(RUNS["momentum"]))
    assert r"$v \\leftarrow 0.9 v + g$, $p \\leftarrow p - \\eta v$. Polyak" in text


@pytest.mark.parametrize("name", ["adam", "batches", "blown up"])
def test_the_table_holds_every_number_exactly(name):
    path = descend(*RUNS[name])
    rows = list(csv.DictReader(io.StringIO(path_csv(path))))
    assert len(rows) == len(path)
    for k, row in enumerate(rows):
        assert int(row.pop("step")) == k
        numbers = {column: float(text) for column, text in row.items()}
        slopes = {f"dJ/d{n}": values[k] for n, values in path.gradients.items()}
        assert numbers == {**path.at(k), "J": path.cost[k], **slopes}


def test_settings_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="Unknown optimizer"):
        descent_script(network(), LESSON, Recipe(BOWL, "newton"))
    with pytest.raises(ValueError, match="w9 is not a parameter"):
        descent_notebook(network(), LESSON, Recipe(BOWL, train=("w9",)))
