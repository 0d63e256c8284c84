"""The descent to take away: its numbers, programs that make them again, the animation."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.descent import Path
from core.descent.export import descent_notebook, descent_script, path_csv
from core.descent.rules import RULES
from core.formatting import number
from core.graph import Graph
from core.network import Dataset
from ui.files import download
from ui.session import state
from ui.session.learner import carried, cost_name, current_axes, current_recipe
from ui.session.parameters import controls
from ui.stage import Scene, drawing
from ui.stage.page import SCRIPT, page

PANELS = ("network", "map", "cost", "player", "rate", "sliders", "mean")
"""What the animation shows."""
NOTEBOOK = "application/x-ipynb+json"


def exports(graph: Graph, data: Dataset, path: Path) -> None:
    """The same descent elsewhere, each file made from what is on the screen now."""
    recipe = current_recipe(data)
    start = carried(graph, data)
    st.markdown(
        "The script and the notebook need NumPy only. Where PyTorch is installed, they check their "
        "gradients with its autograd. The animation opens in any browser, also without a network."
    )
    page = animation_page(
        graph,
        start,
        data,
        path,
        recipe.to_json(graph),
        current_axes(),
        state.value("sample"),
    )
    descent = (graph, state.numbers(graph.inputs), recipe)
    files = (
        (
            "The path as CSV",
            "path.csv",
            "text/csv",
            path_csv(path, "J_bar" if len(data) > 1 else graph.output),
        ),
        (
            "A Python script",
            "descent.py",
            "text/x-python",
            descent_script(*descent),
        ),
        (
            "A Jupyter notebook",
            "descent.ipynb",
            NOTEBOOK,
            descent_notebook(*descent),
        ),
        # What draws it is most of it, and always the same.
        ("The animation as HTML", "descent.html", "text/html", page.partition(SCRIPT)),
    )
    with st.container(horizontal=True):
        for label, name, kind, text in files:
            download(label, name, kind, text, key=f"take-{name}")
    st.caption(
        "Pictures: ⤓ on the network, the map and the cost at each step saves them; a chart has it "
        "in its corner when you point at it."
    )


def animation_page(
    graph: Graph,
    start: Mapping[str, float],
    data: Dataset,
    path: Path,
    recipe: Mapping[str, Any],
    axes: tuple[str, str] = ("w1", "w2"),
    sample: int = 1,
) -> str:
    """The path as one HTML file that plays and scrubs without any network.

    ``start`` holds a number for each of the graph's inputs; the path begins there. From wherever
    it is dragged to, the path is made anew by ``recipe``, from :meth:`core.descent.Recipe.to_json`.
    """
    several = len(data) > 1
    scene = Scene(
        graph,
        start,
        controls((*graph.inputs, "rate"), len(data) if several else None),
        sample=sample if several else None,
        panels=PANELS,
        data=data,
        path=path,
        axes=axes,
        step=0,
        recipe=recipe,
        rate=path.learning_rate,
    )
    return page("Gradient descent, step by step", summary(graph, data, path), drawing(scene))


def summary(graph: Graph, data: Dataset, path: Path) -> str:
    """In a sentence or two: the network, what was done with it, and what that came to.

    >>> from core.descent import descend
    >>> from core.network import network
    >>> one, line = Dataset([2.0], [4.0]), network(1, "identity")
    >>> path = descend(line, {"w1": 3, "b1": 0}, one, steps=1, train=["w1"], learning_rate=0.25)
    >>> print(summary(line, one, path))
    The network z₁ = w₁x + b₁, ŷ = z₁, J = ½(ŷ − y)². Gradient descent over one sample, learning
    rate 0.2500: after 1 step the cost J is 0.
    """
    formulas = ", ".join(
        f"{graph.text(node.symbol)} = {graph.text(node.expression)}"
        for node in graph.nodes
        if node.expression is not None
    )
    steps, many = len(path) - 1, len(data) > 1
    return (
        f"The network {formulas}. {RULES[path.optimizer].label} over "
        f"{f'{len(data)} samples' if many else 'one sample'}, learning rate "
        f"{number(path.learning_rate)}: after {steps} step{'s' * (steps != 1)} the "
        f"{'mean ' * many}cost {cost_name(data)} is {number(path.cost[-1])}."
    )
