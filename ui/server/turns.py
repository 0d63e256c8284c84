"""Long work lets others have their turn.

Python's threads compute one at a time. Who waits for its turn asks for it after a millisecond in
which nobody else has had it; but NumPy lets go and takes it back at every larger operation, before
the one who waits has woken up, and so it begins to wait anew: half a second of training was half a
second for everybody. So what works for long now and then stands aside.
"""

import time

GLANCE = 0.0005
"""Seconds to stand aside; if nobody waits, this is all that is lost."""
TURN = 0.01
"""Seconds that others are given if somebody does."""


def let_others() -> None:
    """Stand aside for a moment. To be called every few milliseconds of long work."""
    began = time.perf_counter()
    time.sleep(GLANCE)
    if time.perf_counter() - began > 3 * GLANCE:  # somebody has taken it meanwhile
        time.sleep(TURN)
