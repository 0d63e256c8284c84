"""What is told again is what would have been drawn anew, message for message."""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

from tests.browser.harness import ROOT
from ui.lessons import LESSONS
from ui.server import again

TIMEOUT = 60


class Session:
    """A session of the app, with all that its last run told the browser."""

    def __init__(self, patch: pytest.MonkeyPatch, tells_again: bool) -> None:
        self._patch, self._tells_again = patch, tells_again
        self.app = AppTest.from_file(ROOT / "ui" / "frame.py", default_timeout=TIMEOUT)
        self.told: list[tuple[list[int], str, str]] = []

    def run(self, way: Callable[[], Any] | None = None) -> None:
        """Have the app run in some way, as it is unless one is given."""
        with self._patch.context() as patch:
            runners: list[LocalScriptRunner] = []
            run = LocalScriptRunner.run

            def listen(self: LocalScriptRunner, *args: Any, **named: Any) -> Any:
                runners.append(self)
                return run(self, *args, **named)

            patch.setattr(LocalScriptRunner, "run", listen)
            if not self._tells_again:
                patch.setattr(again, "Run", refuse)
            (way or self.app.run)()
            assert not self.app.exception
            self.told = [said(one) for one in runners[-1].forward_msgs()]

    def go_to(self, page: str) -> None:
        self.run(self.app.switch_page(str(ROOT / "pages" / f"{page}.py")).run)


def refuse() -> None:
    raise TypeError("every element is drawn")


def said(message: ForwardMsg) -> tuple[list[int], str, str]:
    return (
        list(message.metadata.delta_path),
        str(message.WhichOneof("type")),
        message.hash,
    )


@pytest.fixture
def patch() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


SEEDS = [1, *(pytest.param(seed, marks=pytest.mark.thorough) for seed in range(2, 8))]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("page", ["home", *(lesson.name for lesson in LESSONS)])
def test_a_page_says_the_same_whether_it_is_told_again_or_drawn(
    page: str, seed: int, patch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(f"{page} {seed}")
    pair = [Session(patch, tells_again) for tells_again in (True, False)]
    told: set[bytes] = set()
    tell = again.Run.tell

    def count(self: again.Run, drawn: again.Drawn) -> None:
        told.update(drawn.messages)
        tell(self, drawn)

    patch.setattr(again.Run, "tell", count)
    for one in pair:
        one.run()
        one.go_to(page)
    for turn in range(14):
        act = chance.choice(ACTS)
        luck = chance.random()
        for one in pair:
            act(one, random.Random(luck))
        assert pair[0].told == pair[1].told, (turn, act.__name__)
    assert told, "something is told again"


def as_it_is(session: Session, _: random.Random) -> None:
    session.run()


def drag(session: Session, chance: random.Random) -> None:
    """Let go of something on the stage, as the browser tells of it."""
    app = session.app
    (stage,) = (
        one.proto
        for one in app.get("bidi_component")
        if one.proto.component_name.endswith(".stage")
    )
    drawn = json.loads(stage.json or stage.mixed.json)
    name = chance.choice(sorted(drawn["values"].keys() & {"w1", "w2", "b1", "x", "w1_11"}))
    commit = {"seq": drawn["acknowledged"] + 1, "values": {name: chance.uniform(-3, 3)}}
    told = app._tree.get_widget_states()
    state = told.widgets.add(id=_make_trigger_id(stage.id, "events"))
    state.json_trigger_value = json.dumps([{"event": "commit", "value": commit}])
    session.run(lambda: app._run(told))


def type_a_number(session: Session, chance: random.Random) -> None:
    field = chance.choice([one for one in session.app.number_input if not one.disabled])
    session.run(field.set_value(chance.choice([field.min, field.max])).run)


def forge(session: Session, chance: random.Random) -> None:
    """Say what no browser says: a number beyond the bounds, or of an input that is disabled."""
    told = session.app._tree.get_widget_states()
    identity = chance.choice(session.app.number_input).id
    (state,) = (one for one in told.widgets if one.id == identity)
    if state.WhichOneof("value") == "double_value":
        state.double_value = 1e9
    else:
        state.int_value = 10**9
    session.run(lambda: session.app._run(told))


def press(session: Session, chance: random.Random) -> None:
    button = chance.choice(session.app.button)
    session.run(button.click().run)


def switch(session: Session, chance: random.Random) -> None:
    toggle = chance.choice(session.app.toggle)
    session.run(toggle.set_value(not toggle.value).run)


def choose(session: Session, chance: random.Random) -> None:
    choice = chance.choice(session.app.selectbox)
    option = chance.choice(choice.options[:2])
    session.run(choice.select(option).run)


def change_the_address(session: Session, chance: random.Random) -> None:
    """As somebody who edits it, or whose browser has lost a part of it."""
    query = session.app.query_params
    name = chance.choice(["w1", "b2", "depth", "x"])
    if name in query:
        del query[name]
    else:
        query[name] = "2"
    session.run()


def go_elsewhere_and_back(session: Session, _: random.Random) -> None:
    here = session.app._page_hash
    session.go_to("home")
    session.app._page_hash = here
    session.run()


ACTS = [as_it_is, drag, type_a_number, forge, press, switch, choose]
ACTS += [change_the_address, go_elsewhere_and_back]
