"""What is installed is pinned to the byte, and its licences are listed."""

import json
import re
from importlib.resources import files
from pathlib import Path

import pytest

from scripts import audit, third_party

ROOT = Path(__file__).resolve().parents[1]


def test_the_list_of_licences_is_what_the_installed_packages_say() -> None:
    assert (ROOT / "docs" / "third-party.md").read_text("utf-8") == third_party.page()


def test_no_licence_forbids_to_pass_the_lab_on() -> None:
    licences = {third_party.licence(package) for package in third_party.pinned()}
    assert not [name for name in licences if not name or re.search(r"GPL|proprietary", name, re.I)]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_has_a_version_and_hashes(name: str) -> None:
    text = (ROOT / name).read_text("utf-8").replace("\\\n", "")
    lines = [line for line in text.splitlines() if re.match(r"[\w-]", line)]
    assert len(lines) > 20
    for line in lines:
        assert re.match(r"[\w.-]+==[\w.]+ ", line), line
        assert "--hash=sha256:" in line, line


def test_plotly_js_is_the_one_that_is_pinned_and_that_plotlys_figures_are_made_for() -> None:
    pinned = json.loads((ROOT / "package.json").read_text("utf-8"))["devDependencies"]
    whole = (files("plotly") / "package_data" / "plotly.min.js").read_text("utf-8")
    lab = (ROOT / "ui" / "web" / "plotly" / "plotly-gl3d.min.js").read_text("utf-8")
    version = pinned["plotly.js-gl3d-dist-min"]
    assert f"(gl3d - minified) v{version}\n" in lab[:200]
    assert f"plotly.js v{version}\n" in whole[:200]
    assert "MIT" in (ROOT / "ui" / "web" / "plotly" / "LICENSE").read_text("utf-8")


def test_a_fault_is_told_of_and_so_is_what_could_not_be_asked() -> None:
    known = {"name": "a", "version": "1.0", "vulns": [{"id": "X-1"}, {"id": "X-2"}]}
    fine = {"name": "b", "version": "2.0", "vulns": []}
    unasked = {"name": "c", "skip_reason": "not found"}
    told = audit.of_python(json.dumps({"dependencies": [known, fine, unasked]}))
    assert told == (["a 1.0: X-1", "a 1.0: X-2"], ["c: not found"])
    found = {"vulnerabilities": {"d": {"severity": "high", "range": "<2"}}}
    assert audit.of_node(json.dumps(found)) == (["d <2: high"], [])
    assert audit.of_node('{"message": "no answer", "error": {}}') == ([], ["no answer"])
