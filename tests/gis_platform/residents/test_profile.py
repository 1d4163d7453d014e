"""Where a resident lives, and which groups the resident was in on a day."""

from datetime import date

import pytest
from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateRange

from gis_platform.residents.models import Group, Membership
from tests.people import LIBRARY, a_district, a_resident, north_of

pytestmark = pytest.mark.django_db


def test_the_district_follows_from_the_home():
    a_district("centre")
    resident = a_resident(home=LIBRARY)
    assert resident.home_district == "centre"
    resident.home = north_of(LIBRARY, 50_000)
    resident.save()
    assert resident.home_district == ""


def test_a_district_that_is_only_a_draft_holds_nobody():
    a_district("centre", status="draft")
    assert a_resident(home=LIBRARY).home_district == ""


def test_where_districts_overlap_the_first_by_code_is_taken():
    a_district("b")
    a_district("a")
    assert a_resident(home=LIBRARY).home_district == "a"


class TestMembership:
    @pytest.fixture
    def pupils(self):
        return Group.objects.create(code="pupils", name_en="Pupils")

    def join(self, resident, group, first, last):
        return Membership.objects.create(resident=resident, group=group, period=DateRange(first, last))

    def test_it_begins_on_its_first_day_and_ends_before_its_last(self, pupils):
        self.join(a_resident(), pupils, date(2026, 9, 1), date(2027, 6, 1))
        days = [date(2026, 8, 31), date(2026, 9, 1), date(2027, 5, 31), date(2027, 6, 1)]
        assert [Membership.objects.on(day).count() for day in days] == [0, 1, 1, 0]

    def test_nobody_is_in_a_group_twice_on_one_day(self, pupils):
        resident = a_resident()
        self.join(resident, pupils, date(2026, 1, 1), date(2027, 1, 1))
        self.join(resident, pupils, date(2027, 1, 1), None)
        with pytest.raises(IntegrityError, match="membership_no_overlap"):
            self.join(resident, pupils, date(2026, 12, 31), date(2027, 1, 2))

    def test_a_period_without_a_day_is_refused(self, pupils):
        with pytest.raises(IntegrityError, match="membership_period_not_empty"):
            self.join(a_resident(), pupils, date(2026, 1, 1), date(2026, 1, 1))
