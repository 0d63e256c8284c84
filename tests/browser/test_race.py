"""The race and the map of starts on the stage, against core's races and maps."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from core.datasets import DATASETS
from core.datasets import LESSON as WEIGHTS
from core.descent import Recipe
from core.descent.race import Entry, race, read_entries, table
from core.descent.regimes import REGIMES
from core.descent.starts import StartsMap, starts_map
from core.formatting import number as written
from core.network import Dataset, network
from tests.browser.harness import number, rerun, settled, until, ws_frames
from ui.studio.starts import REST
from ui.theme import REGIMES as LOOKS
from ui.theme import RUNNERS

OpenPage = Callable[..., Page]
LESSON = {"x": 1.5, "y": 1.0, **WEIGHTS}
CALM = "gradient_descent:0.5,momentum:0.1,nesterov:0.05,adagrad:0.5,adam:0.05,gradient_descent:2"
SIX = read_entries(CALM)
TALL = 2400
MAP, COST = "[data-panel=map]", "[data-panel=cost]"


# Called when the point has been drawn elsewhere, before the browser paints: whether it and each
# runner's line have changed by then.
FOLLOW = """root => {
    const point = root.querySelector("[data-panel=map] .point");
    const lines = [...root.querySelectorAll("[data-panel=map] .race .way")];
    const drawn = () => [point.getAttribute("cx"), ...lines.map(line => line.getAttribute("d"))];
    const before = drawn();
    window.moves = [];
    new MutationObserver(() => window.moves.push(drawn().map((now, i) => now !== before[i])))
        .observe(point, { attributeFilter: ["cx"] });
}"""


@pytest.fixture
def open_view(open_page: OpenPage) -> OpenPage:
    def open_(view: str, **options: Any) -> Page:
        page = open_page("/gradient_descent", **({"height": TALL, "query": {"v": 1}} | options))
        page.locator(f"{MAP} .point").wait_for()
        with rerun(page):
            page.get_by_role("radio", name=view).click()
        return page

    return open_


def frame(page: Page) -> None:
    page.evaluate("() => new Promise(f => requestAnimationFrame(() => requestAnimationFrame(f)))")


def ways(page: Page, panel: str) -> list[str]:
    """The lines of the runners as they are drawn."""
    found: list[str] = page.locator(f"{panel} .race .way").evaluate_all(
        "all => all.map(line => line.getAttribute('d'))"
    )
    return found


def shown(page: Page) -> dict[str, float]:
    return {name: number(page, name, "[data-panel=sliders]") for name in LESSON}


def finals(page: Page, count: int = 6) -> list[float]:
    return [number(page, f"race {k}", ".runners") for k in range(1, count + 1)]


def cores(at: dict[str, float], data: Dataset, steps: int = 200) -> list[float]:
    return [float(path.cost[-1]) for path in race(network(), at, Recipe(data, steps=steps), SIX)]


def grab(page: Page) -> tuple[float, float]:
    point = page.locator(f"{MAP} .point")
    point.scroll_into_view_if_needed()  # the views are chosen below it
    box = point.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    return x, y


# ---- the race


@pytest.mark.parametrize("name", ["one_sample", "bowl"])
def test_every_runner_follows_the_point_at_once_and_ends_where_cores_does(
    open_view: OpenPage, name: str
) -> None:
    page = open_view("Race", query={"race": CALM, "data": name, "steps": 150})
    preset = DATASETS[name].data
    data = preset if isinstance(preset, Dataset) else Dataset([1.5], [1.0])
    expect(page.locator(".runners tbody tr")).to_have_count(6)
    assert finals(page) == pytest.approx(cores(shown(page), data, 150), abs=1e-9)
    before, sent = ways(page, MAP), ws_frames(page)
    costs = ways(page, COST)
    assert len(before) == len(costs) == 6
    stage = page.get_by_test_id("stage")
    x, y = grab(page)
    for k in (1, 2, 3):
        stage.evaluate(FOLLOW)
        page.mouse.move(x + 25 * k, y - 15 * k)
        frame(page)
        moved = page.evaluate("window.moves")
        assert moved
        assert all(moved[0])
        now = ways(page, MAP)
        assert all(a != b for a, b in zip(now, before, strict=True))
        assert all(a != b for a, b in zip(ways(page, COST), costs, strict=True))
        before, costs = now, ways(page, COST)
    assert ws_frames(page) == sent
    with rerun(page):
        page.mouse.up()
    at = shown(page)
    assert at["w1"] != LESSON["w1"]
    until(
        page,
        lambda: finals(page) == pytest.approx(cores(at, data, 150), abs=1e-9),
        "the runners end where core's do",
    )


def test_the_runners_are_told_apart_and_the_lead_is_named(open_view: OpenPage) -> None:
    page = open_view("Race", query={"race": CALM, "data": "bowl"}, theme="dark")
    rows = page.locator(".runners tbody tr")
    for k, (entry, (_, dark, dash)) in enumerate(zip(SIX, RUNNERS, strict=True)):
        expect(rows.nth(k)).to_contain_text(f"η\u00a0=\u00a0{entry.learning_rate:g}")
        expect(rows.nth(k).locator(".end text")).to_have_text(str(k + 1))
        for place in (MAP, COST):
            line = page.locator(f"{place} .race .way").nth(k)
            assert (line.get_attribute("stroke-dasharray") or "") == dash
            red, green, blue = (int(dark[i : i + 2], 16) for i in (1, 3, 5))
            expect(line).to_have_css("stroke", f"rgb({red}, {green}, {blue})")
    bowl = DATASETS["bowl"].data
    assert isinstance(bowl, Dataset)
    paths = race(network(), LESSON, Recipe(bowl), SIX)
    last = int(np.argmin([path.cost[-1] for path in paths]))
    label = rows.nth(last).locator("th span").inner_text()
    sentence = page.locator(".runners .hint")
    expect(sentence).to_have_text(f"At the end {label} is lowest.")

    page.get_by_role("slider", name="step", exact=True).fill("12")
    settled(page)
    first = int(np.argmin([path.cost[12] for path in paths]))
    leads = rows.nth(first).locator("th span").inner_text()
    expect(sentence).to_have_text(f"At step 12 {leads} leads; at the end {label} is lowest.")
    expect(rows.nth(first)).to_have_class("runner leads")
    expect(page.locator(".runners .leads")).to_have_count(1)
    for k, path in enumerate(paths, 1):
        there = number(page, f"race {k} at the step", ".runners")
        assert there == pytest.approx(float(path.cost[12]), abs=1e-9)
    # The dots stand where the runners are.
    plot = page.locator(f"{MAP} .inside")
    side = float(plot.get_attribute("width") or "nan")
    for dot, path in zip(page.locator(f"{MAP} .race .dot").all(), paths, strict=True):
        shift = (dot.get_attribute("transform") or "").removeprefix("translate(").rstrip(")")
        x, y = map(float, shift.split())
        assert x == pytest.approx((path.parameters["w1"][12] + 10) / 20 * side, abs=0.1)
        assert y == pytest.approx((10 - path.parameters["w2"][12]) / 20 * side, abs=0.1)


def test_a_link_restores_the_race_and_its_table_says_what_became_of_each(
    open_view: OpenPage,
) -> None:
    text = "adam:0.05,adam:0.25"
    page = open_view("Race", query={"race": text})
    expect(page.locator(".runners tbody tr")).to_have_count(2)
    entries = [Entry("adam", 0.05), Entry("adam", 0.25)]
    paths = race(network(), LESSON, Recipe(Dataset([1.5], [1.0])), entries)
    target = 1.1 * min(float(path.cost.min()) for path in paths)
    for k, row in enumerate(table(paths, target)):
        line = page.get_by_role("row").filter(has_text=f"{k + 1} · Adam")
        expect(line).to_contain_text(written(row.cost))
        expect(line).to_contain_text(row.regime)
    field = page.get_by_role("spinbutton", name="rate of runner 2", exact=True)
    expect(field).to_have_value("0.25")
    field.fill("0.4")
    with rerun(page):
        field.press("Enter")
    expect(page.locator(".runners tbody tr").nth(1)).to_contain_text("0.4")
    until(
        page,
        lambda: parse_qs(urlsplit(page.url).query).get("race") == ["adam:0.05,adam:0.4"],
        "the link holds the race",
    )
    with rerun(page):
        page.get_by_role("radio", name="Data").click()
    expect(page.locator(".runners tbody tr")).to_have_count(0)
    assert ways(page, MAP) == []


# ---- the map of starts

# The commonest of the classes' colours in each cell, or of all; the marks of patterns are others.
CELLS = """(canvas, colors) => {
    const { width, height } = canvas, side = 61;
    const pixels = canvas.getContext("2d").getImageData(0, 0, width, height).data;
    const cells = [];
    for (let j = 0; j < side; j++) for (let i = 0; i < side; i++) {
        const seen = new Map();
        const near = (at, length) => Math.round(at / (side - 1) * (length - 1));
        for (let dy = -1; dy <= 1; dy++) for (let dx = -1; dx <= 1; dx++) {
            const x = near(i, width) + dx, y = near(side - 1 - j, height) + dy;
            if (x < 0 || y < 0 || x >= width || y >= height) continue;
            const k = 4 * (y * width + x);
            const color = "#" + [0, 1, 2].map(c =>
                pixels[k + c].toString(16).padStart(2, "0")).join("");
            if (!colors || colors.includes(color)) seen.set(color, (seen.get(color) ?? 0) + 1);
        }
        cells.push([...seen].sort((a, b) => b[1] - a[1])[0][0]);
    }
    return cells;
}"""


def drawn_starts(page: Page) -> list[str]:
    """The regime that each cell's colour means."""
    names = {color: name for name, (color, _) in LOOKS.items()}
    colors = starts_canvas(page).evaluate(CELLS, list(names))
    return [names[color] for color in colors]


def starts_canvas(page: Page) -> Locator:
    return page.locator(f"{MAP} canvas.starts")


def regimes(found: StartsMap) -> list[str]:
    return [REGIMES[code] for code in found.regime.ravel()]


@pytest.mark.parametrize(
    ("theme", "activation", "rate", "kinds"),
    [("light", "identity", 0.2, 3), ("dark", "tanh", 0.5, 4)],
)
def test_the_cells_are_cores_under_the_live_path(
    open_view: OpenPage, theme: str, activation: str, rate: float, kinds: int
) -> None:
    query = {"data": "bowl", "activation": activation, "rate": rate}
    page = open_view("Where you start", query=query, theme=theme)
    starts_canvas(page).wait_for()
    data = DATASETS["bowl"].data
    assert isinstance(data, Dataset)
    graph = network(2, activation)
    found = regimes(starts_map(graph, LESSON, Recipe(data, learning_rate=rate)))
    assert len(set(found)) >= kinds  # on the edge of two, processors differ in the last bit
    assert drawn_starts(page) == found
    for name in set(found):
        legend = page.locator(f"{MAP} .classes").get_by_text(name)
        share = round(100 * found.count(name) / len(found))
        expect(legend).to_have_text(f"{name} {share or '< 1'} %")

    sent, way = ws_frames(page), page.locator(f"{MAP} .path.whole")
    before = way.get_attribute("d")
    x, y = grab(page)
    page.mouse.move(x + 60, y - 40, steps=4)
    frame(page)
    assert way.get_attribute("d") != before
    assert ws_frames(page) == sent
    at = shown(page)
    cell = [round((at[name] + 10) / 20 * 60) for name in ("w1", "w2")]
    said = page.locator(f"{MAP} .from-here")
    expect(said).to_have_text(f"From the start: {found[cell[1] * 61 + cell[0]]}.")
    with rerun(page):
        page.mouse.up()
    assert drawn_starts(page) == found


def test_what_the_map_rests_on_dims_it_until_it_is_found_anew(open_view: OpenPage) -> None:
    page = open_view("Where you start", query={"data": "bowl"})
    starts_canvas(page).wait_for()
    said = page.locator(f"{MAP} .from-here")
    expect(said).to_contain_text("From the start")
    before = drawn_starts(page)
    number_of_b2 = page.locator("[data-panel=sliders] [data-name=b2]")
    number_of_b2.scroll_into_view_if_needed()
    handle = number_of_b2.bounding_box()
    assert handle
    x, y = handle["x"] + 5, handle["y"] + 5
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 80, y, steps=4)
    frame(page)
    expect(starts_canvas(page)).to_have_class("starts outdated")
    expect(said).to_have_text("The map is computed anew when you let go.")
    assert drawn_starts(page) == before
    page.mouse.up()
    expect(starts_canvas(page)).to_have_class("starts", timeout=30_000)
    expect(said).to_contain_text("From the start")
    data = DATASETS["bowl"].data
    assert isinstance(data, Dataset)
    at = shown(page)
    assert at["b2"] != LESSON["b2"]
    found = regimes(starts_map(network(), at, Recipe(data)))
    assert drawn_starts(page) == found != before


def test_the_colours_can_say_the_steps_to_rest(open_view: OpenPage) -> None:
    page = open_view("Where you start")
    starts_canvas(page).wait_for()
    before = starts_canvas(page).evaluate(CELLS)
    with rerun(page):
        page.get_by_role("radio", name="Steps to rest").click()
    recipe = Recipe(Dataset([1.5], [1.0]), tolerance=REST)
    steps = starts_map(network(), LESSON, recipe).steps
    within = round(100 * float(np.mean(steps <= 10)))
    legend = page.locator(f"{MAP} .classes")
    expect(legend).to_contain_text(f"at most 10 steps {within} %")
    expect(legend).to_contain_text(f"not at rest {round(100 * float(np.mean(np.isnan(steps))))} %")
    assert starts_canvas(page).evaluate(CELLS) != before


def test_long_work_shows_its_progress_and_a_change_ends_it(open_view: OpenPage) -> None:
    many = "_".join(f"{x / 10:g}_{(x % 7) / 7:.2f}" for x in range(-25, 25))
    query = urlencode({"data": "own", "points": many, "steps": 2000, "rate": 0.01})
    page = open_view("Data", query=query)
    page.get_by_role("radio", name="Where you start").click()
    bar = page.get_by_test_id("stProgress")
    bar.wait_for()
    expect(bar).to_contain_text("Descending from 3721 starts")
    assert starts_canvas(page).count() == 0
    with rerun(page, timeout=60):
        page.get_by_role("radio", name="Take it away").click()
        # Every file on offer says that this view has been drawn, so the map was given up.
        page.get_by_text("A Python script").wait_for()
    expect(bar).to_have_count(0)
    page.get_by_role("radio", name="Where you start").click()
    bar.wait_for()  # nothing was found, so the work begins anew
    assert starts_canvas(page).count() == 0
    with rerun(page, timeout=60):
        page.get_by_role("radio", name="Data").click()


# ---- a phone


@pytest.mark.parametrize("view", ["Race", "Where you start"])
def test_a_phone_shows_it_without_sideways_scrolling(open_view: OpenPage, view: str) -> None:
    page = open_view(view, width=390, height=844, has_touch=True)
    shown = page.locator(".runners tbody tr").first if view == "Race" else starts_canvas(page)
    shown.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for part in page.locator(f"{MAP} .legend, .runners table, .runners svg").all():
        box = part.bounding_box()
        if box:
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 390
