"""Which groups a merchant is in on a day."""

from datetime import date

import pytest
from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateRange

from layers.merchants.models import Merchant, MerchantGroup, MerchantMembership
from layers.merchants.queries import groups_of
from tests.people import LIBRARY

pytestmark = pytest.mark.django_db

FIRST, END = date(2026, 9, 1), date(2027, 6, 1)


@pytest.fixture
def canteen():
    return Merchant.objects.create(code="M-1", category="catering", name_en="Canteen", geometry=LIBRARY)


def test_a_membership_begins_on_its_first_day_and_ends_before_its_last(canteen):
    group = MerchantGroup.objects.create(code="school-canteens")
    MerchantMembership.objects.create(merchant=canteen, group=group, period=DateRange(FIRST, END))
    days = [date(2026, 8, 31), FIRST, date(2027, 5, 31), END]
    assert [sorted(groups_of(canteen.pk, on=day)) for day in days] == [[], ["school-canteens"], ["school-canteens"], []]


def test_no_merchant_is_in_a_group_twice_on_one_day(canteen):
    group = MerchantGroup.objects.create(code="school-canteens")
    MerchantMembership.objects.create(merchant=canteen, group=group, period=DateRange(FIRST, None))
    with pytest.raises(IntegrityError, match="merchant_membership_no_overlap"):
        MerchantMembership.objects.create(merchant=canteen, group=group, period=DateRange(END, None))


def test_a_period_without_a_day_is_refused(canteen):
    group = MerchantGroup.objects.create(code="school-canteens")
    with pytest.raises(IntegrityError, match="merchant_membership_period_not_empty"):
        MerchantMembership.objects.create(merchant=canteen, group=group, period=DateRange(FIRST, FIRST))
