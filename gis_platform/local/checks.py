"""`make test`: every check in turn, on services of its own."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from gis_platform.local.deployment import CHECKOUT, Deployment
from gis_platform.local.messages import compile_messages
from gis_platform.local.output import say
from gis_platform.local.process import Program, Shown
from gis_platform.local.programs import Choices
from gis_platform.local.service import exit_code_of
from gis_platform.local.session import Session, open_session
from gis_platform.local.stop import Stop

# Tools would leave a cache each at the top level; one ignored folder holds them all.
CACHES = CHECKOUT / ".local" / "caches"


def check(given: Mapping[str, str], stop: Stop, *, pytest_options: Sequence[str]) -> int:
    """The exit code: 0 when every check passed. All of them run, whichever fails."""
    given = {**given, "CITY": "jelgava"}  # the expected values in the tests are this city's
    deployment = Deployment("test", CHECKOUT / ".local" / "test")
    choices = Choices.read(given)
    with deployment.held(), open_session(deployment, choices, given, stop=stop, durable=False) as session:
        compile_messages(CHECKOUT / "gis_platform" / "locale")
        results = {name: _check(name, command, session) for name, command in checks(pytest_options).items()}
    for name, passed in results.items():
        say(f"{'passed' if passed else 'FAILED'}  {name}")
    return 0 if all(results.values()) else 1


def checks(pytest_options: Sequence[str]) -> dict[str, list[str]]:
    def module(*arguments: str) -> list[str]:
        return [sys.executable, "-m", *arguments]

    lint_imports = Path(sys.executable).with_name("lint-imports")
    return {
        "ruff check": module("ruff", "check", "."),
        "ruff format": module("ruff", "format", "--check", "."),
        "lint-imports": [sys.executable, str(lint_imports), "--cache-dir", str(CACHES / "import-linter")],
        "mypy": module("mypy"),
        "pytest": module("pytest", "-o", f"cache_dir={CACHES / 'pytest'}", "--cov", *pytest_options),
    }


def _check(name: str, command: list[str], session: Session) -> bool:
    say(f"\n--- {name}")
    program = Program(name, command, _with_caches(session.environment), CHECKOUT, output=Shown.BARE)
    return exit_code_of(program, register=session.register, stop=session.stop) == 0


def _with_caches(environment: Mapping[str, str]) -> dict[str, str]:
    CACHES.mkdir(exist_ok=True)
    return {
        **environment,
        "STATEMENT_TIMEOUT_MS": "120000",  # on a busy machine DROP DATABASE alone may take longer than a request may
        "PYTHONPATH": os.fspath(CHECKOUT),  # lint-imports has no -m, which would add it
        "RUFF_CACHE_DIR": str(CACHES / "ruff"),
        "MYPY_CACHE_DIR": str(CACHES / "mypy"),
        "COVERAGE_FILE": str(CACHES / "coverage"),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(CACHES / "hypothesis"),
    }
