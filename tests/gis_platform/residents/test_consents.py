"""Consent by purpose: given and taken back, and both moments stay."""

from datetime import UTC, datetime, timedelta

import pytest

from gis_platform.core import clock
from gis_platform.core.errors import InvalidInput
from gis_platform.residents import consents
from gis_platform.residents.looking import looked
from gis_platform.residents.models import Consent, Look
from tests.people import a_resident

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 11, 24, 8, tzinfo=UTC)


def test_it_holds_from_giving_to_taking_back_and_its_history_stays():
    resident = a_resident()
    assert not consents.given(resident, "city-news")
    with clock.frozen(MORNING):
        assert [consents.give(resident, "city-news") for _ in range(2)] == [True, False]
    assert consents.given(resident, "city-news")
    assert not consents.given(resident, "location-offers")
    with clock.frozen(MORNING + timedelta(hours=1)):
        assert [consents.withdraw(resident, "city-news") for _ in range(2)] == [True, False]
    assert not consents.given(resident, "city-news")
    consents.give(resident, "city-news")
    former = Consent.objects.exclude(withdrawn_at=None).get()
    assert (former.given_at, former.withdrawn_at) == (MORNING, MORNING + timedelta(hours=1))


def test_one_persons_consent_is_nobody_elses():
    consents.give(a_resident(), "city-news")
    assert not consents.given(a_resident(), "city-news")


@pytest.mark.parametrize("verb", [consents.give, consents.withdraw])
def test_there_is_no_other_purpose(verb):
    with pytest.raises(InvalidInput, match="not valid"):
        verb(a_resident(), "everything")


class TestLooking:
    def test_reloading_is_one_look_and_coming_back_another(self):
        resident = a_resident()
        for minutes in (0, 4, 6):
            with clock.frozen(MORNING + timedelta(minutes=minutes)):
                looked(resident, actor="user:900", what="profile", purpose="desk")
        assert Look.objects.count() == 2

    def test_ones_own_look_is_none(self):
        resident = a_resident()
        looked(resident, actor=f"user:{resident.user_id}", what="profile", purpose="desk")
        assert not Look.objects.exists()
