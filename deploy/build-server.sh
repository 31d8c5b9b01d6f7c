#!/bin/sh
# Makes TARGET, a virtual environment with the server's programs, from the checkout in the current folder.
# What could open a case (responder/) and what plays Telegram (sandbox/) are left out: a private key has no program here.
# Everything that is downloaded must have a hash in a lock file, the tools that build included.
set -eu
target=${1:?error: give the folder to make}
python=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$python" -m venv "$work/tool"
sed -n '/^uv==/,/[^\\]$/p' requirements-dev.lock >"$work/uv.lock"
"$work/tool/bin/pip" install --quiet --no-cache-dir --disable-pip-version-check \
    --require-hashes --only-binary :all: -r "$work/uv.lock"
uv() {
    UV_PYTHON_DOWNLOADS=never UV_NO_CACHE=1 UV_LINK_MODE=copy "$work/tool/bin/uv" --quiet "$@"
}

uv venv --python "$python" "$target"
uv pip sync --python "$target/bin/python" --require-hashes --no-build requirements.lock

mkdir "$work/source"
cp -R pyproject.toml README.md LICENSE bot flows locales protocol storage "$work/source"
uv pip install --python "$target/bin/python" --no-deps --build-constraints deploy/build.lock "$work/source"
rm -f "$target/bin/wayout-responder" "$target/bin/wayout-sandbox"

"$target/bin/python" -I - <<'PY'
import importlib.util
import sys

found = [name for name in ("responder", "sandbox") if importlib.util.find_spec(name)]
sys.exit(f"error: {', '.join(found)} came along" if found else 0)
PY
"$target/bin/wayout" --version
