"""Every request is bounded, at the edge that docs/limits.md says, and so is every cache."""

import re
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from core.datasets import dataset
from core.descent import MOST_STEPS, Recipe
from core.descent.race import MOST_ENTRIES, read_entries
from core.formula.grammar import DEEPEST, LARGEST_EXPONENT, LONGEST, MOST_STAGES
from core.network import DEEPEST as MOST_CHAINED
from core.network import MOST_LAYERS, MOST_NEURONS, network
from core.parsing import parse
from core.tabular import (
    LONGEST_TEXT,
    MOST_POINTS,
    MOST_SAMPLES,
    decode_cloud,
    decode_points,
    read_cloud,
    read_points,
)
from core.weights import read_hidden, read_weights, write_weights
from ui.session.parameters import PARAMETERS, Number

ROOT = Path(__file__).resolve().parents[1]
LIMITS = (ROOT / "docs" / "limits.md").read_text("utf-8")

ROWS = "1, 2\n"
# What is limited, how it is asked for in a size, and the largest size that is answered.
EDGES: dict[str, tuple[Callable[[int], Any], int]] = {
    "characters of a function": (lambda n: parse("x" + " " * (n - 1)), LONGEST),
    "its stages": (lambda n: parse("√" * n + "x"), MOST_STAGES),
    "its brackets": (lambda n: parse("(" * n + "x" + ")" * n), DEEPEST),
    "its exponents": (lambda n: parse(f"x^{n}"), LARGEST_EXPONENT),
    "samples of a curve": (lambda n: read_points(ROWS * n), MOST_POINTS),
    "samples of two classes": (lambda n: read_cloud("1, 2, 0\n" * n), MOST_SAMPLES),
    "characters of a table": (lambda n: read_points(ROWS + " " * (n - len(ROWS))), LONGEST_TEXT),
    "samples in a link": (lambda n: decode_points("_".join(["1"] * 2 * n)), MOST_POINTS),
    "samples of two classes in a link": (
        lambda n: decode_cloud("3x" + "_".join(["1"] * 3 * n)),
        MOST_SAMPLES,
    ),
    "weights in a link": (lambda n: read_weights(write_weights([0.5] * n)), 100),
    "runners of a race": (lambda n: read_entries(",".join(["adam:0.1"] * n)), MOST_ENTRIES),
    "steps": (lambda n: Recipe(dataset("bowl", 0.0, 0.0), steps=n), MOST_STEPS),
    "layers of the chain": (network, MOST_CHAINED),
    "hidden layers": (lambda n: read_hidden("-".join(["tanh1"] * n)), MOST_LAYERS),
    "neurons of a layer": (lambda n: read_hidden(f"tanh{n}"), MOST_NEURONS),
}


@pytest.mark.parametrize("what", EDGES)
def test_what_is_asked_for_is_bounded_and_the_bound_is_told(what: str) -> None:
    ask, most = EDGES[what]
    ask(most)
    with pytest.raises(ValueError, match=r"[.]$"):
        ask(most + 1)
    assert re.search(rf"\| {what} \| {most:,} ", LIMITS), f"docs/limits.md: {what} | {most:,}"


@pytest.mark.parametrize(
    "name", [name for name, one in PARAMETERS.items() if isinstance(one, Number)]
)
def test_a_number_in_a_link_lies_within_its_bounds(name: str) -> None:
    parameter = PARAMETERS[name]
    assert isinstance(parameter, Number)
    for edge in (parameter.minimum, parameter.maximum):
        assert parameter.read(repr(edge)) == edge
    for beyond in (parameter.minimum - 1, parameter.maximum + 1):
        with pytest.raises(ValueError, match="must lie between"):
            parameter.read(repr(beyond))


@lru_cache(maxsize=1)
def caches() -> dict[str, Any]:
    """Every function of core and ui that remembers, by its whole name."""
    found = {}
    for file in [*ROOT.glob("core/**/*.py"), *ROOT.glob("ui/**/*.py")]:
        if "lru_cache" not in file.read_text("utf-8"):
            continue
        name = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for one in vars(import_module(name)).values():
            if hasattr(one, "cache_info") and one.__module__ == name:
                found[f"{name}.{one.__name__}"] = one
    return found


def test_every_cache_is_bounded_and_listed_with_its_bound() -> None:
    assert len(caches()) > 20
    for name, cache in caches().items():
        most = cache.cache_info().maxsize
        assert most, f"{name} has no bound"
        if most > 1:  # one entry: a component that is registered once
            assert f"| `{name}` | {most:,} |" in LIMITS, f"docs/limits.md: {name}, {most:,}"
