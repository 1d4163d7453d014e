"""The facts of a case. Jelgava's clock: +03:00 in summer, +02:00 from 25 October 2026 at 01:00 UTC."""

import doctest
from datetime import UTC, date, datetime

import pytest

from gis_platform.city import CITIES
from gis_platform.core import public_holidays
from rules.benefits import facts, limits
from rules.benefits.facts import (
    NAMES,
    SCHEMA,
    MerchantFacts,
    PlaceFacts,
    PositionFacts,
    ResidentFacts,
    SensorFacts,
    Visit,
    gather,
)
from tests.rules.benefits.programmes import NOON, a_case


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "day", "minute"),
    [
        (at(2026, 9, 1, 20, 59), "2026-09-01", 23 * 60 + 59),
        (at(2026, 9, 1, 21, 0), "2026-09-02", 0),
        (at(2026, 10, 25, 0, 30), "2026-10-25", 3 * 60 + 30),
        (at(2026, 10, 25, 1, 30), "2026-10-25", 3 * 60 + 30),  # the same hour of the clock, once more
        (at(2026, 10, 25, 22, 0), "2026-10-26", 0),
    ],
)
def test_day_and_time_are_those_of_the_citys_clock(city_of_jelgava, instant, day, minute):
    known = gather(a_case(at=instant))
    assert (known["day"], known["time"]) == (day, minute)


@pytest.mark.parametrize(
    ("instant", "holiday"),
    [
        (at(2026, 11, 17, 21, 59), False),  # 23:59 in Jelgava
        (at(2026, 11, 17, 22, 0), True),  # 18 November has begun: proclamation of the Republic
        (at(2026, 11, 18, 21, 59), True),
        (at(2026, 11, 18, 22, 0), False),
        (at(2026, 7, 6, 9), False),  # Statehood Day is Lithuania's
    ],
)
def test_a_holiday_is_the_countrys_and_lasts_from_midnight_to_midnight(city_of_jelgava, instant, holiday):
    assert gather(a_case(at=instant))["holiday"] is holiday


def test_another_country_has_other_holidays(settings):
    settings.CITY = CITIES["siauliai"]
    assert gather(a_case(at=at(2026, 7, 6, 9)))["holiday"] is True
    assert gather(a_case(at=at(2026, 11, 18, 9)))["holiday"] is False


def test_every_fact_that_is_gathered_is_declared_and_of_its_type():
    everything = a_case(
        resident=ResidentFacts(
            handle="h", birth_date=date(2000, 1, 1), home_district="c", escorts=frozenset(["disabled"])
        ),
        place=PlaceFacts(id=1, code="stop-1", category="bus_stop", position=(23.727, 56.6511)),
        shop=MerchantFacts(code="canteen", category="catering", groups=frozenset(["school-canteens"])),
        identified_by="nfc",
        position=PositionFacts(zones=frozenset(["district/c"]), accuracy_m=8.5, age_s=20, entered="district/c"),
        sensor=SensorFacts(stream="pm10", value=61.0, alarm="smog"),
        alarms=frozenset(["smog"]),
    )
    visit = Visit(place_id=3, position={"type": "Point", "coordinates": [23.7, 56.6]}, at=NOON)
    read = SCHEMA.read(gather(everything, visit=visit))
    assert {fact.name for fact in SCHEMA} == read.keys()
    assert (read["check_in.age"], read["receipt.total"], read["receipt.units"]) == (0, 85, 1)


def test_the_position_itself_is_no_fact():
    case = a_case(position=PositionFacts(zones=frozenset(["district/c"]), accuracy_m=8.5, age_s=20), place=None)
    assert "Point" not in repr(gather(case))


def test_what_is_not_known_is_left_out():
    known = gather(a_case(resident=ResidentFacts(handle="h"), place=None))
    assert not {name for name in known if name.startswith(("place.", "check_in.", "resident.age", "resident.district"))}


def test_every_fact_has_a_name_in_each_language():
    assert {fact.name for fact in SCHEMA} == NAMES.keys()
    assert all(len(names) == 3 and all(names) for names in NAMES.values())


@pytest.mark.parametrize("module", [facts, limits, public_holidays])
def test_the_examples_in_the_docstrings_are_true(module):
    assert doctest.testmod(module).failed == 0
