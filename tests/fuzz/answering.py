"""What is claimed of a server that is told nonsense: it answers, soon, and nobody else notices."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.learner import LOST, Learner
from benchmarks.load import cpu
from tests.browser.harness import ROOT, TRACEBACK, Server, run_async
from tests.fuzz.cases import CANARY, MARK, PAGES, Case, noise

MOST_CPU = 1.5
"""Seconds that the server may take for a case: half a second more than is claimed of it, for what
else it does."""
TOGETHER = 20
"""Messages that one session is told, one after the other."""


@dataclass
class Visitor(Learner):
    """A learner who knows the page's inputs by their identities."""

    inputs: dict[str, str] = field(default_factory=dict)
    """The kind of each, such as ``number_input``, by the identity."""

    def _take(self, message: ForwardMsg) -> None:
        super()._take(message)
        kind = message.delta.new_element.WhichOneof("type")
        found = getattr(message.delta.new_element, kind) if kind else None
        if name := getattr(found, "id", ""):
            self.inputs[name] = str(kind)


async def check_all(server: Server, cases: Sequence[Case], faults: list[tuple[Case, str]]) -> None:
    """Have the server told all of them; ``faults`` takes the cases of which a claim fails."""
    async with Learner(server.url, "forward_pass") as neighbour:
        links = [case for case in cases if case.kind == "link"]
        messages = [case for case in cases if case.kind == "message"]
        for at in range(0, len(links), TOGETHER):
            await _links(server, links[at : at + TOGETHER], faults)
            await neighbour.commit({"w1": at / 4096})
        for at in range(0, len(messages), TOGETHER):
            together = messages[at : at + TOGETHER]
            page = PAGES[at // TOGETHER % len(PAGES)]
            await _messages(server, page, together, faults)
            await neighbour.commit({"w1": at / 4096, "b1": 1.0})
        assert not neighbour.errors, neighbour.errors


async def _links(server: Server, cases: Sequence[Case], faults: list[tuple[Case, str]]) -> None:
    before: Visitor | None = None
    for case in cases:
        page, query = case.content
        watch = Watched(server)
        # Every other one is not opened, but comes later in a session, as by the browser's history.
        later = before if before and case.number % 2 else None
        visitor = later or Visitor(server.url, page, query)
        try:
            if later is None:
                await visitor.connect()
            visitor.query = query
            await visitor.run()
        except LOST as lost:
            watch.fault(f"no answer: {lost!r}")
            before = None
        else:
            before = visitor
            watch.look_at(visitor)
        faults += [(case, fault) for fault in watch.found()]
        if visitor is not before or case is cases[-1]:
            await visitor.leave()


async def _messages(
    server: Server, page: str, cases: Sequence[Case], faults: list[tuple[Case, str]]
) -> None:
    visitor = Visitor(server.url, page)
    for case in cases:
        if not visitor.stage:
            visitor.forget()
            await visitor.connect()
            await visitor.run()
        how, what = case.content
        watch = Watched(server)
        try:
            await _tell(visitor, how, what)
            watch.look_at(visitor)
        except LOST as lost:
            if how not in ("bytes", "kind") or isinstance(lost, TimeoutError):
                watch.fault(f"no answer: {lost!r}")
            await visitor.leave()
            visitor.stage = {}
        if how == "bytes":  # some of which ask for a run of their own: what is said is mixed up
            await visitor.leave()
            visitor.stage = {}
        faults += [(case, fault) for fault in watch.found()]
    await visitor.leave()


async def _tell(visitor: Visitor, how: str, what: Any) -> None:
    request = visitor.request()
    states = request.rerun_script.widget_states.widgets
    match how:
        case "event":
            states.add(id=visitor.events, json_trigger_value=what[1])
        case "input":
            which, name, value = what
            places = [*visitor.inputs, visitor.events, MARK, "$$STREAMLIT_INTERNAL_KEY_", ""]
            one = states.add(id=places[int(which * len(places))])
            if isinstance(value, list):
                getattr(one, name).SetInParent()
                if name != "string_trigger_value":
                    getattr(one, name).data.extend(value)
            else:
                setattr(one, name, value)
        case "bytes":
            await visitor.raw(what)
        case "kind":
            await _tell_kind(visitor, what, request)
    await visitor.ask(request)


async def _tell_kind(visitor: Visitor, kind: str, request: BackMsg) -> None:
    told = BackMsg()
    state = request.rerun_script
    match kind:
        case "text":
            assert visitor._socket
            await visitor._socket.send(f"{MARK} as text")
        case "nothing":
            await visitor.raw(b"")
        case "file_urls_request":
            told.file_urls_request.request_id = MARK
            told.file_urls_request.file_names.extend([f"../{MARK}.csv"] * 9)
        case "install_skills" | "dataframe_chunk" | "deferred_file":
            told.backend_operation_request.request_id = MARK
            getattr(told.backend_operation_request, kind).SetInParent()
        case "fragment":
            told.CopyFrom(request)
            told.rerun_script.fragment_id = MARK
        case "hash":
            state.cached_message_hashes.extend([MARK, noise(random.Random(MARK))] * 100)
        case "page":
            state.page_name, state.page_script_hash = f"../{MARK}", MARK
        case _:
            setattr(told, kind, True)
    if told.WhichOneof("type"):
        await visitor.raw(told.SerializeToString())


class Watched:
    """What a server did since this was made."""

    def __init__(self, server: Server) -> None:
        self._server, self._log, self._cpu = server, server.log_size(), cpu(server)
        self._faults: list[str] = []

    def fault(self, text: str) -> None:
        self._faults.append(text)

    def look_at(self, visitor: Visitor) -> None:
        if visitor.errors:
            self.fault(f"on the page: {visitor.errors}")
            visitor.errors.clear()

    def found(self) -> list[str]:
        spent, log = cpu(self._server) - self._cpu, self._server.log(self._log)
        if spent > MOST_CPU:
            self.fault(f"{spent:.2f} s of CPU")
        if TRACEBACK.search(log):
            self.fault(f"logged: {log[-3000:]}")
        if MARK in log:
            self.fault(f"what was typed is logged: {log[:3000]}")
        if any(Path(folder, CANARY).exists() for folder in (ROOT, ".")):
            self.fault("what was typed was run")
        return self._faults


def told(server: Server, cases: Sequence[Case]) -> list[tuple[Case, str]]:
    """The cases of which a claim failed, each with what happened."""
    faults: list[tuple[Case, str]] = []
    run_async(check_all(server, cases, faults))
    return faults
