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

__all__ = [
    "GALLERY",
    "LESSONS",
    "NAME",
    "NETWORK",
    "WELCOME",
    "Lesson",
    "Preset",
    "Prompt",
    "Step",
    "data_set",
    "heading",
]

NAME = "Chain Rule Lab"
WELCOME = (
    "Move a number, and see how the network computes, how the chain rule gives every derivative, "
    "and how gradient descent uses them."
)

LESSONS: tuple[Lesson, ...] = (
    chain_rule.LESSON,
    forward_pass.LESSON,
    backpropagation.LESSON,
    cost_surface.LESSON,
    gradient_descent.LESSON,
    going_deeper.LESSON,
    build_your_own.LESSON,
)


def heading(lesson: Lesson | None) -> str:
    """What stands in the browser's tab, on a lesson's page or on the home page."""
    return f"{lesson.title} · {NAME}" if lesson else NAME
