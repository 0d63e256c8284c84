"""The one table of parameters that widgets, the URL and validation all walk.

A :class:`Parameter` knows its name (the key in the URL, in ``st.session_state`` and on the
stage), its label, its default and how a URL's text becomes its value.

>>> problems({"w1": "99", "q": "1"})
['The link sets w1 to 99, but it must lie between −10 and 10. The default 0.8 is used.', \
'The link names q, which this app does not know. It was left out.']
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from core.datasets import DATASETS, dataset
from core.descent import MOST_STEPS
from core.descent.race import MOST_ENTRIES, read_entries, write_entries
from core.descent.rules import RULES
from core.formatting import short
from core.functions import ACTIVATIONS, COSTS
from core.graph import Kind
from core.initialisation import INITIALISATIONS
from core.network import DEEPEST, layered, parameters
from core.parsing import ParseError, parse
from core.tabular import (
    MOST_POINTS,
    MOST_SAMPLES,
    DataError,
    decode_cloud,
    decode_points,
    encode_points,
)
from core.toys import TOYS
from core.weights import read_hidden, read_name, read_weights
from ui.lessons import LESSONS
from ui.lessons.lesson import NUMBERS
from ui.lessons.own import OWN, architecture
from ui.session.looks import LAST_SEED, read_look

VERSION = "1"
"""Of the meaning of a share link; raised when a name or a unit changes."""


MOST_LISTED = 15
"""So many options are named to who has chosen none of them."""


@dataclass(frozen=True)
class Number:
    """A number within bounds. ``step`` is how far one press of an arrow moves it."""

    name: str
    label: str
    default: float
    minimum: float
    maximum: float
    step: float
    kind: Kind = "parameter"
    whole: bool = False

    def read(self, text: str) -> float:
        """The value that a URL's text means; ``ValueError`` with a clause that says why not."""
        try:
            value = float(text)
        except ValueError:
            raise ValueError("which is not a number") from None
        if not self.minimum <= value <= self.maximum:
            raise ValueError(
                f"but it must lie between {plain(self.minimum)} and {plain(self.maximum)}"
            )
        if self.whole and not value.is_integer():
            raise ValueError("but it must be a whole number")
        return int(value) if self.whole else value


@dataclass(frozen=True)
class Choice:
    """One of several options: keys as in core, with the labels that the learner reads."""

    name: str
    label: str
    default: str
    options: Mapping[str, str]

    def read(self, text: str) -> str:
        # Streamlit writes an option's label into the URL; core's key is understood as well.
        by_label = {label: key for key, label in self.options.items()}
        key = by_label.get(text, text)
        if key not in self.options:
            if len(self.options) > MOST_LISTED:
                raise ValueError(f"which is none of the {len(self.options)} that there are")
            raise ValueError(f"but it can only be {', '.join(self.options)}")
        return key


@dataclass(frozen=True)
class Formula:
    """A typed function of x."""

    name: str
    label: str
    default: str

    def read(self, text: str) -> str:
        try:
            parse(text)
        except ParseError as error:
            raise ValueError(f"but that cannot be read: {str(error).rstrip('.')}") from None
        return text


@dataclass(frozen=True)
class Encoded:
    """What is written as short text by core: samples, runners, layers, weights.

    ``check`` reads it, and raises ValueError with a sentence; ``clause`` says what it then is not.
    ``instead`` says what is used in its place where its default is no text that says it.
    """

    name: str
    label: str
    default: str
    check: Callable[[str], object]
    clause: str
    instead: str = ""

    def read(self, text: str) -> str:
        if text == self.default:
            return text
        try:
            self.check(text)
        except ValueError as error:
            raise ValueError(f"but that {self.clause}: {str(error).rstrip('.')}") from None
        return text


Parameter = Number | Choice | Formula | Encoded


def _weight(name: str, label: str, default: float) -> Number:
    return Number(name, label, default, -10.0, 10.0, 0.1)


NETWORK: tuple[Number, ...] = (
    Number("x", "x", NUMBERS["x"], -10.0, 10.0, 0.1, kind="signal"),
    Number("y", "y", NUMBERS["y"], -10.0, 10.0, 0.1, kind="target"),
    *(_weight(name, name, NUMBERS[name]) for name in ("w1", "b1", "w2", "b2")),
)
DEEPER = tuple(
    _weight(f"{letter}{layer}", f"{letter}{layer}", default)
    for layer in range(3, DEEPEST + 1)
    for letter, default in (("w", 1.2), ("b", 0.0))
)
"""The weights and biases beyond the lesson's network, for the page that goes deeper."""


def _labels(rows: Mapping[str, Any]) -> dict[str, str]:
    return {name: row.label for name, row in rows.items()}


SHAPE = (
    Choice("activation", "activation", "sigmoid", _labels(ACTIVATIONS)),
    Choice("cost", "cost", "half_squared_error", _labels(COSTS)),
)
BY = ("w1", "b1", "w2", "b2", "x", "y", "z1", "a1", "z2", "a2")
"""What the cost can be differentiated by on the lesson's network."""

RATE = Number("rate", "learning rate", 0.5, 1e-4, 1000.0, 0.1)
RACE = Encoded(
    "race",
    "who races, encoded",
    write_entries((name, 0.5) for name in list(RULES)[:MOST_ENTRIES]),
    lambda text: read_entries(text, (RATE.minimum, RATE.maximum)),
    "is no race",
)
POINTS = Encoded(
    "points",
    "your own samples, encoded",
    encode_points(dataset("bowl", 0.0, 0.0)),
    decode_points,
    "holds no samples",
)
TRAINABLE = ("w1", "b1", "w2", "b2")
LESSON = (
    Formula("f", "h(x)", "log(2 + cos(x))"),
    Choice("by", "Derivative of J with respect to", "w1", {name: name for name in BY}),
    Choice(
        "data",
        "data",
        "one_sample",
        {key: preset.title for key, preset in DATASETS.items()} | {OWN: "Your own"},
    ),
    Choice("optimizer", "optimizer", "gradient_descent", _labels(RULES)),
    POINTS,
    Number("sample", "sample that the network carries", 1, 1, MOST_POINTS, 1, whole=True),
    Number("depth", "layers", 4, 1, DEEPEST, 1, whole=True),
    RATE,
    Number("steps", "steps", 200, 1, MOST_STEPS, 50, whole=True),
    Choice(
        "train",
        "what moves",
        "weights",
        {"weights": "w1 and w2", "all": "All four weights and biases"},
    ),
    Choice("axis1", "map, across", "w1", {name: name for name in TRAINABLE}),
    Choice("axis2", "map, up", "w2", {name: name for name in TRAINABLE}),
    Number("tolerance", "stop at slope (0: never)", 0.0, 0.0, 1.0, 0.001),
    Number("batch", "samples a step (0: all)", 0, 0, 50, 1, whole=True),
    Number("seed", "seed of weights and shuffle", 0, 0, LAST_SEED, 1, whole=True),
    Number("at", "step of the path", 0, 0, MOST_STEPS, 1, whole=True),
    RACE,
    Encoded(
        "look",
        "what is looked at more closely, encoded",
        "",
        read_look,
        "is no view",
        "Nothing is opened.",
    ),
)
BUILT = (
    Choice(
        "toy",
        "samples",
        "xor",
        {name: row.title for name, row in TOYS.items()} | {OWN: "Your own"},
    ),
    Encoded(
        "cloud",
        "your own samples of two classes, encoded",
        "",
        decode_cloud,
        "holds no samples",
        "Where they are asked for, three stand there to begin with.",
    ),
    Number("count", "how many samples", 80, 8, 200, 10, whole=True),
    Number("noise", "noise", 0.1, 0.0, 1.0, 0.05),
    Number("drawn", "seed of the samples", 0, 0, LAST_SEED, 1, whole=True),
    Number("point", "sample that your network carries", 1, 1, MOST_SAMPLES, 1, whole=True),
    Encoded("hidden", "hidden layers", "tanh2", read_hidden, "is no list of layers"),
    Choice("init", "weights at first", "xavier", _labels(INITIALISATIONS)),
    Encoded(
        "weights",
        "weights and biases, encoded",
        "",
        read_weights,
        "cannot be read",
        "Fresh ones were drawn.",
    ),
    Encoded(
        "opened", "node that is opened", "", read_name, "is no node's name", "No node is opened."
    ),
    Number("decay", "weight decay", 0.0, 0.0, 1.0, 0.001),
    Number("trained", "whether it has been trained", 0, 0, 1, 1, whole=True),
)
"""The network that the learner builds."""
STEPS = tuple(f"{lesson.name}-{step.name}" for lesson in LESSONS for step in lesson.steps)
"""Where a learner can stand in the lessons; a link to one of them opens it."""

STEP = Choice("step", "lesson step", STEPS[0], {name: name for name in STEPS})
_ALL: tuple[Parameter, ...] = (*NETWORK, *SHAPE, *LESSON, *BUILT, STEP, *DEEPER)
PARAMETERS: dict[str, Parameter] = {parameter.name: parameter for parameter in _ALL}

MARK = "v"
"""In an address, says that what it does not name has its default; a link without it leaves the
rest to the lesson's step."""
RESERVED = {MARK, "embed", "embed_options"}


def samples(data: str, points: str) -> int | None:
    """How many samples a choice of data has; None for x and y, or what cannot be read."""
    if data == OWN:
        try:
            return len(decode_points(points))
        except DataError:
            return None
    preset = DATASETS[data].data
    return None if preset is None else len(preset)


def refusals(query: Mapping[str, str]) -> dict[str, str]:
    """The parameters of a URL's query that cannot be used, each with a clause that says why."""
    clauses: dict[str, str] = {}
    read = {name: parameter.default for name, parameter in PARAMETERS.items()}
    for name in query.keys() & PARAMETERS.keys():
        try:
            read[name] = PARAMETERS[name].read(query[name])
        except ValueError as why:
            clauses[name] = str(why)
    count = samples(str(read["data"]), str(read["points"]))
    if count is not None and float(read["sample"]) > count:
        clauses["sample"] = f"but the data has {count} samples"
    if read["weights"] and (clause := misfit(read | _left_to_step(query))):
        clauses["weights"] = clause
    return clauses


def _left_to_step(query: Mapping[str, str]) -> dict[str, Any]:
    """What a link does not name and its step sets."""
    lesson, _, step = query.get("step", "").partition("-")
    for one in LESSONS:
        names = [each.name for each in one.steps]
        if one.name == lesson and step in names and query.get(MARK) != VERSION:
            so_far = one.so_far(names.index(step))
            return {name: value for name, value in so_far.items() if name not in query}
    return {}


def misfit(settings: Mapping[str, Any]) -> str | None:
    """Why the weights do not fit the network that is built, as a clause; None if they do.

    >>> from core.weights import write_weights
    >>> shape = {"toy": "xor", "count": 8, "noise": 0.0, "drawn": 0, "hidden": "tanh3"}
    >>> misfit(shape | {"weights": write_weights([0.5] * 9)})
    'which has 9 numbers, but this network has 13 weights and biases'
    """
    count = len(read_weights(settings["weights"]))
    fits = len(parameters(layered(architecture(settings))))
    if count == fits:
        return None
    return f"which has {count} numbers, but this network has {fits} weights and biases"


def instead(parameter: Parameter) -> str:
    """What is used where a link's text for a parameter cannot be used, as a sentence."""
    if isinstance(parameter, Encoded) and parameter.instead:
        return parameter.instead
    return f"The default {plain(parameter.default)} is used."


def problems(query: Mapping[str, str]) -> list[str]:
    """A sentence for everything in a URL's query that cannot be used, and what is used instead."""
    sentences = []
    clauses = refusals(query)
    for name, text in query.items():
        shown = text if len(text) <= 40 else text[:39] + "…"
        if name == MARK and text != VERSION:
            sentences.append(
                f"The link was made for version {shown} of this app; this is version {VERSION}."
            )
        elif name in clauses:
            sentences.append(
                f"The link sets {name} to {shown or 'nothing'}, {clauses[name]}. "
                f"{instead(PARAMETERS[name])}"
            )
        elif name not in PARAMETERS.keys() | RESERVED:
            sentences.append(
                f"The link names {name[:40]}, which this app does not know. It was left out."
            )
    return sentences


def share_query(values: Mapping[str, Any]) -> str:
    """The query of a link that means the same for ever: every value, defaults too."""
    return urlencode({MARK: VERSION} | {name: values[name] for name in PARAMETERS})


def refused_cost(cost: str, y: float) -> str | None:
    """Why a cost cannot be used with this target, or None if it can."""
    if COSTS[cost].probabilities and not 0 <= y <= 1:
        return (
            f"{COSTS[cost].label} compares two probabilities, so every target y must lie between 0 "
            f"and 1. One is {plain(y)}, so the half squared error is shown until it does."
        )
    return None


def plain(value: float | str) -> str:
    """A value as it was typed, with a real minus sign."""
    return str(value) if isinstance(value, str) else short(value)


def number_parameter(name: str) -> Number:
    """The table's entry of a parameter that is a number."""
    parameter = PARAMETERS[name]
    if not isinstance(parameter, Number):
        raise TypeError(f"{name} is not a number.")
    return parameter


def controls(names: tuple[str, ...], samples: int | None) -> dict[str, Number]:
    """What can be dragged; over so many samples, which of them is carried, instead of x and y."""
    entries = {name: number_parameter(name) for name in names}
    if samples:
        del entries["x"], entries["y"]
        entries["sample"] = replace(number_parameter("sample"), maximum=samples)
    return entries
