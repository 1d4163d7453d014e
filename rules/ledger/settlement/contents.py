"""What a statement is made of. A merchant sees codes and amounts, never a programme: it could tell who has a right."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Count, F, QuerySet, Sum
from django.db.models.lookups import GreaterThan

from rules.ledger.models import Account, Leg, Period, Statement, Unit
from rules.ledger.settlement.periods import PAYMENT


class LineKind(StrEnum):
    GRANT = "grant"
    RETURN = "return"
    CORRECTION = "correction"
    PAYMENT = "payment"


@dataclass(frozen=True, kw_only=True, slots=True)
class StatementLine:
    day: date  # on which it counts; of a correction a day of an earlier period
    code: str
    kind: LineKind
    cents: int
    reference: str = ""  # for the city's own pages only


@dataclass(frozen=True, kw_only=True, slots=True)
class StatementDay:
    day: date
    kind: LineKind
    lines: int
    cents: int


def lines(statement: Statement) -> QuerySet[Leg]:
    """The statement's legs with their entries, in order of the day; read them with `line`."""
    return _legs(statement).select_related("entry").order_by("entry__effective_on", "pk")


def line(leg: Leg, period: Period) -> StatementLine:
    entry = leg.entry
    return StatementLine(
        day=entry.effective_on,
        code=entry.code or f"E{entry.pk}",
        kind=_kind(period, entry.kind, entry.effective_on, leg.amount > 0),
        cents=leg.amount,
        reference=entry.reference,
    )


def days(statement: Statement) -> list[StatementDay]:
    """How many lines of which kind count on each day, and their sum."""
    sums: dict[tuple[date, LineKind], tuple[int, int]] = {}
    rows = _legs(statement).order_by().annotate(positive=GreaterThan(F("amount"), 0))
    grouped = rows.values_list("entry__effective_on", "entry__kind", "positive")
    for day, kind, positive, count, cents in grouped.annotate(count=Count("pk"), cents=Sum("amount")):
        key = day, _kind(statement.period, kind, day, positive)
        before = sums.get(key, (0, 0))
        sums[key] = before[0] + count, before[1] + cents
    return [
        StatementDay(day=day, kind=kind, lines=count, cents=cents)
        for (day, kind), (count, cents) in sorted(sums.items(), key=lambda item: item[0])
    ]


def programmes(statement: Statement) -> Iterator[tuple[str, str, int]]:
    """Programme, funder and cents, for the city's own pages."""
    given = Leg.objects.filter(
        entry__in=_legs(statement).exclude(entry__kind=PAYMENT).values("entry"),
        account__kind=Account.Kind.PROGRAMME,
        account__unit=Unit.CENTS,
    )
    sums = given.values_list("account__holder", "account__funder").annotate(total=Sum("amount"))
    return ((holder, funder, -total) for holder, funder, total in sums.order_by("account__holder", "account__funder"))


def _legs(statement: Statement) -> QuerySet[Leg]:
    period = statement.period
    return Leg.objects.filter(
        account=statement.account_id, entry__booked_on__gte=period.days.lower, entry__booked_on__lt=period.days.upper
    )


def _kind(period: Period, kind: str, day: date, positive: bool) -> LineKind:
    if kind == PAYMENT:
        return LineKind.PAYMENT
    if day < period.days.lower:
        return LineKind.CORRECTION
    return LineKind.GRANT if positive else LineKind.RETURN
