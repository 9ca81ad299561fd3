# shellcheck shell=sh
# Shared by the files of set-up.

# shellcheck disable=SC2034 # used by environment.sh
CACHE=${CERTOPS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/certops-testbed}

say() {
    printf 'set-up: %s\n' "$*"
}

die() {
    say "$*"
    exit 1
}

# step TITLE COMMAND...: one line with the duration; the command's own output shows on a terminal, else only if it fails.
step() {
    title=$1
    shift
    started=$(date +%s)
    if [ -t 2 ]; then
        say "$title ..."
        "$@" || die "$title: failed"
    elif ! "$@" > .cache/setup.log 2>&1; then
        cat .cache/setup.log
        die "$title: failed"
    fi
    say "$title: $(($(date +%s) - started)) s"
}
