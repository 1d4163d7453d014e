"""The pool's check of a connection, against sessions that PostgreSQL really ends."""

import psycopg
import pytest
from django.db import connection

from gis_platform import database_pool

pytestmark = pytest.mark.django_db


@pytest.fixture
def idle(db):
    connection.ensure_connection()
    with psycopg.connect(connection.connection.info.dsn, password=connection.settings_dict["PASSWORD"]) as session:
        yield session
        session.close()


def test_a_sound_connection_passes_without_a_question(idle):
    database_pool.check(idle)
    assert idle.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


def test_a_connection_that_postgresql_ended_is_refused_and_seen_to_be_broken(idle):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [idle.info.backend_pid])
    with pytest.raises(psycopg.OperationalError):
        database_pool.check(idle)
    assert idle.info.transaction_status == psycopg.pq.TransactionStatus.UNKNOWN
