"""Whether PostgreSQL still guards the book: an owner of the tables could have switched a trigger off."""

from django.db import connection

from gis_platform.core import sqlfiles
from rules.ledger.settlement.errors import LedgerUnguarded


def missing_guards() -> list[str]:
    """The names of triggers that are absent or do not fire, in order."""
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load("statements/ledger_missing_guards"))
        return [name for (name,) in cursor.fetchall()]


def require_guards() -> None:
    """Raises LedgerUnguarded: what happened to the book while nobody guarded it, nobody knows."""
    if missing := missing_guards():
        raise LedgerUnguarded(guards=missing)
