"""A connection of its own to the database: the server binds the values and plans generically, as the window reads."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connections


@pytest.fixture(scope="session")
def postgis(django_db_setup, django_db_blocker) -> Iterator[psycopg.Connection]:
    """Only temporary tables may be made with it; it sees nothing of what a test does through Django."""
    with django_db_blocker.unblock():
        settings = connections["default"].get_connection_params()
    wanted = {name: settings[name] for name in ("dbname", "user", "password", "host", "port") if name in settings}
    options = "-c plan_cache_mode=force_generic_plan -c timezone=UTC -c statement_timeout=20s"
    with psycopg.connect(**wanted, options=options, autocommit=True) as connection:
        connection.prepare_threshold = 0
        yield connection
