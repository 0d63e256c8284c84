"""Find a Chromium for the browser tests, and get one if none is there.

Looked for, in this order: ``$CHROMIUM``; Chromium's headless shell, which is the same engine
without the browser's own windows and takes a fifth less of the processor; a Chromium or Chrome on
the PATH or in its usual place; Playwright's own. With ``--install``: Debian's packages when root
on a machine with apt-get, else, if nothing runs, Playwright's download.

    python scripts/find_chromium.py            # prints the path, or a sentence and exit code 1
    python scripts/find_chromium.py --install  # the same, after getting one if need be
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

SHELL = "chromium-headless-shell"
NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
)
PLACES = (
    "/usr/bin/chromium",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
MISSING = (
    "The browser tests need Chromium, and none was found. Install Chromium or Chrome, or set "
    "CHROMIUM to the path of one, or run: python -m playwright install --with-deps chromium"
)


def find_chromium(*, whole: bool = False) -> str | None:
    """The path of a Chromium that runs, or None; ``whole`` is one as people have it on a desk."""
    named = os.environ.get("CHROMIUM")
    if named:
        # An explicit choice is not second-guessed by taking another browser in silence.
        path = shutil.which(named)
        return path if path and runs(path) else None
    return next((path for path in candidates(whole) if runs(path)), None)


def candidates(whole: bool) -> Iterator[str]:
    if not whole and (path := shutil.which(SHELL)):
        yield path
    for name in NAMES:
        if path := shutil.which(name):
            yield path
    yield from (place for place in PLACES if Path(place).exists())
    if path := playwrights_own():
        yield path


def playwrights_own() -> str | None:
    """Where Playwright keeps the Chromium that it downloads, if it has."""
    # In a process of its own: Playwright starts only once in a thread, and a test may be in it.
    code = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as p: print(p.chromium.executable_path)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    path = answer.stdout.strip()
    return path if path and Path(path).exists() else None


def runs(path: str) -> bool:
    """Whether it starts at all: a stub of a missing snap or a missing library says no."""
    if os.name == "nt":  # chrome.exe --version opens a window and prints nothing
        return True
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def install() -> None:
    """Get one from whoever can give it; says on stderr what it runs."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if is_root and shutil.which("apt-get") and not shutil.which(SHELL):
        calm = {"DEBIAN_FRONTEND": "noninteractive"}
        get = ["apt-get", "install", "--yes", "--no-install-recommends", "--no-remove"]
        if not find_chromium():
            run(["apt-get", "update"], calm)
        for package in (SHELL, "chromium"):  # Ubuntu has no shell
            if known(package):
                run([*get, package], calm)
            if find_chromium():
                return
    if find_chromium():
        return
    playwright = [sys.executable, "-m", "playwright"]
    run([*playwright, "install", "chromium"])
    if is_root and playwrights_own() and not find_chromium():
        # Downloaded, but a library of the system is missing.
        run([*playwright, "install-deps", "chromium"])


def known(package: str) -> bool:
    """Whether apt-get has heard of it."""
    answer = subprocess.run(["apt-cache", "show", package], capture_output=True)
    return answer.returncode == 0


def run(command: list[str], environment: dict[str, str] | None = None) -> bool:
    print("Chromium for the browser tests:", " ".join(command), file=sys.stderr, flush=True)
    try:
        answer = subprocess.run(
            command,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            timeout=900,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def main() -> None:
    path = find_chromium()
    if path is None and os.environ.get("CHROMIUM"):
        sys.exit(f"CHROMIUM is set to {os.environ['CHROMIUM']}, which does not run.")
    if "--install" in sys.argv[1:] and not os.environ.get("CHROMIUM"):
        install()
        path = find_chromium()
    if path is None:
        sys.exit(MISSING)
    print(path)


if __name__ == "__main__":
    main()
