"""A part of the grocer's receipts through the platform itself: booked, with caps and budgets in the database."""

from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateRange

from gis_platform.core import clock
from rules.benefits import services
from rules.benefits.facts import RECEIPT, Case, ResidentFacts
from rules.benefits.models import Budget, Decision
from rules.benefits.replaying import replay
from rules.ledger.models import Leg
from tests.rules.benefits import real_receipts, real_receipts_by_hand
from tests.rules.benefits.programmes import a_programme, put_in_force

pytestmark = [pytest.mark.django_db, pytest.mark.real_data]

FIRST_DAY, LAST_DAY = "2017-08-14", "2017-08-16"  # in the grocer's largest campaign
LIMIT_CENTS = 10_000_000


@pytest.fixture
def three_days(real_data):
    """The receipts of three days in August, of households that are in a campaign then."""
    data = real_receipts.read_data(real_data)
    days = data.lines["at"].dt.strftime("%Y-%m-%d")
    members = set(data.members.loc[data.members.code == "campaign-13", "household_id"])
    chosen = (days >= FIRST_DAY) & (days <= LAST_DAY) & data.lines.household_id.isin(members)
    return real_receipts.RealData(
        lines=data.lines[chosen].reset_index(drop=True),
        campaigns=data.campaigns[data.campaigns.code.isin(["campaign-11", "campaign-12", "campaign-13"])],
        members=data.members,
        coupons=data.coupons,
        people=data.people,
    )


@pytest.fixture
def in_force(three_days):
    day = datetime.fromisoformat(FIRST_DAY).date()
    for code, written in real_receipts.definitions(three_days).items():
        programme = a_programme(code)
        put_in_force(programme, written, first_day=day.replace(month=1, day=1))
        year = DateRange(day.replace(month=1, day=1), day.replace(year=day.year + 1, month=1, day=1))
        Budget.objects.create(programme=programme, period=year, limit_cents=LIMIT_CENTS)


def case_of(basket) -> Case:
    day, minutes = basket.facts["day"], basket.facts["time"]
    at = datetime.fromisoformat(f"{day}T{minutes // 60:02}:{minutes % 60:02}").replace(tzinfo=settings.CITY.time_zone)
    groups = frozenset(basket.facts["resident.groups"])
    return Case(
        trigger=RECEIPT,
        at=at.astimezone(UTC),
        resident=ResidentFacts(handle=f"household-{basket.household}", groups=groups),
        terminal="device:1",
        merchant="merchant:1",
        lines=basket.lines,
    )


def test_what_is_booked_agrees_with_the_sums_by_hand(three_days, in_force):
    cents, points = real_receipts_by_hand.totals(three_days)
    booked: dict[str, tuple[int, int]] = {}
    for basket in real_receipts.baskets(three_days):
        case = case_of(basket)
        with clock.frozen(case.at):
            answer = services.decide(case, key=basket.id)
        booked[basket.id] = answer.discount_cents, answer.points
    expected = {basket: (0, points.get(basket, 0)) for basket in booked}
    for (basket, _programme), given in cents.items():
        expected[basket] = expected[basket][0] + given, expected[basket][1]
    assert len(booked) > 100
    assert booked == expected
    total = sum(cents.values())
    assert total > 0
    assert sum(Budget.objects.values_list("used_cents", flat=True)) == total
    assert sum(Leg.objects.values_list("amount", flat=True)) == 0
    for decision in Decision.objects.filter(discount_cents__gt=0)[:20]:
        assert replay(decision).total_cents == decision.discount_cents  # years later, the same cents
