"""The stage alone in a blank page, without Streamlit: its numbers, commits and player."""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import sympy
from playwright.sync_api import Browser, Error, Page

from core.descent import descend
from core.formatting import number as written
from core.graph import Graph, Node, symbol
from core.network import Dataset, network
from core.parsing import parse
from tests.browser.conftest import Room
from ui.stage import EMPTY, Scene, code, drawing

LESSON = {"x": 1.5, "y": 1.0, "w1": 0.8, "b1": -0.3, "w2": -1.4, "b2": 0.6}
STEPS = {"minimum": -10.0, "maximum": 10.0, "step": 0.1}
# What Streamlit does for a component, in a few lines.
HOST = """async ([source, styles, empty]) => {
    const shadow = document.body.appendChild(document.createElement("div"))
        .attachShadow({ mode: "open" });
    shadow.innerHTML = `<style>${styles}</style>${empty}`;
    const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const draw = (await import(address)).default;
    window.sent = [];
    const setTriggerValue = (name, value) => window.sent.push([name, value]);
    window.give = (data) => {
        window.last = data;
        window.leave = draw({ data, parentElement: shadow, setTriggerValue });
    };
    window.root = shadow.querySelector('[data-testid="stage"]');
}"""


@dataclass
class Mounted:
    """A stage in a page, and what Python would tell it next."""

    page: Page
    data: dict[str, Any]

    def show(self, graph: Graph, values: Mapping[str, float], **options: Any) -> None:
        """Draw a scene; ``options`` are those of a ``Scene``."""
        controls: dict[str, Any] = dict.fromkeys(graph.inputs, STEPS)
        self.give(**drawing(Scene(graph, values, controls, **options)))

    def give(self, **changes: Any) -> None:
        self.data |= changes
        self.page.evaluate("data => window.give(data)", self.data)
        self.frame()

    def frame(self) -> None:
        self.page.evaluate("() => new Promise(requestAnimationFrame)")

    def sent(self, name: str) -> list[Any]:
        return [value for sent, value in self.page.evaluate("() => window.sent") if sent == name]

    def shown(self, name: str, panel: str = "network", kind: str = "node") -> float:
        find = f'[data-panel={panel}] [data-name="{name}"][data-kind={kind}]'
        return float(self.page.locator(find).get_attribute("data-number") or "nan")

    def drag(self, x: float = 40) -> Callable[[], None]:
        """Take the slider of w1 and move; the answer lets go."""
        box = self.page.get_by_role("slider", name="w1", exact=True).bounding_box()
        assert box
        at = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(*at)
        self.page.mouse.down()
        self.page.mouse.move(at[0] + x, at[1], steps=10)
        self.frame()
        return self.page.mouse.up


@pytest.fixture
def mount(browser: Browser, blank_room: Room) -> Iterator[Callable[..., Mounted]]:
    """``mount(graph, values, **options of a Scene)``; an uncaught error fails the test.

    With ``clock=True`` only the test moves the page's time.
    """
    errors: list[str] = []
    pages: list[Page] = []
    own: list[Page] = []

    def fail(error: Error) -> None:
        errors.append(error.stack or str(error))

    def mount_(
        graph: Graph, values: Mapping[str, float], clock: bool = False, **options: Any
    ) -> Mounted:
        if clock:  # Playwright sets it for the whole context
            page = browser.new_page()
            own.append(page)
            page.clock.install()
        else:
            page = blank_room.open()
            pages.append(page)
        page.set_viewport_size({"width": 1280, "height": 1000})
        page.on("pageerror", fail)
        page.evaluate(HOST, [code.module(), code.frame_styles(), EMPTY])
        mounted = Mounted(page, {})
        mounted.show(graph, values, **options)
        return mounted

    yield mount_
    for page in own:
        page.close()
    for page in pages:
        page.remove_listener("pageerror", fail)
        blank_room.leave(page)
    assert not errors


def sets(graph: Graph, many: int, seed: int = 1) -> list[dict[str, float]]:
    """Random inputs of every size; targets between 0 and 1, which every cost allows."""
    random = np.random.default_rng(seed)
    drawn = [
        {name: float(random.normal() * random.choice([0.5, 3, 20])) for name in graph.inputs}
        for _ in range(many)
    ]
    return [one | ({"y": float(random.uniform())} if "y" in one else {}) for one in drawn]


@pytest.mark.parametrize(
    "graph",
    [
        network(2),
        network(1, "identity", "squared_error"),
        network(3, "relu", "half_squared_error"),
        network(8, "tanh", "cross_entropy"),
        parse("log(2 + cos(x))"),
        parse("x*sin(x) + exp(-x^2)*cos(3*x) + sqrt(x)/atan(x) - tanh(x)^3"),
    ],
    ids=["lesson", "identity", "relu", "deep", "nested", "many paths"],
)
def test_the_browsers_numbers_are_numpys(mount: Callable[..., Mounted], graph: Graph) -> None:
    """Every node, local derivative and derivative, at a thousand random points."""
    page = mount(graph, dict.fromkeys(graph.inputs, 0.5), panels=("network",)).page
    points = sets(graph, 1000)
    # As text, for JSON knows neither NaN nor infinity.
    got = page.evaluate(
        """points => {
            const columns = {};
            for (const point of points) {
                for (const [kind, numbers] of Object.entries(window.root.chainRule.evaluate(point)))
                    for (const [name, number] of Object.entries(numbers))
                        (columns[`${kind} ${name}`] ??= []).push(String(number));
            }
            return columns;
        }""",
        points,
    )
    together = graph.forward({n: np.array([point[n] for point in points]) for n in graph.inputs})
    expected: dict[str, Any] = {f"nodes {name}": value for name, value in together.items()}
    for name, value in graph.backward(together).items():
        expected[f"derivatives d{graph.output}/d{name}"] = value
    for node in graph.nodes:
        for parent in graph.parents(node.name):
            factor = graph.factor(node.name, parent)
            expected[f"factors {factor.name}"] = factor.value(together)
    assert got.keys() == expected.keys()
    for name, value in expected.items():
        theirs = [float(text.replace("Infinity", "inf")) for text in got[name]]
        ours = np.broadcast_to(value, (len(points),))
        np.testing.assert_allclose(theirs, ours, rtol=1e-12, atol=0, err_msg=name)


def test_numbers_are_written_as_in_python(mount: Callable[..., Mounted]) -> None:
    random = np.random.default_rng(2)
    values = [*(random.normal(size=2000) * 10.0 ** random.uniform(-8, 8, 2000)).tolist(), 0.0, -0.0]
    values += [9999.6, 99999.7, 0.0009999999, 1e5, 1e-3, 1e300, 5e-324, 12345.6]
    page = mount(network(1), LESSON, panels=("network",)).page
    got = page.evaluate("values => values.map(v => window.root.chainRule.format(v, true))", values)
    assert got == [written(value, sign=True) for value in values]


def test_a_name_stands_once_a_panel_and_means_one_number(mount: Callable[..., Mounted]) -> None:
    panels = ("network", "factors", "map", "sliders")
    for graph, chosen in ((network(2), "w1"), (parse("x*sin(x)*cos(x)"), "x")):
        values = {name: LESSON[name] for name in graph.inputs}
        page = mount(graph, values, panels=panels, chosen=chosen, axes=("w1", "w2")).page
        found = page.locator("[data-name]").evaluate_all(
            """all => all.map(e => [e.closest('[data-panel]').dataset.panel, e.dataset.name,
                                    e.dataset.kind, e.dataset.number])"""
        )
        places = [(panel, name, kind) for panel, name, kind, _ in found]
        assert len(places) == len(set(places))
        numbers: dict[tuple[str, str], set[str]] = {}
        for _, name, kind, number in found:
            numbers.setdefault((name, kind), set()).add(number)
        assert all(len(same) == 1 for same in numbers.values()), numbers
        forward = graph.forward(values)
        assert float(numbers[graph.output, "node"].pop()) == pytest.approx(forward[graph.output])


def test_a_drag_is_one_commit_repeated_until_it_is_acknowledged(
    mount: Callable[..., Mounted],
) -> None:
    mounted = mount(network(2), LESSON, clock=True)
    release = mounted.drag()
    assert mounted.shown("w1", "sliders") > 0.8
    assert mounted.shown("J") == pytest.approx(
        float(network(2).forward(LESSON | {"w1": mounted.shown("w1")})["J"]), rel=1e-12
    )
    assert not mounted.sent("commit")
    release()
    (commit,) = mounted.sent("commit")
    assert commit["values"] == {"w1": mounted.shown("w1", "sliders")}
    # Python has not heard: what it sends meanwhile is older than what the learner sees.
    mounted.give()
    assert mounted.shown("w1") == commit["values"]["w1"]
    mounted.page.clock.run_for(1600)
    assert mounted.sent("commit") == [commit, commit]
    mounted.give(acknowledged=commit["seq"], values=LESSON | {"w1": -2.0})
    assert mounted.shown("w1") == -2.0
    mounted.page.clock.run_for(20_000)
    assert len(mounted.sent("commit")) == 2


@pytest.mark.parametrize(
    ("connection", "script"), [("CONNECTED", "running"), ("DISCONNECTED", "notRunning")]
)
def test_while_python_is_at_work_or_away_nothing_is_repeated(
    mount: Callable[..., Mounted], connection: str, script: str
) -> None:
    mounted = mount(network(2), LESSON, clock=True)
    mounted.page.evaluate(
        """([connection, script]) => {
            const app = document.createElement("div");
            Object.assign(app.dataset, { testid: "stApp", testConnectionState: connection,
                testScriptState: script });
            document.body.append(app);
        }""",
        [connection, script],
    )
    mounted.drag()()
    mounted.page.clock.run_for(20_000)
    assert len(mounted.sent("commit")) == 1
    mounted.page.evaluate(
        """() => Object.assign(document.querySelector("[data-testid=stApp]").dataset,
            { testConnectionState: "CONNECTED", testScriptState: "notRunning" })"""
    )
    mounted.page.clock.run_for(300)
    first, again = mounted.sent("commit")
    assert again == first


def test_a_commit_that_older_numbers_have_overwritten_is_made_again_once(
    mount: Callable[..., Mounted],
) -> None:
    mounted = mount(network(2), LESSON, clock=True)
    mounted.drag()()
    (first,) = mounted.sent("commit")
    # Applied, says Python, and has the number from before: something else carried it along.
    mounted.give(acknowledged=first["seq"], values=LESSON)
    _, second = mounted.sent("commit")
    assert second["values"] == first["values"]
    assert second["seq"] > first["seq"]
    assert mounted.shown("w1") == first["values"]["w1"]
    # What Python then still does not take stays as Python has it.
    mounted.give(acknowledged=second["seq"], values=LESSON)
    mounted.page.clock.run_for(20_000)
    assert len(mounted.sent("commit")) == 2
    assert mounted.shown("w1") == LESSON["w1"]


@pytest.mark.parametrize("pressed", [False, True])
def test_old_numbers_count_after_the_answer_only_if_something_was_pressed(
    mount: Callable[..., Mounted], pressed: bool
) -> None:
    mounted = mount(network(2), LESSON, clock=True)
    mounted.drag()()
    (first,) = mounted.sent("commit")
    mounted.give(acknowledged=first["seq"], values=LESSON | first["values"])
    mounted.page.clock.run_for(100)
    if pressed:
        mounted.page.keyboard.press("Tab")
    mounted.give(values=LESSON)
    assert len(mounted.sent("commit")) == (1 if pressed else 2)
    assert mounted.shown("w1") == (LESSON["w1"] if pressed else first["values"]["w1"])


def test_nothing_is_sent_after_the_stage_has_left(mount: Callable[..., Mounted]) -> None:
    mounted = mount(network(2), LESSON, clock=True)
    mounted.drag()()
    mounted.page.evaluate("() => { window.root.getRootNode().host.remove(); window.leave(); }")
    mounted.page.clock.run_for(20_000)
    assert len(mounted.sent("commit")) == 1


def test_keys_that_follow_each_other_are_one_commit(mount: Callable[..., Mounted]) -> None:
    mounted = mount(network(2), LESSON, clock=True)
    mounted.page.get_by_role("slider", name="b2", exact=True).focus()
    # From here on only the test moves the clock: a slow machine must not take the presses apart.
    mounted.page.clock.pause_at(mounted.page.evaluate("Date.now()") / 1000 + 1)
    for _ in range(3):
        mounted.page.keyboard.press("ArrowRight")
        mounted.page.clock.run_for(100)
    assert not mounted.sent("commit")
    mounted.page.clock.run_for(300)
    (commit,) = mounted.sent("commit")
    assert commit["values"] == {"b2": pytest.approx(0.9)}


def layered(*sizes: int) -> tuple[Graph, dict[str, float]]:
    """A network with so many nodes a layer, each joined to all before it, and some numbers."""
    nodes = [Node(f"a0{i}") for i in range(sizes[0])]
    below = [node.name for node in nodes]
    for layer, size in enumerate(sizes[1:], 1):
        here = []
        for i in range(size):
            weights = [f"w{layer}{i}{j}" for j in range(len(below))]
            nodes += [Node(name, kind="parameter") for name in weights]
            terms = [symbol(w) * symbol(a) for w, a in zip(weights, below, strict=True)]
            nodes.append(Node(f"a{layer}{i}", sympy.Add(*terms)))
            here.append(nodes[-1].name)
        below = here
    graph = Graph(nodes)
    return graph, {name: 0.1 * (k + 1) for k, name in enumerate(graph.inputs)}


def test_four_neurons_a_layer_are_laid_out_and_their_weights_shown_one_at_a_time(
    mount: Callable[..., Mounted],
) -> None:
    graph, values = layered(2, 4, 4, 1)
    mounted = mount(graph, values, panels=("network",))
    page, numbers = mounted.page, graph.forward(values)
    for node in graph.nodes:
        if node.expression is not None:
            assert mounted.shown(node.name) == pytest.approx(float(numbers[node.name]), rel=1e-12)
    boxes = [circle.bounding_box() for circle in page.locator(".network circle").all()]
    assert len(boxes) == 11
    for k, one in enumerate(boxes):
        for other in boxes[:k]:
            assert one
            assert other
            far = max(abs(one["x"] - other["x"]), abs(one["y"] - other["y"]))
            assert far >= one["width"], "no node covers another"
    weight = page.get_by_role("button", name=re.compile(r"^w211, show da30\/dw211\b"))
    assert weight.locator("text").first.evaluate("e => getComputedStyle(e).opacity") == "0"
    weight.focus()
    assert weight.locator("text").first.evaluate("e => getComputedStyle(e).opacity") == "1"
    # Few enough to be read, the last layer's weights are always there.
    last = page.get_by_role("button", name=re.compile(r"^w301, show da30\/dw301\b"))
    assert last.locator("text").first.evaluate("e => getComputedStyle(e).opacity") == "1"


def test_a_value_outside_the_domain_is_undefined(mount: Callable[..., Mounted]) -> None:
    mounted = mount(
        parse("log(x)*x"), {"x": -1.0}, panels=("network", "factors", "sliders", "text"), chosen="x"
    )
    value = mounted.page.locator('[data-panel=network] [data-name="h"]')
    assert value.text_content() == "undefined"
    assert math.isnan(mounted.shown("h"))


def test_the_player_moves_everything_and_tells_python_at_rest(
    mount: Callable[..., Mounted],
) -> None:
    graph = network(2)
    data = Dataset([1.5], [1.0])
    path = descend(graph, LESSON, data, learning_rate=3, steps=60)
    mounted = mount(
        graph, LESSON, panels=("network", "map", "player", "sliders"), path=path, data=data, step=0
    )
    page = mounted.page
    page.get_by_role("button", name="step forward").click()
    mounted.frame()
    assert mounted.shown("w1") == path.parameters["w1"][1]
    assert mounted.shown("J", "map") == pytest.approx(path.cost[1], rel=1e-12)
    assert mounted.sent("step") == [1]
    page.get_by_role("button", name="play", exact=True).click()
    page.wait_for_timeout(600)
    assert mounted.sent("step") == [1]
    page.get_by_role("button", name="pause", exact=True).click()
    mounted.frame()
    at = mounted.sent("step")[-1]
    assert at > 1
    assert mounted.shown("w2", "sliders") == path.parameters["w2"][at]
    # To take hold of a value is to begin anew from what is shown.
    mounted.drag()()
    assert mounted.sent("commit")[-1]["values"]["w2"] == path.parameters["w2"][at]


def test_a_frame_that_began_before_play_was_pressed_does_not_step_back(
    mount: Callable[..., Mounted],
) -> None:
    path = descend(network(2), LESSON, Dataset([1.5], [1.0]), steps=60)
    panels = ("network", "map", "player", "sliders")
    page = mount(network(2), LESSON, panels=panels, path=path, step=0).page
    seen = page.evaluate(
        """async () => {
            const ask = window.requestAnimationFrame.bind(window);
            window.requestAnimationFrame = (f) => ask((now) => f(now - 400));
            const { root } = window;
            root.querySelector('[aria-label="play"]').click();
            const steps = [];
            for (let k = 0; k < 6; k++) {
                await new Promise(ask);
                steps.push(root.querySelector('[aria-label="step"]').ariaValueText);
            }
            return steps;
        }"""
    )
    assert not [text for text in seen if "-" in text], seen


def test_an_answer_to_an_earlier_step_does_not_throw_the_player_back(
    mount: Callable[..., Mounted],
) -> None:
    path = descend(network(2), LESSON, Dataset([1.5], [1.0]), steps=30)
    mounted = mount(network(2), LESSON, panels=("network", "player", "sliders"), path=path, step=0)
    forward = mounted.page.get_by_role("button", name="step forward")
    for _ in range(3):
        forward.click()
    assert mounted.sent("step") == [1, 2, 3]
    for answer in (1, 2, 3):
        mounted.give(step=answer)
        assert mounted.shown("w1") == path.parameters["w1"][3]
    # What Python says of its own counts.
    mounted.give(step=1)
    assert mounted.shown("w1") == path.parameters["w1"][1]


def test_the_point_on_the_map_moves_by_mouse_and_keys(mount: Callable[..., Mounted]) -> None:
    mounted = mount(network(2), LESSON, panels=("network", "map"), spans=((-6.0, 6.0), (-6.0, 6.0)))
    cost_map = mounted.page.get_by_role("application", name="cost map")
    box = mounted.page.locator("canvas").bounding_box()
    assert box
    mounted.page.mouse.click(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.25)
    mounted.frame()
    assert mounted.shown("w1") == pytest.approx(3, abs=0.05)
    assert mounted.shown("w2") == pytest.approx(3, abs=0.05)
    before = mounted.shown("w1")
    cost_map.focus()
    mounted.page.keyboard.press("ArrowRight")
    mounted.frame()
    assert mounted.shown("w1") == pytest.approx(before + 0.1)


def test_a_new_version_of_the_module_takes_over_what_was_not_heard(
    mount: Callable[..., Mounted],
) -> None:
    mounted = mount(network(2), LESSON, clock=True)
    mounted.drag()()
    (before,) = mounted.sent("commit")
    mounted.page.evaluate(
        """async (source) => {
            const blob = new Blob([source + "\\n// newer"], { type: "text/javascript" });
            const draw = (await import(URL.createObjectURL(blob))).default;
            const setTriggerValue = (name, value) => window.sent.push([name, value]);
            const parentElement = window.root.getRootNode();
            window.give = (data) => draw({ data, parentElement, setTriggerValue });
        }""",
        code.module(),
    )
    mounted.give()
    after = mounted.sent("commit")[-1]
    assert after["values"] == before["values"]
    assert after["seq"] > before["seq"]
    assert mounted.shown("w1") == before["values"]["w1"]
    mounted.give(acknowledged=after["seq"], values=LESSON | after["values"])
    mounted.page.clock.run_for(20_000)
    assert len(mounted.sent("commit")) == 2


def test_what_python_says_of_others_is_taken_while_one_is_held(
    mount: Callable[..., Mounted],
) -> None:
    mounted = mount(network(2), LESSON, clock=True)
    release = mounted.drag()
    held = mounted.shown("w1")
    mounted.give(values=LESSON | {"b1": 2.0})
    assert (mounted.shown("w1"), mounted.shown("b1")) == (held, 2.0)
    release()
    (commit,) = mounted.sent("commit")
    assert commit["values"] == {"w1": held}


def test_a_clean_up_while_the_stage_stays_does_not_disturb(mount: Callable[..., Mounted]) -> None:
    """Streamlit cleans up also when a newer run overtakes an older one."""
    mounted = mount(network(2), LESSON, clock=True)
    release = mounted.drag()
    first = mounted.shown("w1")
    mounted.page.evaluate("() => { const late = window.leave; window.give(window.last); late(); }")
    mounted.page.mouse.move(900, 500)
    mounted.frame()
    moved = mounted.shown("w1")
    assert moved > first
    release()
    (commit,) = mounted.sent("commit")
    assert commit["values"] == {"w1": moved}
    mounted.page.evaluate("() => window.leave()")
    mounted.page.clock.run_for(1600)
    assert mounted.sent("commit") == [commit, commit]
