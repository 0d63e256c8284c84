"""The lessons as data, one narrative a file, in the order of the course."""

from ui.lessons import (
    backpropagation,
    build_your_own,
    chain_rule,
    cost_surface,
    forward_pass,
    going_deeper,
    gradient_descent,
)
from ui.lessons.chain_rule import GALLERY
from ui.lessons.lesson import NETWORK, Lesson, Preset, Prompt, Step, data_set

__all__ = ["GALLERY", "LESSONS", "NETWORK", "Lesson", "Preset", "Prompt", "Step", "data_set"]

LESSONS: tuple[Lesson, ...] = (
    chain_rule.LESSON,
    forward_pass.LESSON,
    backpropagation.LESSON,
    cost_surface.LESSON,
    gradient_descent.LESSON,
    going_deeper.LESSON,
    build_your_own.LESSON,
)
