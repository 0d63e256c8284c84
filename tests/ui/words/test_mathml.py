"""The formulas in the lessons' words are drawn, and no command of LaTeX is left as letters."""

import re

import pytest

from ui.lessons import LESSONS, Lesson
from ui.words.pieces import pieces


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_every_formula_of_a_lesson_is_read(lesson: Lesson) -> None:
    texts = [lesson.lead, *(step.text for step in lesson.steps)]
    texts += [step.go_on for step in lesson.steps] + [prompt.text for prompt in lesson.prompts]
    drawn = [inside for text in texts for sort, inside, *_ in pieces(text) if sort == "math"]
    assert drawn or lesson.name == "going_deeper"
    for formula in drawn:
        letters = re.findall(r"<mi(?: class=\"\w+\")?>([^<]*)</mi>", formula)
        assert all(len(letter) <= 2 for letter in letters), formula
        assert "\\" not in formula
