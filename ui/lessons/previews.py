"""What is shown of each page where somebody links to it: the title and the sentence it has here."""

from ui.lessons import LESSONS, NAME, WELCOME, Lesson, heading
from ui.plot.code import PLOTLY
from ui.server.app import PICTURES
from ui.server.pages import Preview

HOME = "home"


def preview(lesson: Lesson | None) -> Preview:
    """Of a lesson's page, or of the home page."""
    home = PICTURES.get(HOME)
    if lesson is None:
        return Preview(NAME, WELCOME, NAME, home)
    charts = "surface" in lesson.wide.split()
    return Preview(
        heading(lesson),
        lesson.teaser,
        NAME,
        PICTURES.get(lesson.name, home),
        early=(PLOTLY,) if charts else (),
    )


PREVIEWS = {"": preview(None), **{lesson.name: preview(lesson) for lesson in LESSONS}}
"""By the page's address, after the app's own."""
