#!/bin/sh
# What the tests need beyond Python: PostgreSQL, a browser, fonts and what prints with them, openssl, and the other age tools.
set -u
. deploy/apt.sh
missing=
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
command -v age >/dev/null 2>&1 || missing="$missing age"
command -v openssl >/dev/null 2>&1 || missing="$missing openssl"
ldconfig -p 2>/dev/null | grep -q libpangoft2 || missing="$missing libpango-1.0-0 libpangoft2-1.0-0"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
fc-list 2>/dev/null | grep -qi "noto.*arabic" || missing="$missing fontconfig fonts-noto-core"
fc-list 2>/dev/null | grep -qi "noto.*cjk" || missing="$missing fonts-noto-cjk"
fc-list 2>/dev/null | grep -qi "color.\?emoji" || missing="$missing fonts-noto-color-emoji"
# The second implementation of age needs a newer Node than Debian 12 has; then it comes as a wheel.
if ! node -e 'process.exit(parseInt(process.versions.node) < 20)' 2>/dev/null && [ ! -x .venv/bin/npm ]; then
    echo "· installing Node into .venv"
    .venv/bin/uv pip install --quiet --require-hashes --python .venv/bin/python -r requirements-node.lock ||
        echo "error: could not install Node" >&2
fi
# shellcheck disable=SC2086 # a list of packages
[ -z "$missing" ] || apt_install $missing
