"""Every page, run without a browser: core's numbers, and nothing that a learner can break."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.network import network
from ui.equations import forward_pass
from ui.formatting import latex_number
from ui.lessons import LESSONS
from ui.theme import COLORS

ROOT = Path(__file__).resolve().parents[2]
PAGES = [lesson.name for lesson in LESSONS]


def run(page: str = "home", **query: str) -> AppTest:
    """The page as somebody who opens this link finds it."""
    app = AppTest.from_file(ROOT / "ui" / "frame.py", default_timeout=30)
    for name, text in query.items():
        app.query_params[name] = text
    app.run()
    if page != "home":
        app.switch_page(str(ROOT / "pages" / f"{page}.py")).run()
    assert not app.exception
    return app


@pytest.mark.parametrize("page", ["home", *PAGES])
def test_a_page_opens_without_an_exception(page: str) -> None:
    app = run(page)
    assert app.title[0].value


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "identity"])
def test_a_page_works_with_every_activation_at_the_ends_of_the_range(
    page: str, activation: str
) -> None:
    app = run(page)
    app.selectbox("activation").set_value(activation)
    for name in ("x", "w1", "w2"):
        app.number_input(name).set_value(-10.0)
    app.run()
    assert not app.exception


def test_the_forward_pass_shows_cores_numbers() -> None:
    app = run("forward_pass")
    app.number_input("w1").set_value(2.25)
    app.run()
    graph = network(2)
    names = ("x", "y", "w1", "b1", "w2", "b2")
    values = graph.forward({name: app.number_input(name).value for name in names})
    assert app.latex[0].value.strip("$\n ") == forward_pass(graph, values, COLORS["light"])


@pytest.mark.parametrize("by", ["w1", "b1", "w2", "b2", "x", "y", "z1", "a2"])
def test_backpropagation_shows_the_chosen_derivative(by: str) -> None:
    app = run("backpropagation")
    app.selectbox("by").set_value(by)
    app.run()
    graph = network(2)
    names = ("x", "y", "w1", "b1", "w2", "b2")
    values = graph.forward({name: app.number_input(name).value for name in names})
    exact = latex_number(float(graph.backward(values)[by]), sign=True)
    assert any(exact in block.value for block in app.latex)


@pytest.mark.parametrize(
    "text", ["", "log(", "sn(x)", "x y", "2..3", "__import__('os')", "log(x)-", "1/0"]
)
def test_a_wrong_formula_is_explained_and_the_last_good_one_stays(text: str) -> None:
    app = run("chain_rule")
    app.text_input("f").set_value("sin(x^2)")
    app.run()
    good = app.latex[0].value
    app.text_input("f").set_value(text)
    app.run()
    assert not app.exception
    assert app.error[0].value.endswith((".", "?"))
    assert app.latex[0].value == good


@pytest.mark.parametrize("text", ["log(x)", "sqrt(x)", "1/(x-1)", "asin(x)", "log(x-20)", "3", "x"])
def test_a_function_undefined_somewhere_is_shown_with_the_reason(text: str) -> None:
    app = run("chain_rule")
    app.text_input("f").set_value(text)
    for x in (-2.0, 0.0, 1.0):
        app.number_input("x").set_value(x)
        app.run()
        assert not app.exception


def test_cross_entropy_with_a_target_beyond_1_is_refused_with_the_reason() -> None:
    app = run("backpropagation")
    app.selectbox("cost").set_value("cross_entropy")
    app.number_input("y").set_value(3.0)
    app.run()
    assert not app.exception
    assert "between 0 and 1" in app.warning[0].value


def test_what_a_link_gets_wrong_is_told_and_put_back() -> None:
    app = run(w1="99", x="hello", q="1")
    told = " ".join(text.value for text in app.text)
    assert "w1 to 99" in told
    assert "x to hello" in told
    assert "names q" in told
    assert app.number_input("w1").value == 0.8
    assert app.number_input("x").value == 1.5


@pytest.mark.parametrize(
    "optimizer", ["gradient_descent", "momentum", "nesterov", "adagrad", "rmsprop", "adam"]
)
def test_every_optimizer_runs_on_the_descent_page(optimizer: str) -> None:
    app = run("gradient_descent")
    app.selectbox("optimizer").set_value(optimizer)
    app.number_input("steps").set_value(30)
    app.run()
    assert not app.exception
