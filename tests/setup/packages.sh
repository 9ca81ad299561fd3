# shellcheck shell=sh
# System packages: which are missing, and their installation by apt.

# missing_packages FILE...: the names in the files (one a line, # starts a comment) that are not installed.
missing_packages() {
    command -v dpkg-query > /dev/null || return 0
    # shellcheck disable=SC2046 # a list of packages
    set -- $(sed 's/#.*//' "$@")
    # shellcheck disable=SC2016 # dpkg-query's own variables
    installed=$(dpkg-query --show --showformat '${db:Status-Abbrev}${Package}\n' "$@" 2> /dev/null || true)
    for package in "$@"; do
        printf '%s\n' "$installed" | grep -qx "ii *$package" || printf '%s ' "$package"
    done
}

# install_packages NAME...: all in one go, or the command that would.
install_packages() {
    command="apt-get install --no-install-recommends $*"
    say "missing system packages: $*"
    command -v apt-get > /dev/null || die "no apt-get here to install them with"
    [ "$(id -u)" = 0 ] || die "only root can install them: $command"
    export DEBIAN_FRONTEND=noninteractive
    (step "apt-get update" apt-get update) || say "going on with the package lists at hand"
    unknown=$(for package in "$@"; do
        apt-cache show "$package" > /dev/null 2>&1 || printf '%s ' "$package"
    done)
    [ -z "$unknown" ] || die "no package source of this machine has: $unknown; with one that has: $command"
    step "apt-get install" apt-get install --yes --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"
}

# has_browser: whether there is a Chromium, by the names that tests/browser/chromium.py looks for.
has_browser() {
    command -v chromium || command -v chromium-browser || command -v google-chrome
} > /dev/null

# has_java: whether there is a Java, of whatever origin.
has_java() {
    command -v java
} > /dev/null
