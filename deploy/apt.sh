# shellcheck shell=sh
# Sourced: apt_install PACKAGE... installs Debian packages as root or through sudo, or says in one line that it cannot.
apt_install() {
    as_root=
    if [ "$(id -u)" -ne 0 ]; then
        as_root=sudo
    fi
    if ! command -v apt-get >/dev/null 2>&1 || { [ -n "$as_root" ] && ! sudo -n true 2>/dev/null; }; then
        echo "error: could not install $*: no apt-get, or no right to use it" >&2
        return 1
    fi
    echo "· installing $*"
    $as_root apt-get update -qq >/dev/null 2>&1 || true
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1 ||
        { echo "error: could not install $*" >&2; return 1; }
}
