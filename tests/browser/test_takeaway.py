"""What the studio gives to take along, downloaded with a real browser from the real page."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from core.datasets import DATASETS
from core.descent import Recipe, descend, recipe
from core.descent.export import descent_notebook, descent_script, path_csv
from core.network import Dataset, network
from tests.browser.harness import rerun
from ui.studio.takeaway import animation_page

OpenPage = Callable[..., Page]
START = {"x": 1.5, "y": 1.0, "w1": 0.8, "b1": -0.3, "w2": -1.4, "b2": 0.6}


def bowl() -> Dataset:
    data = DATASETS["bowl"].data
    assert isinstance(data, Dataset)
    return data


def saved(page: Page, button: str, file: str) -> tuple[str, str]:
    """The name and the text of the file that a button gives; its name says which."""
    with page.expect_download() as download:
        page.get_by_role("button", name=f"{button}, {file}", exact=True).press("Enter")
    path = download.value.path()
    return download.value.suggested_filename, Path(path).read_bytes().decode()


@pytest.fixture
def studio(open_page: OpenPage) -> Page:
    query = {"data": "bowl", "optimizer": "adam", "rate": 0.1, "steps": 40}
    page = open_page("/gradient_descent", query=query)
    with rerun(page):
        page.get_by_role("radio", name="Take it away").click()
    return page


def test_every_file_is_made_from_what_the_screen_shows(studio: Page) -> None:
    graph, data = network(), bowl()
    path = descend(graph, START, data, "adam", 0.1, 40)
    run = (graph, START, Recipe(data, "adam", 0.1, 40))
    assert saved(studio, "The path as CSV", "path.csv") == ("path.csv", path_csv(path, "J_bar"))
    assert saved(studio, "A Python script", "descent.py") == ("descent.py", descent_script(*run))
    assert saved(studio, "A Jupyter notebook", "descent.ipynb") == (
        "descent.ipynb",
        descent_notebook(*run),
    )
    made = recipe(graph, data, "adam", 40)
    carried = START | {"x": float(data.x[0]), "y": float(data.y[0])}
    page = animation_page(graph, carried, data, path, made)
    assert saved(studio, "The animation as HTML", "descent.html") == ("descent.html", page)
