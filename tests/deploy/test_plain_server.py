"""The lab below a path of a plain server, behind ``deploy/nginx.conf`` and ``deploy/Caddyfile``."""

import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from benchmarks.learner import Learner
from deploy.cluster.servers import Replica, answers, end, free_port, wait
from scripts.find_programs import find, missing
from tests.browser.harness import run_async
from tests.deploy.image import DEPLOY, ROOT


@pytest.fixture(scope="module")
def replica(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replica]:
    folder = tmp_path_factory.mktemp("replica")
    replica = Replica("replica", free_port(), ROOT, folder, "secret", below="lab")
    replica.start()
    wait(replica.healthy, "the lab is well", gone=replica.ended)
    yield replica
    replica.end(signal.SIGTERM)


def nginx(replica: Replica, port: int, folder: Path) -> list[str]:
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for plain, here in (
        ("listen 80;", f"listen 127.0.0.1:{port};"),
        ("listen [::]:80;", ""),
        ("127.0.0.1:8501", f"127.0.0.1:{replica.port}"),
        ("location / {", "location /lab/ {"),
        ("/var/log/nginx", str(folder)),
        ("/opt/chain-rule-lab", str(ROOT)),
    ):
        assert plain in text
        text = text.replace(plain, here)
    (folder / "lab.conf").write_text(text, encoding="utf-8")
    kept = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"pid {folder}/pid; daemon off; {user} events {{}}\n"
        f"http {{ {kept} include {folder}/lab.conf; }}\n",
        encoding="utf-8",
    )
    return ["nginx", "-e", str(folder / "errors"), "-c", str(folder / "nginx.conf")]


def caddy(replica: Replica, port: int, folder: Path) -> list[str]:
    commented = (DEPLOY / "Caddyfile").read_text(encoding="utf-8").partition("# www.example.org")
    text = re.sub("^# ?", "", commented[1] + commented[2], flags=re.MULTILINE)
    text = text.replace("www.example.org", f"http://127.0.0.1:{port}")
    text = text.replace("127.0.0.1:8501", f"127.0.0.1:{replica.port}")
    (folder / "Caddyfile").write_text("{\n\tadmin off\n}\n" + text, encoding="utf-8")
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


@pytest.fixture(params=[nginx, caddy], ids=["nginx", "caddy"])
def address(
    request: pytest.FixtureRequest, replica: Replica, tmp_path: Path
) -> Iterator[tuple[str, Path]]:
    """Where the lab is behind the proxy, and the folder of the proxy's logs."""
    proxy: Callable[[Replica, int, Path], list[str]] = request.param
    port = free_port()
    command = proxy(replica, port, tmp_path)
    program = find(command[0])
    if program is None:
        pytest.fail(missing(command[0]), pytrace=False)
    with ExitStack() as stack:
        log = stack.enter_context((tmp_path / "said.log").open("wb"))
        process = subprocess.Popen(
            [program, *command[1:]],
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "HOME": str(tmp_path)},
        )
        stack.callback(end, process, signal.SIGTERM)
        wait(
            lambda: answers(f"http://127.0.0.1:{port}/lab/_stcore/health"),
            "the proxy hands on",
            gone=lambda: process.poll() is not None,
        )
        yield f"http://127.0.0.1:{port}/lab", tmp_path


def test_a_learner_works_below_a_path(address: tuple[str, Path]) -> None:
    url, folder = address

    async def visit() -> dict[str, float]:
        async with Learner(url, "backpropagation", "w1=0.125") as learner:
            assert learner.values["w1"] == 0.125
            await learner.commit({"w1": 1.25})
            return learner.values

    assert run_async(visit())["w1"] == 1.25
    assert answers(f"{url}/backpropagation?w1=0.125")
    assert not answers(f"{url}/_stcore/metrics")
    logs = "".join(path.read_text(errors="replace") for path in folder.glob("*.log"))
    assert "0.125" not in logs
