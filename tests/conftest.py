"""What every test can count on: English texts, a known city, and no memory of the layers of the test before."""

from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
from browsers import browser  # noqa: F401 - a fixture
from django.conf import settings
from django.contrib.gis.db.backends.postgis.operations import PostGISOperations as DatabaseOperations
from django.db import connections, transaction
from django.utils import translation
from hypothesis.configuration import set_hypothesis_home_dir

from gis_platform.city import CITIES, City
from layers.custom.queries import forget

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def pytest_configure() -> None:
    """What Hypothesis remembers lies with all that is made here; passwords, hashed slowly on purpose, are not."""
    set_hypothesis_home_dir(settings.LOCAL_DIR / "hypothesis")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Both windows on the one test database are open to every test that uses it."""
    for item in items:
        if {"db", "transactional_db"} & set(getattr(item, "fixturenames", ())) and not item.get_closest_marker(
            "django_db"
        ):
            item.add_marker(pytest.mark.django_db(transaction="transactional_db" in item.fixturenames))
        for mark in item.iter_markers("django_db"):
            mark.kwargs.setdefault("databases", ["default", "published"])


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> Iterator[None]:
    """The published window looks through the owner's connection, which alone sees what a test has not committed.

    That the reader's role sees nothing else is tested in layers/base/test_publishing.py by a connection of its own.
    """
    connections["published"] = connections["default"]
    with mock.patch.object(DatabaseOperations, "execute_sql_flush", _flush_append_only_tables_too):
        yield
    # A thread of a test keeps its reader's connection until it is collected, and the database could not be dropped.
    with django_db_blocker.unblock(), connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def _flush_append_only_tables_too(operations: DatabaseOperations, statements: list[str]) -> None:
    """Empties the database after a test that commits; tables that refuse TRUNCATE let go for this one transaction."""
    connection = operations.connection
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, quote_ident(tgname) FROM pg_trigger"
            " WHERE tgtype & 32 > 0 AND NOT tgisinternal"  # 32: TRIGGER_TYPE_TRUNCATE
        )
        guards = cursor.fetchall()
        for table, trigger in guards:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        for statement in (*statements, "TRUNCATE sensors_observation"):  # unmanaged, so Django knows nothing of it
            cursor.execute(statement)
        for table, trigger in guards:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def without_remembered_layers() -> Iterator[None]:
    forget()
    yield
    forget()


@pytest.fixture
def city_of_jelgava(settings) -> City:
    settings.CITY = CITIES["jelgava"]
    return settings.CITY


@pytest.fixture
def real_data():
    """Finds a file of the data that lies beside the project; the test is skipped where there is none."""

    def find(name: str) -> Path:
        path = SHARED_DATA / name
        if not path.exists():
            pytest.skip(f"the shared data file {name} is not on this machine")
        return path

    return find
