import json
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
import structlog
from django.db import connection
from django.db.utils import DatabaseError

from gis_platform.core import logs

type Logged = Callable[..., list[dict]]


@pytest.fixture
def logged(capsys) -> Iterator[Logged]:
    """Calls a function with the logs configured, and reads back the lines that it wrote."""
    root = logging.getLogger()
    former, former_level = root.handlers[:], root.level

    def read(call: Callable[[], None], *, level: str = "INFO") -> list[dict]:
        logs.configure({"level": level})
        call()
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    yield read
    root.handlers[:] = former
    root.setLevel(former_level)


def failing(error: Exception) -> Callable[[], None]:
    def call() -> None:
        password = "correct horse"  # noqa: F841
        try:
            raise error
        except Exception:
            structlog.get_logger("room").exception("failed")

    return call


def test_each_event_is_a_json_object_on_a_line(logged):
    with structlog.contextvars.bound_contextvars(request_id="abcdefgh"):
        (line,) = logged(lambda: structlog.get_logger("room").info("place published", place=7, name="Rīga\nSkola"))
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "place published",
        "level": "info",
        "logger": "room",
        "request_id": "abcdefgh",
        "place": 7,
        "name": "Rīga\nSkola",
    }


def test_the_standard_library_s_loggers_speak_the_same(logged):
    with structlog.contextvars.bound_contextvars(request_id="abcdefgh"):
        (line,) = logged(lambda: logging.getLogger("some.library").warning("queue %s", "default"))
    assert (line["event"], line["level"], line["request_id"]) == ("queue default", "warning", "abcdefgh")


def test_what_is_below_the_level_is_silent(logged):
    assert logged(lambda: structlog.get_logger("room").debug("detail")) == []
    assert logged(lambda: logging.getLogger("room").debug("detail")) == []


def test_an_exception_has_places_and_no_locals(logged):
    (line,) = logged(failing(KeyError("missing")))
    assert line["exception"][0] == "KeyError: 'missing'"
    assert "test_logs.py" in line["exception"][1]
    assert "correct horse" not in json.dumps(line)


@pytest.mark.django_db
def test_a_database_error_does_not_quote_the_row(logged):
    def refuse_twin() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("CREATE TEMPORARY TABLE person (email text CONSTRAINT one_each UNIQUE)")
                cursor.execute("INSERT INTO person VALUES (%s)", ["anna@example.org"])
                cursor.execute("INSERT INTO person VALUES (%s)", ["anna@example.org"])
        except DatabaseError:
            structlog.get_logger("room").exception("failed")

    (line,) = logged(refuse_twin)
    assert "anna@example.org" not in json.dumps(line)
    assert any("23505 person one_each" in frame for frame in line["exception"])


@pytest.mark.parametrize("text", ["paid with 4111111111111111", "4111 1111 1111 1111"])
def test_card_numbers_are_struck_out_wherever_they_stand(logged, text):
    lines = [
        *logged(lambda: structlog.get_logger("room").warning(text, note=text, data={"lines": [text, 4]})),
        *logged(lambda: logging.getLogger("room").warning("%s", text)),
        *logged(failing(ValueError(text))),
    ]
    assert "1111" not in json.dumps(lines)
    assert json.dumps(lines).count("[card number removed]") == 5


def test_statements_and_their_values_are_never_logged(logged):
    assert logged(lambda: logging.getLogger("django.db.backends").debug("SELECT %s", "secret"), level="DEBUG") == []


def test_a_process_logs_json_from_the_start():
    code = "import django; django.setup(); import structlog; structlog.get_logger('room').info('up')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1])["event"] == "up"
