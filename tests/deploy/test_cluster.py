"""The lab behind HAProxy with ``deploy/haproxy.cfg``, on real sockets."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack
from http.client import HTTPResponse

import pytest

from benchmarks.learner import Learner
from deploy.cluster.diary import Change, Diary, account
from deploy.cluster.servers import Cluster, configuration, free_port, wait
from deploy.cluster.trial import failures, trial
from scripts.find_programs import find, missing
from tests.browser.harness import run_async
from tests.deploy.image import DOCKERFILE, ROOT, copied

LIMITS = {"LAB_CONNECTIONS": "200", "LAB_REQUESTS": "2000", "LAB_SOCKETS": "200"}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Two replicas that run from what the container holds, and nothing else."""
    if find("haproxy") is None:
        pytest.fail(missing("haproxy"), pytrace=False)
    app, folder = tmp_path_factory.mktemp("app"), tmp_path_factory.mktemp("cluster")
    for name in copied():
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, app / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, app)
    with Cluster(2, app=app, folder=folder, limits=LIMITS) as cluster:
        yield cluster


def get(url: str) -> HTTPResponse | urllib.error.HTTPError:
    try:
        return urllib.request.urlopen(url, timeout=30)
    except urllib.error.HTTPError as refused:
        return refused


def test_a_learner_stays_with_the_replica_that_the_cookie_names(cluster: Cluster) -> None:
    async def visits() -> tuple[set[str], int]:
        seen = set()
        async with Learner(cluster.url, "forward_pass") as learner:
            for _ in range(3):
                seen.add(learner.cookies["lab"].value)
                await learner.leave()
                await learner.connect()
                await learner.run()
            await learner.commit({"w1": 1.25})
            return seen, learner.stage["acknowledged"]

    seen, acknowledged = run_async(visits())
    assert len(seen) == 1
    assert acknowledged == 1


def test_new_learners_are_spread_over_the_replicas(cluster: Cluster) -> None:
    async def arrivals() -> set[str]:
        async with AsyncExitStack() as stack:
            learners = [
                await stack.enter_async_context(Learner(cluster.url, "chain_rule"))
                for _ in range(4)
            ]
            return {learner.cookies["lab"].value for learner in learners}

    assert len(run_async(arrivals())) == 2


def test_who_opens_too_many_connections_is_told_so_politely(cluster: Cluster) -> None:
    with ExitStack() as stack:
        for _ in range(int(LIMITS["LAB_CONNECTIONS"]) + 1):
            stack.enter_context(socket.create_connection(("127.0.0.1", cluster.port)))
        # The balancer takes connections up when it comes to it, those of the last moment later.
        wait(lambda: get(f"{cluster.url}/").status == 429, "who has too many is refused")
        refused = get(f"{cluster.url}/")
        assert refused.headers["Retry-After"] == "10"
        page = refused.read().decode()
        assert "Your network has asked Chain Rule Lab for more than its share" in page
        # Who only asks whether all is well is not refused for it.
        assert get(f"{cluster.url}/_stcore/health").status == 200
    assert get(f"{cluster.url}/").status == 200


def test_metrics_are_not_for_everybody(cluster: Cluster) -> None:
    assert get(f"{cluster.url}/_stcore/metrics").status == 404
    member = cluster.members[0]
    answer = get(f"http://127.0.0.1:{member.port}/_stcore/metrics")
    assert answer.headers["Content-Type"].startswith("application/openmetrics-text")
    assert b"active_sessions" in answer.read()


def test_the_metrics_that_the_hosting_page_names_are_there(cluster: Cluster) -> None:
    text = get(f"http://127.0.0.1:{cluster.members[0].port}/_stcore/metrics").read().decode()
    for name in ("active_sessions", "session_events_total", "session_duration_seconds_total"):
        assert f"\n{name}" in text


def test_nothing_that_a_learner_typed_is_logged(cluster: Cluster) -> None:
    assert get(f"{cluster.url}/chain_rule?f=sin(x)%2Bsecret").status == 200

    def logs() -> str:
        return "".join(path.read_text() for path in cluster.folder.glob("*.log"))

    wait(lambda: "/chain_rule" in logs(), "the balancer has written what was asked for")
    assert "secret" not in logs()
    assert "127.0.0.1 " not in (cluster.folder / "balancer.log").read_text()


def test_whoever_works_while_a_replica_is_killed_and_renewed_loses_nothing(
    cluster: Cluster,
) -> None:
    found = run_async(
        trial(
            cluster,
            count=6,
            with_browser=0,
            period=2,
            interruptions=("a replica is killed", "it is started again"),
            say=lambda _: None,
        )
    )
    assert found["lost"] == 0
    assert found["faults"] == []
    assert found["changes"] >= 12


def test_the_containers_health_check_asks_the_server_that_it_is_for(cluster: Cluster) -> None:
    words = json.loads(
        re.sub(r"\\\n", "", DOCKERFILE).partition("HEALTHCHECK")[2].split("CMD ")[1].split("\n")[0]
    )

    def healthy(port: int, **environment: str) -> bool:
        told = {**os.environ, "STREAMLIT_SERVER_PORT": str(port), **environment}
        command = [sys.executable, *words[1:]]
        return subprocess.run(command, env=told, capture_output=True).returncode == 0

    port = cluster.members[0].port
    assert healthy(port)
    assert not healthy(free_port())
    assert not healthy(port, STREAMLIT_SERVER_BASE_URL_PATH="/lab/")  # it is not below a path


def test_with_no_replica_left_a_page_asks_for_patience(cluster: Cluster) -> None:
    for member in cluster.members:
        cluster.ask(f"set server lab/{member.name} state maint")
    try:
        answer = get(f"{cluster.url}/")
        assert answer.status == 503
        assert "Chain Rule Lab is starting" in answer.read().decode()
    finally:
        for member in cluster.members:
            cluster.ask(f"set server lab/{member.name} state ready")


def test_the_replicas_stand_in_the_place_of_the_names() -> None:
    text = configuration({"replica1": 8601, "replica2": 8602})
    assert "    server replica1 127.0.0.1:8601\n    server replica2 127.0.0.1:8602\n" in text
    assert "server-template" not in text


def test_a_trial_tells_what_was_lost_wrong_or_late() -> None:
    diary = Diary([Change("a", 1, 12), Change("b", 11, 11.5), Change("c", 5)])
    diary.fault("b", "the page holds 1 where 2 was dragged")
    diary.faults = [(11, what) for _, what in diary.faults]
    row = {"what": "a test", **account(diary, broken=2, back=10, until=20)}
    found = {"faults": [what for _, what in diary.faults], "lost": 1, "rows": [row]}
    assert row["lost"] == len(row["wrong"]) == 1
    assert failures(found) == [
        "b: the page holds 1 where 2 was dragged",
        "1 changes were lost",
    ]
    late = {"faults": [], "lost": 0, "rows": [{"what": "a test", "worst wait": 7.5, "of": "b"}]}
    assert failures(late) == ["a test: b waited 7.5 s"]
