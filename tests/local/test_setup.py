"""The shell script that comes before any Python: which interpreter it takes, and what it does a second time."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "gis_platform" / "local" / "setup.sh"
STAMP = ".local/venv/installed"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A checkout that needs no packages, in a folder with a space in its name."""
    folder = tmp_path_factory.mktemp("a city")
    (folder / "gis_platform" / "local").mkdir(parents=True)
    shutil.copy(SCRIPT, folder / "gis_platform" / "local")
    for name in ("requirements.txt", "requirements-dev.txt"):
        (folder / name).write_text("# none\n")
    return folder


@pytest.fixture(scope="module")
def set_up(checkout):
    """Runs the script and answers what it said. Its last step, ruff, is missing here and fails."""

    def program(folder, name, script):
        path = checkout / folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return str(path.parent)

    shim = program("shims", "python3.13", "echo 'pyenv: python3.13: command not found' >&2; exit 127")
    without_ensurepip = program("bare", "python3.13", "exit 1")
    working = program("working", "python3.13", f'exec "{Path(sys.base_prefix) / "bin" / "python3"}" "$@"')
    path = f"{shim}:{without_ensurepip}:{working}:/usr/bin:/bin"

    def set_up():
        environment = {**os.environ, "PATH": path, "PYENV_ROOT": str(checkout / "none")}
        command = ["sh", str(checkout / "gis_platform" / "local" / "setup.sh"), "format"]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False).stderr

    return set_up


@pytest.fixture(scope="module")
def first(set_up):
    return set_up()


def test_it_takes_the_first_python_that_works(first, checkout):
    assert f"Making a virtual environment with {checkout}/working/python3.13\n" in first
    assert (checkout / ".local/venv/bin/python").exists()


def test_a_second_start_has_nothing_to_do(first, set_up, checkout):
    assert (checkout / STAMP).exists()
    again = set_up()
    assert "Making" not in again
    assert "Installing" not in again


def test_a_changed_lock_is_installed_into_the_same_environment(first, set_up, checkout):
    (checkout / "requirements-dev.txt").write_text("# still none\n")
    again = set_up()
    assert "Making" not in again
    assert "Installing the packages of requirements-dev.txt" in again


def test_an_environment_that_was_interrupted_is_made_anew(first, set_up, checkout):
    (checkout / STAMP).unlink()
    (checkout / ".local/venv/unfinished").touch()
    again = set_up()
    assert "Making" in again
    assert (checkout / STAMP).exists()
    assert not (checkout / ".local/venv/unfinished").exists()


def test_an_unknown_task_is_refused(checkout):
    command = ["sh", str(checkout / "gis_platform" / "local" / "setup.sh"), "fly"]
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert "not 'fly'" in refused.stderr
