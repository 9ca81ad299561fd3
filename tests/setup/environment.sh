# shellcheck shell=sh
# The Python environment in .venv: its interpreter, its packages, and the collection's place in it.

PYTHON_NAMES="python3.14 python3.13 python3.12 python3.11 python3"
# shellcheck disable=SC2034 # used by setup.sh
PYTHON_PACKAGES="python3 python3-venv"
STAMP=.venv/.set-up

# real_python PROGRAM: prints the interpreter behind it (behind a shim, a link, an environment). Fails if that one does not
# run, as a pyenv shim may, is too old, or can't make environments.
real_python() {
    "$1" -c 'import ensurepip, os, sys, venv
if sys.version_info < (3, 11):
    sys.exit(1)
print(os.path.realpath(sys._base_executable))' 2> /dev/null
}

# Sets PYTHON_FOUND: the one asked for, that of a finished environment, or the newest in PATH; else empty.
find_python() {
    if [ -n "${PYTHON:-}" ]; then
        PYTHON_FOUND=$(real_python "$PYTHON") || die "PYTHON=$PYTHON does not run, is older than 3.11, or lacks venv or ensurepip"
        return
    fi
    if [ -e "$STAMP" ] && PYTHON_FOUND=$(real_python .venv/bin/python); then
        return
    fi
    for name in $PYTHON_NAMES; do
        if PYTHON_FOUND=$(real_python "$name"); then
            return
        fi
    done
    PYTHON_FOUND=
}

# What the environment follows from.
environment_inputs() {
    pwd
    "$PYTHON_FOUND" --version
    cat requirements.txt tests/requirements.txt tests/setup/environment.sh
}

# The stamp is written last: without it, all is made anew. With it, a changed bound is worked into what is there.
make_environment() {
    wanted=$(environment_inputs | sha256sum)
    if [ ! -e "$STAMP" ] || [ "$(real_python .venv/bin/python)" != "$PYTHON_FOUND" ]; then
        rm -rf .venv
        step "environment in .venv with $("$PYTHON_FOUND" --version)" "$PYTHON_FOUND" -m venv .venv
        step "uv" env PIP_CACHE_DIR="$CACHE/pip" .venv/bin/python -m pip install --disable-pip-version-check uv
    elif [ "$wanted" = "$(cat "$STAMP")" ]; then
        return
    fi
    rm -f "$STAMP"
    step "Python packages" env UV_CACHE_DIR="$CACHE/uv" UV_PYTHON_DOWNLOADS=never \
        .venv/bin/uv pip install --python .venv/bin/python --exact --upgrade --requirements tests/requirements.txt
    link_collection
    step "bytecode" compile_packages
    printf '%s\n' "$wanted" > .cache/set-up
    mv .cache/set-up "$STAMP"
    say "ready: ansible-core $(.venv/bin/python -c "import ansible.release; print(ansible.release.__version__)"), $(.venv/bin/python --version)"
}

# As pip does and uv does not: where PYTHONDONTWRITEBYTECODE is set, every play and every module would compile ansible-core
# and kubernetes again, a second of CPU time each. Of the many collections only the one that is used.
compile_packages() {
    .venv/bin/python -m compileall -q -j 0 -x '/ansible_collections/(?!kubernetes/core/)' \
        "$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"
}

# The checkout as certops.kubernetes: where both Python and ansible-core look for collections, and for mypy, which takes
# installed packages for other people's.
link_collection() {
    installed=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    for folder in "$installed" .cache/collections; do
        mkdir -p "$folder/ansible_collections/certops"
        ln -sfn "$(pwd)" "$folder/ansible_collections/certops/kubernetes"
    done
}
