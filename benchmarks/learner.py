"""A learner without a browser: it speaks Streamlit's protocol, so that hundreds fit on a machine.

What a browser keeps of a session is kept here too: the session's cookie and identity, the messages
that are sent as references to earlier ones, the values of inputs, and the change that is sent
again after a lost connection until it is acknowledged.
"""

import asyncio
import json
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.BidiComponent_pb2 import BidiComponent
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NumberInput_pb2 import NumberInput
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

STAGE = "chain_rule_lab.stage"
LOST = (OSError, EOFError, TimeoutError, WebSocketException)
"""What is raised where a connection cannot be had, or is lost."""


@dataclass
class Learner:
    """One session at ``url``, such as ``http://127.0.0.1:8501``, on a lesson's ``page``.

    >>> async def drag(url: str) -> float:
    ...     async with Learner(url, "backpropagation", "w1=0.5") as learner:
    ...         await learner.commit({"w1": 0.75})
    ...         return learner.values["w1"]
    """

    url: str
    page: str = ""
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    patience: float = 30
    """Seconds after which an answer counts as failed (``TimeoutError``)."""
    stage: dict[str, Any] = field(default_factory=dict)
    """What the stage was last told to draw, as :func:`ui.stage.drawing` says it."""
    errors: list[str] = field(default_factory=list)
    """Exceptions that the page has shown; there should never be one."""
    received: int = 0
    """Bytes of messages so far."""

    cookies: SimpleCookie = field(default_factory=SimpleCookie)
    """What the server, or a balancer before it, has asked to be told again."""

    holds: dict[str, tuple[str, Any]] = field(default_factory=dict)
    """What the page's inputs hold, by their identities, with the kind of value that each has."""

    _drawn: set[str] = field(default_factory=set)
    _socket: ClientConnection | None = None
    _session: str = ""
    _kept: dict[str, ForwardMsg] = field(default_factory=dict)
    _large: dict[str, Any] = field(default_factory=dict)
    _stage_id: str = ""
    _script: str = ""
    _seq: int = 0

    async def __aenter__(self) -> "Learner":
        await self.connect()
        await self.run()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.leave()

    @property
    def values(self) -> dict[str, float]:
        """The parameters as the stage was last told them."""
        return dict(self.stage.get("values", {}))

    async def connect(self) -> None:
        """Open the connection; after :meth:`leave` or a loss, with the same session.

        Raises:
            OSError, WebSocketException, TimeoutError: some of :data:`LOST`, when nobody answers.
        """
        address = urlsplit(self.url)
        scheme = "wss" if address.scheme == "https" else "ws"
        told = [Subprotocol(name) for name in ("streamlit", "unused", self._session) if name]
        self._socket = await connect(
            f"{scheme}://{address.netloc}{address.path}/_stcore/stream",
            subprotocols=told,
            additional_headers={**self.headers, **self._told()},
            max_size=None,
            open_timeout=self.patience,
            close_timeout=1,
            compression=None,  # a load generator on the same machine would pay twice
        )

        if self._socket.response:
            for cookie in self._socket.response.headers.get_all("Set-Cookie"):
                self.cookies.load(cookie)

    def _told(self) -> dict[str, str]:
        pairs = "; ".join(f"{name}={cookie.value}" for name, cookie in self.cookies.items())
        return {"Cookie": pairs} if pairs else {}

    async def leave(self) -> None:
        """Close the connection, as a closed tab does."""
        socket, self._socket = self._socket, None
        if socket:
            await socket.close()

    async def lost(self) -> None:
        """Wait until the connection is no more."""
        if self._socket:
            await self._socket.wait_closed()

    def forget(self) -> None:
        """Be somebody new who opens the link as it is now, as a loaded page is."""
        self._session = self._stage_id = self._script = ""
        self._kept, self._large, self.stage, self.holds = {}, {}, {}, {}

    async def commit(self, values: dict[str, float]) -> None:
        """Let go of what was dragged, and wait until the page has answered.

        Raises:
            AssertionError: when the page does not hold these values afterwards.
        """
        self._seq += 1
        await self.send("commit", {"seq": self._seq, "values": values})
        self._check(values)

    async def persist(self, values: dict[str, float], pause: float = 0.5) -> None:
        """Let go of what was dragged, through lost connections and dead servers.

        As a browser does, it connects again with the same session, and says it again until the
        page says that it has heard.

        Raises:
            AssertionError: when the page does not hold these values afterwards.
        """
        self._seq += 1
        said = self._seq
        while self.stage.get("acknowledged", 0) < said:
            try:
                if not self._socket:
                    await self.connect()
                    await self.run()
                else:
                    await self.send("commit", {"seq": said, "values": values})
            except LOST:
                # What was acknowledged may have died with the server: it is asked again.
                self.stage = {}
                await self.leave()
                await asyncio.sleep(pause)
        self._check(values)

    def _check(self, values: dict[str, float]) -> None:
        told = {name: self.values.get(name) for name in values}
        assert told == values, f"{told} was answered to {values}"

    async def send(self, event: str, value: Any) -> None:
        """Have the stage send an event, such as ``step``, and wait for the answer."""
        await self.ask(self.request(event, value))

    async def run(self) -> None:
        """Ask for a run of the script, as a browser does that arrives, and wait for all of it."""
        await self.ask(self.request())

    def request(self, event: str = "", value: Any = None) -> BackMsg:
        """What a browser sends for a run of the script, with an event of the stage if one is given.

        With it go the values of all inputs that the page has, as a browser sends them.
        """
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_name = self.query, self.page
        state.page_script_hash = self._script  # where it is known, it counts and not the name
        state.cached_message_hashes.extend(self._kept)
        state.context_info.url = f"{self.url}/{self.page}"
        if self._stage_id:
            state.widget_states.widgets.add(id=self._stage_id, json_value="{}")
        for identity, (kind, held) in self.holds.items():
            state.widget_states.widgets.add(id=identity, **{kind: held})
        if event:
            said = json.dumps([{"event": event, "value": value}])
            state.widget_states.widgets.add(id=self.events, json_trigger_value=said)
        return message

    @property
    def events(self) -> str:
        """What Streamlit calls the place of the stage's events among the inputs."""
        return f"$$STREAMLIT_INTERNAL_KEY_{self._stage_id}__events"

    async def ask(self, message: BackMsg) -> None:
        """Send a request for a run, and take in all that the run says until it ends."""
        await self.raw(message.SerializeToString())
        async with asyncio.timeout(self.patience):
            await self._hear()

    async def raw(self, content: bytes) -> None:
        """Send bytes as they are."""
        assert self._socket, "not connected"
        await self._socket.send(content)

    async def _hear(self) -> None:
        assert self._socket, "not connected"
        while True:
            content = await self._socket.recv(decode=False)
            self.received += len(content)
            message = ForwardMsg.FromString(content)
            if message.WhichOneof("type") == "ref_hash":
                message = self._kept[message.ref_hash]
            elif message.hash and message.metadata.cacheable:
                self._kept[message.hash] = message
            match message.WhichOneof("type"):
                case "new_session":
                    self._session = message.new_session.initialize.session_id
                    self._drawn = set()
                case "navigation":
                    self._script = message.navigation.page_script_hash
                case "page_info_changed":
                    self.query = message.page_info_changed.query_string
                case "delta":
                    self._take(message)
                case "script_finished":
                    if message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                        gone = self.holds.keys() - self._drawn
                        for identity in gone:
                            del self.holds[identity]
                        return

    def _take(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        match element.WhichOneof("type"):
            case "exception":
                self.errors.append(f"{element.exception.type}: {element.exception.message}")
            case "bidi_component":
                component = element.bidi_component
                told = json.loads(_content(component))
                if component.component_name.endswith("kept"):
                    self._large[told["name"]] = told["value"]
                elif component.component_name == STAGE:
                    self._stage_id, self.stage = component.id, self._resolved(told)
                    self._seq = max(self._seq, self.stage["acknowledged"])
            case "number_input" | "text_input" | "selectbox" | "checkbox" as kind:
                told = getattr(element, kind)
                self._drawn.add(told.id)
                if told.set_value or told.id not in self.holds:
                    self.holds[told.id] = _held(kind, told)

    def _resolved(self, told: dict[str, Any]) -> dict[str, Any]:
        """A drawing with its large parts, which come on their own, in their places."""
        return {**self._large.get(told["fixed"]["kept"], {}), **told}


def _held(kind: str, told: Any) -> tuple[str, Any]:
    """What an input is told to hold, or holds of itself, and the kind of value that it is."""
    if kind == "selectbox":
        return "string_value", told.raw_value if told.set_value else told.options[told.default]
    value = told.value if told.set_value else told.default
    if kind == "number_input":
        whole = told.data_type == NumberInput.INT
        return ("int_value", int(value)) if whole else ("double_value", value)
    return ("bool_value" if kind == "checkbox" else "string_value"), value


def _content(component: BidiComponent) -> str:
    return component.mixed.json if component.WhichOneof("data") == "mixed" else component.json
