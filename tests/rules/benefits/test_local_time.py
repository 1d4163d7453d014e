"""Local calendar time of both cities: clocks change at 01:00 UTC on 29 March and on 25 October 2026."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis_platform.city import CITIES
from rules.benefits.facts import gather
from rules.benefits.vocabulary import SCHEMA
from rules.engine.condition import Condition
from tests.rules.benefits.programmes import a_case
from tests.rules.engine.programmes import fact, op

ZONES = {"jelgava": ZoneInfo("Europe/Riga"), "siauliai": ZoneInfo("Europe/Vilnius")}
EIGHT_TO_NINE = op("between", fact("time"), 480, 539)
TERM = op("t_intersects", fact("day"), {"interval": ["2026-09-01", "2026-10-25"]})


@pytest.fixture(params=sorted(ZONES))
def zone(request, settings):
    settings.CITY = CITIES[request.param]
    return ZONES[request.param]


def holds(condition, instant):
    return Condition(condition, SCHEMA).holds(SCHEMA.read(gather(a_case(at=instant))))


def hours_of(condition, day, zone):
    """The hours, counted one by one in UTC, of a local day in which the condition holds."""
    midnight = datetime.combine(day, datetime.min.time(), zone).astimezone(UTC)
    instants = [midnight + timedelta(minutes=30 + 60 * hour) for hour in range(25)]
    return sum(holds(condition, one) is True for one in instants if one.astimezone(zone).date() == day)


@pytest.mark.parametrize("day", [date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 24), date(2026, 10, 25)])
def test_a_morning_hour_is_one_hour_on_any_day(zone, day):
    assert hours_of(EIGHT_TO_NINE, day, zone) == 1


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 0), (date(2026, 10, 25), 2), (date(2026, 6, 1), 1)])
def test_the_hour_from_three_on_is_skipped_in_spring_and_twice_there_in_autumn(zone, day, hours):
    assert hours_of(op("between", fact("time"), 180, 239), day, zone) == hours


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_a_day_is_as_long_as_its_clock_makes_it(zone, day, hours):
    assert hours_of(op("=", fact("day"), {"date": day.isoformat()}), day, zone) == hours


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        (datetime(2026, 8, 31, 20, 59, tzinfo=UTC), False),
        (datetime(2026, 8, 31, 21, 0, tzinfo=UTC), True),  # midnight at +03:00
        (datetime(2026, 10, 25, 21, 59, tzinfo=UTC), True),  # the last day belongs to it, at +02:00 by now
        (datetime(2026, 10, 25, 22, 0, tzinfo=UTC), False),
    ],
)
def test_a_period_has_both_its_ends(zone, instant, expected):
    assert holds(TERM, instant) is expected


@pytest.mark.parametrize(
    ("city", "day", "holiday"),
    [
        ("jelgava", "2026-05-04", True),  # restoration of independence
        ("siauliai", "2026-05-04", False),
        ("siauliai", "2026-03-11", True),  # restoration of independence
        ("jelgava", "2026-03-11", False),
        ("jelgava", "2026-06-23", True),  # Līgo
        ("siauliai", "2026-06-24", True),  # Rasos and Joninės
        ("siauliai", "2026-11-02", True),  # Vėlinės
        ("jelgava", "2026-04-06", True),  # Easter Monday
        ("siauliai", "2026-04-06", True),
        ("jelgava", "2026-09-01", False),
    ],
)
def test_each_country_has_its_holidays(settings, city, day, holiday):
    settings.CITY = CITIES[city]
    noon = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=ZONES[city])
    assert holds(op("=", fact("holiday"), True), noon) is holiday


@given(st.integers(0, 6 * 366 * 24 * 60), st.sampled_from(sorted(ZONES)))
def test_the_facts_are_what_the_wall_clock_shows(minutes, city):
    instant = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.CITY", CITIES[city])
        facts = gather(a_case(at=instant))
    wall = instant.astimezone(ZONES[city])
    assert facts["day"] == f"{wall:%Y-%m-%d}"
    assert (facts["month"], facts["month_day"], facts["weekday"]) == (wall.month, wall.day, wall.isoweekday())
    assert facts["time"] == wall.hour * 60 + wall.minute
    assert datetime.fromisoformat(facts["at"]) == instant
