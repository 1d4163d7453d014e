"""Where a resident lives, day by day."""

from datetime import date

import pytest
from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateRange

from gis_platform.core.models import AuditEntry
from gis_platform.residents.models import Residence
from gis_platform.residents.moving import MoveTooEarly, move
from gis_platform.residents.standing import standing
from tests.people import LIBRARY, a_district, a_resident, north_of

pytestmark = pytest.mark.django_db

NEW_YEAR, MID_MONTH = date(2026, 1, 1), date(2026, 9, 16)


def moved(resident, on=NEW_YEAR, **where):
    return move(resident, on=on, source="register", actor="user:1", **where)


class TestDistrict:
    def test_it_is_that_of_the_position(self):
        a_district("centre")
        assert moved(a_resident(), home=LIBRARY, district="elsewhere").district == "centre"

    def test_where_no_district_holds_the_position_it_is_what_the_register_says(self):
        a_district("centre")
        far = north_of(LIBRARY, 50_000)
        assert moved(a_resident(), home=far, district="jelgavas-novads").district == "jelgavas-novads"
        assert moved(a_resident(), home=far).district == ""

    def test_a_district_that_is_only_a_draft_holds_nobody(self):
        a_district("centre", status="draft")
        assert moved(a_resident(), home=LIBRARY).district == ""

    def test_where_districts_overlap_the_first_by_code_is_taken(self):
        a_district("b")
        a_district("a")
        assert moved(a_resident(), home=LIBRARY).district == "a"


class TestMove:
    def test_each_day_has_the_district_of_that_day(self):
        anna = a_resident()
        moved(anna, district="city")
        moved(anna, on=MID_MONTH, district="jelgavas-novads")
        days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 9, 15), date(2026, 9, 16), date(2027, 1, 1)]
        districts = [standing(anna, on=day).district for day in days]
        assert districts == ["", "city", "city", "jelgavas-novads", "jelgavas-novads"]

    def test_it_is_on_record_with_its_source(self):
        moved(a_resident(), district="city")
        (entry,) = AuditEntry.objects.filter(action="residents.moved")
        assert entry.data == {"on": "2026-01-01", "source": "register"}

    @pytest.mark.parametrize("day", [NEW_YEAR, date(2025, 6, 1)])
    def test_a_move_to_an_earlier_day_would_rewrite_what_was_decided(self, day):
        anna = a_resident()
        moved(anna, district="city")
        with pytest.raises(MoveTooEarly):
            moved(anna, on=day, district="jelgavas-novads")
        assert anna.residences.count() == 1

    def test_nobody_lives_in_two_places_on_one_day(self):
        anna = a_resident()
        moved(anna, district="city")
        with pytest.raises(IntegrityError, match="residence_no_overlap"):
            Residence.objects.create(resident=anna, period=DateRange(MID_MONTH, None), source="import")

    def test_a_residence_without_a_first_day_is_refused(self):
        with pytest.raises(IntegrityError, match="residence_has_a_first_day"):
            Residence.objects.create(resident=a_resident(), period=DateRange(None, MID_MONTH), source="import")
