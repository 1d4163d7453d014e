"""Statements of the hot paths: each connection plans them once, and the server binds their values.

The ORM's statements are sent as text with their values in it, and PostgreSQL plans each of them anew.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import psycopg
from django.db import connection

from gis_platform.core import sqlfiles

PREPARES = 1  # any number lets `prepare=True` through; cursors of the ORM never prepare

KEPT = "_prepared_cursor"

type Cursor = psycopg.Cursor[tuple[Any, ...]]
type Values = Sequence[Any] | Mapping[str, Any]


def row(name: str, values: Values) -> tuple[Any, ...] | None:
    """The first row of sql/statements/<name>.sql."""
    with connection.wrap_database_errors:
        return _executed(name, values).fetchone()


def rows(name: str, values: Values) -> list[tuple[Any, ...]]:
    with connection.wrap_database_errors:
        return _executed(name, values).fetchall()


def _executed(name: str, values: Values) -> Cursor:
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    cursor = _cursor_of(connection.connection)
    cursor.execute(_text(name), values, prepare=True)
    return cursor


def _cursor_of(connected: psycopg.Connection[Any]) -> Cursor:
    """One for each session, which remembers how values are written and read: finding that out is half of a call."""
    kept: Cursor | None = connected.__dict__.get(KEPT)
    if kept is None or kept.closed:
        connected.prepare_threshold = PREPARES  # Django turns it off for foreign poolers; our pool keeps its sessions
        kept = connected.__dict__[KEPT] = psycopg.Cursor(connected)
    return kept


@cache
def _text(name: str) -> bytes:
    return sqlfiles.load(f"statements/{name}").as_bytes()
