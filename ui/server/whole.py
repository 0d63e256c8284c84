"""Whole numbers that are none, which Streamlit fails at where it takes them over.

Its number input makes what a browser or an address gives it whole before it looks whether it is
within bounds; of an infinite one, or of NaN, nothing whole can be made. The run ends there, in the
middle of Streamlit, and the log holds what was typed. So these are taken for no number at all,
which has the input's default.
"""

import math
from typing import Any


def refuse_infinite_ones() -> None:
    """Have them refused from here on; to be called as often as one likes."""
    try:
        from streamlit.elements.widgets.number_input import NumberInputSerde
    except ImportError:
        return  # another version may not have it
    take_over = NumberInputSerde.deserialize
    if getattr(take_over, "refuses", False):
        return

    def deserialize(self: Any, ui_value: float | None) -> float | None:
        real = ui_value is not None and math.isfinite(ui_value)
        return take_over(self, ui_value if real else None)

    deserialize.refuses = True  # type: ignore[attr-defined]
    NumberInputSerde.deserialize = deserialize  # type: ignore[method-assign]
