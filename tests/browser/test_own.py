"""A network of one's own: built on the diagram, trained, opened, and taken along in a link."""

import math
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
from playwright.sync_api import Locator, Page, expect

from core.functions import ACTIVATIONS
from core.initialisation import initial
from core.network import Architecture, Dataset, Layer, layered, parameters
from core.toys import toy
from tests.browser.harness import move_to, number, open_next, rerun, settled, until
from tests.browser.test_one_screen import faults
from ui import web

OpenPage = Callable[..., Page]
PATH = "/build_your_own"


def open_own(open_page: OpenPage, query: str, **options: Any) -> Page:
    return open_page(PATH, query=f"v=1&{query}", width=1366, height=768, **options)


def go_on(page: Page, query: str) -> None:
    """To another network in the open app, by its link."""
    move_to(page, PATH, f"v=1&{query}")


def panel(page: Page, name: str) -> Locator:
    return page.locator(f"[data-panel={name}]")


def weight(page: Page, name: str) -> Locator:
    return panel(page, "neurons").get_by_role("slider", name=name, exact=True)


def query(page: Page) -> dict[str, str]:
    return dict(page.evaluate("Object.fromEntries(new URLSearchParams(location.search))"))


COMPUTE = """async ([evaluate, mean, plane, cases]) => {
    const load = (source) =>
        import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
    const { createEvaluator } = await load(evaluate);
    const { createMean } = await load(mean);
    const { createPlane } = await load(plane);
    return cases.map(({ graph, samples, weights, axes, grid }) => {
        const columns = Object.fromEntries(
            Object.entries(samples).map(([name, column]) => [name, Float64Array.from(column)]));
        const means = createMean(graph, columns);
        means.run(weights);
        const one = createEvaluator(graph);
        const first = Object.entries(samples).map(([name, column]) => [name, column[0]]);
        one.run({ ...weights, ...Object.fromEntries(first) });
        const names = graph.nodes.map(({ name }) => name).filter((name) => name[0] === "a");
        const lines = createPlane(graph, names, axes, axes.map(() => Float64Array.from(grid)));
        lines.run(weights);
        return {
            values: [...one.values], derivatives: [...one.derivatives],
            cost: means.cost.mean,
            slopes: Object.values(means.slopes).map(({ mean }) => mean),
            plane: Object.fromEntries(names.map((name) => [name, [...lines.of[name]]])),
        };
    });
}"""


def test_the_browser_computes_two_hundred_networks_as_numpy_does(blank: Page) -> None:
    random = np.random.default_rng(12)
    grid = np.linspace(-2, 2, 3)
    cases, wanted = [], []
    for _ in range(200):
        hidden = tuple(
            Layer(int(random.integers(1, 5)), str(random.choice(list(ACTIVATIONS))))
            for _ in range(random.integers(1, 4))
        )
        planar = bool(random.integers(2))
        shape = Architecture(2 if planar else 1, hidden, classes=planar)
        graph = layered(shape)
        weights = initial(shape, "normal", int(random.integers(1000)))
        x = random.normal(0, 1, (5, 2) if planar else 5)
        y = random.integers(0, 2, 5).astype(float) if planar else random.normal(0, 1, 5)
        columns = Dataset(x, y).columns
        over = graph.forward(weights | dict(columns))
        back = graph.backward(over)
        first = graph.forward(weights | {name: c[0] for name, c in columns.items()})
        across = np.meshgrid(*[grid] * shape.inputs)
        inputs = dict(zip(shape.input_names, across, strict=True))
        plane = graph.forward(weights | inputs | {"y": 0.0})
        wanted.append((graph, first, graph.backward(first), over, back, plane))
        cases.append(
            {
                "graph": graph.to_json(),
                "samples": {name: c.tolist() for name, c in columns.items()},
                "weights": weights,
                "axes": list(shape.input_names),
                "grid": grid.tolist(),
            }
        )
    sources = [web.joined(f"maths/{name}.js") for name in ("evaluate", "mean", "plane")]
    for shown, (graph, first, slopes, over, back, plane) in zip(
        blank.evaluate(COMPUTE, [*sources, cases]), wanted, strict=True
    ):
        near = {"rtol": 1e-11, "atol": 1e-14}
        names = [node.name for node in graph.nodes]
        np.testing.assert_allclose(shown["values"], [float(first[n]) for n in names], **near)
        np.testing.assert_allclose(shown["derivatives"], [float(slopes[n]) for n in names], **near)
        np.testing.assert_allclose(shown["cost"], np.mean(over["J"]), **near)
        by_hand = [float(np.mean(np.broadcast_to(back[n], 5))) for n in parameters(graph)]
        np.testing.assert_allclose(shown["slopes"], by_hand, **near)
        for name, values in shown["plane"].items():
            exact = np.broadcast_to(plane[name], np.shape(plane[names[0]])).ravel()
            np.testing.assert_allclose(values, exact, **near)


def with_a_neuron_more(page: Page, names: tuple[str, ...]) -> None:
    """These numbers stay where a third neuron comes."""
    kept = {name: number(page, name) for name in names}
    with rerun(page):
        page.get_by_role("button", name="a neuron more in hidden layer 1", exact=True).click()
    until(page, lambda: query(page)["hidden"] == "tanh3", "three neurons")
    settled(page)
    assert {name: number(page, name) for name in kept} == kept


def test_a_long_run_tells_how_far_it_is_and_can_be_ended(open_page: OpenPage) -> None:
    page = open_own(
        open_page,
        "toy=spiral&hidden=tanh4-tanh4-tanh4&count=200&optimizer=adam&rate=0.01&steps=2000&seed=77",
    )
    before = number(page, "mean cost")
    page.get_by_role("button", name="Train", exact=True).click()
    card = page.locator(".st-key-training")
    expect(card).to_contain_text("of 2000", timeout=30000)
    page.get_by_role("button", name="Cancel", exact=True).click()
    expect(card).to_be_hidden(timeout=30000)
    train = page.get_by_role("button", name="Train", exact=True)
    expect(train).to_be_enabled(timeout=30000)
    settled(page)
    assert "trained" not in query(page)
    assert number(page, "mean cost") == before


CIRCLES = "toy=circles&hidden=tanh3-relu2&seed=5&count=40&point=7&opened=b1_2"


def its_numbers_are_those_of_numpy(page: Page) -> None:
    """Of the network in the link CIRCLES."""
    shape = Architecture(2, (Layer(3), Layer(2, "relu")), classes=True)
    data, held = toy("circles", count=40)
    graph, start = layered(shape), initial(shape, "xavier", 5)
    one = {name: float(column[6]) for name, column in data.columns.items()}
    values = graph.forward(start | one)
    slopes = graph.backward(values)
    for name in ("a1_1", "a1_3", "a2_2", "a3_1", "J", "w1_21", "w3_12"):
        assert math.isclose(number(page, name), float(values[name]), rel_tol=1e-12), name
    for name in ("a1_1", "a2_1", "b1_2"):
        assert math.isclose(number(page, f"dJ/d{name}"), float(slopes[name]), rel_tol=1e-12), name
    for name, over in (("mean cost", data), ("held-out cost", held)):
        mean = float(np.mean(graph.forward(start | dict(over.columns))["J"]))
        assert math.isclose(number(page, name), mean, rel_tol=1e-12), name


def the_paths_of_a_weight_add_up_to_its_derivative(page: Page) -> None:
    """Of w1_12, through four neurons of the second layer."""
    paths = panel(page, "paths")
    expect(paths.get_by_role("listitem")).to_have_count(4)
    expect(paths).to_contain_text("the sum over 4 paths")
    products = paths.locator(".product").evaluate_all("all => all.map((e) => +e.dataset.number)")
    assert math.isclose(sum(products), number(page, "dJ/dw1_12"), rel_tol=1e-12)
    assert [abs(p) for p in products] == sorted(map(abs, products), reverse=True)
    shares = [int(text.split()[0]) for text in paths.locator(".share").all_inner_texts()]
    assert 98 <= sum(shares) <= 102


def the_matrices_hold_the_same_derivative(page: Page) -> None:
    """Of w2_12, in layers of three neurons and of two."""
    paths = panel(page, "paths")
    paths.get_by_role("button", name="In matrices").click()
    chosen = paths.locator("[data-equation=dW2] td.chosen").first
    expect(chosen).to_be_visible()
    expect(chosen).to_have_text(paths.locator(".sum strong").inner_text())
    cells = paths.locator("[data-equation=dW2] figure").first.locator("td")
    expect(cells).to_have_count(6)
    with rerun(page):
        cells.last.click()
    until(page, lambda: query(page).get("opened") == "w2_23", "an entry opens its weight")


def test_numbers_paths_and_matrices_say_the_same_as_numpy(open_page: OpenPage) -> None:
    page = open_own(open_page, CIRCLES)
    its_numbers_are_those_of_numpy(page)
    go_on(page, "toy=xor&hidden=tanh3-tanh4&opened=w1_12")
    the_paths_of_a_weight_add_up_to_its_derivative(page)
    for toy_name in ("bump", "spiral"):
        go_on(page, f"toy={toy_name}&hidden=tanh3-sigmoid2&opened=w2_12")
        the_matrices_hold_the_same_derivative(page)


def a_weight_is_dragged_and_everything_follows_without_python(page: Page) -> None:
    edge = weight(page, "w1_11").locator(".hit")
    box = edge.bounding_box()
    assert box
    before = {name: number(page, name) for name in ("w1_11", "a1_1", "J", "mean cost")}
    x, y = box["x"] + 0.5 * box["width"], box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y, steps=4)
    until(page, lambda: number(page, "w1_11") != before["w1_11"], "the weight follows")
    moved = {name: number(page, name) for name in before}
    assert all(moved[name] != before[name] for name in before)
    assert "weights" not in query(page)
    with rerun(page):
        page.mouse.up()
    settled(page)
    until(page, lambda: "weights" in query(page), "the address holds it")
    assert {name: number(page, name) for name in before} == moved


def keys_go_through_the_network_and_change_its_weights(page: Page) -> None:
    first = weight(page, "w1_11")
    first.focus()
    before = number(page, "w1_11")
    page.keyboard.press("ArrowRight")
    until(page, lambda: number(page, "w1_11") > before, "right raises it")
    page.keyboard.press("ArrowDown")
    expect(weight(page, "w1_12")).to_be_focused()
    with rerun(page):
        page.keyboard.press("Enter")
    until(page, lambda: query(page).get("opened") == "w1_12", "Enter opens it")
    expect(panel(page, "paths")).to_contain_text("one path")


def test_weights_are_changed_by_hand_and_by_keys_and_stay_where_a_neuron_comes(
    open_page: OpenPage,
) -> None:
    page = open_own(open_page, "toy=xor&hidden=tanh2&opened=w1_11")
    a_weight_is_dragged_and_everything_follows_without_python(page)
    with_a_neuron_more(page, ("w1_11", "w1_22", "w2_11", "b2_1"))
    go_on(page, "toy=xor&hidden=tanh2&opened=w2_11")
    keys_go_through_the_network_and_change_its_weights(page)


def test_neurons_and_layers_come_and_go_on_the_diagram_and_new_weights_are_others(
    open_page: OpenPage,
) -> None:
    page = open_own(open_page, "toy=moons&hidden=tanh2")
    neurons = panel(page, "neurons")
    for label, hidden in (
        ("a neuron more in hidden layer 1", "tanh3"),
        ("a hidden layer more", "tanh3-tanh2"),
        ("a neuron less in hidden layer 2", "tanh3-tanh1"),
        ("a hidden layer less", "tanh3"),
    ):
        button = neurons.get_by_role("button", name=label, exact=True)
        button.focus()
        with rerun(page):
            page.keyboard.press("Enter")
        until(page, lambda hidden=hidden: query(page)["hidden"] == hidden, label)
        if button.is_enabled():
            expect(button).to_be_focused()  # though it was all built anew
    with rerun(page):
        neurons.get_by_role("combobox", name="activation of hidden layer 1").select_option("relu")
    until(page, lambda: query(page)["hidden"] == "relu3", "another activation")
    expect(neurons.locator(".neuron")).to_have_count(2 + 3 + 1 + 1)
    most = neurons.get_by_role("button", name="a hidden layer less", exact=True)
    expect(most).to_be_disabled()

    go_on(page, "toy=xor&hidden=tanh2&seed=4")
    seen = {number(page, "w1_11")}
    for _ in range(3):
        with rerun(page):
            page.get_by_role("button", name="New weights").click()
        until(page, lambda: number(page, "w1_11") not in seen, "they are drawn anew")
        seen.add(number(page, "w1_11"))


def test_after_training_the_words_are_seen_whole(open_page: OpenPage) -> None:
    page = open_page(PATH, width=1366, height=768)
    with rerun(page):
        page.get_by_role("button", name="Train", exact=True).click()
    until(page, lambda: number(page, "step", "[data-panel=cost]") == 200, "it is shown to its end")
    assert faults(page, "build_your_own") == []


def a_weight_that_is_moved_starts_from_there(page: Page) -> None:
    """After training: the run is of the past."""
    trained = {name: number(page, name) for name in ("w1_11", "w1_12", "w2_14")}
    weight(page, "w1_11").focus()
    with rerun(page):
        page.keyboard.press("ArrowRight")
    settled(page)
    until(page, lambda: "trained" not in query(page), "the run is of the past")
    assert number(page, "w1_11") != trained["w1_11"]
    assert {name: number(page, name) for name in ("w1_12", "w2_14")} == {
        name: trained[name] for name in ("w1_12", "w2_14")
    }


def test_training_is_played_a_link_shows_it_again_and_what_is_changed_starts_from_there(
    open_page: OpenPage,
) -> None:
    page = open_own(open_page, "toy=xor&hidden=tanh4&optimizer=adam&rate=0.1&steps=200&seed=3")
    before = number(page, "mean cost")
    with rerun(page):
        page.get_by_role("button", name="Train", exact=True).click()
    until(page, lambda: number(page, "step", "[data-panel=cost]") == 200, "it is shown to its end")
    after = number(page, "mean cost")
    assert after < 0.1 * before
    until(page, lambda: query(page).get("at") == "200", "the address holds the step")
    shown = {name: number(page, name) for name in ("w1_11", "a2_1", "J", "held-out cost")}
    link = page.evaluate("location.search.slice(1)")
    open_next(page, PATH, link)
    until(page, lambda: number(page, "step", "[data-panel=cost]") == 200, "the same step")
    assert {name: number(page, name) for name in shown} == shown

    a_weight_that_is_moved_starts_from_there(page)
    trained = "toy=xor&hidden=tanh2&optimizer=adam&rate=0.1&steps=100&seed=3&trained=1&at=100"
    open_next(page, PATH, f"v=1&{trained}")
    until(page, lambda: number(page, "step", "[data-panel=cost]") == 100, "its end is shown")
    with_a_neuron_more(page, ("w1_11", "w1_22", "w2_12"))


def test_a_sample_is_dragged_and_added_and_those_added_at_once_are_all_there(
    open_page: OpenPage,
) -> None:
    page = open_own(open_page, "toy=xor&hidden=tanh2&count=20")
    plane = panel(page, "plane")
    spot = plane.locator(".sample-dot").nth(3).bounding_box()
    assert spot
    x, y = spot["x"] + spot["width"] / 2, spot["y"] + spot["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    region = plane.locator("canvas").bounding_box()
    assert region
    inwards = math.copysign(30, region["x"] + region["width"] / 2 - x)
    page.mouse.move(x + inwards, y, steps=4)
    with rerun(page):
        page.mouse.up()
    until(page, lambda: query(page).get("toy") in ("own", "Your own"), "they are the learner's own")
    expect(plane.locator(".sample-dot")).to_have_count(20)
    moved = plane.locator(".sample-dot").nth(3).bounding_box()
    assert moved
    assert abs(moved["x"] - spot["x"] - inwards) < 2
    with rerun(page):
        page.mouse.click(region["x"] + region["width"] / 2, region["y"] + region["height"] / 2)
    expect(plane.locator(".sample-dot")).to_have_count(21)

    go_on(page, "toy=blobs&hidden=tanh2&count=10")
    region = plane.locator("canvas").bounding_box()
    assert region
    for share in (0.3, 0.5, 0.7):
        page.mouse.click(region["x"] + share * region["width"], region["y"] + 5)
    expect(plane.locator(".sample-dot")).to_have_count(13, timeout=30000)
    assert query(page)["cloud"].count("_") == 13 * 3 - 1


def test_samples_are_moved_added_and_taken_away_by_keys(open_page: OpenPage) -> None:
    page = open_own(open_page, "toy=xor&hidden=tanh2&count=20&noise=0&point=4")
    plane = panel(page, "plane")
    samples = plane.get_by_role("application", name="samples")
    x1, y, before = number(page, "x1"), number(page, "y"), number(page, "mean cost")
    samples.focus()
    with rerun(page):
        for _ in range(3):
            page.keyboard.press("ArrowLeft" if x1 > 0 else "ArrowRight")
    assert abs(number(page, "x1")) < abs(x1)
    assert number(page, "mean cost") != before
    assert query(page)["toy"] in ("own", "Your own")
    expect(samples).to_be_focused()  # though it was all built anew
    with rerun(page):
        page.keyboard.press("Enter")
    until(page, lambda: number(page, "y") == 1 - y, "it is of the other class")
    expect(samples).to_be_focused()
    for key, count in (("Insert", 21), ("Delete", 20)):
        with rerun(page):
            page.keyboard.press(key)
        expect(plane.locator(".sample-dot")).to_have_count(count)
        expect(samples).to_be_focused()
    expect(plane.locator("#samples-told")).to_contain_text("Sample 4 of 20")
    drawn = plane.locator("canvas.region").evaluate(
        "one => one.getContext('2d').getImageData(0, 0, one.width, one.height).data"
        ".filter((_, i) => i % 4 === 3).every((ink) => ink > 0)"
    )
    assert drawn, "the field behind the samples is there"


CROWDED = """async () => {
    const stage = [...document.querySelectorAll("*")].map((host) => host.shadowRoot)
        .map((root) => root?.querySelector(".stage")).find(Boolean);
    const picture = stage?.querySelector("[data-panel=neurons] svg[role=group]");
    if (!picture) return ["not drawn"];
    const frame = () => new Promise(requestAnimationFrame);
    await frame();
    const box = (element) => {
        const { left, right, top, bottom, height } = element.getBoundingClientRect();
        // A box has the height of its line: what is written stands within four fifths.
        const by = element.matches("text") ? 0.2 * height : 0;
        return { left, right, top: top + by, bottom: bottom - by };
    };
    const meet = (a, b) => a.left < b.right && b.left < a.right
        && a.top < b.bottom && b.top < a.bottom;
    const said = (text) => text.textContent.replaceAll("\u200b", "");
    const seen = () => [...picture.querySelectorAll("text")].filter((text) =>
        text.textContent.trim() && getComputedStyle(text).opacity > 0
        && !text.hasAttribute("hidden"));
    const tiles = [...picture.querySelectorAll(".frame")].map(box);
    const place = box(picture);
    const faults = new Set();
    for (const weight of picture.querySelectorAll("[data-weight]")) {
        weight.focus();
        await frame();
        const texts = seen();
        for (const text of texts) {
            const own = weight.contains(text);
            const here = box(text);
            if (own && (here.left < place.left || here.right > place.right
                || here.top < place.top || here.bottom > place.bottom))
                faults.add(`${said(text)} is cut off`);
            if (text.matches(".weight-value, .bias-value") && tiles.some((one) => meet(one, here)))
                faults.add(`${said(text)} lies on a neuron`);
            for (const other of texts)
                if (other !== text && meet(box(other), here))
                    faults.add([said(text), said(other)].sort().join(" lies on "));
        }
        if (!texts.some((text) => weight.contains(text))) faults.add("a label is not shown");
    }
    return [...faults];
}"""


def test_labels_of_weights_lie_on_no_neuron_and_no_other_text(open_page: OpenPage) -> None:
    page = open_own(open_page, "toy=xor&hidden=tanh2&opened=w1_11")
    for network in (
        "toy=xor&hidden=tanh2&opened=w1_11",
        "toy=bump&hidden=sigmoid2&opened=b1_2",
        "toy=xor&hidden=relu2-tanh2&opened=w1_11",
        "toy=xor&hidden=tanh4&opened=w2_14",
        "toy=line&hidden=tanh4-tanh4&opened=w3_11",
        "toy=spiral&hidden=tanh4-tanh4-tanh4&opened=w2_33",
        "step=build_your_own-dead",
        "step=build_your_own-few",
    ):
        go_on(page, network)
        for width, height in ((1366, 768), (390, 844)):
            page.set_viewport_size({"width": width, "height": height})
            found: list[str] = [""]

            def none(found: list[str] = found) -> bool:
                found[:] = page.evaluate(CROWDED)
                return not found

            with suppress(AssertionError):  # what is found is said below
                until(page, none, "no label lies on anything", timeout=3)
            assert not found, (network, width, found)
