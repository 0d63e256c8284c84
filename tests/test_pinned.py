"""What is installed is pinned to the byte, and its licences are listed."""

import re
from pathlib import Path

import pytest

from scripts import third_party

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
