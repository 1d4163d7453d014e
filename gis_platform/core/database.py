"""Which connection may do what."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import InterfaceError, OperationalError, connections
from django.utils.translation import gettext_lazy as _
from psycopg import OperationalError as PostgresError
from psycopg.errors import QueryCanceled

from gis_platform.core.errors import CityError, Unavailable

PUBLISHED = "published"
# A session that was ended, and a server that starts, stops or has no room; a broken connection has no code at all.
AWAY = ("08", "57P01", "57P02", "57P03", "53300")
RETRY_AFTER_S = 5


class QueryTooSlow(CityError):
    code = "query-too-slow"
    status = 400
    title = _("The question takes longer than one request may")


class DatabaseAway(Unavailable):
    code = "database-away"
    title = _("The database cannot be reached now")

    def __init__(self) -> None:
        super().__init__(_("Nothing was changed, or it cannot be told: repeat it soon."), retry_after_s=RETRY_AFTER_S)


def is_away(error: OperationalError) -> bool:
    """Whether there was nobody to ask, rather than something wrong with what was asked."""
    cause = error.__cause__
    if not isinstance(cause, PostgresError):
        return False
    return cause.sqlstate is None or cause.sqlstate.startswith(AWAY)


class OwnerMigrates:
    """Keeps migrations on the owner's connection: `published` is a window on the same database."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return False if db == PUBLISHED else None


def read_published(statement: str, values: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement over what is published; raises QueryTooSlow when it is stopped for its length.

    The connection of a thread is kept, so it may have died of a restart of PostgreSQL: then it is asked once more.
    """
    connection = connections[PUBLISHED]
    try:
        return _rows(statement, values)
    except (OperationalError, InterfaceError) as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise QueryTooSlow(_("Ask for less at a time, or for something that is quicker to find.")) from error
        if connection.in_atomic_block or connection.is_usable():
            raise
        connection.close()
        return _rows(statement, values)


def _rows(statement: str, values: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connections[PUBLISHED].cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
