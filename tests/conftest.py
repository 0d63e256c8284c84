"""Settings for all tests."""

import os
from pathlib import Path

from hypothesis import settings

# A slow machine is no failure; where nobody watches, the same examples every time.
settings.register_profile("lab", deadline=None, derandomize="CI" in os.environ, print_blob=True)
settings.load_profile("lab")


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Doctests are looked for in every Python file; in this folder only the tests are run."""
    helper = collection_path.suffix == ".py" and not collection_path.name.startswith("test_")
    return True if helper else None
