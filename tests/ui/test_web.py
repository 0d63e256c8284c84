"""The browser's modules are joined as they import each other."""

import re
from pathlib import Path

import pytest

from core.functions import FUNCTIONS
from ui import web


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(web, "HERE", tmp_path)
    return tmp_path


def test_a_module_is_joined_once_and_before_those_that_import_it(tree: Path) -> None:
    (tree / "a.js").write_text(
        'import { b } from "./b.js";\nimport { c } from "./c.js";\nexport const a = b + c;\n'
    )
    (tree / "b.js").write_text(
        'import { c } from "./c.js";\nconst own = 1;\nexport const b = c + own;\n'
    )
    (tree / "c.js").write_text("const own = 2;\nexport const c = own;\n")
    source = web.joined("a.js")
    assert source.count("const c = own;") == 1
    assert source.index("const $c = ") < source.index("const $b = ") < source.index("const a = ")
    assert source.endswith("export { a };\n")


def test_a_circle_of_imports_is_named(tree: Path) -> None:
    (tree / "a.js").write_text('import { b } from "./b.js";\nexport const a = 1;\n')
    (tree / "b.js").write_text('import { a } from "./a.js";\nexport const b = 1;\n')
    with pytest.raises(ValueError, match=r"a\.js → b\.js → a\.js"):
        web.joined("a.js")


@pytest.mark.parametrize(
    "line", ['import * as b from "./b.js";', 'export * from "./b.js";', "export let a = 1;"]
)
def test_a_form_that_is_not_read_is_refused(tree: Path, line: str) -> None:
    (tree / "a.js").write_text(f"{line}\n")
    (tree / "b.js").write_text("export const b = 1;\n")
    with pytest.raises(ValueError, match="not read"):
        web.joined("a.js")


def test_the_browser_has_every_function_that_can_be_typed_or_has_a_form_of_its_own() -> None:
    source = (web.HERE / "maths" / "evaluate.js").read_text("utf-8")
    table = re.search(r"^export const FUNCTIONS = \{\n(.*?)^\};", source, re.MULTILINE | re.DOTALL)
    assert table
    known = set(re.findall(r"^  (\w+)[:,]", table[1], re.MULTILINE))
    assert {row.symbolic.__name__.lower() for row in FUNCTIONS.values()} - known <= {"sqrt"}


def test_numbers_that_can_be_dragged_are_underlined_in_webkit_too() -> None:
    """WebKit drops a ``text-decoration`` that says how its line is drawn."""
    sheets = list((web.HERE / "panels").glob("*.css"))
    dotted = [one for one in sheets if "text-decoration-style: dotted" in one.read_text("utf-8")]
    assert {one.name for one in dotted} == {"sliders.css", "network.css"}
    for sheet in sheets:
        assert not re.search(r"text-decoration: [^;]* ", sheet.read_text("utf-8")), sheet.name
