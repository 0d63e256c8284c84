"""Settings for all tests."""

import os

from hypothesis import settings

# A slow machine is no failure; where nobody watches, the same examples every time.
settings.register_profile("lab", deadline=None, derandomize="CI" in os.environ, print_blob=True)
settings.load_profile("lab")
