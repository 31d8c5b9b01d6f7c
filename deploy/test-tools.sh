#!/bin/sh
# What the tests need beyond Python: PostgreSQL, a browser, fonts for the pictures, and the other age tools.
set -u
. deploy/apt.sh
missing=
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
command -v age >/dev/null 2>&1 || missing="$missing age"
command -v node >/dev/null 2>&1 || missing="$missing nodejs npm"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
fc-list 2>/dev/null | grep -qi "noto.*arabic" || missing="$missing fontconfig fonts-noto-core"
fc-list 2>/dev/null | grep -qi "noto.*cjk" || missing="$missing fonts-noto-cjk"
# shellcheck disable=SC2086 # a list of packages
[ -z "$missing" ] || apt_install $missing
