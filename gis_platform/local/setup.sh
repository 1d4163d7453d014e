#!/bin/sh
# Sets the platform up on a Debian or Ubuntu machine, then does one task: run, test, conformance, bench, lock, format or clean.
# Only what is missing is done, each part leaves its mark last, and so an interrupted start is picked up by the next.
set -eu

task=$1
shift
checkout=$(cd "$(dirname "$0")/../.." && pwd -P)
cd "$checkout"
venv=$checkout/.local/venv
unset PYTHONHOME PYTHONPATH PYTHONSAFEPATH
unset PYTHONDONTWRITEBYTECODE # or each process would compile everything again
umask 022 # the services' own accounts have to find their way in

say() { printf '%s\n' "$*" >&2; }

die() {
    say "$*"
    exit 1
}

# A child that ends when this script is ended, wherever the signal came from.
attended() { setpriv --pdeathsig TERM "$@"; }

# --- System packages -------------------------------------------------------------------------------------------------

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        return 1
    fi
}

apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 \
        apt-get --quiet=2 -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" >.local/apt.log 2>&1 9>&-
}

apt_update() {
    command -v apt-get >/dev/null || die "There is no apt here; please install with your own package manager: $*"
    say "Looking up the system packages that are missing: $*"
    [ -z "$(dpkg --audit 2>/dev/null)" ] || as_root dpkg --configure -a >&2 || true
    apt_get update || say "Some package lists could not be fetched; going on with those at hand."
}

apt_install() {
    say "Installing $*"
    if ! apt_get install --yes --no-install-recommends "$@"; then
        tail -n 5 .local/apt.log >&2
        die "Not installed: $*. An administrator can do it: sudo apt-get install $*"
    fi
}

install_system_packages() {
    missing=$("$venv/bin/python" -m gis_platform.local missing "$task")
    [ -n "$missing" ] || return 0
    # shellcheck disable=SC2086 # a list of names
    apt_update $missing
    missing=$("$venv/bin/python" -m gis_platform.local missing "$task") # the fresh lists tell which version there is
    # shellcheck disable=SC2086
    apt_install $missing
}

# --- Python ----------------------------------------------------------------------------------------------------------

# A pyenv shim may lie on PATH and fail, and Debian splits ensurepip off, so each candidate is tried.
python_works() {
    "$1" -c 'import ensurepip, ssl, sys, venv; sys.exit(not (3, 12) <= sys.version_info[:2] <= (3, 13))' \
        </dev/null >/dev/null 2>&1
}

on_path() {
    (
        IFS=:
        set -f
        for folder in $PATH; do
            if [ -x "$folder/$1" ]; then printf '%s\n' "$folder/$1"; fi
        done
    )
}

python_candidates() {
    for version in 3.13 3.12; do
        on_path "python$version"
        for python in "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/python; do printf '%s\n' "$python"; done
    done
    on_path python3
    on_path python
}

find_python() {
    python_candidates | while IFS= read -r candidate; do
        if python_works "$candidate"; then
            printf '%s\n' "$candidate"
            break
        fi
    done
}

find_python_in_apt() {
    command -v apt-cache >/dev/null || return 0
    if apt-cache policy python3 | grep -Eq 'Candidate: 3\.1[23]\.'; then
        apt_update python3-venv
        apt_install python3 python3-venv
        find_python
    fi
}

find_uv() {
    for uv in "$(command -v uv || true)" "$HOME/.local/bin/uv" "$checkout/.local/uv/bin/uv"; do
        if "$uv" --version >/dev/null 2>&1; then
            printf '%s\n' "$uv"
            return
        fi
    done
    if ! python3 -c 'import ensurepip, venv' >/dev/null 2>&1; then
        apt_update python3-venv
        apt_install python3 python3-venv
    fi
    awk '/^uv==/ { found = 1 } found { print } found && !/\\$/ { exit }' requirements-dev.txt >.local/uv.txt
    python3 -m venv --clear .local/uv >&2
    attended .local/uv/bin/python -m pip install --quiet --require-hashes --no-deps -r .local/uv.txt >&2
    printf '%s\n' "$checkout/.local/uv/bin/uv"
}

find_python_with_uv() {
    uv=$(find_uv) || return 0
    export UV_PYTHON_INSTALL_DIR="$checkout/.local/python"
    say "Fetching Python 3.13 with uv"
    attended "$uv" python install --no-bin 3.13 >&2 || return 0
    UV_PYTHON_PREFERENCE=only-managed "$uv" python find 3.13
}

# --- Virtual environment ---------------------------------------------------------------------------------------------

make_venv() {
    python=$(find_python)
    [ -n "$python" ] || python=$(find_python_in_apt)
    [ -n "$python" ] || python=$(find_python_with_uv)
    [ -n "$python" ] || die "Python 3.13 or 3.12 is needed and could not be found, nor fetched with uv; please install one."
    say "Making a virtual environment with $python"
    attended "$python" -m venv --clear .local/venv
}

# What the environment holds, by the lock's content and the folder's place: a moved checkout gets a new one.
fingerprint() { { cat "$1" && printf '%s' "$checkout"; } | sha256sum | cut -c1-64; }

install_requirements() {
    wanted=$(fingerprint "$1")
    if grep -qsx "$wanted" .local/venv/installed && "$venv/bin/python" -c '' 2>/dev/null; then return 0; fi
    # pip takes a package that it was interrupted in for a whole one, so an unfinished environment is made anew.
    if [ -e .local/venv/unfinished ] || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then make_venv; fi
    : >.local/venv/unfinished
    say "Installing the packages of $1"
    attended "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: \
        --require-hashes -r "$1" || die "The packages of $1 could not be installed; the next start tries again."
    { printf '%s\n' "$wanted" && [ "$1" = requirements.txt ] || fingerprint requirements.txt; } >.local/venv/installed
    rm .local/venv/unfinished
}

set_up() {
    if ! { mkdir -p .local && : >>.local/setup.lock; } 2>/dev/null; then
        die "$checkout/.local cannot be written by $(id -un); it belongs to $(stat -c %U .local 2>/dev/null || echo another user)."
    fi
    exec 9>.local/setup.lock
    flock -n 9 || say "Another start is setting up this checkout; waiting for it to finish."
    flock 9
    install_requirements "$1"
    case $task in run | test) install_system_packages ;; esac
    exec 9>&-
}

# --- Tasks -----------------------------------------------------------------------------------------------------------

compile_lock() {
    name=$1
    shift
    # A machine's own package folder must not find its way into the lock.
    env -u PIP_FIND_LINKS -u UV_FIND_LINKS "$venv/bin/uv" pip compile --quiet --universal --generate-hashes \
        --only-binary :all: --python-version 3.12 --no-emit-index-url --no-emit-find-links \
        --custom-compile-command 'make lock' "$name.in" --output-file "$name.txt" "$@"
}

# Stops when a deployment is running: its services would lose their files under their hands.
clean() {
    for lock in .local/*/lock; do
        if [ -e "$lock" ] && ! flock -n "$lock" true; then die "$(dirname "$lock") is in use; stop it first."; fi
    done
    for link in .local/*/services; do
        if [ -L "$link" ]; then rm -rf "$(readlink "$link")"; fi
    done
    rm -rf .local
}

case $task in
    run)
        set_up requirements.txt
        exec setpriv --pdeathsig TERM "$venv/bin/python" -m gis_platform.local run
        ;;
    test)
        set_up requirements-dev.txt
        exec setpriv --pdeathsig TERM "$venv/bin/python" -m gis_platform.local test "$@"
        ;;
    conformance)
        set_up requirements.txt
        exec setpriv --pdeathsig TERM "$venv/bin/python" -m gis_platform.local conformance "$1"
        ;;
    bench)
        set_up requirements.txt
        exec setpriv --pdeathsig TERM "$venv/bin/python" -m bench.ogc_api "$@"
        ;;
    lock)
        set_up requirements-dev.txt
        compile_lock requirements "$@"
        compile_lock requirements-dev "$@"
        ;;
    format)
        set_up requirements-dev.txt
        "$venv/bin/python" -m ruff check --fix .
        "$venv/bin/python" -m ruff format .
        ;;
    clean) clean ;;
    *) die "setup.sh knows run, test, conformance, bench, lock, format and clean, not '$task'." ;;
esac
