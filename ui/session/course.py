"""Where a learner stands in the course, and whose the numbers on the page are.

A lesson is entered through the state of its first step, and keeps its own for coming back. What
the steps, the prompts and the data sets have set is theirs; all else that differs is the learner's.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import streamlit as st

from core.datasets import DATASETS
from core.weights import read_hidden
from ui.lessons import LESSONS, Lesson, Preset, Prompt, data_set
from ui.lessons.own import NAMES, OWN, PAGE
from ui.lessons.shown import Shown
from ui.server.address import through_history
from ui.session import state
from ui.session.parameters import (
    DEEPER,
    MARK,
    NETWORK,
    PARAMETERS,
    SHAPE,
    VERSION,
    Choice,
    Encoded,
    Formula,
    plain,
    refused_cost,
)

Settings = dict[str, Any]
BY_NAME = {lesson.name: lesson for lesson in LESSONS}
FUNCTION = str(PARAMETERS["f"].default)
CHAIN = tuple(one.name for one in NETWORK) + tuple(one.name for one in SHAPE)
"""The names of all that the lessons' chain of one neuron a layer has."""
TYPED = ("f", "points", "cloud", "hidden", "weights", "opened")
"""What a learner can type, and get wrong."""
PASSING = {"at", "trained", "opened"}
"""What is looked at and played is no choice of the learner's."""
MOST_NAMED = 4
"""So many of the learner's own are named, so that the line keeps its height."""


# ---- what a lesson sets


def settings(lesson: Lesson, index: int) -> Settings:
    """All that the steps up to this one have set."""
    return lesson.so_far(index)


def everything_shown(lesson: Lesson, index: int) -> Settings:
    """Everything that the page shows at a step when nothing of it is the learner's."""
    concerns = [*lesson.inputs, *lesson.settings]
    if "f" in concerns:
        concerns.append("x")
    elif lesson.name == PAGE:
        # Of the data of other lessons none is chosen: the sample is one of the network's own.
        concerns += [*NAMES, "data"]
    else:
        concerns += CHAIN
    if "data" in concerns and "sample" not in concerns:
        concerns.append("sample")
    if "depth" in concerns:
        concerns += [parameter.name for parameter in DEEPER]
    return {n: PARAMETERS[n].default for n in concerns} | settings(lesson, index)


def tried(lesson: Lesson, prompt: Prompt) -> Settings:
    """Everything that the page shows after a prompt, whatever it showed before."""
    return everything_shown(lesson, 0) | dict(prompt.preset)


def speaks(lesson: Lesson, index: int, now: Mapping[str, Any]) -> bool:
    """Whether the step's words are true of what the page shows at these settings."""
    step, so_far = lesson.steps[index], settings(lesson, index)
    if any(name in so_far and now[name] != so_far[name] for name in step.about):
        return False
    return step.holds is None or _holds(lesson.name, step.holds, _key(now))


def done(lesson: Lesson, index: int, now: Mapping[str, Any]) -> bool:
    """Whether the learner has done what the step asks for, and the words for that are true."""
    claim = lesson.steps[index].done
    return claim is not None and _holds(lesson.name, claim, _key(now))


def still_tried(lesson: Lesson, prompt: Prompt, now: Mapping[str, Any]) -> bool:
    """Whether the prompt's words are true of what the page shows at these settings."""
    if prompt.holds is None:
        return all(now[name] == value for name, value in tried(lesson, prompt).items())
    return _holds(lesson.name, prompt.holds, _key(now))


def _key(now: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(sorted(now.items()))


@lru_cache(maxsize=256)
def _holds(lesson: str, claim: Any, now: tuple[tuple[str, Any], ...]) -> bool:
    try:
        return bool(claim(Shown(lesson, dict(now))))
    except (LookupError, ValueError, ArithmeticError):
        return False  # what is said of a step, a node or a number that there is not


# ---- where the learner stands


def position(lesson: Lesson) -> int:
    """The index of the step that the learner stands on: the URL's, or else the first."""
    return _index(lesson, state.value("step"))


def _index(lesson: Lesson, step: str) -> int:
    names = [_step(lesson, index) for index in range(len(lesson.steps))]
    return names.index(step) if step in names else 0


def _step(lesson: Lesson, index: int) -> str:
    return f"{lesson.name}-{lesson.steps[index].name}"


def trying(lesson: Lesson, now: Settings) -> Prompt | None:
    """The prompt that the learner tries, as long as its words are true of the page."""
    prompt = _chosen(lesson)
    return prompt if prompt and still_tried(lesson, prompt, now) else None


def _chosen(lesson: Lesson) -> Prompt | None:
    """The prompt that the learner has chosen since they entered the step."""
    title = st.session_state.get("tried", {}).get(lesson.name)
    return next((prompt for prompt in lesson.prompts if prompt.title == title), None)


def now(lesson: Lesson, here: Settings | None = None) -> Settings:
    """All settings as the lesson's page uses them."""
    return usable(lesson, here or state.all_values(), st.session_state.get("last_good", FUNCTION))


def usable(lesson: Lesson, chosen: Settings, readable: str = FUNCTION) -> Settings:
    """Settings with what stands in for those that a page cannot use; ``readable`` for a function.

    >>> defaults = {name: parameter.default for name, parameter in PARAMETERS.items()}
    >>> usable(BY_NAME["forward_pass"], defaults | {"cost": "cross_entropy", "y": 3.0})["cost"]
    'half_squared_error'
    """
    used = dict(chosen)
    for name in TYPED:
        try:
            PARAMETERS[name].read(chosen[name])
        except ValueError:
            used[name] = readable if name == "f" else PARAMETERS[name].default
    targets = Shown(lesson.name, used).data.y if "data" in lesson.inputs else [chosen["y"]]
    if any(refused_cost(chosen["cost"], float(y)) for y in targets):
        used["cost"] = "half_squared_error"
    return used


def given(lesson: Lesson) -> Settings:
    """What the page would show now, had the learner changed nothing with their own hand."""
    prompt = _chosen(lesson)
    together = tried(lesson, prompt) if prompt else everything_shown(lesson, position(lesson))
    chosen = state.value("data")
    if "data" in lesson.inputs and together["data"] != chosen and chosen in DATASETS:
        together |= _start(chosen) | {"data": together["data"]}
    return together


def yours(lesson: Lesson) -> Settings:
    """What the learner has changed of what the page shows; where the player stands is no choice."""
    shown = given(lesson)
    now = state.values(shown.keys() - PASSING)
    return {name: now[name] for name in shown if name in now and now[name] != shown[name]}


def named(settings: Mapping[str, Any]) -> str:
    """Settings in plain names.

    >>> named({"x": 2.0, "activation": "tanh", "optimizer": "adam", "f": "sin(x)"})
    'x = 2, activation tanh, optimizer Adam, h(x) = sin(x)'
    >>> named({"f": "2*x**3"}), named({"f": "![](//example.org)"})
    ('h(x) = 2·x^3', 'h(x), which cannot be read')
    >>> named({"hidden": "tanh3-relu4", "weights": "AAAAAAAA4D8", "noise": 0.5})
    'hidden layers tanh 3, relu 4, weights, noise = 0.5'
    >>> named({"toy": "own", "cloud": "AAAA"})
    'samples Your own'
    """
    said = [name for name in settings if name != "cloud" or "toy" not in settings]
    return _listed([_named(name, settings[name]) for name in said])


def _listed(words: list[str], most: int = MOST_NAMED) -> str:
    more = len(words) - most
    return ", ".join(words if more < 2 else [*words[:most], f"and {more} more"])


def _named(name: str, value: Any) -> str:
    if name in UNREADABLE:
        return UNREADABLE[name]
    parameter = PARAMETERS[name]
    is_word, text = isinstance(parameter, Choice) or name == "hidden", _plain(name, value)
    if text == UNREAD:
        return f"{parameter.label}, which cannot be read"
    return f"{parameter.label} {'' if is_word else '= '}{text}"


UNREAD = "one that cannot be read"
UNREADABLE = {"weights": "weights", "cloud": "the samples themselves"}
"""What is written as text that says nothing to a learner."""


def _plain(name: str, value: Any) -> str:
    parameter = PARAMETERS[name]
    if isinstance(parameter, Formula | Encoded):
        try:
            parameter.read(value)
        except ValueError:
            return UNREAD  # which could say anything, in any markup
    if name == "f":
        return str(value).replace("**", "^").replace("*", "·")  # a star would be emphasis
    if name == "hidden":
        layers = read_hidden(value)
        return ", ".join(f"{layer.activation} {layer.neurons}" for layer in layers)
    # An activation is called by its name in the diagram.
    if isinstance(parameter, Choice) and name != "activation":
        return parameter.options[value]
    return plain(value)


# ---- going from page to page


def arrive(lesson: Lesson | None) -> None:
    """Before any input is drawn: give a lesson that is entered its state.

    The home page shows whatever network the learner has in hand.
    """
    session = st.session_state
    query = st.query_params.to_dict()
    first, past = "begun" not in session, through_history()
    session.begun = True
    if first and lesson is None:  # its state may be that of a lesson's step
        lesson = BY_NAME.get(query.get("step", "").partition("-")[0])
    if lesson is None:
        return
    before = session.get("lesson")
    session.lesson = lesson.name
    if past:
        # The address holds all of the state, and the inputs take it from there; unless it is that
        # of a link, which they take first.
        session.linked = query.get(MARK) != VERSION
    elif first or session.pop("linked", False):
        _follow(lesson, query)
    elif before != lesson.name:
        _enter(lesson, BY_NAME.get(before or ""), query)
    if not past:
        session.setdefault("kept", {})[lesson.name] = _snapshot(lesson)


def linked() -> bool:
    """Whether the browser has gone back to a link: then the script is to run again."""
    return through_history() and bool(st.session_state.get("linked"))


def _follow(lesson: Lesson, query: Mapping[str, str]) -> None:
    """A link to a lesson or a step brings the step's state, but for what it spells out.

    One that spells out numbers and no step holds a state of its own: the rest has its defaults.
    """
    named = query.keys() & PARAMETERS.keys()
    if query.get(MARK) == VERSION or (named and "step" not in named):
        return
    # Of what could not be read the learner is told that its default is used.
    spelt_out = named | set(st.session_state.get("refused", ()))
    index = _index(lesson, query.get("step", ""))
    fresh = everything_shown(lesson, index) | {"step": _step(lesson, index)}
    # Of the session nothing is there yet that would have to begin anew.
    st.session_state.update({n: value for n, value in fresh.items() if n not in spelt_out})


def _enter(lesson: Lesson, before: Lesson | None, query: Mapping[str, str]) -> None:
    """Come back to a lesson as it was left, or begin it, with what is the learner's own.

    The link to the next lesson names the step that it leads to: there the lesson begins anew.
    """
    session = st.session_state
    kept: dict[str, Settings] = session.setdefault("kept", {})
    owned: dict[str, Settings] = session.setdefault("owned", {})
    own = _own(before)
    if before:
        kept[before.name], owned[before.name] = _snapshot(before), own
    begin = everything_shown(lesson, 0) | {"step": _step(lesson, 0)}
    session.said, session.mine, session.taken = "", {}, {}
    if query.get("step", "").startswith(f"{lesson.name}-"):
        session.setdefault("tried", {}).pop(lesson.name, None)
        _write(begin)
        session.mine = owned.get(lesson.name, {})
        if session.mine:
            session.said = f"The lesson begins anew, without what was yours: {named(session.mine)}."
    elif lesson.name in kept:
        _write(kept[lesson.name])
    else:
        own = {n: v for n, v in own.items() if n in begin and not _apart(n, lesson, before)}
        refused = () if before else session.get("refused", ())
        _write({n: v for n, v in (begin | own).items() if n not in refused})


def _apart(name: str, lesson: Lesson, before: Lesson | None) -> bool:
    """Whether a parameter of the lesson before means something else in this one.

    The x of a function is not the x of the network; and what trains a network of one's own is
    chosen for it.
    """
    subject = "f" if name == "x" else "toy"
    return before is not None and (subject in lesson.inputs) != (subject in before.inputs)


def _own(before: Lesson | None) -> Settings:
    """What the learner has changed before; from the home page on, of what there is at all."""
    if before:
        return yours(before)
    defaults = {name: parameter.default for name, parameter in PARAMETERS.items()}
    return {n: held for n, held in state.all_values().items() if held != defaults[n]}


def _snapshot(lesson: Lesson) -> Settings:
    names = (*everything_shown(lesson, len(lesson.steps) - 1), "step")
    return state.values(names)


def _write(settings: Mapping[str, Any]) -> None:
    st.session_state.update({"at": 0} | dict(settings))  # a path starts anew


# ---- what the learner does


def entered(lesson: Lesson, index: int, here: Mapping[str, Any], own: Settings) -> Settings:
    """What entering a step sets: all of its own, but for the learner's where its words stay true.

    ``here`` are all settings now. What the step itself sets, and what it is about, is never kept.
    """
    step, fresh = lesson.steps[index], everything_shown(lesson, index)
    taken = {*step.preset, *step.about}
    kept = fresh | {name: value for name, value in own.items() if name not in taken}
    return kept if speaks(lesson, index, usable(lesson, {**here, **kept})) else fresh


def entering(lesson: Lesson, index: int, here: Settings | None = None) -> Settings:
    """What entering a step sets now. Going back also takes back what the steps left had set.

    ``here`` are all settings, where they have been read before.
    """
    left = lesson.steps[index + 1 : position(lesson) + 1]
    undone = {name for step in left for name in step.preset}
    own = {name: value for name, value in yours(lesson).items() if name not in undone}
    return entered(lesson, index, here or state.all_values(), own)


def go_to(lesson: Lesson, index: int) -> None:
    """Enter a step."""
    fresh, own = entering(lesson, index), yours(lesson)
    st.session_state.setdefault("tried", {}).pop(lesson.name, None)
    st.session_state.step = _step(lesson, index)
    set_values(fresh, "", own)


def back_to(lesson: Lesson, index: int) -> None:
    """Show the step's own numbers."""
    st.session_state.setdefault("tried", {}).pop(lesson.name, None)
    set_values(everything_shown(lesson, index), "")


def reset(lesson: Lesson | None) -> None:
    """Put the network back to the step's values; the rest of the state stays."""
    fresh = everything_shown(lesson, position(lesson)) if lesson else {}
    built = lesson is not None and lesson.name == PAGE
    names = NAMES if built else CHAIN
    _write({name: fresh.get(name, PARAMETERS[name].default) for name in names})


def take_prompt(lesson: Lesson, prompt: Prompt) -> None:
    """Show what a prompt is about."""
    set_values(tried(lesson, prompt), "")
    st.session_state.setdefault("tried", {})[lesson.name] = prompt.title
    st.session_state.tries = st.session_state.get("tries", 0) + 1


def set_values(preset: Preset, why: str, own: Settings | None = None) -> None:
    """Give parameters their values, say which ones that changed, and keep those they had.

    Where ``own`` is given, only what is the learner's own can be put back: of the rest, one step
    follows another. What was taken from them before, and is still as it was set for them, can too.
    """
    session = st.session_state
    taken, given = session.get("taken", {}), session.get("given", {})
    held = state.values({**preset, **taken})
    theirs = {n: old for n, old in taken.items() if held[n] == given[n]}
    before = {n: held[n] for n in (preset if own is None else own) if n in preset} | theirs
    becomes = {n: preset.get(n, held[n]) for n in before}
    mine = {n: old for n, old in before.items() if old != becomes[n] and n != "at"}
    _write(preset)
    moved = [n for n in preset if held[n] != preset[n] and n not in PASSING]
    changes = [_changed(n, preset[n], mine.get(n, held[n])) for n in moved]
    session.said = f"{why} Set for you: {_listed(changes, MOST_NAMED // 2)}." if changes else why
    session.mine = mine
    session.taken = {n: old for n, old in mine.items() if own is not None or n in theirs}
    session.given = {n: becomes[n] for n in session.taken}


def _changed(name: str, new: Any, old: Any) -> str:
    was = "" if name in UNREADABLE else f" (was {_plain(name, old)})"
    return f"{_named(name, new)}{was}"


def restore_values() -> None:
    """Give back what :func:`set_values` has taken."""
    _write(st.session_state.pop("mine", {}))
    st.session_state.taken = {}


def take_data() -> None:
    """Move to the start that the chosen data set is made for, and say so."""
    name = state.value("data")
    if name == OWN:
        set_values({}, "Your own samples. Change them under Look closer, Data.")
        return
    data = DATASETS[name]
    set_values(_start(name), f"**{data.title}.** {data.description}")


def _start(name: str) -> Settings:
    """What choosing a data set sets: the network and the start that it is made for."""
    return dict(data_set(name)) if DATASETS[name].data else {}
