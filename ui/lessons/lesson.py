"""What a lesson is, as data: what its page says, step by step, what it lights, and what it sets.

A number in a text is written ``[[z1]]`` (a node), ``[[da2/dz2]]`` (a local derivative) or
``[[dJ/dw1]]`` (a derivative of the output), ``[[next w1]]`` (a parameter after the path's next
step); ``[[dJ/da2 × da2/dz2 = dJ/dz2]]`` is a product of such numbers and what it gives, with "≈"
where the digits shown give another. They are filled in from core's results when it is shown, so no
text can quote a number that is not the learner's own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from core.datasets import DATASETS
from ui.lessons.shown import Shown

Preset = Mapping[str, float | str]
SPOKEN_OF = ("f", "activation", "cost", "data", "optimizer", "train", "batch")
"""What a step's words take for granted, if nothing else is said; numbers are quoted."""

Claim = Callable[[Shown], bool]
"""What must be true of the numbers on the page for its words to be true."""


@dataclass(frozen=True)
class Step:
    """One thought: what it says, what it lights, what it sets, and what to do to go on.

    ``focus`` names nodes and edges of the graph; when it is empty nothing dims. ``preset`` gives
    parameters their values when the step is entered. ``wide`` and ``narrow`` draw a scene of the
    step's own; ``lit`` names the parts of an optimizer's memory to light in the update. The words
    are shown where what they are ``about`` is as the steps have set it, and where ``holds``, which
    is what they claim, as a condition on the numbers beside them. Where to ``go_on`` leads out of
    that, ``after`` says what it has shown, once it is ``done``: what those words claim.
    """

    name: str
    title: str
    text: str
    focus: tuple[str, ...] = ()
    preset: Preset = field(default_factory=dict)
    go_on: str = ""
    after: str = ""
    done: Claim | None = None
    lit: tuple[str, ...] = ()
    about: tuple[str, ...] = SPOKEN_OF
    holds: Claim | None = None
    wide: str = ""
    narrow: str = ""


@dataclass(frozen=True)
class Prompt:
    """Something to try: one click sets the stage to a state that shows it.

    All that ``preset`` does not name is set as the lesson begins. ``holds`` is what the text
    claims of that state.
    """

    title: str
    text: str
    preset: Preset
    holds: Claim | None = None


@dataclass(frozen=True)
class Lesson:
    """A page: its file's name, its title and lead, the inputs it is about, and what it teaches.

    ``settings`` are inputs that most learners need not see at first. ``wide`` draws where the
    panels stand in one view, see :func:`ui.stage.scene.squares`; what it leaves out stands below.
    ``narrow`` names them in the order in which they stand on a narrow screen. ``layers`` says what
    of the network is shown: ``all``, or ``values`` without any derivative.
    """

    name: str
    title: str
    lead: str
    teaser: str
    inputs: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    prompts: tuple[Prompt, ...] = ()
    settings: tuple[str, ...] = ()
    wide: str = ""
    narrow: str = ""
    layers: str = "all"

    def so_far(self, index: int) -> dict[str, float | str]:
        """All that the steps up to this one have set."""
        together: dict[str, float | str] = {}
        for step in self.steps[: index + 1]:
            together |= step.preset
        return together


NUMBERS = {"x": 1.5, "y": 1.0, "w1": 0.8, "b1": -0.3, "w2": -1.4, "b2": 0.6}
"""Of the lesson's network; the inputs begin with them, too."""
NETWORK: Preset = {
    **NUMBERS,
    **{"activation": "sigmoid", "cost": "half_squared_error"},
}
"""The lesson's network, where most lessons begin."""


def data_set(name: str) -> Preset:
    """A data set with the network and the start that it is made for."""
    preset = DATASETS[name]
    return {
        "data": name,
        **preset.start,
        "activation": preset.activation,
        "cost": preset.cost,
    }
