#!/bin/sh
# Makes the virtual environment named in $1 from the lock file, on a bare Debian or Ubuntu as well.
set -eu
venv=$1
python=${PYTHON:-python3}

"$python" - <<'PY' || { echo "error: Python 3.11 or newer is needed" >&2; echo "hint: make PYTHON=/path/to/python3.12 ..." >&2; exit 1; }
import sys
sys.exit(sys.version_info < (3, 11))
PY

if [ ! -x "$venv/bin/python" ]; then
    echo "· making $venv"
    if ! "$python" -m venv "$venv" 2>/dev/null; then
        # Debian keeps the venv module in a package of its own.
        rm -rf "$venv"
        . deploy/apt.sh
        apt_install python3-venv
        "$python" -m venv "$venv"
    fi
fi
echo "· installing the programs (a minute at most on the first run)"
uv=$(sed -n 's/^uv==\([0-9.]*\).*/\1/p' requirements-dev.lock)
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check "uv==$uv"
UV_PYTHON_DOWNLOADS=never "$venv/bin/uv" pip sync --quiet --require-hashes --python "$venv/bin/python" requirements-dev.lock
UV_PYTHON_DOWNLOADS=never "$venv/bin/uv" pip install --quiet --no-deps --build-constraints deploy/build.lock --python "$venv/bin/python" --editable .
echo "· ready"
