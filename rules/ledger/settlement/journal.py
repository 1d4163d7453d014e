"""The journal of a period for the city's accounting: every leg as CSV, and sums by day as JSON for RVS Horizon.

Only cents: points are no money, and so no account of a resident is in it.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db.models import Sum

from rules.ledger.models import Leg, Period, Unit
from rules.ledger.settlement.ubl import decimal

FORMAT = "gis-platform-journal/1"
COLUMNS = ("entry", "booked_on", "effective_on", "kind", "reference", "code", "account", "funder", "debit", "credit")
ROWS_A_READ = 2000


def rows(period: Period) -> Iterator[tuple[str, ...]]:
    """One row a leg, in order of the entries; debits equal credits in each entry."""
    yield COLUMNS
    legs = _legs(period).select_related("entry", "account").order_by("entry__booked_on", "entry_id", "pk")
    for leg in legs.iterator(ROWS_A_READ):
        entry, account = leg.entry, leg.account
        yield (
            str(entry.pk),
            entry.booked_on.isoformat(),
            entry.effective_on.isoformat(),
            entry.kind,
            entry.reference,
            entry.code,
            account_name(account.kind, account.holder),
            account.funder,
            *_sides(leg.amount),
        )


def horizon(period: Period) -> dict[str, Any]:
    """One document a day and kind of entry, each balanced; journal.schema.json describes it."""
    sums = _legs(period).values_list(
        "entry__booked_on", "entry__kind", "account__kind", "account__holder", "account__funder"
    )
    moved = sums.annotate(total=Sum("amount")).order_by(
        "entry__booked_on", "entry__kind", "account__kind", "account__holder", "account__funder"
    )
    documents = [
        _document(day, kind, [(account_name(*row[2:4]), row[4], row[5]) for row in legs if row[5]])
        for (day, kind), legs in groupby(moved, key=lambda row: (row[0], row[1]))
    ]
    return {
        "format": FORMAT,
        "city": settings.CITY.id,
        "currency": "EUR",
        "period": {"first": period.days.lower.isoformat(), "last": _last(period).isoformat()},
        "documents": [document for document in documents if document["lines"]],
    }


def account_name(kind: str, holder: str) -> str:
    """An account of the journal, as the accounting system maps it to its own.

    >>> account_name("merchant", "merchant:7"), account_name("programme", "trips")
    ('merchant:7', 'programme:trips')
    """
    return holder if holder.startswith(f"{kind}:") else f"{kind}:{holder}"


def _document(day: date, kind: str, moved: list[tuple[str, str, int]]) -> dict[str, Any]:
    lines = [
        {"account": account, "funder": funder, "debit": debit, "credit": credit}
        for account, funder, cents in moved
        for debit, credit in [_sides(cents)]
    ]
    return {"number": f"{day:%Y%m%d}-{kind}", "date": day.isoformat(), "kind": kind, "lines": lines}


def _sides(cents: int) -> tuple[str, str]:
    """What is owed to an account stands on the credit side."""
    return decimal(max(-cents, 0)), decimal(max(cents, 0))


def _legs(period: Period) -> Any:
    return Leg.objects.filter(
        account__unit=Unit.CENTS, entry__booked_on__gte=period.days.lower, entry__booked_on__lt=period.days.upper
    )


def _last(period: Period) -> date:
    last: date = period.days.upper - timedelta(days=1)
    return last
