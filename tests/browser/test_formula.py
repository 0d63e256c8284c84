"""The equations follow the hand: at every moment they say what Python would write there."""

import json
import re
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from core.functions import ACTIVATIONS, COSTS
from core.graph import Graph
from core.network import network, parameters
from core.parsing import parse
from tests.browser.harness import ROOT, rerun, settled, slider, thumb, until, ws_frames
from tests.ui.words.test_shown_digits import states
from ui import web
from ui.formula import code, unmarked
from ui.lessons import GALLERY
from ui.theme import COLORS
from ui.words import equations

OpenPage = Callable[..., Page]
Blocks = Callable[[dict[str, float]], list[str]]
LIGHT = COLORS["light"]
MARK = re.compile(r"\\htmlData\{live=([^{}]*)\}\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}")

TYPED = ("abs(x)", "sqrt(x)", "tan(x)", "asin(x/4)", "log(x)", "exp(x)", "x^3", "1/x", "2^x", "x^x")


# ---- what Python writes


def backpropagation(at: dict[str, float]) -> list[str]:
    """The equations of this page while the derivative is by w1."""
    graph = network(2)
    values = graph.forward({name: at[name] for name in graph.inputs})
    return [
        *(equations.factor_rows(chain, graph, values, LIGHT) for chain in graph.chains("w1")),
        equations.derivation(graph, "w1", values, LIGHT),
        equations.gradients(graph, parameters(graph), values, LIGHT),
    ]


def chain_rule(graph: Graph) -> Blocks:
    def blocks(at: dict[str, float]) -> list[str]:
        values = graph.forward({"x": at["x"]})
        closed = equations.closed_form(graph, "x", LIGHT)
        return [
            equations.forward_pass(graph, values, LIGHT),
            *([closed] if closed else []),
            equations.local_derivatives(graph, values, LIGHT),
            equations.derivation(graph, "x", values, LIGHT),
        ]

    return blocks


def numbers(latex: str) -> list[str]:
    """The marked numbers and signs, as the text that is read on the page."""
    return [plain(number) for _, number in MARK.findall(latex)]


def plain(number: str) -> str:
    text = re.sub(r" \\times 10\^\{(-?\d+)\}", r"×10\1", number)
    for latex, meant in ((r"\text{undefined}", "undefined"), (r"\infty", "∞"), (r"\approx", "≈")):
        text = text.replace(latex, meant)
    assert not re.search(r"[\\{}]", text), number
    return text.replace("-", "−")


# ---- what the page says

SEEN = """() => [...document.querySelectorAll('[data-testid="formulas"] > div')].map(
    equation => [...equation.querySelectorAll(".katex-html [data-live]")]
        .sort((a, b) => a.dataset.live - b.dataset.live)
        .map(element => element.textContent))"""
SPOKEN = """() => [...document.querySelectorAll('[data-testid="formulas"] > div')].map(
    equation => {
        const [told, copied] = equation.querySelector(".katex-mathml semantics").children;
        return [told.textContent, copied.textContent];
    })"""
INPUTS = """root => Object.fromEntries(
    [...root.querySelectorAll("[data-panel=sliders] [data-name][data-number]")].map(
        element => [element.dataset.name, Number(element.dataset.number)]))"""
# Every equation on the page gets a number; what is made anew has none.
NOTE = """() => document.querySelectorAll('[data-testid="formulas"] .katex').forEach(
    (element, i) => { element.noted = i; })"""
NOTED = """() => [...document.querySelectorAll('[data-testid="formulas"] .katex')].map(
    element => element.noted ?? null)"""


def stage(page: Page) -> Locator:
    return page.get_by_test_id("stage")


def frame(page: Page) -> None:
    page.evaluate("() => new Promise(f => requestAnimationFrame(() => requestAnimationFrame(f)))")


def opened(page: Page) -> Page:
    """The page, once its stage and its equations are there."""
    stage(page).locator("[data-panel] [data-number]").first.wait_for()
    page.locator('[data-testid="formulas"] .katex').first.wait_for()
    settled(page)
    return page


def hold(page: Page, name: str) -> None:
    slider(page, name).scroll_into_view_if_needed()
    page.mouse.move(*thumb(page, name, inputs(page)[name]))
    page.mouse.down()


def inputs(page: Page) -> dict[str, float]:
    found: dict[str, float] = stage(page).evaluate(INPUTS)
    return found


def agree(page: Page, blocks: Blocks) -> list[str]:
    """Every number and sign is Python's at what the sliders show; the answer is all of them."""
    frame(page)
    at = inputs(page)
    wanted = [numbers(latex) for latex in blocks(at)]
    assert page.evaluate(SEEN) == wanted, at
    return [text for equation in wanted for text in equation]


def tells(page: Page, blocks: Blocks) -> bool:
    """What a screen reader reads, and what is copied, are of what the sliders show."""
    latex = blocks(inputs(page))
    spoken = page.evaluate(SPOKEN)
    if [copied for _, copied in spoken] != [unmarked(block) for block in latex]:
        return False
    return all(
        follow_each_other(numbers(block), told)
        for block, (told, _) in zip(latex, spoken, strict=True)
    )


def follow_each_other(parts: list[str], text: str) -> bool:
    at = 0
    for part in parts:
        at = text.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True


def drag(page: Page, name: str, to: tuple[float, ...], blocks: Blocks) -> list[list[str]]:
    """Hold a slider, stop at each of these values, let go; the equations are right all along.

    The answer is what they said at first and at each stop.
    """
    said = [agree(page, blocks)]
    page.evaluate(NOTE)
    same = page.evaluate(NOTED)
    assert same == list(range(len(same)))
    hold(page, name)
    sent = ws_frames(page)
    for value in to:
        page.mouse.move(*thumb(page, name, value), steps=4)
        said.append(agree(page, blocks))
        assert inputs(page)[name] == pytest.approx(value, abs=0.2)
        assert said[-1] != said[-2]
        assert page.evaluate(NOTED) == same
    assert ws_frames(page) == sent, "nothing is sent while it is held"
    with rerun(page):
        page.mouse.up()
    assert agree(page, blocks) == said[-1]
    until(page, lambda: tells(page, blocks), "a screen reader reads the new numbers")
    assert agree(page, blocks) == said[-1]
    assert page.evaluate(NOTED) == same
    return said


# ---- what a learner sees


def test_the_equations_follow_a_weight_while_it_is_held(open_page: OpenPage) -> None:
    page = opened(open_page("/backpropagation", query={"by": "w1"}))
    before, positive, negative = drag(page, "w2", (1.1, -1.75), backpropagation)
    # The weight stands in a product, so its own number is in brackets while it is negative.
    brackets = [sum(text.startswith("(") for text in said) for said in (before, positive, negative)]
    assert brackets == [2, 1, 2]
    assert "(−1.400)" in before
    assert "≈" not in before
    assert "≈" in negative


def test_the_equations_of_a_typed_function_follow_x(open_page: OpenPage) -> None:
    graph = parse("x*sin(x)")
    assert len(graph.chains("x")) == 2
    page = opened(open_page("/chain_rule", query={"f": "x*sin(x)"}))
    drag(page, "x", (-2.3, 4.2), chain_rule(graph))


def test_numbers_with_powers_of_ten_follow_too(open_page: OpenPage) -> None:
    page = opened(open_page("/backpropagation", query={"w1": 10, "x": 10}))
    saturated, other, less = drag(page, "x", (-7.5, 0.4), backpropagation)
    for said in (saturated, other):
        assert any(re.fullmatch(r"[+−]?\d\.\d{3}×10−\d+", text) for text in said)
        assert any(re.fullmatch(r"\(−?\d\.\d{3}×10−\d+\)", text) for text in said)
    assert not any("×10" in text for text in less)


# ---- what the equations stand on


def test_the_equations_are_set_by_the_katex_that_the_app_brings() -> None:
    pinned = json.loads((ROOT / "package.json").read_text("utf-8"))["devDependencies"]["katex"]
    folder = ROOT / "ui" / "web" / "katex"
    assert f'version:"{pinned}"' in code.KATEX.content.decode()
    assert "MIT" in (folder / "LICENSE").read_text("utf-8")
    assert code.KATEX.path in code.ASSET.content.decode()
    named = set(re.findall(r"fonts/[\w-]+\.woff2", (folder / "katex.min.css").read_text("utf-8")))
    assert named == {f"fonts/{path.name}" for path in (folder / "fonts").iterdir()}


def test_its_fonts_come_from_the_app_and_are_the_ones_drawn(open_page: OpenPage) -> None:
    page = opened(open_page("/forward_pass"))
    digits = page.locator('[data-testid="formulas"] .katex').first
    assert digits.evaluate("e => getComputedStyle(e).fontFamily").startswith("Lab_KaTeX_Main")
    # A number that gets longer moves nothing before it.
    assert digits.evaluate("e => getComputedStyle(e).textAlign") == "left"
    until(
        page,
        lambda: page.evaluate(
            "() => [...document.fonts].some("
            "f => f.family === 'Lab_KaTeX_Main' && f.status === 'loaded')"
        ),
        "the fonts have come",
    )


def known() -> set[str]:
    """The operations that the browser's evaluator knows."""
    source = (ROOT / "ui" / "web" / "maths" / "evaluate.js").read_text("utf-8")
    table = re.search(r"^export const FUNCTIONS = \{\n(.*?)^\};", source, re.MULTILINE | re.DOTALL)
    assert table
    return {"+", "*", "^", *re.findall(r"^  (\w+)[:,]", table[1], re.MULTILINE)}


def written() -> Iterator[tuple[Graph, str]]:
    """Every equation with numbers of the stage, of every network and of many functions."""
    graphs = [network(2, *kinds) for kinds in product(ACTIVATIONS, COSTS)]
    graphs += [parse(text) for text in (*GALLERY, *TYPED)]
    for graph in graphs:
        at = {"x": 1.5, "y": 0.25, "w1": 0.8, "b1": -0.3, "w2": -1.4, "b2": 0.6}
        values: dict[str, Any] = graph.forward({name: at[name] for name in graph.inputs})
        yield graph, equations.forward_pass(graph, values, LIGHT)
        yield graph, equations.local_derivatives(graph, values, LIGHT)
        yield graph, equations.gradients(graph, graph.inputs, values, LIGHT)
        for name in graph.inputs:
            yield graph, equations.derivation(graph, name, values, LIGHT)
            for chain in graph.chains(name):
                yield graph, equations.factor_rows(chain, graph, values, LIGHT)


def test_the_browser_can_work_out_every_sign_that_python_writes() -> None:
    operations, signs = set(), 0
    for graph, latex in written():
        data = graph.to_json()
        names = {f"{kind}:{node['name']}" for node in data["nodes"] for kind in "vd"}
        names |= {f"f:{edge['name']}" for edge in data["edges"]}
        for mark, _ in MARK.findall(latex):
            first, *rest = mark.split(" ")
            by_hand = mark.removeprefix("equals ").partition(" ")[2]
            if first.startswith("("):  # a number that is worked out
                by_hand, _, flags = mark.rpartition(")")
                by_hand, rest = f"{by_hand})", flags.split()
            if first != "equals":
                assert first in names or first == "(exact", mark
                assert set(rest) <= {"signed", "bracketed", "alone"}, mark
            else:
                signs += 1
                assert rest[0] in names, mark
            if first in names:
                continue
            assert by_hand.count("(") == by_hand.count(")"), mark
            operations |= set(re.findall(r"\(([^\s()]+)", by_hand))
            for leaf in re.findall(r"(?<!\()(?<![^\s(])[^\s()]+", by_hand):
                assert leaf in names or re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", leaf), mark
    assert signs > 100
    assert operations <= known() | {"exact"}
    assert operations >= {"+", "*", "^", "sin", "log", "tan", "asin", "abs", "sign", "step"}


WRITE = r"""async source => {
    const blob = new Blob([source], { type: "text/javascript" });
    const { createHole, fromLatex, written } = await import(URL.createObjectURL(blob));
    const MARKED = /\\htmlData\{live=([^{}]*)\}\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}/g;
    window.compare = given => given.flatMap(([latex, numbers]) => {
        const found = [...latex.matchAll(MARKED)];
        const holes = found.map(([, mark]) => createHole(mark, document.createElement("span")));
        return written(holes, name => numbers[name]).flatMap((text, i) => {
            const sent = fromLatex(found[i][2]);
            return text === undefined || text === sent ? [] : [[found[i][1], text, sent]];
        });
    });
}"""


def test_the_browser_writes_the_digits_and_signs_that_python_does(blank: Page) -> None:
    """At a thousand states, from gentle to saturated: in each, every number of three blocks."""
    blank.evaluate(WRITE, web.joined("formula/number.js"))
    count = longer = 0
    for seed, kinds in enumerate(product(ACTIVATIONS, COSTS)):
        graph, given = network(2, *kinds), []
        for state in states(graph, 84, seed):
            values = graph.forward(state)
            numbers = {f"v:{name}": float(value) for name, value in values.items()}
            numbers |= {f"d:{n}": float(v) for n, v in graph.backward(values).items()}
            for node in graph.nodes:
                for parent in graph.parents(node.name):
                    factor = graph.factor(node.name, parent)
                    numbers[f"f:{factor.name}"] = float(factor.value(values))
            blocks = (
                equations.forward_pass(graph, values, LIGHT),
                equations.local_derivatives(graph, values, LIGHT),
                equations.derivation(graph, "w1", values, LIGHT),
            )
            given += [[block, numbers] for block in blocks]
            longer += any(re.search(r"\d\.\d{6}", block) for block in blocks)
        count += len(given)
        wrong = blank.evaluate("given => compare(given)", given)
        assert not wrong, (kinds, wrong[:5])
    assert count > 3000
    assert longer > 10
