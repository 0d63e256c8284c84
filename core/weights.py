"""A network's shape and its weights as short text, for a link.

>>> hidden = read_hidden("tanh2-relu3")
>>> hidden, write_hidden(hidden)
((Layer(neurons=2, activation='tanh'), Layer(neurons=3, activation='relu')), 'tanh2-relu3')
"""

import base64
import binascii
import math
import re
from collections.abc import Sequence

import numpy as np

from core.functions import ACTIVATIONS
from core.network import MOST_LAYERS, MOST_NEURONS, Layer
from core.printing import LAYERED

LARGEST = 1e6
_LAYER = re.compile(r"([a-z]+)(\d+)")


def write_hidden(hidden: Sequence[Layer]) -> str:
    """Hidden layers as text: ``tanh2-relu3``."""
    return "-".join(f"{layer.activation}{layer.neurons}" for layer in hidden)


def read_hidden(text: str) -> tuple[Layer, ...]:
    """The layers that :func:`write_hidden` wrote; ValueError with a sentence for any other text.

    >>> read_hidden("tanh9")
    Traceback (most recent call last):
    ValueError: A hidden layer has 1 to 4 neurons, not 9.
    """
    parts = text.split("-")
    if not 1 <= len(parts) <= MOST_LAYERS:
        raise ValueError(f"A network has 1 to {MOST_LAYERS} hidden layers, not {len(parts)}.")
    layers = []
    for part in parts:
        match = _LAYER.fullmatch(part)
        if not match or match[1] not in ACTIVATIONS:
            known = ", ".join(ACTIVATIONS)
            raise ValueError(f"A hidden layer is an activation ({known}) and a number: tanh2.")
        neurons = int(match[2][:3])
        if not 1 <= neurons <= MOST_NEURONS:
            raise ValueError(f"A hidden layer has 1 to {MOST_NEURONS} neurons, not {neurons}.")
        layers.append(Layer(neurons, match[1]))
    return tuple(layers)


def read_name(text: str) -> str:
    """The name of a node in a network of layers; ValueError with a sentence for any other text.

    >>> read_name("w2_13")
    'w2_13'
    """
    if text not in ("J", "y", "x", "x1", "x2") and not LAYERED.fullmatch(text):
        raise ValueError("A node of this network is called like w2_13 or a1_2.")
    return text


def write_weights(numbers: Sequence[float]) -> str:
    """Numbers as text that needs no escaping in a URL, every bit of a float64.

    >>> write_weights([0.5, -1.0])
    'AAAAAAAA4D8AAAAAAADwvw'
    """
    raw = np.asarray(numbers, "<f8").tobytes()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def read_weights(text: str) -> tuple[float, ...]:
    """The numbers that :func:`write_weights` wrote; ValueError with a sentence for any other text.

    >>> read_weights("AAAAAAAA4D8AAAAAAADwvw")
    (0.5, -1.0)
    """
    broken = ValueError("They are no weights that this app has written.")
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise broken from None
    if len(raw) % 8 or len(raw) > 8 * 100:
        raise broken
    numbers = tuple(np.frombuffer(raw, "<f8").tolist())
    if not all(math.isfinite(n) and abs(n) <= LARGEST for n in numbers):
        raise broken
    return numbers
