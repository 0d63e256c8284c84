"""Replicas of the lab, and HAProxy with ``deploy/haproxy.cfg`` in front of them, as processes."""

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

from deploy.cluster import memory
from scripts.find_programs import find, missing

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build" / "cluster"
TEMPLATE = re.compile(r"^    server-template .*$", re.MULTILINE)


@dataclass
class Replica:
    """One server of the lab on a port of its own; what it logs goes to a file."""

    name: str
    port: int
    app: Path
    folder: Path
    secret: str
    below: str = ""
    """The path below which it serves, such as ``lab``."""
    process: subprocess.Popen[bytes] | None = None
    wanted: bool = True
    """Whether it is started again when it has ended, as a container's host does."""

    def start(self) -> None:
        environment = {
            **os.environ,
            "PYTHONDONTWRITEBYTECODE": "1",
            "STREAMLIT_SERVER_ADDRESS": "127.0.0.1",
            "STREAMLIT_SERVER_PORT": str(self.port),
            "STREAMLIT_SERVER_HEADLESS": "true",
            "STREAMLIT_SERVER_COOKIE_SECRET": self.secret,
            "STREAMLIT_SERVER_BASE_URL_PATH": self.below,
        }
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", "app.py"],
                cwd=self.app,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        memory.enter(self.name, self.process.pid)

    def end(self, how: signal.Signals = signal.SIGKILL) -> None:
        end(self.process, how)

    def ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def healthy(self) -> bool:
        place = f"{self.port}/{self.below}" if self.below else str(self.port)
        return answers(f"http://127.0.0.1:{place}/_stcore/health")


@dataclass
class Cluster:
    """``replicas`` servers of the app in the folder ``app`` behind a balancer on ``port``.

    ``limits`` are those of ``haproxy.cfg`` by their names there, such as ``LAB_CONNECTIONS``.

    >>> with Cluster(replicas=2) as cluster:  # doctest: +SKIP
    ...     print(cluster.url)
    """

    replicas: int = 2
    port: int = 0
    app: Path = ROOT
    folder: Path = FOLDER
    limits: Mapping[str, str] = field(default_factory=dict)
    members: list[Replica] = field(default_factory=list)
    balancer: subprocess.Popen[bytes] | None = None
    _over: Event = field(default_factory=Event)

    def __enter__(self) -> "Cluster":
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = self.port or free_port()
        secret = os.environ.get("STREAMLIT_SERVER_COOKIE_SECRET") or secrets.token_hex(32)
        try:
            for number in range(1, self.replicas + 1):
                name, port = f"replica{number}", free_port()
                self.members.append(Replica(name, port, self.app, self.folder, secret))
                self.members[-1].start()
            self.start_balancer()
            for member in self.members:
                wait(member.healthy, f"{member.name} is well", gone=member.ended)
            wait(lambda: self.ready() == self.replicas, "the balancer sees the replicas")
        except BaseException:
            self.__exit__()
            raise
        Thread(target=self._tend, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for member in self.members:
            member.wanted = False
            member.end(signal.SIGTERM)
            memory.leave(member.name)
        end(self.balancer, signal.SIGTERM)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _tend(self) -> None:
        while not self._over.wait(0.5):
            for member in self.members:
                if member.wanted and member.ended() and not self._over.is_set():
                    member.start()

    def start_balancer(self, timeout: float = 30) -> None:
        program = find("haproxy")
        if program is None:
            raise RuntimeError(missing("haproxy"))
        config = self.folder / "haproxy.cfg"
        ports = {member.name: member.port for member in self.members}
        config.write_text(configuration(ports), encoding="utf-8")
        shutil.copytree(ROOT / "deploy" / "errors", self.folder / "errors", dirs_exist_ok=True)
        environment = {
            **os.environ,
            **self.limits,
            "LAB_BIND": f"127.0.0.1:{self.port}",
            "LAB_SOCKET": self._socket,
        }
        with (self.folder / "balancer.log").open("ab") as log:
            self.balancer = subprocess.Popen(
                [program, "-db", "-f", str(config)],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        balancer = self.balancer
        wait(
            lambda: answers(f"{self.url}/_stcore/health", anything=True),
            "the balancer answers",
            timeout,
            lambda: balancer.poll() is not None,
        )

    @property
    def _socket(self) -> str:
        return f"/tmp/lab-{self.port}.sock"  # the path of a socket must be short

    def ask(self, command: str) -> str:
        """Say something on HAProxy's admin socket, such as ``show servers state``."""
        with socket.socket(socket.AF_UNIX) as admin:
            admin.settimeout(10)
            admin.connect(self._socket)
            admin.sendall(f"{command}\n".encode())
            return b"".join(iter(lambda: admin.recv(1 << 16), b"")).decode()

    def ready(self) -> int:
        """How many replicas the balancer hands learners to."""
        rows = [row.split(",") for row in self.ask("show stat lab 4 -1").splitlines()[1:] if row]
        return sum(row[17].startswith("UP") for row in rows)

    def renew(self, member: Replica, grace: float = 2) -> None:
        """Update one replica: new learners go elsewhere, then those who are there, then it ends."""
        self.ask(f"set server lab/{member.name} state drain")
        time.sleep(grace)
        member.wanted = False
        self.ask(f"set server lab/{member.name} state maint")
        self.ask(f"shutdown sessions server lab/{member.name}")
        member.end(signal.SIGTERM)
        member.start()
        member.wanted = True
        wait(member.healthy, f"{member.name} is well", gone=member.ended)
        self.ask(f"set server lab/{member.name} state ready")


def configuration(ports: Mapping[str, int]) -> str:
    """``deploy/haproxy.cfg`` for replicas on ports of this machine.

    Raises:
        ValueError: when it does not have exactly one line that names the replicas.
    """
    text = (ROOT / "deploy" / "haproxy.cfg").read_text(encoding="utf-8")
    lines = "\n".join(f"    server {name} 127.0.0.1:{port}" for name, port in ports.items())
    text, count = TEMPLATE.subn(lines, text)
    if count != 1:
        raise ValueError(f"{count} lines of haproxy.cfg begin with server-template, not one.")
    return text


def answers(url: str, anything: bool = False) -> bool:
    """Whether somebody says that all is well, or ``anything`` at all."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError:
        return anything
    except OSError:
        return False


def wait(
    met: Callable[[], bool], what: str, timeout: float = 90, gone: Callable[[], bool] | None = None
) -> None:
    """Wait until ``met()`` holds.

    Raises:
        RuntimeError: when it takes too long, or ``gone()`` says that it never will.
    """
    deadline = time.monotonic() + timeout
    while not met():
        if time.monotonic() > deadline or (gone and gone()):
            raise RuntimeError(f"Waited in vain until {what}; see the logs in {FOLDER}.")
        time.sleep(0.1)


def end(process: subprocess.Popen[bytes] | None, how: signal.Signals) -> None:
    """End a process, by force if it takes its time."""
    if process is None:
        return
    with suppress(ProcessLookupError):
        process.send_signal(how)
        process.send_signal(signal.SIGCONT)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
