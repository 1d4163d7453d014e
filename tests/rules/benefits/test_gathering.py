"""The facts of a case. Jelgava's clock: +03:00 in summer, +02:00 from 25 October 2026 at 01:00 UTC."""

import doctest
from datetime import UTC, date, datetime

import pytest

from rules.benefits import facts, limits
from rules.benefits.facts import SCHEMA, ResidentFacts, Visit, gather
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


def test_every_fact_that_is_gathered_is_declared_and_of_its_type():
    visit = Visit(place_id=3, position={"type": "Point", "coordinates": [23.7, 56.6]}, at=NOON)
    known = gather(
        a_case(resident=ResidentFacts(handle="h", birth_date=date(2000, 1, 1), home_district="c")), visit=visit
    )
    read = SCHEMA.read(known)
    assert {fact.name for fact in SCHEMA} - read.keys() == {"place.code"}
    assert (read["check_in.age"], read["receipt.total"]) == (0, 85)


def test_what_is_not_known_is_left_out():
    known = gather(a_case(resident=ResidentFacts(handle="h"), place=None))
    assert not {name for name in known if name.startswith(("place.", "check_in.", "resident.age", "resident.district"))}


def test_every_fact_has_a_name_in_each_language():
    assert {fact.name for fact in SCHEMA} == facts.NAMES.keys()
    assert all(len(names) == 3 and all(names) for names in facts.NAMES.values())


@pytest.mark.parametrize("module", [facts, limits])
def test_the_examples_in_the_docstrings_are_true(module):
    assert doctest.testmod(module).failed == 0
