"""What CONTRIBUTING says of adding a thing, done to the letter in a copy of the project."""

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("app.py", "core", "ui", "pages", ".streamlit")
EXAMPLE = re.compile(r"^( *)```python\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
TABLES = {"Activation": "ACTIVATIONS", "Function": "FUNCTIONS", "Rule": "RULES"}


def test_an_activation_and_an_optimizer_are_added_as_it_is_written_in_one_file_each(
    tmp_path: Path,
) -> None:
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, tmp_path / part)
    core = tmp_path / "core"
    functions, rules = core / "functions.py", core / "descent" / "rules.py"
    guide = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    added: dict[str, list[str]] = {table: [] for table in TABLES.values()}
    for example in EXAMPLE.finditer(guide):
        code = textwrap.dedent(example[2])
        if row := re.match(r'"(\w+)": (\w+)\(', code):
            table = TABLES[row[2]]
            add_row(rules if table == "RULES" else functions, table, code)
            added[table].append(row[1])
        elif code.startswith("class "):
            add_class(functions, code)
    assert len(added["ACTIVATIONS"]) == 2
    assert len(added["FUNCTIONS"]) == len(added["RULES"]) == 1
    ran = subprocess.run(
        [
            sys.executable,
            str(ROOT / "tests" / "pages" / "added.py"),
            *added["ACTIVATIONS"],
            *added["RULES"],
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    assert ran.stdout == "all there\n"


def add_row(file: Path, table: str, row: str) -> None:
    text = file.read_text("utf-8")
    begins = re.search(rf"^{table}: .* = \{{\n", text, re.MULTILINE)
    assert begins
    ends = text.index("\n}\n", begins.end()) + 1
    file.write_text(text[:ends] + textwrap.indent(row, "    ") + text[ends:], "utf-8")


def add_class(file: Path, code: str) -> None:
    text = file.read_text("utf-8")
    beside = text.index("class softplus(Named)")  # after the sigmoid
    file.write_text(f"{text[:beside]}{code}\n\n{text[beside:]}", "utf-8")
