r"""A network of layers in matrix form: the equations of the textbooks, with the graph's numbers.

.. math:: z^{(l)} = W^{(l)} a^{(l-1)} + b^{(l)}, \quad a^{(l)} = \sigma_l(z^{(l)})

.. math:: \delta^{(L)} = \hat y - y, \quad
          \delta^{(l)} = (W^{(l+1)\top} \delta^{(l+1)}) \odot \sigma_l'(z^{(l)})

.. math:: \frac{\partial J}{\partial W^{(l)}} = \delta^{(l)} a^{(l-1)\top}, \quad
          \frac{\partial J}{\partial b^{(l)}} = \delta^{(l)}

with :math:`\delta^{(l)} = \partial J / \partial z^{(l)}`. The output's δ is ŷ − y for both tasks:
of half the squared error by the identity, and of the cross-entropy by the sigmoid, whose slope
cancels. The numbers come from matrix algebra alone, not from the graph's reverse sweep, so that
each can be held against the other.

A matrix has a key: ``W2``, ``b2``, ``z2``, ``a2`` of layer 2, ``slope2`` for σ′(z), ``delta2``,
``dW2`` and ``db2`` for the derivatives of J; ``a0`` are the inputs, and ``y`` is the target.
Vectors are columns. Source: Nielsen, *Neural Networks and Deep Learning*, 2015, chapter 2.

>>> from core.network import Layer
>>> xor = Architecture(2, (Layer(2, "sigmoid"),), classes=True)
>>> entries(xor)["W1"]
(('w1_11', 'w1_12'), ('w1_21', 'w1_22'))
>>> formulas(xor)["delta1"]
"\\delta^{(1)} = \\left( W^{(2)\\top} \\delta^{(2)} \\right) \\odot \\sigma'(z^{(1)})"
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import sympy

from core.functions import ACTIVATIONS, stable
from core.graph import Values, symbol
from core.network import Architecture
from core.numeric import compiled
from core.printing import latex

Floats = npt.NDArray[np.float64]
Names = tuple[tuple[str, ...], ...]


class Entry(NamedTuple):
    """One entry of a matrix: which of the graph's quantities it is, and its number.

    ``name`` is a node (``w1_11``, ``z1_2``), the derivative of the cost by one (``dJ/dw1_11``), or
    a factor (``da1_2/dz1_2``), as in all of the lab.
    """

    name: str
    number: float


class Matrix(NamedTuple):
    """A matrix: its LaTeX, and its rows."""

    latex: str
    rows: tuple[tuple[Entry, ...], ...]


class Term(NamedTuple):
    """A matrix in a formula, by its key."""

    key: str
    transposed: bool = False


class Equation(NamedTuple):
    """One equation between matrices.

    Attributes:
        key: the key of the matrix on its left.
        layer: of that matrix.
        latex: the equation in symbols.
        filled: the same as a row of matrices and of the LaTeX that stands between them.
    """

    key: str
    layer: int
    latex: str
    filled: tuple[Matrix | str, ...]


class Multiplications(NamedTuple):
    """How many it takes: each path multiplied out by itself, and reverse mode with matrices."""

    by_paths: int
    by_reverse: int


def entries(architecture: Architecture) -> dict[str, Names]:
    """By its key, for each matrix the names of its entries, row by row.

    >>> entries(Architecture())["delta1"]
    (('dJ/dz1_1',), ('dJ/dz1_2',))
    """
    found: dict[str, Names] = {"a0": _column(architecture.signals(0)), "y": (("y",),)}
    for k in range(1, len(architecture.sizes)):
        z = [f"z{k}_{j}" for j in range(1, architecture.sizes[k] + 1)]
        a, b = architecture.signals(k), [f"b{name[1:]}" for name in z]
        before = range(1, architecture.sizes[k - 1] + 1)
        w = tuple(tuple(f"w{name[1:]}{i}" for i in before) for name in z)
        found |= {
            f"W{k}": w,
            f"b{k}": _column(b),
            f"z{k}": _column(z),
            f"a{k}": _column(a),
            f"slope{k}": _column(f"d{up}/d{name}" for up, name in zip(a, z, strict=True)),
            f"delta{k}": _column(f"dJ/d{name}" for name in z),
            f"dW{k}": tuple(tuple(f"dJ/d{name}" for name in row) for row in w),
            f"db{k}": _column(f"dJ/d{name}" for name in b),
        }
    return found


def passes(architecture: Architecture, values: Values) -> dict[str, Floats]:
    """Every matrix by its key, computed forward and backward with matrices alone.

    Args:
        architecture: the network's shape.
        values: a number for each input, target, weight and bias, such as the values of a forward
            pass; of those only these are looked at.

    Raises:
        KeyError: if a number is missing.

    >>> weights = {"w1_11": 2.0, "b1_1": 0.0, "w2_11": 3.0, "b2_1": 1.0}
    >>> from core.network import Layer
    >>> found = passes(Architecture(1, (Layer(1, "relu"),)), {"x": 1.0, "y": 4.0, **weights})
    >>> found["a2"], found["delta2"], found["dW1"]  # ŷ = 7, and 3 · 3 · 1
    (array([[7.]]), array([[3.]]), array([[9.]]))
    """
    names, last = entries(architecture), len(architecture.sizes) - 1
    m = weights(architecture, values) | {key: _matrix(names[key], values) for key in ("a0", "y")}
    with np.errstate(all="ignore"):
        for k, activation in enumerate(architecture.activations, 1):
            m[f"z{k}"] = m[f"W{k}"] @ m[f"a{k - 1}"] + m[f"b{k}"]
            m[f"a{k}"], m[f"slope{k}"] = _activated(activation)(m[f"z{k}"])
        m[f"delta{last}"] = m[f"a{last}"] - m["y"]
        for k in range(last, 0, -1):
            if k < last:
                m[f"delta{k}"] = (m[f"W{k + 1}"].T @ m[f"delta{k + 1}"]) * m[f"slope{k}"]
            m[f"dW{k}"] = m[f"delta{k}"] @ m[f"a{k - 1}"].T
            m[f"db{k}"] = m[f"delta{k}"]
    return m


def terms(architecture: Architecture) -> dict[str, tuple[Term | str, ...]]:
    """The equation of each matrix that is computed: matrices, and the LaTeX between them.

    In the order of the two passes: forward from the inputs, then back from the output.

    >>> list(terms(Architecture()))
    ['z1', 'a1', 'z2', 'a2', 'delta2', 'dW2', 'db2', 'delta1', 'dW1', 'db1']
    >>> terms(Architecture())["dW1"][2:]
    (Term(key='delta1', transposed=False), Term(key='a0', transposed=True))
    """
    found: dict[str, tuple[Term | str, ...]] = {}
    last = len(architecture.sizes) - 1
    for k, activation in enumerate(architecture.activations, 1):
        found[f"z{k}"] = (Term(f"W{k}"), Term(f"a{k - 1}"), "+", Term(f"b{k}"))
        found[f"a{k}"] = _applied(activation, Term(f"z{k}"))
    for k in range(last, 0, -1):
        back = (Term(f"W{k + 1}", transposed=True), Term(f"delta{k + 1}"))
        if k == last:
            found[f"delta{k}"] = (Term(f"a{k}"), "-", Term("y"))
        elif architecture.activations[k - 1] == "identity":
            found[f"delta{k}"] = back
        else:
            found[f"delta{k}"] = (r"\left(", *back, r"\right) \odot", Term(f"slope{k}"))
        found[f"dW{k}"] = (Term(f"delta{k}"), Term(f"a{k - 1}", transposed=True))
        found[f"db{k}"] = (Term(f"delta{k}"),)
    return {key: (Term(key), "=", *right) for key, right in found.items()}


def formulas(architecture: Architecture) -> dict[str, str]:
    r"""The equation of each matrix that is computed, in symbols, as LaTeX.

    >>> formulas(Architecture())["dW1"]
    '\\frac{\\partial J}{\\partial W^{(1)}} = \\delta^{(1)} x^{\\top}'
    """
    return {
        key: " ".join(t if isinstance(t, str) else term_latex(architecture, t) for t in equation)
        for key, equation in terms(architecture).items()
    }


def equations(architecture: Architecture, values: Values) -> tuple[Equation, ...]:
    """Both passes as equations between matrices that are filled with numbers.

    ``values`` as for :func:`passes`.

    >>> weights = {"w1_11": 2.0, "b1_1": 0.0, "w2_11": 3.0, "b2_1": 1.0}
    >>> from core.network import Layer
    >>> first, *_ = equations(Architecture(1, (Layer(1),)), {"x": 0.5, "y": 4.0, **weights})
    >>> first.latex
    'z^{(1)} = W^{(1)} x + b^{(1)}'
    >>> first.filled[2]
    Matrix(latex='W^{(1)}', rows=((Entry(name='w1_11', number=2.0),),))
    """
    names, numbers = entries(architecture), passes(architecture, values)

    def matrix(term: Term) -> Matrix:
        rows = tuple(
            tuple(Entry(name, float(number)) for name, number in zip(*row, strict=True))
            for row in zip(names[term.key], numbers[term.key], strict=True)
        )
        rows = tuple(zip(*rows, strict=True)) if term.transposed else rows
        return Matrix(term_latex(architecture, term), rows)

    symbolic = formulas(architecture)
    return tuple(
        Equation(
            key,
            int(key[-1]),
            symbolic[key],
            tuple(t if isinstance(t, str) else matrix(t) for t in equation),
        )
        for key, equation in terms(architecture).items()
    )


def multiplications(architecture: Architecture, parameter: str = "") -> Multiplications:
    """The multiplications for the derivative by a weight or bias, or without one for all of them.

    ``by_paths``: each path from the parameter to J is a product of factors, which takes one less
    than it has factors. They are ŷ − y, then for every layer that it passes on its way back a
    weight and the slope of a neuron, and last, for a weight, the signal that it multiplies.

    ``by_reverse``: in the matrix equations, each entry of Wᵀδ takes as many as it has terms, each
    ⊙ one, each entry of δaᵀ one. For one parameter only the entries that it needs are made.

    A factor that is 1 whatever the numbers are, such as the slope of the identity or ∂z/∂b, takes
    none, as in :mod:`core.reverse`; sums are not counted. KeyError for an unknown parameter.

    >>> from core.network import Layer
    >>> xor = Architecture(2, (Layer(2),), classes=True)
    >>> multiplications(xor, "w1_11"), multiplications(xor)
    (Multiplications(by_paths=3, by_reverse=3), Multiplications(by_paths=18, by_reverse=10))
    >>> multiplications(Architecture(2, (Layer(4), Layer(4), Layer(4))))
    Multiplications(by_paths=1724, by_reverse=92)
    """
    sizes, layers = architecture.sizes, range(1, len(architecture.sizes))
    paths, along, entry = {layers[-1]: 1}, {layers[-1]: 0}, {layers[-1]: 0}
    for k in reversed(layers[:-1]):
        slope = int(architecture.activations[k - 1] != "identity")
        paths[k] = sizes[k + 1] * paths[k + 1]  # from one neuron to J
        along[k] = 1 + slope + along[k + 1]  # in one of them
        entry[k] = sizes[k + 1] + slope  # in one entry of δ, from the δ of the layer above

    def of_one(name: str) -> Multiplications:
        k, signal = int(name[1]), int(name[0] == "w")
        above = sum(sizes[i] * entry[i] for i in layers[k:])
        return Multiplications(paths[k] * (along[k] + signal), above + entry[k] + signal)

    if parameter:
        if parameter not in _parameters(architecture):
            raise KeyError(parameter)
        return of_one(parameter)
    return Multiplications(
        sum(of_one(name).by_paths for name in _parameters(architecture)),
        sum(sizes[k] * (entry[k] + sizes[k - 1]) for k in layers),
    )


def weights(architecture: Architecture, values: Values) -> dict[str, Floats]:
    """The weight matrices and biases by their keys, W1, b1, W2, …; KeyError if one is missing."""
    return {key: _matrix(names, values) for key, names in _given(architecture).items()}


def by_name(architecture: Architecture, matrices: Mapping[str, npt.ArrayLike]) -> dict[str, float]:
    """The other way round: the weights and biases of the graph, by their names.

    Raises:
        KeyError: if a matrix is missing.
        ValueError: if one has another shape than the network's.

    >>> by_name(Architecture(), {"W1": [[1], [2]], "b1": [[3], [4]], "W2": [[5, 6]], "b2": [[7]]})
    {'w1_11': 1.0, 'w1_21': 2.0, 'b1_1': 3.0, 'b1_2': 4.0, 'w2_11': 5.0, 'w2_12': 6.0, 'b2_1': 7.0}
    """
    found: dict[str, float] = {}
    for key, names in _given(architecture).items():
        numbers = np.asarray(matrices[key], float)
        if numbers.shape != np.shape(names):
            raise ValueError(f"{key} must have the shape {np.shape(names)}, not {numbers.shape}.")
        found |= zip(np.ravel(names).tolist(), numbers.ravel().tolist(), strict=True)
    return found


def _given(architecture: Architecture) -> dict[str, Names]:
    """The names of the weights and biases alone, by the matrices' keys."""
    return {key: names for key, names in entries(architecture).items() if key[0] in "Wb"}


def _parameters(architecture: Architecture) -> list[str]:
    return [name for names in _given(architecture).values() for row in names for name in row]


def _column(names: Iterable[str]) -> Names:
    return tuple((name,) for name in names)


def _matrix(names: Names, values: Values) -> Floats:
    return np.array([[values[name] for name in row] for row in names], dtype=np.float64)


@lru_cache
def _activated(activation: str) -> Callable[[Floats], tuple[Floats, Floats]]:
    """σ(z) and σ′(z) of an activation, in NumPy."""
    z = symbol("z")
    value = ACTIVATIONS[activation].of(z)
    both = compiled([z], [], (value + 0 * z, stable(value.diff(z))), real=True)
    return lambda at: (both(at)[0], np.broadcast_to(both(at)[1], at.shape))


def _applied(activation: str, to: Term) -> tuple[Term | str, ...]:
    """An activation of a matrix, entry by entry, as LaTeX around it."""
    z = symbol("z")
    around = latex(ACTIVATIONS[activation].of(z), {z: "@"}).split("@")
    parts = [part for text in around for part in (text.strip(), to)][:-1]
    return tuple(part for part in parts if part)


def term_latex(architecture: Architecture, term: Term) -> str:
    """A matrix as it is written in the equations: x for the inputs, ŷ for the output."""
    special = {"y": "y", "a0": "x", f"a{len(architecture.sizes) - 1}": r"\hat{y}"}
    transposed = r"\top" if term.transposed else ""
    if term.key in special:
        return special[term.key] + (f"^{{{transposed}}}" if transposed else "")
    letters, layer = term.key[:-1], int(term.key[-1])
    raised = f"^{{({layer}){transposed}}}"
    if letters == "slope":
        return f"{_function(architecture.activations[layer - 1])}'(z{raised})"
    if letters in ("dW", "db"):
        return rf"\frac{{\partial J}}{{\partial {letters[1]}{raised}}}"
    return (r"\delta" if letters == "delta" else letters) + raised


def _function(activation: str) -> str:
    """An activation's name in the equations: its function's, or φ where it is made of several."""
    z = symbol("z")
    value = ACTIVATIONS[activation].of(z)
    if not (isinstance(value, sympy.Function) and value.args == (z,)):
        return r"\varphi"
    return latex(value, {z: "@"}).partition(r"\left(")[0].rstrip("{")
