"""Who races, and how each is drawn."""

from core.descent.race import MOST_ENTRIES, read_entries
from core.descent.rules import RULES
from ui.session.parameters import PARAMETERS, RACE, Choice
from ui.theme import RUNNERS


def test_without_a_choice_as_many_race_as_a_race_can_have_each_drawn_its_own_way() -> None:
    runners = read_entries(RACE.default)
    assert len(runners) == min(MOST_ENTRIES, len(RULES))
    assert len({drawing[2] for drawing in RUNNERS}) == MOST_ENTRIES


def test_every_name_stands_for_one_choice() -> None:
    for choice in PARAMETERS.values():
        if isinstance(choice, Choice):
            assert len(set(choice.options.values())) == len(choice.options)
