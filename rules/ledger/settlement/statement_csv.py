"""A statement as CSV (RFC 4180, UTF-8): one line a decision, return, correction or payment, between two balances."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO

from rules.ledger.models import Statement
from rules.ledger.settlement import contents
from rules.ledger.settlement.ubl import decimal

COLUMNS = ("statement", "day", "kind", "code", "amount_eur")
ROWS_A_READ = 2000


def rows(statement: Statement) -> Iterator[tuple[str, ...]]:
    """The lines sum to the last balance, and the last balance is the statement's."""
    period = statement.period
    yield COLUMNS
    yield _row(statement, period.days.lower, "opening-balance", "", statement.opening_cents)
    for leg in contents.lines(statement).iterator(ROWS_A_READ):
        line = contents.line(leg, period)
        yield _row(statement, line.day, line.kind, line.code, line.cents)
    yield _row(statement, period.days.upper - timedelta(days=1), "closing-balance", "", statement.closing_cents)


def as_text(rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    """Lines of CSV, to be sent as they come."""
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    for row in rows:
        writer.writerow(row)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _row(statement: Statement, day: date, kind: str, code: str, cents: int) -> tuple[str, ...]:
    return statement.number, day.isoformat(), kind, code, decimal(cents)
