#!/bin/sh
# Installs or upgrades the bot on this Debian or Ubuntu server, from the checkout, as root: `sudo sh deploy/install-server.sh`.
# Each version gets a folder of its own under /opt/wayout; the one in use is the link `current`. Starts nothing.
set -eu
cd "$(dirname "$0")/.."
if [ "$(id -u)" -ne 0 ]; then
    echo "error: this needs root" >&2
    echo "hint: sudo sh deploy/install-server.sh" >&2
    exit 1
fi
. deploy/apt.sh
# The system's own: one that lives in somebody's home cannot be run by the bot's user.
PYTHON=${PYTHON:-/usr/bin/python3}
export PYTHON
"$PYTHON" -c 'import ensurepip, venv' 2>/dev/null || apt_install python3-venv

version=/opt/wayout/$(date -u +%Y%m%d-%H%M%S)
if ! getent passwd wayout >/dev/null; then
    useradd --system --user-group --home-dir /var/lib/wayout --shell /usr/sbin/nologin wayout
    echo "· made the user wayout"
fi
mkdir -p /opt/wayout
echo "· building $version"
sh deploy/build-server.sh "$version"
if ! runuser -u wayout -- "$version/bin/wayout" --version >/dev/null; then
    echo "error: the user wayout cannot run $version/bin/wayout" >&2
    echo "hint: PYTHON=/usr/bin/python3.12, or another that is installed for all" >&2
    exit 1
fi
ln -sfn "$version" /opt/wayout/current.new
mv -T /opt/wayout/current.new /opt/wayout/current

install -d -o wayout -g wayout -m 700 /var/lib/wayout
sh deploy/prepare.sh wayout
install -m 755 deploy/operator.sh /usr/local/sbin/wayout
install -m 644 deploy/wayout.service /etc/systemd/system/wayout.service
if [ -d /run/systemd/system ]; then
    systemctl daemon-reload
fi
echo "· installed; deploy/RUNNING.md says what comes next"
