"""Settings for all tests."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# A slow machine is no failure; where nobody watches, the same examples every time.
settings.register_profile("lab", deadline=None, derandomize="CI" in os.environ, print_blob=True)
settings.load_profile("lab")


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Doctests are looked for in every Python file; in this folder only the tests are run."""
    helper = collection_path.suffix == ".py" and not collection_path.name.startswith("test_")
    return True if helper else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes too long for every change is run by ``make thorough``."""
    if "thorough" in config.option.markexpr:
        return
    left_out = [item for item in items if item.get_closest_marker("thorough")]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)
