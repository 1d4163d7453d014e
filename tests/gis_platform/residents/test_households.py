"""With whom somebody lives: as many as belong to the household on that day, the children by their age on it."""

from datetime import date

import pytest
from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateRange

from gis_platform.residents.models import Group, Household, HouseholdMember, Membership
from gis_platform.residents.standing import standing
from tests.people import a_resident

pytestmark = pytest.mark.django_db

SCHOOL_YEAR = date(2026, 9, 1)


def join(household, resident, first=date(2020, 1, 1), end=None):
    return HouseholdMember.objects.create(household=household, resident=resident, period=DateRange(first, end))


@pytest.fixture
def family():
    """Two adults, a child of ten, one who turns 18 on 1 September, one who is born that day."""
    household = Household.objects.create()
    births = [date(1985, 2, 1), date(1984, 3, 1), date(2016, 5, 5), date(2008, 9, 1), SCHOOL_YEAR]
    people = [a_resident(birth_date=born, user=None) for born in births]
    for person in people[:4]:
        join(household, person)
    join(household, people[4], first=SCHOOL_YEAR)
    return household, people


def test_the_household_of_a_day(family):
    household, (mother, *_others) = family
    before, then = standing(mother, on=date(2026, 8, 31)), standing(mother, on=SCHOOL_YEAR)
    assert (before.household, before.household_size, before.household_children) == (str(household.handle), 4, 2)
    # One more member; the eldest came of age that morning, the newborn has taken the place.
    assert (then.household_size, then.household_children) == (5, 2)


def test_somebody_born_on_29_february_is_a_child_until_1_march():
    child = a_resident(birth_date=date(2008, 2, 29), user=None)
    join(Household.objects.create(), child)
    days = [date(2026, 2, 28), date(2026, 3, 1)]
    assert [standing(child, on=day).household_children for day in days] == [1, 0]


def test_without_a_birth_date_nobody_is_taken_for_a_child():
    person = a_resident(birth_date=None, user=None)
    join(Household.objects.create(), person)
    assert standing(person, on=SCHOOL_YEAR).household_children == 0


def test_who_has_no_household_counts_alone():
    alone = standing(a_resident(), on=SCHOOL_YEAR)
    assert (alone.household, alone.household_size, alone.household_children) == ("", 1, 0)


def test_who_moved_out_is_counted_no_more(family):
    _household, (mother, father, *_children) = family
    father.households.update(period=DateRange(date(2020, 1, 1), date(2026, 6, 1)))
    assert standing(mother, on=SCHOOL_YEAR).household_size == 4
    assert standing(father, on=SCHOOL_YEAR).household == ""


def test_nobody_is_in_two_households_on_one_day(family):
    _household, (mother, *_others) = family
    with pytest.raises(IntegrityError, match="household_member_no_overlap"):
        join(Household.objects.create(), mother, first=SCHOOL_YEAR)


def test_groups_come_with_it():
    anna, group = a_resident(), Group.objects.create(code="pupil")
    Membership.objects.create(resident=anna, group=group, period=DateRange(SCHOOL_YEAR, date(2027, 6, 1)))
    days = [date(2026, 8, 31), SCHOOL_YEAR, date(2027, 5, 31), date(2027, 6, 1)]
    assert [sorted(standing(anna, on=day).groups) for day in days] == [[], ["pupil"], ["pupil"], []]
