"""Random numbers that come out the same for the same seed.

>>> generator(3).random() == generator(3).random()
True
"""

import numpy as np


def checked(seed: int) -> int:
    """The seed as a whole number from 0; ValueError, with a sentence, where it is none.

    >>> checked(-1)
    Traceback (most recent call last):
    ValueError: The seed must be a whole number from 0, not -1.
    """
    if seed < 0 or seed != int(seed):
        raise ValueError(f"The seed must be a whole number from 0, not {seed}.")
    return int(seed)


def generator(seed: int) -> np.random.Generator:
    """NumPy's generator that begins with this seed; see :func:`checked`."""
    return np.random.default_rng(checked(seed))
