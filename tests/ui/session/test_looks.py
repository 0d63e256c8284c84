"""What is looked at more closely, as text: whatever can be chosen comes back."""

from hypothesis import given
from hypothesis import strategies as st

from ui.session.looks import DESCENT, GROUNDS, LAST_SEED, OWN, Look, read_look, write_look

NAMES = st.from_regex(r"[wb][1-4]_[1-4]{1,2}", fullmatch=True)

LOOKS = st.builds(
    Look,
    st.sampled_from(["", *DESCENT, *OWN]),
    st.sampled_from(list(GROUNDS)),
    st.none() | st.tuples(NAMES, NAMES),
    st.integers(0, LAST_SEED),
    st.booleans(),
)


@given(LOOKS)
def test_what_is_chosen_comes_back(chosen: Look) -> None:
    look = read_look(write_look(chosen))
    assert look.view == chosen.view
    if look.view == "landscape":
        assert (look.ground, look.solid) == (chosen.ground, chosen.solid)
        assert look.axes == (chosen.axes if look.ground == "weights" else None)
        assert look.seed == (chosen.seed if look.ground == "directions" else 0)


@given(st.text(max_size=40) | st.from_regex(r"[a-z]{0,9}(\.[a-z0-9_]{0,6}){0,4}", fullmatch=True))
def test_any_other_text_is_refused_in_a_sentence_or_read_to_the_same_look(text: str) -> None:
    try:
        look = read_look(text)
    except ValueError as error:
        sentence = str(error)
    else:
        sentence = "Read."
        assert read_look(write_look(look)) == look
    assert sentence[0].isupper()
    assert sentence.endswith(".")
