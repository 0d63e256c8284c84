"""What each cache of the server can come to: ``python -m benchmarks.caches``.

A few entries as large as there can be are made; what they take, by ``tracemalloc``, times the
number that the cache holds at most, is its worst case. What they share with others is there before.
"""

import gc
import random
import tracemalloc
from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import sympy

from core import depth, formatting, graph, health, layout, matrices, network, node, printing
from core.descent import MOST_STEPS, Recipe, follow, recipes, rules
from core.formula import reading
from core.functions import ACTIVATIONS
from core.network import Architecture, Dataset, Layer, layered, parameters
from core.parsing import parse
from core.tabular import MOST_SAMPLES
from ui import surface
from ui.lessons import own
from ui.server import assets, packed, pages
from ui.session import course, learner
from ui.session.parameters import PARAMETERS
from ui.stage import scene
from ui.studio import training
from ui.words import mathml, remarks
from ui.words import matrices as shown

ENTRIES = 8
SHAPES = [
    Architecture(2, tuple(Layer(4, kind) for kind in kinds), classes=True)
    for kinds in product(ACTIVATIONS, repeat=3)
]
X = node.symbol("u7")


def formula(k: int) -> str:
    """A function that is as long as one may be, and has many stages; another for each number."""
    return "+".join(f"sin({k + 1}.{j}x)" for j in range(10, 26))


def expression(k: int) -> sympy.Expr:
    """A stage as large as one may be: it names only those before it."""
    return sympy.Mul(*(node.symbol(f"u{j}") ** (k + 1.5 + j / 100) for j in range(20)))


def settings(k: int) -> dict[str, Any]:
    """All that a session holds, with texts as long as links may hold them."""
    numbers = "_".join(str(0.123456789 + k + j) for j in range(2 * MOST_SAMPLES))
    return {name: one.default for name, one in PARAMETERS.items()} | {"cloud": f"2x{numbers}"}


def path(k: int, steps: int = MOST_STEPS) -> Any:
    """A run of the largest network."""
    shape = SHAPES[k]
    data = Dataset(np.linspace(-1, 1, 2 * MOST_SAMPLES).reshape(-1, 2), np.tile([0.0, 1.0], 100))
    names = parameters(layered(shape))
    recipe = Recipe(data, train=names, steps=steps, learning_rate=1e-4)
    return follow(layered(shape), dict.fromkeys(names, 0.1), recipe)


def lesson_path(graph: Any, k: int) -> Any:
    """A run of the lesson's network, with all that moves and an optimizer that remembers most."""
    data, names = Dataset([1.0 + k], [1.0]), parameters(graph)
    recipe = Recipe(data, "adam", 1e-4, MOST_STEPS, names)
    return follow(graph, dict.fromkeys(graph.inputs, 0.1), recipe)


def touch(made: Any) -> Any:
    """All that a page asks of a graph, so that what it keeps itself is counted too."""
    values = made.forward(dict.fromkeys(made.inputs, 0.5))
    made.backward(values)
    made.to_json()
    return made


# What is filled, how many it holds at most, how an entry is made, and from what that is there.
Fill = tuple[str, int, Callable[[int], Any]]


def fills() -> list[Fill]:
    """Every cache; see ``tests/test_limits.py``, which looks for those that are left out."""
    graphs = [touch(parse(formula(k))) for k in range(ENTRIES)]
    networks = [touch(layered(shape)) for shape in SHAPES[:ENTRIES]]
    names = [tuple(parameters(one)) for one in networks]
    content = [random.Random(k).randbytes(1_500_000) for k in range(ENTRIES)]
    preview = pages.Preview("title", "sentence", "site")
    none: tuple[Any, ...] = ()
    deepest = network.network(8)
    lesson, one, axes = network.network(), Dataset([1.0], [1.0]), ("w1", "w2")

    def of(what: Any, fill: Callable[[int], Any]) -> Fill:
        name = f"{what.__module__}.{what.__wrapped__.__name__}"
        return name, what.cache_info().maxsize, fill

    ground = surface._ground.__wrapped__
    return [
        of(reading.parse, lambda k: touch(reading.parse.__wrapped__(formula(k + 50)))),
        of(network.layered, lambda k: touch(layered.__wrapped__(SHAPES[k + 50]))),
        of(network.network, lambda k: touch(network.network.__wrapped__(8, "tanh"))),
        of(node.symbol, lambda k: node.symbol.__wrapped__(f"adjoint_w{k}_12")),
        of(
            node._compiled_expression,
            lambda k: node._compiled_expression.__wrapped__(expression(k)),
        ),
        of(graph._derivative, lambda k: graph._derivative.__wrapped__(expression(k), X)),
        of(printing._printed, lambda k: printing._printed.__wrapped__(expression(k), none, "")),
        of(layout._layout, lambda k: layout._layout.__wrapped__(expression(k), none, none)),
        of(depth._bounded, lambda k: depth._bounded.__wrapped__(deepest)),
        of(depth._computed, lambda k: depth._computed.__wrapped__(graphs[k])),
        of(formatting._rounding, lambda k: formatting._rounding.__wrapped__(k + 1)),
        of(formatting._parts, lambda k: formatting._parts.__wrapped__(k + 0.123456789, 12)),
        of(matrices._activated, lambda k: matrices._activated.__wrapped__("tanh")),
        of(health._steepest, lambda k: health._steepest.__wrapped__("tanh")),
        of(recipes._trees, lambda k: recipes._trees.__wrapped__(networks[k], names[k])),
        of(rules.source, lambda k: rules.source.__wrapped__("adam")),
        of(own._drawn, lambda k: own._drawn.__wrapped__("spiral", 200, 0.1, k)),
        of(own._run, lambda k: path(k, 500)),
        of(own._one_at_a_time, lambda k: tuple(settings(k).items())),
        of(course._holds, lambda k: tuple(settings(k).items())),
        of(learner._way, lambda k: lesson_path(lesson, k)),
        of(surface._heights, lambda k: surface._heights.__wrapped__(lesson, none, one, axes)),
        of(surface._ground, lambda k: ground(lesson, none, one, axes, "dark", "J", walked=True)),
        of(scene.squares, lambda k: scene.squares.__wrapped__("9 a*9 b*9\n" * 4)),
        of(scene._graph, lambda k: scene._graph.__wrapped__(networks[k])),
        of(scene._wave, lambda k: scene._wave.__wrapped__(deepest)),
        of(remarks._multiplications, lambda k: remarks._multiplications.__wrapped__(deepest)),
        of(mathml.read, lambda k: mathml.read.__wrapped__(rf"\frac{{a_{k}}}{{b}}" * 12)),
        of(shown.on_stage, lambda k: shown.on_stage.__wrapped__(SHAPES[k])),
        of(pages.page, lambda k: pages.page.__wrapped__(preview, f"https://{'a' * 250}.example/")),
        of(assets._digest, lambda k: assets._digest.__wrapped__(content[k])),
        of(assets.compressed, lambda k: assets.compressed.__wrapped__(content[k])),
        ("ui.studio.training._runs", training.KEPT, lambda k: path(k)),
    ]


def measured() -> list[tuple[str, int, float]]:
    """Each cache's name, how many entries it holds at most, and megabytes in the worst case."""
    rows = []
    for name, most, fill in fills():
        fill(0)  # what is made once is there before
        held: list[Any] = []
        gc.collect()
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        held += [fill(k) for k in range(1, ENTRIES)]
        gc.collect()
        each = (tracemalloc.get_traced_memory()[0] - before) / len(held)
        tracemalloc.stop()
        rows.append((name, most, each * most / 1e6))
    rows.append(("ui.server.packed._kept", 1, packed.LARGEST / 1e6))
    return rows


def main() -> None:
    rows = measured()
    print("| cache | entries at most | worst case, MB |\n|---|---|---|")
    for name, most, size in rows:
        print(f"| `{name}` | {most:,} | {size:.3g} |")
    print(f"| all | | {sum(size for *_, size in rows):.0f} |")


if __name__ == "__main__":
    main()
