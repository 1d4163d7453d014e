"""A database that is away: told from a mistake by what psycopg really raises."""

import json

import pytest
from django.db import OperationalError, connections
from django.test import RequestFactory

from gis_platform.core.database import is_away
from gis_platform.core.middleware import answer_to
from gis_platform.core.pages import failed
from tests.faults.private_postgres import free_port

pytestmark = pytest.mark.django_db


@pytest.fixture
def other():
    """A session of its own."""
    connection = connections.create_connection("default")
    yield connection
    connection.close()


def error_of(connection, statement):
    with pytest.raises(OperationalError) as caught, connection.cursor() as cursor:
        cursor.execute(statement)
    return caught.value


def an_ended_session(connection):
    return error_of(connection, "SELECT pg_terminate_backend(pg_backend_pid())")


def nobody_there(connection):
    connection.settings_dict = connection.settings_dict | {"PORT": str(free_port()), "OPTIONS": {}}
    return error_of(connection, "SELECT 1")


@pytest.mark.parametrize("lose", [an_ended_session, nobody_there])
def test_a_lost_database_answers_503_and_says_to_repeat(other, lose):
    answer = answer_to(RequestFactory().get("/api/v1/me"), lose(other))
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert json.loads(answer.content)["code"] == "database-away"


def test_people_get_a_page(other):
    answer = answer_to(RequestFactory().get("/"), an_ended_session(other))
    assert answer.status_code == 503
    assert answer["Content-Type"].startswith("text/html")


def test_a_layer_before_the_views_answers_so_too(other):
    try:
        raise nobody_there(other)
    except OperationalError:
        assert failed(RequestFactory().get("/api/v1/me")).status_code == 503


@pytest.mark.parametrize("statement", ["SET LOCAL statement_timeout = 5; SELECT pg_sleep(1)", "SELECT pg_sleep('x')"])
def test_a_statement_that_fails_is_no_lost_database(other, statement):
    with pytest.raises(Exception) as caught, other.cursor() as cursor:  # noqa: PT011 - of two kinds
        cursor.execute(statement)
    assert not (isinstance(caught.value, OperationalError) and is_away(caught.value))
