#!/bin/sh
# Makes /etc/wayout for the user (name or number) that the bot runs as: `prepare.sh wayout`, or `prepare.sh 10001` for
# the container. What is there already is kept. Nobody else may read any of it.
set -eu
owner=${1:?error: say whom the bot runs as: wayout, or 10001 for the container}
dir=${HOTLINE_DIR:-/etc/wayout}
here=$(dirname "$0")
umask 077

# 48 hex digits.
random() {
    od -An -N24 -tx1 /dev/urandom | tr -d ' \n'
}

# keep NAME OWNER: writes standard input to NAME, unless it is there; for OWNER's eyes only.
keep() {
    if [ ! -e "$dir/$1" ]; then
        cat >"$dir/$1"
        echo "· made $dir/$1"
    fi
    chown "$2" "$dir/$1"
    chmod 600 "$dir/$1"
}

mkdir -p "$dir/keys" "$dir/recipients"
chown "$owner" "$dir" "$dir/keys" "$dir/recipients"
chmod 700 "$dir" "$dir/keys" "$dir/recipients"
keep wayout.env "$owner" <"$here/wayout.env.example"
keep bot-token "$owner" </dev/null
random | keep webhook-secret "$owner"

case $owner in
*[!0-9]*) ;;
*)
    # 999 is who PostgreSQL's image runs as.
    random | keep database-password 999
    printf 'database:5432:wayout:wayout:%s\n' "$(cat "$dir/database-password")" | keep pgpass "$owner"
    ;;
esac
[ -s "$dir/bot-token" ] || echo "· now put the token from @BotFather into $dir/bot-token"
