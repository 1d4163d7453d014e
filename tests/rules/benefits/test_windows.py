"""Counters whose window is a number of minutes, booked: a transfer within 60 minutes of the first ride is free."""

from datetime import timedelta

import pytest

from rules.benefits import services
from rules.benefits.models import Usage
from rules.benefits.services import Mode
from tests.rules.benefits.programmes import MERCHANT, NOON, a_budget, a_case, a_programme, definition, put_in_force

pytestmark = pytest.mark.django_db

RIDES = {"code": "rides", "counts": "units", "period": {"minutes": 60}}
TRANSFER = {"op": ">=", "args": [{"property": "counter.rides"}, 1]}
FARE = 85


@pytest.fixture(autouse=True)
def free_transfers():
    programme = a_programme("transfers")
    put_in_force(programme, definition(counters=[RIDES], when=TRANSFER))
    a_budget(programme)


def ride(minute: float, *, person: str = "anna", key: str = "", mode: Mode = Mode.COMMIT) -> services.Answer:
    case = a_case(person, at=NOON + timedelta(minutes=minute))
    return services.decide(case, key=key or f"{person}-{minute}", mode=mode)


def given(*minutes: float, person: str = "anna") -> list[int]:
    return [ride(minute, person=person).discount_cents for minute in minutes]


def test_every_ride_within_an_hour_of_the_paid_one_is_free():
    assert given(0, 1, 30, 59) == [0, FARE, FARE, FARE]


def test_the_hour_is_over_after_sixty_minutes_and_the_next_ride_opens_another():
    # Paid at 0; free at 59.5; at 60 the hour is over: paid, and 119.5 lies in the hour that it opened.
    assert given(0, 59.5, 60, 119.5, 120) == [0, FARE, 0, FARE, 0]


def test_a_transfer_does_not_make_the_hour_longer():
    assert given(0, 50, 70) == [0, FARE, 0]


def test_the_hour_goes_on_past_midnight():
    late = 12 * 60 - 10  # ten minutes to midnight in Jelgava
    assert given(late, late + 30) == [0, FARE]


def test_each_person_has_an_hour_of_their_own():
    assert given(0) + given(10, person="bruno") == [0, 0]
    assert given(20) + given(20, person="bruno") == [FARE, FARE]


def test_the_same_key_counts_once():
    ride(0, key="again")
    ride(0, key="again")
    assert Usage.objects.get(code="counter.rides").used == 1


def test_a_ride_that_was_voided_opens_no_hour():
    first = ride(0)
    services.void(first.decision, key="v1", actor="device:1", merchant=MERCHANT)
    assert given(10, 20) == [0, FARE]
