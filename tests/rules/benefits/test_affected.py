"""Whom a suspension concerns, without telling small groups apart."""

from datetime import UTC, datetime

import pytest

from gis_platform.core import clock
from rules.benefits import overrides, services
from rules.benefits.affected import affected
from rules.benefits.facts import ResidentFacts
from tests.people import a_user
from tests.rules.benefits.programmes import a_budget, a_case, a_programme, put_in_force
from tests.rules.benefits.test_overrides import PUPILS

pytestmark = pytest.mark.django_db


def used_by(pupils, others):
    programme = a_programme()
    put_in_force(programme)
    a_budget(programme)
    groups = [("pupil",)] * pupils + [()] * others
    for number, one in enumerate(groups):
        person = ResidentFacts(handle=f"p{number}", groups=frozenset(one))
        services.decide(a_case(resident=person), key=f"k{number}")
    values = {
        "legal_act": "Decision", "legal_number": "1", "legal_date": "2026-09-01", "first_day": "2026-10-01",
        "end_day": "2026-11-01", "exceptions": [{"when": PUPILS, "end_day": "2026-10-15"}],
    }  # fmt: skip
    with clock.frozen(datetime(2026, 9, 10, tzinfo=UTC)):
        return affected(overrides.draft(values, author=a_user()))


def test_people_and_money_of_the_last_days_are_counted():
    found = used_by(6, 7)
    # 13 tickets of 0.85, all of them free.
    assert (found.people, found.cents, found.excepted) == (13, 13 * 85, 6)


@pytest.mark.parametrize(("pupils", "others"), [(2, 9), (9, 2)])
def test_a_small_side_of_an_exception_is_not_told_apart(pupils, others):
    found = used_by(pupils, others)
    assert (found.people, found.excepted) == (11, None)


def test_few_people_are_not_counted_at_all():
    found = used_by(1, 2)
    assert (found.people, found.cents, found.excepted) == (None, None, None)


def test_nobody_is_a_number_too():
    found = used_by(0, 0)
    assert (found.people, found.cents, found.excepted) == (0, 0, 0)
