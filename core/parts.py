"""Code in parts, each with a heading and a sentence, as a script and as a notebook."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple


class Part(NamedTuple):
    """A heading, a sentence or two in Markdown, and the code under them."""

    title: str
    text: str
    code: str


def script(parts: Sequence[Part]) -> str:
    """The code of all parts under their headings, without the sentences.

    >>> parts = [Part("Data", "One sample.", "x = 2"), Part("Model", "", "y = 3 * x")]
    >>> print(script(parts), end="")
    # Data
    x = 2
    <BLANKLINE>
    # Model
    y = 3 * x
    """
    return "\n\n".join(f"# {part.title}\n{part.code}" for part in parts) + "\n"


def notebook(parts: Sequence[Part]) -> str:
    """A Jupyter notebook, format 4.5: a cell of text and a cell of code for each part.

    >>> cells = json.loads(notebook([Part("Data", "One sample.", "x = 2")]))["cells"]
    >>> [(cell["cell_type"], cell["source"]) for cell in cells]
    [('markdown', ['# Data\\n', '\\n', 'One sample.']), ('code', ['x = 2'])]
    """
    cells: list[dict[str, Any]] = []
    for k, part in enumerate(parts):
        text = f"{'##' if k else '#'} {part.title}\n\n{part.text}"
        cells += [_cell("markdown", f"text-{k}", text), _cell("code", f"code-{k}", part.code)]
    python = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": python, "language_info": {"name": "python"}}
    whole = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _cell(kind: str, identity: str, text: str) -> dict[str, Any]:
    run: dict[str, Any] = {"execution_count": None, "outputs": []} if kind == "code" else {}
    source = text.splitlines(keepends=True)
    return {"cell_type": kind, "id": identity, "metadata": {}, "source": source, **run}
