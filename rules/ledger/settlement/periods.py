"""Closing periods: a month of local days by default. What is closed is never opened again."""

from datetime import date

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Min
from django.utils.translation import gettext as _

from gis_platform.core import audit, clock, outbox, sqlfiles
from gis_platform.core.actor import acting
from gis_platform.identity.models import User
from rules.ledger.guards import require_guards
from rules.ledger.models import Entry, Period
from rules.ledger.settlement.errors import NothingToClose, PeriodNotOver

CLOSED = "ledger.period-closed"
PAYMENT = "payment"  # the kind of entries that settle what is owed to a merchant
BOOKINGS = 7_340_040  # the advisory lock that ledger_stamp_entry shares and a close has for itself
BALANCES_MADE = 50  # percent


def month_after(day: date) -> date:
    """The first day of the next month.

    >>> month_after(date(2026, 12, 5))
    datetime.date(2027, 1, 1)
    """
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def next_period() -> DateRange | None:
    """The earliest days that are not closed, up to the end of their month; None while nothing was ever booked."""
    latest = Period.objects.order_by("-days").first()
    if latest is not None:
        return DateRange(latest.days.upper, month_after(latest.days.upper))
    first: date | None = Entry.objects.aggregate(first=Min("booked_on"))["first"]
    return first and DateRange(first.replace(day=1), month_after(first))


def close_next(*, by: User, until: date | None = None) -> Period:
    """Closes the next period, at the end of its month or on another day (not included).

    Its balances and statements follow as a job. Raises PeriodNotOver, NothingToClose and LedgerUnguarded.
    """
    with acting(by.actor, "period closed"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [BOOKINGS])
        require_guards()
        days = next_period()
        if days is None:
            raise NothingToClose
        days = DateRange(days.lower, until or days.upper)
        if days.upper > clock.today() or days.lower >= days.upper:
            day = days.upper.isoformat()
            raise PeriodNotOver(_("The period can be closed from %(day)s on.") % {"day": day}, closes_on=day)
        period = Period.objects.create(days=days, closed_at=clock.now(), closed_by=by)
        audit.record("ledger.period-close", f"period:{period.pk}", days=str(days))
        outbox.publish(CLOSED, period_id=period.pk)
    return period


def complete(period_id: int) -> None:
    """Writes the balances and statements of a closed period; running twice changes nothing.

    Periods are completed in their order, for each begins with the balances of the one before.
    """
    with transaction.atomic():
        period = Period.objects.select_for_update().get(pk=period_id)
        if period.completed_at is not None:
            return
        if Period.objects.filter(days__lt=period.days, completed_at=None).exists():
            raise RuntimeError(f"the period before {period} is not complete yet")
        _insert("ledger_balances_of_period", period)
    Period.objects.filter(pk=period_id, completed_at=None).update(progress=BALANCES_MADE)
    with transaction.atomic():
        period = Period.objects.select_for_update().get(pk=period_id)
        if period.completed_at is None:
            _insert("ledger_statements_of_period", period)
            Period.objects.filter(pk=period_id).update(progress=100, completed_at=clock.now())


def _insert(statement: str, period: Period) -> None:
    values = {
        "period": period.pk,
        "first_day": period.days.lower,
        "end_day": period.days.upper,
        "payment": PAYMENT,
    }
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(f"statements/{statement}"), values)
