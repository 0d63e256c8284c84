#!/bin/sh
# make_venv.sh FOLDER [PYTHON]: make a virtual environment with PYTHON, or with the first Python
# 3.11 to 3.14 that can. An environment that works already is kept.
set -eu
folder=$1
asked=${2-}

works() { # COMMAND CODE: a shim may be on the PATH and yet fail when run
    "$1" -c "$2" >/dev/null 2>&1
}
tested='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))'
enough='import sys; sys.exit(sys.version_info < (3, 11))'
able='import ensurepip, venv'

if works "$folder/bin/python" "$enough" && works "$folder/bin/python" 'import pip._internal.cli.main'
then
    exit 0
fi

if [ -n "$asked" ]; then
    if ! works "$asked" "$enough"; then
        echo "PYTHON=$asked is not a Python 3.11 or newer that runs." >&2
        exit 1
    fi
    candidates=$asked
else
    candidates=
    for name in python3 python3.14 python3.13 python3.12 python3.11 python; do
        if works "$name" "$tested"; then candidates="$candidates $name"; fi
    done
    if works python3 "$enough"; then candidates="$candidates python3"; fi # newer than tested
    if [ -z "$candidates" ]; then
        echo "Python 3.11 or newer is needed and none was found on the PATH." \
            "Install one, or name one: make PYTHON=/path/to/python3.12 ..." >&2
        exit 1
    fi
fi

for name in $candidates; do
    if works "$name" "$able"; then
        echo "Making $folder with $("$name" --version)."
        exec "$name" -m venv --clear "$folder"
    fi
done
set -- $candidates
version=$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
echo "Python $version is here, but it cannot make virtual environments: its ensurepip is missing." \
    "On Debian and Ubuntu: sudo apt install python$version-venv" >&2
exit 1
