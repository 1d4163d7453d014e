"""Guardians and escorts: agreed by both sides, dated, never of oneself, never in a chain."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from gis_platform.core import clock
from gis_platform.core.errors import InvalidInput
from gis_platform.residents import mandates
from gis_platform.residents.models import Group, Mandate, Membership
from gis_platform.residents.standing import standing
from tests.people import a_resident

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 24)
FROM_TODAY = DateRange(TODAY, None)


@pytest.fixture(autouse=True)
def on_that_day():
    with clock.frozen(datetime(2026, 11, 24, 10, tzinfo=UTC)):
        yield


@pytest.fixture
def mother():
    return a_resident(given_name="Ilze", birth_date=date(1985, 3, 1))


@pytest.fixture
def child():
    return a_resident(given_name="Jānis", birth_date=date(2008, 12, 1), user=None)


def agreed(holder, ward, kind="guardian", period=FROM_TODAY):
    return mandates.agree(mandates.between(holder, ward, kind, period, asked_by=holder).pk, by=ward)


class TestAsking:
    def test_it_is_in_force_when_the_other_side_agrees(self, mother, child):
        asked = mandates.between(mother, child, "guardian", FROM_TODAY, asked_by=mother)
        assert mandates.wards_of(mother) == []
        mandates.agree(asked.pk, by=child)
        assert mandates.wards_of(mother) == [child]

    def test_who_asked_cannot_agree_and_a_stranger_sees_nothing(self, mother, child):
        asked = mandates.between(mother, child, "guardian", FROM_TODAY, asked_by=mother)
        for somebody in (mother, a_resident()):
            with pytest.raises(mandates.MandateNotYours):
                mandates.agree(asked.pk, by=somebody)

    def test_both_sides_see_it_and_either_ends_it(self, mother, child):
        made = agreed(mother, child)
        assert list(mandates.of(mother)) == list(mandates.of(child)) == [made]
        mandates.end(made.pk, by=child)
        assert mandates.wards_of(mother) == []
        with pytest.raises(mandates.MandateAnswered):
            mandates.agree(made.pk, by=child)

    def test_a_clerk_enters_it_with_a_document(self, mother, child):
        with pytest.raises(InvalidInput):
            mandates.enter(mother, child, "guardian", FROM_TODAY, document=" ", actor="user:1")
        mandates.enter(mother, child, "guardian", FROM_TODAY, document="Birth certificate 12", actor="user:1")
        assert mandates.wards_of(mother) == [child]

    def test_the_same_twice_is_refused(self, mother, child):
        agreed(mother, child)
        with pytest.raises(mandates.MandateTaken):
            mandates.between(mother, child, "guardian", FROM_TODAY, asked_by=mother)

    def test_an_eleventh_open_request_is_refused(self, mother):
        for _ in range(10):
            mandates.between(mother, a_resident(user=None), "escort", FROM_TODAY, asked_by=mother)
        with pytest.raises(mandates.TooManyRequests):
            mandates.between(mother, a_resident(user=None), "escort", FROM_TODAY, asked_by=mother)

    @pytest.mark.parametrize(
        "period", [DateRange(None, None), DateRange(date(2026, 1, 1), date(2026, 11, 24)), DateRange(TODAY, TODAY)]
    )
    def test_a_period_without_a_start_or_in_the_past_is_refused(self, mother, child, period):
        with pytest.raises(InvalidInput):
            mandates.between(mother, child, "guardian", period, asked_by=mother)


class TestBounds:
    def test_nobody_is_their_own(self, mother):
        with pytest.raises(mandates.MandateOfOneself):
            mandates.between(mother, mother, "escort", FROM_TODAY, asked_by=mother)
        with pytest.raises(IntegrityError, match="mandate_is_not_for_oneself"), transaction.atomic():
            Mandate.objects.create(holder=mother, ward=mother, kind="escort", period=FROM_TODAY, asked_by=mother)

    def test_ages_must_fit(self, mother, child):
        for holder, ward in [(child, a_resident(birth_date=date(2015, 1, 1))), (mother, a_resident())]:
            with pytest.raises(mandates.NotUnderAge):
                mandates.between(holder, ward, "guardian", FROM_TODAY, asked_by=holder)

    def test_it_never_chains(self, mother, child):
        first, second, third = (a_resident(user=None) for _ in range(3))
        agreed(first, second, "escort")
        for holder, ward in [(second, third), (third, first)]:
            with pytest.raises(mandates.MandateChain):
                mandates.between(holder, ward, "escort", FROM_TODAY, asked_by=holder)

    def test_two_open_requests_do_not_become_a_chain(self):
        first, second, third = (a_resident(user=None) for _ in range(3))
        one = mandates.between(first, second, "escort", FROM_TODAY, asked_by=first)
        other = mandates.between(second, third, "escort", FROM_TODAY, asked_by=second)
        mandates.agree(one.pk, by=second)
        with pytest.raises(mandates.MandateChain):
            mandates.agree(other.pk, by=third)

    def test_acting_goes_no_further_than_ones_own_ward(self, mother, child):
        agreed(mother, child)
        assert mandates.acted_for(mother, str(child.handle)) == child
        assert mandates.acted_for(mother, "") == mother
        for somebody, handle in [(child, mother.handle), (a_resident(), child.handle), (mother, "no-uuid")]:
            with pytest.raises(mandates.NotYourWard):
                mandates.acted_for(somebody, str(handle))


class TestItsEnd:
    def test_guardianship_ends_on_the_eighteenth_birthday(self, mother, child):
        made = agreed(mother, child)
        assert made.last_day == date(2026, 11, 30)  # born on 1 December 2008
        with clock.frozen(datetime(2026, 11, 30, 10, tzinfo=UTC)):
            assert (made.is_in_force, mandates.wards_of(mother)) == (True, [child])
        with clock.frozen(datetime(2026, 12, 1, 10, tzinfo=UTC)):
            assert (made.is_in_force, mandates.wards_of(mother)) == (False, [])

    def test_a_city_may_set_another_age(self, mother, child, settings):
        made = agreed(mother, child)
        object.__setattr__(settings.CITY, "adult_from", 21)
        try:
            assert made.last_day == date(2029, 11, 30)
        finally:
            object.__setattr__(settings.CITY, "adult_from", 18)

    def test_it_ends_on_its_date(self, mother, child):
        made = agreed(mother, child, period=DateRange(TODAY, date(2026, 11, 26)))
        assert made.last_day == date(2026, 11, 25)
        with clock.frozen(datetime(2026, 11, 26, 10, tzinfo=UTC)):
            assert mandates.wards_of(mother) == []


class TestEscort:
    def test_rules_know_the_groups_of_the_person_who_is_accompanied(self, mother):
        person = a_resident(user=None)
        for code, of in (("disability", person), ("pensioner", mother)):
            group = Group.objects.create(code=code, name_en=code)
            Membership.objects.create(resident=of, group=group, period=DateRange(date(2026, 1, 1), None))
        agreed(mother, person, "escort", DateRange(TODAY, date(2026, 12, 1)))
        assert standing(mother, on=TODAY).escorts == {"disability"}
        assert standing(mother, on=date(2026, 12, 1)).escorts == frozenset()
        assert standing(person, on=TODAY).escorts == frozenset()
