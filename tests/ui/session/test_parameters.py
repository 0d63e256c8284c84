"""The parameter table: what a link may say, and what the learner is told when it says more."""

from urllib.parse import parse_qs

import pytest

from core.weights import write_weights
from ui.session.parameters import PARAMETERS, problems, refused_cost, share_query

DEFAULTS = {name: parameter.default for name, parameter in PARAMETERS.items()}


def read(query: str) -> dict[str, str]:
    return {name: texts[0] for name, texts in parse_qs(query, keep_blank_values=True).items()}


def test_a_share_link_spells_out_every_value_and_its_version() -> None:
    query = read(share_query(DEFAULTS))
    assert query.keys() == {"v", *PARAMETERS}
    assert query["v"] == "1"
    assert {n: PARAMETERS[n].read(t) for n, t in query.items() if n != "v"} == DEFAULTS


def test_a_share_link_keeps_every_digit() -> None:
    exact = 0.1234567890123456
    query = parse_qs(share_query(DEFAULTS | {"w1": exact}))
    assert PARAMETERS["w1"].read(query["w1"][0]) == exact


def test_a_link_made_here_has_no_problems() -> None:
    query = read(share_query(DEFAULTS))
    assert problems(query) == []


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("w1", "99", "between −10 and 10"),
        ("w1", "abc", "not a number"),
        ("w1", "", "nothing"),
        ("b2", "nan", "between"),
        ("x", "inf", "between"),
        ("steps", "2.5", "whole number"),
        ("steps", "0", "between 1 and 2000"),
        ("activation", "step", "sigmoid, tanh, relu, identity"),
        ("f", "__import__('os')", "cannot be read"),
        ("race", "adam", "Runner 1 needs a learning rate between 10⁻⁴ and 1000"),
        ("race", "adam:1,sprint:1", "Runner 2 must be one of"),
        ("hidden", "tanh9", "A hidden layer has 1 to 4 neurons, not 9. The default tanh2 is used."),
        ("hidden", "", "nothing, but that is no list of layers"),
        (
            "weights",
            "AAAA",
            "They are no weights that this app has written. Fresh ones were drawn.",
        ),
        ("opened", "w9", "A node of this network is called like w2_13 or a1_2. No node is opened."),
        ("cloud", "2x1_2_", "holds no samples"),
        ("q", "1", "does not know"),
        ("v", "9", "version"),
        ("w1", "9" * 500, "…"),
    ],
)
def test_what_a_link_gets_wrong_is_named(name: str, text: str, said: str) -> None:
    (sentence,) = problems({name: text})
    assert said in sentence
    assert sentence.endswith(".")
    assert len(sentence) < 400


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"data": "bowl", "sample": "10"}, 9),
        ({"data": "Steep walls", "sample": "6"}, 5),
        ({"data": "own", "points": "1_2_3_4", "sample": "3"}, 2),
    ],
)
def test_a_sample_that_the_data_lack_is_named(query: dict[str, str], count: int) -> None:
    (sentence,) = problems(query)
    assert f"sample to {query['sample']}, but the data has {count} samples" in sentence
    assert sentence.endswith("The default 1 is used.")
    assert problems(query | {"sample": str(count)}) == []
    assert problems({"sample": query["sample"]}) == []  # without data it waits


NINE = write_weights([0.5] * 9)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"hidden": "tanh3"}, 13),
        ({"hidden": "tanh3", "toy": "Sine"}, 10),
        ({"toy": "own", "cloud": "2x0_1_1_2"}, 7),
        ({"step": "build_your_own-bend"}, 7),
        ({"step": "build_your_own-bend", "toy": "xor", "hidden": "relu1"}, 5),
    ],
)
def test_weights_of_another_network_are_named(query: dict[str, str], count: int) -> None:
    (sentence,) = problems(query | {"weights": NINE})
    assert sentence.endswith(
        f"which has 9 numbers, but this network has {count} weights and biases. "
        "Fresh ones were drawn."
    )


@pytest.mark.parametrize("step", ["two", "bend"])
def test_weights_that_fit_are_taken(step: str) -> None:
    assert problems({"weights": NINE, "v": "1", "step": f"build_your_own-{step}"}) == []
    assert problems({"weights": NINE, "step": "build_your_own-two"}) == []


def test_a_choice_may_be_given_by_key_or_by_label() -> None:
    assert problems({"optimizer": "adam"}) == problems({"optimizer": "Adam"}) == []


def test_what_streamlit_itself_reads_is_left_alone() -> None:
    assert problems({"embed": "true", "embed_options": "dark_theme"}) == []


@pytest.mark.parametrize("y", [0.0, 0.3, 1.0])
def test_cross_entropy_takes_targets_between_0_and_1(y: float) -> None:
    assert refused_cost("cross_entropy", y) is None


@pytest.mark.parametrize("y", [-0.1, 1.01, 10.0])
def test_cross_entropy_refuses_other_targets_with_the_reason(y: float) -> None:
    assert "between 0 and 1" in str(refused_cost("cross_entropy", y))
    assert refused_cost("half_squared_error", y) is None
