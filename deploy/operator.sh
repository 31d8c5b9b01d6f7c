#!/bin/sh
# The operator's `wayout` on a server: runs it as the bot's own user with the bot's settings, so that files keep their owner.
# That user cannot read your folders: hand files over on standard input, such as `wayout recipients add - <card.json`.
set -eu
if [ "$(id -u)" -ne 0 ]; then
    echo "error: this needs root, to become the user wayout" >&2
    echo "hint: sudo wayout ..." >&2
    exit 1
fi
cd /
umask 077
set -a
# shellcheck source=/dev/null
. /etc/wayout/wayout.env
set +a
HOME=/var/lib/wayout exec runuser -u wayout -- /opt/wayout/current/bin/wayout "$@"
