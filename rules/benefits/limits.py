"""What is limited: budgets and caps. Both are taken by one conditional statement each, whose row count is checked.

Rows are always taken in the same order (caps by key, then budgets by programme), so that two decisions never wait for
each other in a circle.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.db.models import F

from gis_platform.core import sqlfiles
from rules.benefits.models import Budget, CapUsage
from rules.benefits.versions import InForce
from rules.engine.forms import Cap, Period
from rules.engine.outcome import CapKey

NO_BUDGET, BUDGET_EXHAUSTED = "no-budget", "budget-exhausted"


class CapTaken(Exception):
    """Another decision for the same person took what was left; look again and decide anew."""


@dataclass
class BudgetRefused(Exception):
    """This programme's budget has no room for what it would give."""

    programme: str
    reason: str


@dataclass(frozen=True, order=True, slots=True)
class Use:
    """Kept with the decision, so that it can be given back."""

    programme: str
    cap: str
    period_start: str
    used: int


def period_start(period: Period, day: date) -> date:
    """
    >>> period_start(Period.MONTH, date(2026, 9, 17))
    datetime.date(2026, 9, 1)
    """
    match period:
        case Period.DAY:
            return day
        case Period.WEEK:
            return day - timedelta(days=day.weekday())
        case Period.MONTH:
            return day.replace(day=1)
        case Period.YEAR:
            return day.replace(month=1, day=1)
        case Period.ALWAYS:
            return date.min


def left_of_caps(resident: str, versions: Sequence[InForce], day: date) -> dict[CapKey, int]:
    """What the person has left of each cap that was ever used in its present period; the others are whole."""
    caps = {(one.programme_id, cap.code): (one.code, cap) for one in versions for cap in one.compiled.caps}
    starts = {period_start(cap.period, day) for _, cap in caps.values()}
    rows = CapUsage.objects.filter(resident=resident, period_start__in=starts)
    left: dict[CapKey, int] = {}
    for programme_id, code, start, used in rows.values_list("programme_id", "cap", "period_start", "used"):
        programme, cap = caps.get((programme_id, code), ("", None))
        if cap is not None and start == period_start(cap.period, day):
            left[programme, code] = max(0, cap.limit - used)
    return left


def take_caps(resident: str, versions: Iterable[InForce], usage: Mapping[CapKey, int], day: date) -> None:
    """Raises CapTaken when one of them has no room any more."""
    for one, cap in _capped(versions):
        used = usage.get((one.code, cap.code))
        if used and not _take_cap(resident, one, cap, used, day):
            raise CapTaken


def take_budgets(versions: Iterable[InForce], cents: Mapping[str, int], day: date) -> None:
    """Raises BudgetRefused, naming the programme, when a budget has no room for its whole amount."""
    for one in versions:
        amount = cents.get(one.code, 0)
        if amount and not take_budget(one.programme_id, amount, day):
            exists = Budget.objects.filter(programme_id=one.programme_id, period__contains=day).exists()
            raise BudgetRefused(one.code, BUDGET_EXHAUSTED if exists else NO_BUDGET)


def take_budget(programme_id: int, cents: int, day: date) -> bool:
    """One statement: a budget that is read first and written then would be overdrawn by tills that ask at once."""
    room = Budget.objects.filter(
        programme_id=programme_id, period__contains=day, used_cents__lte=F("limit_cents") - cents
    )
    return room.update(used_cents=F("used_cents") + cents) == 1


def give_back(resident: str, used: Iterable[Use], cents: Mapping[str, int], day: date) -> None:
    """Undoes what a decision of that day took."""
    for use in sorted(used):
        rows = CapUsage.objects.filter(resident=resident, programme__code=use.programme, cap=use.cap)
        rows.filter(period_start=use.period_start).update(used=F("used") - use.used)
    for programme, amount in sorted(cents.items()):
        budget = Budget.objects.filter(programme__code=programme, period__contains=day)
        budget.update(used_cents=F("used_cents") - amount)


def uses(versions: Iterable[InForce], usage: Mapping[CapKey, int], day: date) -> list[Use]:
    """What a decision takes of each cap, with the period that it counts for."""
    return [
        Use(one.code, cap.code, period_start(cap.period, day).isoformat(), usage[one.code, cap.code])
        for one, cap in _capped(versions)
        if (one.code, cap.code) in usage
    ]


def _capped(versions: Iterable[InForce]) -> list[tuple[InForce, Cap]]:
    pairs = [(one, cap) for one in versions for cap in one.compiled.caps]
    return sorted(pairs, key=lambda pair: (pair[0].programme_id, pair[1].code))


def _take_cap(resident: str, one: InForce, cap: Cap, used: int, day: date) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            sqlfiles.load("statements/benefits_use_cap"),
            {
                "resident": resident,
                "programme_id": one.programme_id,
                "cap": cap.code,
                "period_start": period_start(cap.period, day),
                "used": used,
                "limit": cap.limit,
            },
        )
        return cursor.fetchone() is not None
