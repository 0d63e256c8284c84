#!/bin/sh
# Lint, format and type-check the JavaScript, where Node is there; --write formats instead.
set -eu

enough='[a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b > 18) ? 0 : 1)'
if ! command -v npm >/dev/null || ! node -e "$enough" 2>/dev/null; then
    echo 'JavaScript checks are skipped: Node 20.19 or newer is not there.'
    exit 0
fi

stamp=node_modules/.installed
if [ -z "$(find $stamp -newer package-lock.json 2>/dev/null)" ]; then
    echo 'Installing what the JavaScript checks need.'
    if ! npm ci --no-audit --no-fund --loglevel=error; then
        echo 'JavaScript checks are skipped: npm could not install their tools.'
        exit 0
    fi
    touch $stamp
fi

tools=node_modules/.bin
if [ "${1-}" = --write ]; then
    "$tools/eslint" --fix ui || true
    exec "$tools/prettier" --write --log-level warn 'ui/**/*.{js,css}'
fi
echo 'JavaScript: eslint, prettier, tsc'
"$tools/eslint" --max-warnings 0 --cache --cache-location node_modules/.cache/eslint ui
"$tools/prettier" --check --cache --log-level warn 'ui/**/*.{js,css}'
"$tools/tsc" --project . --incremental --tsBuildInfoFile node_modules/.cache/tsc.json
