"""Find the programs that the tests need beside Chromium, and get those that are missing: those that
read the files of ``deploy/``, and Firefox.

With ``--install``, on a machine with apt-get and as root, Debian's packages are installed; where
that cannot be, a sentence says how to get them.

    python scripts/find_programs.py            # says where they are, or exit code 1
    python scripts/find_programs.py --install  # the same, after getting them if need be
"""

import os
import shutil
import subprocess
import sys

PACKAGES = {
    "haproxy": "haproxy",
    "nginx": "nginx-light",
    "caddy": "caddy",
    "firefox": "firefox-esr",
}
PLACES = os.pathsep.join(
    (
        *("/usr/local/sbin", "/usr/sbin", "/opt/homebrew/bin"),
        "/Applications/Firefox.app/Contents/MacOS",
    )
)


def find(name: str) -> str | None:
    """The path of a program, also where only root looks for one, and by its package's name."""
    names = (name, PACKAGES.get(name, name))
    paths = (shutil.which(one, path=path) for one in names for path in (None, PLACES))
    return next(filter(None, paths), None)


def missing(name: str) -> str:
    """What to say where a program is not there."""
    package = PACKAGES.get(name, name)
    return (
        f"{name} was not found. Install it: apt-get install {package}, or brew install {name}; "
        "or run, as root on Debian or Ubuntu: python scripts/find_programs.py --install"
    )


def install(names: list[str]) -> None:
    """Get Debian's packages; says on stderr what it runs. They are not started as services."""
    if os.name == "nt" or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    packages = [PACKAGES[name] for name in names]
    for command in (
        ["apt-get", "update"],
        ["apt-get", "install", "--yes", "--no-install-recommends", *packages],
    ):
        print("Programs for the tests:", " ".join(command), file=sys.stderr, flush=True)
        calm = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        subprocess.run(command, env=calm, stdin=subprocess.DEVNULL, stdout=sys.stderr, timeout=900)


def main() -> None:
    lacking = [name for name in PACKAGES if not find(name)]
    if lacking and "--install" in sys.argv[1:]:
        install(lacking)
        lacking = [name for name in lacking if not find(name)]
    for name in PACKAGES:
        print(missing(name) if name in lacking else find(name))
    # The tests that need one say so themselves; they are few.
    sys.exit(1 if lacking and "--install" not in sys.argv[1:] else 0)


if __name__ == "__main__":
    main()
