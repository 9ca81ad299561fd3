#!/bin/sh
# Sets up what the Makefile's targets need: system packages, then a Python environment in .venv.
#   tests/setup/setup.sh            for lint, sanity and unit tests
#   tests/setup/setup.sh --testbed  and the system packages of the testbed
#   tests/setup/setup.sh --browser  and a browser
#   tests/setup/setup.sh --events   and what Event-Driven Ansible needs; all may be given
# Everything is checked before anything is changed. Done already, it takes a fraction of a second; ended at any moment, it
# starts again. PYTHON chooses the interpreter, CERTOPS_CACHE the folder of downloads. Speaks on standard error only.
set -eu
exec 1>&2
cd "$(dirname "$0")/../.."
. tests/setup/common.sh
. tests/setup/packages.sh
. tests/setup/environment.sh

mkdir -p .cache "$CACHE"
# Two targets at once must not build one environment.
exec 9> .cache/setup.lock
flock 9

lists=tests/setup/packages.txt
for option in "$@"; do
    case $option in
        # A cluster of the user's own: nothing of this machine is touched for a testbed.
        --testbed) [ -n "${KUBECONFIG_TARGET:-}" ] || lists="$lists tests/testbed/packages.txt" ;;
        --events) has_java || lists="$lists tests/integration/packages.txt" ;;
        --browser) has_browser || lists="$lists tests/browser/packages.txt" ;;
    esac
done

find_python
# shellcheck disable=SC2086 # a list of files
missing=$(missing_packages $lists)
[ -n "$PYTHON_FOUND" ] || missing="$missing $PYTHON_PACKAGES"
if [ -n "$missing" ]; then
    # shellcheck disable=SC2086 # a list of packages
    install_packages $missing
fi
[ -n "$PYTHON_FOUND" ] || find_python
[ -n "$PYTHON_FOUND" ] || die "no Python >= 3.11 with venv and ensurepip among $PYTHON_NAMES; name one: PYTHON=/path/to/python3"
make_environment
