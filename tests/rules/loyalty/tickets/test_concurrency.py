"""Many at the ticket office and the doors at once, on the real database; beside each check a twin that it catches."""

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from unittest import mock

import pytest
from django.db import connection
from django.db.models import QuerySet

from gis_platform.core.errors import CityError
from rules.loyalty.models import Admission, Quota, Ticket
from rules.loyalty.tickets import booking, doors
from rules.loyalty.tickets.buyers import Buyer
from rules.loyalty.tickets.tokens import token_of
from tests.people import a_user
from tests.rules.loyalty.tickets.broken import broken_booking, run
from tests.rules.loyalty.tickets.concerts import a_talk

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE, ROOM = 80, 17
AT_ONCE = 8  # connections


def at_once(calls: Iterable[Callable[[], object]]) -> Counter[str]:
    """How often each thing was answered: "done", or the code of the refusal."""

    def call(one: Callable[[], object]) -> str:
        try:
            one()
        except CityError as error:
            return error.code
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as crowd:
        return Counter(crowd.map(call, calls))


def eighty_people_want_seventeen_tickets() -> Counter[str]:
    sale = a_talk(capacity=ROOM)
    people = [Buyer(holder=f"user:{number}") for number in range(PEOPLE)]
    return at_once(lambda person=person: booking.order(sale, person, {"free": 1}) for person in people)


def assert_exactly_seventeen(told: Counter[str]) -> None:
    assert told == {"done": ROOM, "tickets-sold-out": PEOPLE - ROOM}
    assert Ticket.objects.count() == Quota.objects.get().taken == ROOM


def test_a_hall_with_seventeen_seats_sells_seventeen():
    assert_exactly_seventeen(eighty_people_want_seventeen_tickets())


def test_the_check_catches_seats_that_are_read_first_and_written_then():
    with broken_booking():
        told = eighty_people_want_seventeen_tickets()
    assert told["done"] > ROOM
    with pytest.raises(AssertionError):
        assert_exactly_seventeen(told)


def one_person_orders_from_twenty_windows() -> Counter[str]:
    sale, person = a_talk(capacity=100, per_person_max=2), Buyer(holder="user:1")
    return at_once([lambda: booking.order(sale, person, {"free": 1})] * 20)


def test_a_person_gets_no_more_than_the_limit_from_twenty_windows():
    assert one_person_orders_from_twenty_windows() == {"done": 2, "tickets-too-many": 18}


def test_the_check_catches_a_limit_that_is_counted_without_the_lock():
    with broken_booking():
        told = one_person_orders_from_twenty_windows()
    assert told["done"] > 2


def one_ticket_at_twenty_doors() -> Counter[str]:
    sale = a_talk()
    ticket = booking.order(sale, Buyer.of(a_user()), {"free": 1}).tickets.select_related("order__sale").get()
    token = token_of(ticket)
    return at_once(lambda door=door: doors.admit(sale, token, door=f"user:{door}") for door in range(20))


def test_one_ticket_at_twenty_doors_opens_one():
    assert one_ticket_at_twenty_doors() == {"done": 1, "ticket-used": 19}


def test_the_check_catches_doors_that_look_first_and_write_then():
    with doors_without_a_lock():
        told = one_ticket_at_twenty_doors()
        assert Admission.objects.count() == told["done"] > 1
        Admission.objects.all().delete()


def a_refund_and_a_door_want_the_same_ticket(times: int = 15) -> int:
    """How often both had it."""
    sale, both = a_talk(capacity=100), 0
    for number in range(times):
        ordered = booking.order(sale, Buyer(holder=f"user:{number}"), {"free": 1})
        ticket = ordered.tickets.select_related("order__sale").get()
        token = token_of(ticket)
        at_once([lambda: doors.admit(sale, token, door="user:1"), lambda: booking.refund(ticket.pk)])  # noqa: B023
        ticket.refresh_from_db()
        both += ticket.refunded_at is not None and ticket.admissions.exists()
    return both


def test_a_ticket_is_given_back_or_used_never_both():
    assert a_refund_and_a_door_want_the_same_ticket() == 0


@contextmanager
def doors_without_a_lock():
    run("DROP INDEX ticket_opens_one_door_once")
    slow = QuerySet.first

    def first(self):
        found = slow(self)
        if self.model is Admission:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.02)")
        return found

    try:
        with (
            mock.patch.object(QuerySet, "select_for_update", lambda self, **_kinds: self),
            mock.patch.object(QuerySet, "first", first),
        ):
            yield
    finally:
        run("CREATE UNIQUE INDEX ticket_opens_one_door_once ON loyalty_admission (ticket_id) WHERE is_first")
