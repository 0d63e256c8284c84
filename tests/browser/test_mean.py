"""Over a data set: every sample's cost and gradient, their mean, and the one that is carried."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from core.datasets import DATASETS
from core.descent import descend
from core.descent.recipes import Recipe
from core.network import Dataset, network
from tests.browser.harness import frames, number, open_next, open_sidebar, rerun, settled, until
from ui import web

OpenPage = Callable[..., Page]
PARAMETERS = ("w1", "b1", "w2", "b2")

ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "relu": lambda z: np.where(np.real(z) > 0, z, 0),
    "identity": lambda z: z,
}
COSTS: dict[str, Callable[[Any, Any], Any]] = {
    "half_squared_error": lambda a, y: (a - y) ** 2 / 2,
    "squared_error": lambda a, y: (a - y) ** 2,
}


def by_hand(activation: str, cost: str, p: dict[str, Any], x: float, y: float) -> Any:
    """The cost of one sample, written out: no graph, no formula of the app's."""
    squash = ACTIVATIONS[activation]
    a1 = squash(p["w1"] * x + p["b1"])
    return COSTS[cost](squash(p["w2"] * a1 + p["b2"]), y)


def slopes_by_hand(
    activation: str, cost: str, p: dict[str, float], data: Dataset
) -> dict[str, list[float]]:
    """Each sample's derivatives by a complex step, which subtracts nothing: sample by sample."""
    step = 1e-100
    return {
        name: [
            float(np.imag(by_hand(activation, cost, p | {name: p[name] + 1j * step}, x, y))) / step
            for x, y in zip(data.x.tolist(), data.y.tolist(), strict=True)
        ]
        for name in PARAMETERS
    }


RUN = """async ([source, graph, states]) => {
    const blob = new Blob([source], { type: "text/javascript" });
    const { createMean } = await import(URL.createObjectURL(blob));
    return states.map(({ x, y, inputs }) => {
        const mean = createMean(graph, { x: Float64Array.from(x), y: Float64Array.from(y) });
        mean.run(inputs);
        const one = ({ each, mean }) => ({ each: [...each], mean });
        const slopes = Object.entries(mean.slopes).map(([name, slope]) => [name, one(slope)]);
        return { cost: one(mean.cost), slopes: Object.fromEntries(slopes) };
    });
}"""


@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_mean_of_the_samples_gradients_is_the_gradient_of_the_update(
    blank: Page, activation: str, cost: str
) -> None:
    """At 160 random states of each of eight networks, over 1 to 12 random samples."""
    random = np.random.default_rng([len(activation), len(cost)])
    graph = network(2, activation, cost)
    states = []
    for _ in range(160):
        count = int(random.integers(1, 13))
        data = Dataset(random.normal(0, 2, count), random.uniform(-1, 1, count))
        states.append((dict(zip(PARAMETERS, random.normal(0, 2, 4).tolist(), strict=True)), data))
    given = [
        {"x": data.x.tolist(), "y": data.y.tolist(), "inputs": {"x": 9.0, "y": 9.0, **p}}
        for p, data in states
    ]
    got = blank.evaluate(RUN, [web.joined("maths/mean.js"), graph.to_json(), given])
    for (p, data), shown in zip(states, got, strict=True):
        path = descend(graph, p, data, steps=1, train=PARAMETERS, learning_rate=0.25)
        heights = [
            float(by_hand(activation, cost, p, x, y)) for x, y in zip(data.x, data.y, strict=True)
        ]
        np.testing.assert_allclose(shown["cost"]["each"], heights, rtol=1e-11, atol=1e-14)
        assert shown["cost"]["mean"] == pytest.approx(sum(heights) / len(heights), rel=1e-11)
        for name, each in slopes_by_hand(activation, cost, p, data).items():
            size = max(map(abs, each)) or 1.0
            near = {"rtol": 1e-9, "atol": 1e-10 * size}
            np.testing.assert_allclose(shown["slopes"][name]["each"], each, **near)
            mean = shown["slopes"][name]["mean"]
            np.testing.assert_allclose(mean, sum(each) / len(each), **near)
            used = path.update(0)[name] if len(path) > 1 else None
            if used:
                np.testing.assert_allclose(mean, used.gradient, **near)
                np.testing.assert_allclose(-0.25 * mean, used.step, **near)


ALIKE = """async ([mean, surface, descent, graph, recipe, given]) => {
    const load = (source) =>
        import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
    const { createMean } = await load(mean);
    const { createSurface } = await load(surface);
    const { createDescent } = await load(descent);
    return given.map(({ x, y, inputs }) => {
        const samples = { x: Float64Array.from(x), y: Float64Array.from(y) };
        const point = createMean(graph, samples);
        point.run(inputs);
        const ground = Float64Array.of(NaN);
        const { w1, w2 } = inputs;
        const map = createSurface(graph, ["w1", "w2"], samples);
        map.run(inputs, Float64Array.of(w1), Float64Array.of(w2), ground);
        const path = createDescent(recipe, graph.inputs).run(inputs, samples, 0.5);
        return [point.cost.mean, ground[0], path.cost[0]];
    });
}"""


def test_the_point_the_map_and_the_path_have_one_cost_to_the_last_bit(blank: Page) -> None:
    random = np.random.default_rng(7)
    graph = network(2)
    given = []
    for count in (1, 2, 7, 12):
        point = dict(zip(PARAMETERS, random.normal(0, 2, 4).tolist(), strict=True))
        x, y = random.normal(0, 2, count), random.uniform(-1, 1, count)
        given.append({"x": x.tolist(), "y": y.tolist(), "inputs": point})
    recipe = Recipe(Dataset(np.array([0.0]), np.array([0.0])), steps=1).to_json(graph)
    sources = [web.joined(f"maths/{name}.js") for name in ("mean", "surface", "descent")]
    for costs in blank.evaluate(ALIKE, [*sources, graph.to_json(), recipe, given]):
        assert len(set(costs)) == 1


def open_bowl(open_page: OpenPage, **query: Any) -> Page:
    page = open_page("/gradient_descent", query={"data": "bowl", "w1": 2, "w2": -1, **query})
    until(page, lambda: page.locator("[data-panel=mean] tfoot .number").count() == 3, "the table")
    return page


def query(page: Page) -> dict[str, str]:
    return {name: texts[0] for name, texts in parse_qs(urlsplit(page.url).query).items()}


BOWL = DATASETS["bowl"].data
assert BOWL is not None
NETWORK = "[data-panel=network]"
MEAN = "[data-panel=mean]"
START = {"w1": 2.0, "b1": -0.3, "w2": -1.0, "b2": 0.6}


def carries(page: Page, sample: int) -> None:
    """The diagram, the table and the words are all of this sample, or of the mean."""
    assert BOWL is not None
    at = sample - 1
    until(page, lambda: number(page, "x", NETWORK) == BOWL.x[at], f"sample {sample} is carried")
    assert number(page, "y", NETWORK) == BOWL.y[at]
    slopes = slopes_by_hand("sigmoid", "half_squared_error", START, BOWL)
    for name in ("w1", "w2"):
        each = slopes[name]
        assert number(page, f"dJ/d{name}", NETWORK) == pytest.approx(each[at], rel=1e-9)
        assert number(page, f"dJ/d{name} of sample {sample}", MEAN) == pytest.approx(each[at])
        assert number(page, f"mean dJ/d{name}", MEAN) == pytest.approx(sum(each) / 9, rel=1e-9)
    pressed = page.locator(f"{MEAN} [aria-pressed=true]")
    expect(pressed).to_have_text(str(sample))


def test_the_network_carries_the_sample_that_is_chosen(open_page: OpenPage) -> None:
    page = open_bowl(open_page, sample=3)
    carries(page, 3)
    chooser = page.locator(NETWORK).get_by_role("combobox", name="sample")
    expect(chooser).to_have_value("3")
    # x and y are the data's, and nothing drags them.
    stage = page.get_by_test_id("stage")
    for name in ("x", "y"):
        expect(stage.get_by_role("slider", name=name, exact=True)).to_have_count(0)
        expect(
            page.get_by_role("spinbutton", name=name, exact=True, include_hidden=True)
        ).to_be_disabled()
    with rerun(page):
        chooser.select_option("8")
    carries(page, 8)
    until(page, lambda: query(page).get("sample") == "8", "the address has it")
    with rerun(page):
        page.locator(NETWORK).get_by_role("button", name="next sample").click()
    carries(page, 9)
    expect(page.locator(NETWORK).get_by_role("button", name="next sample")).to_be_disabled()
    with rerun(page):
        page.get_by_role("button", name="carry sample 2").click()
    carries(page, 2)
    # The path and the point are the data's, whichever sample is looked at.
    assert query(page)["w1"] == "2"


def another_sample_leaves_the_path_where_it_is(page: Page) -> None:
    with rerun(page):
        page.get_by_role("slider", name="step", exact=True).fill("40")
    w1 = number(page, "w1", NETWORK)
    assert w1 != 2
    with rerun(page):
        page.get_by_role("button", name="carry sample 5").click()
    settled(page)
    assert number(page, "w1", NETWORK) == w1
    assert number(page, "step", "[data-panel=cost]") == 40


def choose_data(page: Page, name: str) -> None:
    data = page.get_by_role("combobox", name="data", exact=True)
    data.scroll_into_view_if_needed()
    frames(page)  # a list that is open while the page scrolls closes
    with rerun(page):
        data.click()
        page.get_by_role("option", name=name).click()


def a_sample_that_smaller_data_lack_is_put_back_and_said(page: Page) -> None:
    choose_data(page, "Steep walls")
    expect(page.get_by_text("has 5 samples, so there is no sample 8")).to_be_visible()
    steep = DATASETS["steep"].data
    assert steep is not None
    until(page, lambda: number(page, "x", NETWORK) == steep.x[0], "sample 1 is carried")
    until(page, lambda: "sample" not in query(page), "the address has the default")


def the_cost_is_drawn(page: Page, name: str) -> None:
    settled(page)
    curve = page.locator("[data-panel=cost] svg.chart")
    panel = page.locator("[data-panel=cost]").bounding_box()
    box, line = curve.bounding_box(), curve.locator(".curve").bounding_box()
    assert panel
    assert box
    assert line
    assert box["width"] > 0.8 * panel["width"]
    assert box["height"] > 100
    assert line["width"] > 0.6 * box["width"], name


def test_another_sample_leaves_the_path_and_other_data_are_drawn(open_page: OpenPage) -> None:
    page = open_bowl(open_page)
    another_sample_leaves_the_path_where_it_is(page)
    for name in ("Narrow valley", "One sample", "Plateau", "Bowl"):
        choose_data(page, name)
        the_cost_is_drawn(page, name)
    with rerun(page):
        page.get_by_role("button", name="carry sample 8").click()
    a_sample_that_smaller_data_lack_is_put_back_and_said(page)


def test_a_share_link_holds_the_players_step_and_the_sample(open_page: OpenPage) -> None:
    page = open_bowl(open_page, sample=4, rate=10)
    with rerun(page):
        page.get_by_role("slider", name="step", exact=True).fill("37")
    open_sidebar(page)
    with rerun(page):
        page.get_by_role("button", name="Share").click()
    link = page.get_by_test_id("stCode").inner_text().strip()
    shown = {name: number(page, name, NETWORK) for name in ("x", "y", "w1", "w2", "J", "dJ/dw1")}
    parts = urlsplit(link)
    open_next(page, parts.path, parts.query)
    until(page, lambda: number(page, "step", "[data-panel=cost]") == 37, "the same step")
    assert {name: number(page, name, NETWORK) for name in shown} == shown
