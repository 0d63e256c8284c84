"""Ask the public lists of known faults about all that is pinned, by pip-audit and npm audit.

    python scripts/audit.py  # exit code 1 if a fault is known of anything

A list that does not answer, or does not know a package, says nothing for it or against it: what
could not be asked is told, and is no failure of what is pinned.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PIP_AUDIT = "pip-audit==2.10.1"
REQUIREMENTS = ("requirements.txt", "requirements-dev.txt")
PATIENCE = 120
"""Seconds after which a list counts as one that does not answer."""


class Told(NamedTuple):
    """What lists said: of which packages faults are known, and what could not be asked."""

    faults: list[str]
    unknown: list[str]


def of_python(text: str) -> Told:
    """What pip-audit's JSON tells."""
    faults, unknown = [], []
    for one in json.loads(text)["dependencies"]:
        if "skip_reason" in one:
            unknown.append(f"{one['name']}: {one['skip_reason']}")
        faults += [
            f"{one['name']} {one['version']}: {fault['id']}" for fault in one.get("vulns", ())
        ]
    return Told(faults, unknown)


def of_node(text: str) -> Told:
    """What npm audit's JSON tells."""
    told: dict[str, Any] = json.loads(text)
    if "vulnerabilities" not in told:
        return Told([], [str(told.get("message") or told)])
    found = told["vulnerabilities"].items()
    return Told([f"{name} {one['range']}: {one['severity']}" for name, one in found], [])


def asked(command: list[str]) -> str:
    """What a command says; RuntimeError if it cannot be run, or says nothing."""
    try:
        done = subprocess.run(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RuntimeError(str(error)) from error
    if not done.stdout.strip():
        raise RuntimeError(done.stderr.decode(errors="replace").strip()[-300:])
    return done.stdout.decode()


def main() -> None:
    pip_audit = [sys.executable, "-m", "uv", "tool", "run", PIP_AUDIT, "--disable-pip"]
    questions = {
        name: ([*pip_audit, "--require-hashes", "--format", "json", "-r", name], of_python)
        for name in REQUIREMENTS
    } | {"package-lock.json": (["npm", "audit", "--json"], of_node)}
    faults = []
    for name, (command, read) in questions.items():
        try:
            told = read(asked(command))
        except (RuntimeError, ValueError, KeyError) as error:
            told = Told([], [str(error)])
        faults += told.faults
        for fault in told.faults:
            print(f"{name}: a fault is known of {fault}")
        if told.unknown:
            print(f"{name}: {len(told.unknown)} not known of, the first: {told.unknown[0]}")
        else:
            print(f"{name}: {'see above' if told.faults else 'no fault is known of anything'}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
