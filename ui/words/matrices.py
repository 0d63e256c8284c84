"""The backward pass in matrix form for the stage, which fills it with the numbers of the moment."""

from functools import lru_cache
from typing import Any

from core.matrices import Term, entries, multiplications, term_latex, terms
from core.network import Architecture, layered, parameters
from ui.words.mathml import mathml


@lru_cache(maxsize=64)
def on_stage(shape: Architecture) -> dict[str, Any]:
    """The equations of every δ and ∂J/∂W, and what each parameter's derivative costs.

    >>> plain = on_stage(Architecture())
    >>> [(equation["key"], equation["layer"]) for equation in plain["equations"]]
    [('delta2', 2), ('dW2', 2), ('delta1', 1), ('dW1', 1)]
    >>> plain["equations"][3]["parts"][0]["rows"]
    [['dJ/dw1_11'], ['dJ/dw1_21']]
    """
    names = entries(shape)

    def part(term: Term | str) -> dict[str, Any]:
        if isinstance(term, str):
            return {"math": mathml(term), "rows": None}
        rows = names[term.key]
        turned = zip(*rows, strict=True) if term.transposed else rows
        return {"math": mathml(term_latex(shape, term)), "rows": [list(row) for row in turned]}

    return {
        "equations": [
            {"key": key, "layer": int(key[-1]), "parts": [part(term) for term in equation]}
            for key, equation in terms(shape).items()
            if key.startswith(("delta", "dW"))
        ],
        "counts": {
            name: list(multiplications(shape, name)) for name in ("", *parameters(layered(shape)))
        },
    }
