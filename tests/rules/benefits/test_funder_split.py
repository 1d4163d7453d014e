"""A neighbouring district pays for its own pupils in city schools; who moves within a month is paid for by both."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from gis_platform.core import clock
from gis_platform.residents.models import Group, Membership
from gis_platform.residents.moving import move
from rules.benefits import services
from rules.benefits.entitlements import case_here
from rules.benefits.models import Budget, Grant
from rules.engine.receipt import Line
from rules.ledger.queries import balance
from rules.ledger.services import AccountKey
from tests.people import a_resident
from tests.rules.benefits.programmes import worked

pytestmark = pytest.mark.django_db

FIRST, MOVE = datetime(2026, 9, 1, 9, 0, tzinfo=UTC), date(2026, 9, 16)
CITY, DISTRICT = "city", "jelgava-district"


@pytest.fixture
def trips():
    """The city has budgeted 100.00 for them, the district 3.00."""
    programme = worked("pupils-free-trips", limit_cents=10_000)
    year = DateRange(date(2026, 1, 1), date(2027, 1, 1))
    Budget.objects.create(programme=programme, funder=DISTRICT, period=year, limit_cents=300)
    return programme


@pytest.fixture
def pupil():
    pupil = a_resident(birth_date=date(2014, 3, 1), user=None)
    group = Group.objects.create(code="pupil")
    Membership.objects.create(resident=pupil, group=group, period=DateRange(date(2026, 1, 1), None))
    move(pupil, on=date(2026, 1, 1), district="JEL-CEN", source="register", actor="user:1")
    return pupil


def rides(pupil, at):
    with clock.frozen(at):
        line = Line(id="1", category="bus-ticket", amount_cents=150)
        case = replace(case_here(pupil, lines=[line]), merchant="merchant:1")
        return services.decide(case, key=at.isoformat())


def used(funder):
    return Budget.objects.get(funder=funder).used_cents


def owed_by(funder):
    return -balance(AccountKey(kind="programme", holder="pupils-free-trips", funder=funder, unit="cents"))


def test_each_day_is_paid_by_the_district_of_that_day(trips, pupil):
    move(pupil, on=MOVE, district="JEL-NOV", source="register", actor="user:1")
    # One trip of 1.50 on the days 14 to 17: two before the move, two from its first day on.
    for day in range(13, 17):
        assert rides(pupil, FIRST + timedelta(days=day)).discount_cents == 150
    assert (used(CITY), used(DISTRICT)) == (300, 300)
    assert (owed_by(CITY), owed_by(DISTRICT)) == (300, 300)
    assert list(Grant.objects.order_by("pk").values_list("funder", flat=True)) == [CITY, CITY, DISTRICT, DISTRICT]


def test_where_the_district_has_no_money_left_the_city_does_not_pay_for_it(trips, pupil):
    move(pupil, on=MOVE, district="JEL-NOV", source="register", actor="user:1")
    answers = [rides(pupil, FIRST + timedelta(days=day)) for day in range(15, 18)]
    assert [(one.discount_cents, one.reason) for one in answers] == [
        (150, "granted"),
        (150, "granted"),
        (0, "budget-exhausted"),
    ]
    assert (used(CITY), used(DISTRICT)) == (0, 300)


def test_a_decision_of_before_stays_with_who_paid_it(trips, pupil):
    rides(pupil, FIRST)
    move(pupil, on=MOVE, district="JEL-NOV", source="register", actor="user:1")
    assert Grant.objects.get().funder == CITY
    assert (owed_by(CITY), owed_by(DISTRICT)) == (150, 0)
