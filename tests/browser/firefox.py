"""Firefox as it is installed, steered by WebDriver BiDi, which it speaks itself.

Playwright's Firefox is one of Playwright's own making; here it is the learner's.

Source: W3C, "WebDriver BiDi", https://www.w3.org/TR/webdriver-bidi/.
"""

import json
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets.sync.client import ClientConnection, connect

WATCH = """() => {
    window.breaches = [];
    document.addEventListener("securitypolicyviolation", event =>
        breaches.push(`${event.violatedDirective} ${event.blockedURI}`));
    // The first element of that name, in the shadow of another too.
    window.find = (name, root = document) => root.querySelector(name)
        ?? [...root.querySelectorAll("*")].reduce((found, { shadowRoot }) =>
            found ?? (shadowRoot && find(name, shadowRoot)), null);
}"""
LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
LEFT = "status=2152398850"
"""Of what was still fetched when its page was left: NS_BINDING_ABORTED."""
KEYS = {"ArrowRight": "\ue014", "Tab": "\ue004"}


@dataclass
class Firefox:
    """One tab; ``errors`` is what its console has said in red, and what was thrown."""

    socket: ClientConnection
    tab: str = ""
    errors: list[str] = field(default_factory=list)
    _asked: int = 0

    def ask(self, method: str, **parameters: Any) -> Any:
        """Send a command, and wait for what it comes to; RuntimeError where it is refused."""
        self._asked += 1
        said = {"id": self._asked, "method": method, "params": parameters}
        self.socket.send(json.dumps(said))
        while True:
            heard = json.loads(self.socket.recv(60))
            if heard.get("id") == self._asked:
                if heard["type"] == "error":
                    raise RuntimeError(f"{method}: {heard['message']}")
                return heard["result"]
            self._listen(heard)

    def _listen(self, heard: dict[str, Any]) -> None:
        if heard.get("method") != "log.entryAdded" or heard["params"]["level"] != "error":
            return
        if LEFT not in heard["params"]["text"]:
            self.errors.append(heard["params"]["text"])

    def open(self, url: str) -> None:
        self.ask("browsingContext.navigate", context=self.tab, url=url, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """What an expression comes to in the page, as plain data."""
        told = self.ask(
            "script.evaluate",
            expression=f"JSON.stringify({expression}) ?? 'null'",
            target={"context": self.tab},
            awaitPromise=True,
        )
        assert told["type"] == "success", told
        return json.loads(told["result"]["value"])

    def press(self, key: str) -> None:
        presses = [{"type": kind, "value": KEYS[key]} for kind in ("keyDown", "keyUp")]
        source = {"type": "key", "id": "keyboard", "actions": presses}
        self.ask("input.performActions", context=self.tab, actions=[source])

    def until(self, expression: str, met: Callable[[Any], bool] = bool) -> Any:
        """Wait until an expression comes to what is wanted, and return that."""
        deadline = time.monotonic() + 60
        while not met(found := self.evaluate(expression)):
            assert time.monotonic() < deadline, f"{expression} is still {found!r}"
            time.sleep(0.05)
        return found


@contextmanager
def firefox(program: str) -> Iterator[Firefox]:
    """Start it, without a window and with a profile of its own."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = ["--headless", "--no-remote", "--profile", profile]
        process = subprocess.Popen(
            [program, *options, "--remote-debugging-port", "0", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stderr
            places = filter(None, map(LISTENING.search, process.stderr))
            with connect(f"{next(places)[1]}/session", max_size=None) as socket:
                browser = Firefox(socket)
                browser.ask("session.new", capabilities={})
                browser.ask("session.subscribe", events=["log.entryAdded"])
                browser.ask("script.addPreloadScript", functionDeclaration=WATCH)
                browser.tab = browser.ask("browsingContext.getTree")["contexts"][0]["context"]
                yield browser
        finally:
            process.kill()
            process.communicate()
