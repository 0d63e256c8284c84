"""The parameter table: what a link may say, and what the learner is told when it says more."""

from urllib.parse import parse_qs

import pytest

from ui.session.parameters import PARAMETERS, problems, refused_cost, share_query

DEFAULTS = {name: parameter.default for name, parameter in PARAMETERS.items()}


def test_a_share_link_spells_out_every_value_and_its_version() -> None:
    query = {
        name: texts[0]
        for name, texts in parse_qs(share_query(DEFAULTS), keep_blank_values=True).items()
    }
    assert query.keys() == {"v", *PARAMETERS}
    assert query["v"] == "1"
    assert {n: PARAMETERS[n].read(t) for n, t in query.items() if n != "v"} == DEFAULTS


def test_a_share_link_keeps_every_digit() -> None:
    exact = 0.1234567890123456
    query = parse_qs(share_query(DEFAULTS | {"w1": exact}))
    assert PARAMETERS["w1"].read(query["w1"][0]) == exact


def test_a_link_made_here_has_no_problems() -> None:
    query = {
        name: texts[0]
        for name, texts in parse_qs(share_query(DEFAULTS), keep_blank_values=True).items()
    }
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
