"""Statements of the hot paths: each connection plans them once, and the server binds their values.

The ORM's statements are sent as text with their values in it, and PostgreSQL plans each of them anew.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import psycopg
from django.db import connection

from gis_platform.core import sqlfiles

PREPARES = 1  # any number lets `prepare=True` through; cursors of the ORM never prepare

type Values = Sequence[Any] | Mapping[str, Any]


def row(name: str, values: Values) -> tuple[Any, ...] | None:
    """The first row of sql/statements/<name>.sql."""
    with _executed(name, values) as cursor:
        return cursor.fetchone()


def rows(name: str, values: Values) -> list[tuple[Any, ...]]:
    with _executed(name, values) as cursor:
        return cursor.fetchall()


@contextmanager
def _executed(name: str, values: Values) -> Iterator[psycopg.Cursor[tuple[Any, ...]]]:
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    connected = connection.connection
    connected.prepare_threshold = PREPARES  # Django turns it off for foreign poolers; our pool keeps its sessions
    with connection.wrap_database_errors, psycopg.Cursor(connected) as cursor:
        cursor.execute(_text(name), values, prepare=True)
        yield cursor


@cache
def _text(name: str) -> bytes:
    return sqlfiles.load(f"statements/{name}").as_bytes()
