"""Which groups a resident was in on a day."""

from datetime import date

import pytest
from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateRange

from gis_platform.residents.models import Group, Membership
from tests.people import a_resident

pytestmark = pytest.mark.django_db


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
