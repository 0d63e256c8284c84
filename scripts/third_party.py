"""Write docs/third-party.md: what else is installed and sent to browsers, and under which licence.

``python scripts/third_party.py`` prints it; ``make licences`` keeps it.
"""

import json
import re
from importlib.metadata import distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

HEAD = """\
# What else is in it

`make licences` writes this page from the pinned requirements and what the packages say of
themselves; a test compares the two. `make sbom` writes the same list for machines (CycloneDX).

## What a learner's browser gets

| what | version | licence | comes from |
|---|---|---|---|
"""

INSTALLED = """
## What a server installs

| package | version | licence |
|---|---|---|
"""

# What some packages say of their licence in sentences, in the names that SPDX gives.
SPDX = {
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "BSD 3-Clause License": "BSD-3-Clause",
    "3-Clause BSD License": "BSD-3-Clause",
    "Dual License": "Apache-2.0 OR BSD-3-Clause",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}


def pinned() -> dict[str, str]:
    """Each required package with its version."""
    text = (ROOT / "requirements.txt").read_text("utf-8")
    return dict(re.findall(r"^([\w.-]+)==([^\s;\\]+)", text, re.MULTILINE))


def licence(package: str) -> str:
    """A package's licence as its metadata names it, as an SPDX expression."""
    about = distribution(package).metadata.json
    if expression := about.get("license_expression"):
        return str(expression)
    classified = [
        kind.rpartition(" :: ")[2]
        for kind in about.get("classifier", ())
        if kind.startswith("License :: ") and not kind.endswith("OSI Approved")
    ]
    said = classified or [str(about.get("license", "")).strip().partition("\n")[0]]
    return " AND ".join(dict.fromkeys(SPDX.get(name, name) for name in said))


def page() -> str:
    """The whole page.

    Raises:
        PackageNotFoundError: where a required package is not installed.
    """
    packages = pinned()
    node = json.loads((ROOT / "package.json").read_text("utf-8"))["devDependencies"]
    sent = [
        ("Streamlit's page", packages["streamlit"], licence("streamlit"), "the package streamlit"),
        (
            *("plotly.js", node["plotly.js-gl3d-dist-min"], "MIT"),
            "`ui/web/plotly`, with its licence, and the package plotly",
        ),
        ("KaTeX, with its fonts", node["katex"], "MIT", "`ui/web/katex`, with its licence"),
    ]
    rows = [f"| {' | '.join(row)} |" for row in sent]
    installed = [f"| {name} | {version} | {licence(name)} |" for name, version in packages.items()]
    return HEAD + "\n".join(rows) + "\n" + INSTALLED + "\n".join(installed) + "\n"


if __name__ == "__main__":
    print(page(), end="")
