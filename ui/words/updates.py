"""What one step of descent does to each parameter: the rule, and its numbers put in."""

from collections.abc import Collection

from core.descent import Move, Path
from core.descent.rules import RULES, assignments, counts
from core.formatting import DIGITS, latex_number
from core.graph import Graph
from core.printing import latex
from ui.formula import marked
from ui.theme import Colors
from ui.words.substitution import Substitution, aligned, colored, digits_needed, equals


def step_taken(path: Path, step: int) -> str:
    """Which step :func:`update_rule` is of, in words."""
    if len(path) < 2:
        return "No step could be taken from here."
    if step == len(path) - 1:
        return f"The path ends here, at step {step}. Its last step, with the numbers put in:"
    return f"From step {step} to step {step + 1}, with the numbers put in:"


def convention(optimizer: str) -> str:
    """Which variant of the update rule this is, for a caption below it."""
    return RULES[optimizer].convention


def update_rule(
    path: Path,
    step: int,
    graph: Graph,
    palette: Colors,
    lit: Collection[str] = (),
    *,
    averaged: bool = False,
) -> str:
    """What one step did to each trained parameter: the rule, and its numbers put in.

    Line by line as the rule runs, so that a name on the right means its old value until the line
    that renews it. g is the parameter's own derivative, and each has a memory of its own. Where
    the cost is ``averaged`` over samples it has a bar, and where over a batch it says so. ``lit``
    names parts of the memory: the line that renews one is boxed, and its name is bold everywhere.
    """
    cost = graph[graph.output].tex
    if averaged:
        cost = rf"\bar{{{cost}}}" + (r"_{\text{batch}}" if path.batches else "")
    slopes = {
        name: rf"\frac{{\partial {cost}}}{{\partial {graph[name].tex}}}" for name in path.train
    }
    blocks = [
        _update(path.optimizer, name, slopes[name], move, graph, palette, lit)
        for name, move in path.update(step).items()
    ]
    gap = ["", ""]
    return aligned(row for k, block in enumerate(blocks) for row in ([gap] * bool(k) + block))


def _rule(
    optimizer: str, parameter: str, palette: Colors, lit: Collection[str]
) -> list[tuple[str, str, str]]:
    """For each line of a rule the name that it renews, its symbol, and an arrow and the formula."""
    tints = _tints(palette, lit)
    names = {"g": "g", "p": parameter} | {name: rf"\boldsymbol{{{name}}}" for name in lit}

    def typeset(name: str) -> str:
        return colored(names.get(name, name), tints.get(name, palette["ink"]))

    rows = []
    for name, renewed in assignments(optimizer):
        symbols = {s: typeset(s.name) for s in renewed.free_symbols if s.name in names}
        rows.append((name, typeset(name), rf"\leftarrow {latex(renewed, symbols)}"))
    return rows


def _update(
    optimizer: str,
    parameter: str,
    derivative: str,
    move: Move,
    graph: Graph,
    palette: Colors,
    lit: Collection[str],
) -> list[list[str]]:
    lines = assignments(optimizer)
    counters = {name for name, renewed in lines if counts(name, renewed)}
    tints = _tints(palette, lit)

    def in_color(name: str, text: str) -> str:
        return colored(text, tints.get(name, palette["ink"]))

    def number(name: str, value: float) -> str:
        return str(int(value)) if name in counters else latex_number(value)

    slope = in_color("g", marked("", latex_number(move.gradient, sign=True)))
    rows = [
        [in_color("g", "g"), f"= {in_color('g', derivative)} = {slope}"],
    ]
    values = {"g": move.gradient, "eta": move.learning_rate, "p": move.before, **move.was}
    results = {**move.now, "p": move.after}
    written = _rule(optimizer, graph[parameter].tex, palette, lit)
    for (name, renewed), (_, head, row) in zip(lines, written, strict=True):
        used = sorted(renewed.free_symbols, key=str)
        put_in = Substitution(
            renewed,
            {s.name: ("", values[s.name]) for s in used},
            {s: tints.get(s.name, palette["ink"]) for s in used},
        )
        digits = digits_needed(put_in.by_hand, results[name])
        sign = marked("", equals(put_in.by_hand(digits or DIGITS), results[name]))
        result = in_color(name, marked("", number(name, results[name])))
        rows.append([head, rf"\;{_box(row)}" if name in lit else row])
        numbers = f"= {put_in.latex(digits, counters)} {sign} {result}" if digits else f"= {result}"
        rows.append(["", numbers])
        values[name] = results[name]
    return rows


def _tints(palette: Colors, lit: Collection[str]) -> dict[str, str]:
    """The colours in a rule: what is lit has that of the gradients which it is made of."""
    tints = {"g": palette["derivative"], "p": palette["parameter"]}
    return tints | dict.fromkeys(lit, palette["derivative"])


def _box(text: str) -> str:
    return rf"\boxed{{{text}}}"
