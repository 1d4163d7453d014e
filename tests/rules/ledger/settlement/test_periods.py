"""Closing a month: what is booked later lands in the next, and says so."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from gis_platform.core import clock
from rules.ledger.models import BalanceSnapshot, Period, Statement
from rules.ledger.settlement import periods
from rules.ledger.settlement.errors import LedgerUnguarded, NothingToClose, PeriodNotOver
from tests.people import a_user
from tests.rules.ledger.bookings import (
    NOVEMBER_2,
    OCTOBER,
    OCTOBER_2,
    SEPTEMBER,
    a_merchant,
    close,
    grant,
    settle,
)

pytestmark = pytest.mark.django_db


def test_a_month_is_closed_with_balances_and_statements():
    bus = a_merchant()
    grant(bus, 85), grant(bus, 150), grant(bus, -50)
    period = close()
    assert str(period) == "2026-09"
    statement = Statement.objects.get(period=period)
    # 85 + 150 granted, 50 returned: 235 - 50 = 185 owed.
    assert (statement.opening_cents, statement.granted_cents, statement.returned_cents) == (0, 235, -50)
    assert (statement.closing_cents, statement.decisions) == (185, 2)
    balances = {one.account.kind: one.balance for one in BalanceSnapshot.objects.select_related("account")}
    assert balances == {"programme": -185, "merchant": 185}


def test_what_comes_after_the_close_is_a_correction_of_the_next_month():
    bus = a_merchant()
    grant(bus, 100)
    close()
    late = grant(bus, -30, SEPTEMBER)
    grant(bus, 70, OCTOBER)
    late.refresh_from_db()
    assert (late.effective_on, late.booked_on) == (SEPTEMBER, date(2026, 10, 1))
    statement = Statement.objects.get(period=close(NOVEMBER_2))
    assert (statement.opening_cents, statement.correction_cents) == (100, -30)
    assert (statement.granted_cents, statement.returned_cents, statement.closing_cents) == (70, 0, 140)


def test_the_statements_of_a_closed_month_never_change():
    bus = a_merchant()
    grant(bus, 100)
    before = list(Statement.objects.filter(period=close()).values())
    grant(bus, 55, SEPTEMBER), grant(bus, 45, OCTOBER)
    periods.complete(Period.objects.get().pk)
    assert list(Statement.objects.values()) == before


def test_the_booked_day_is_the_databases_to_say():
    bus = a_merchant()
    grant(bus, 100)
    close()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_entry (kind, reference, posted_at, effective_on, booked_on)"
            " VALUES ('raw', '1', now(), '2026-09-15', '2026-09-15') RETURNING booked_on"
        )
        assert cursor.fetchone() == (date(2026, 10, 1),)
        cursor.execute(
            "INSERT INTO ledger_leg (entry_id, account_id, amount) SELECT currval('ledger_entry_id_seq'), id,"
            " CASE kind WHEN 'merchant' THEN 5 ELSE -5 END FROM ledger_account"
        )


def test_a_month_ends_with_the_citys_midnight():
    grant(a_merchant(), 100)
    # 21:00 in UTC on the last of September is midnight in Jelgava.
    with clock.frozen(datetime(2026, 9, 30, 20, 59, tzinfo=UTC)), pytest.raises(PeriodNotOver) as refused:
        periods.close_next(by=a_user("clerk"))
    assert refused.value.data == {"closes_on": "2026-10-01"}
    assert str(refused.value) == "The period can be closed from 2026-10-01 on."
    with clock.frozen(datetime(2026, 9, 30, 21, 0, tzinfo=UTC)):
        assert periods.close_next(by=a_user("clerk")).days == DateRange(date(2026, 9, 1), date(2026, 10, 1))


def test_there_is_nothing_to_close_in_an_empty_book():
    with pytest.raises(NothingToClose):
        close()


def test_a_period_may_be_shorter_than_a_month():
    grant(a_merchant(), 100)
    with clock.frozen(OCTOBER_2):
        first = periods.close_next(by=a_user("clerk"), until=date(2026, 9, 20))
        assert periods.next_period() == DateRange(date(2026, 9, 20), date(2026, 10, 1))
        assert first.days.upper == date(2026, 9, 20)
        with pytest.raises(PeriodNotOver):
            periods.close_next(by=a_user("clerk"), until=date(2026, 10, 3))


def test_periods_are_completed_in_order():
    grant(a_merchant(), 100)
    with clock.frozen(NOVEMBER_2):
        september, october = (periods.close_next(by=a_user("clerk")) for _ in range(2))
        with pytest.raises(RuntimeError, match="the period before 2026-10 is not complete"):
            periods.complete(october.pk)
        periods.complete(september.pk), periods.complete(october.pk)
    assert Period.objects.filter(completed_at=None).count() == 0


def test_a_merchant_without_balance_or_bookings_gets_no_statement():
    bus = a_merchant()
    grant(bus, 100)
    settle(close())
    assert Statement.objects.get(period=close(NOVEMBER_2)).paid_cents == -100
    assert not Statement.objects.filter(period=close(datetime(2026, 12, 2, tzinfo=UTC))).exists()


def test_nothing_is_closed_while_a_guard_is_off():
    grant(a_merchant(), 100)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE ledger_leg DISABLE TRIGGER ledger_leg_stays")
    with clock.frozen(OCTOBER_2), pytest.raises(LedgerUnguarded) as refused:
        periods.close_next(by=a_user("clerk"))
    assert refused.value.data == {"guards": ["ledger_leg_stays"]}
