"""Many tills at once, on the real database. Beside each check stands a broken twin that the check has to catch."""

import random
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from rules.benefits import services
from rules.benefits.models import Budget, Decision, Usage
from rules.ledger.models import Leg
from rules.ledger.queries import balance
from rules.ledger.services import AccountKey
from tests.rules.benefits.broken import broken_budgets, broken_caps, broken_keys
from tests.rules.benefits.programmes import MERCHANT, a_budget, a_case, a_programme, put_in_force, worked

pytestmark = pytest.mark.django_db(transaction=True)

TILLS = 60
ROOM = 17
AT_ONCE = 8  # connections
FARE = 85


def at_once(calls: Iterable[Callable[[], services.Answer]]) -> list[services.Answer]:
    def call(one: Callable[[], services.Answer]) -> services.Answer:
        try:
            return one()
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as tills:
        return list(tills.map(call, calls))


def sixty_tills_at_a_budget_for_seventeen() -> list[services.Answer]:
    programme = a_programme()
    put_in_force(programme)
    a_budget(programme, ROOM * FARE + FARE - 1)
    people = [f"person-{number}" for number in range(TILLS)]
    random.Random(17).shuffle(people)
    return at_once(lambda person=person: services.decide(a_case(person), key=person) for person in people)


def paid_out() -> int:
    return balance(AccountKey(kind="merchant", holder=MERCHANT, unit="cents"))


def assert_exactly_seventeen(answers: list[services.Answer]) -> None:
    assert Counter(answer.discount_cents for answer in answers) == {FARE: ROOM, 0: TILLS - ROOM}
    assert paid_out() == Budget.objects.get().used_cents == ROOM * FARE


def test_a_budget_with_room_for_seventeen_grants_seventeen():
    answers = sixty_tills_at_a_budget_for_seventeen()
    assert_exactly_seventeen(answers)
    assert {answer.reason for answer in answers} == {"granted", "budget-exhausted"}
    assert Decision.objects.count() == TILLS
    assert sum(Leg.objects.values_list("amount", flat=True)) == 0


def test_the_check_catches_a_budget_that_is_read_first_and_written_then():
    with broken_budgets():
        answers = sixty_tills_at_a_budget_for_seventeen()
    assert paid_out() > ROOM * FARE
    with pytest.raises(AssertionError):
        assert_exactly_seventeen(answers)


def test_twenty_tills_at_the_last_trips_of_one_pupil():
    worked("pupils-free-trips")
    cases = [a_case("pupil-1", groups=("pupil",), terminal=f"device:{number}") for number in range(20)]
    answers = at_once(lambda case=case: services.decide(case, key="k") for case in cases)
    assert Counter(answer.discount_cents for answer in answers) == {FARE: 4, 0: 16}
    assert Usage.objects.get().used == 4


def test_the_check_catches_a_cap_that_nobody_takes():
    worked("pupils-free-trips")
    cases = [a_case("pupil-1", groups=("pupil",), terminal=f"device:{number}") for number in range(20)]
    with broken_caps():
        answers = at_once(lambda case=case: services.decide(case, key="k") for case in cases)
    assert sum(answer.discount_cents for answer in answers) > 4 * FARE


def test_twenty_tills_at_the_one_trip_that_is_left():
    worked("pupils-free-trips")
    services.decide(a_case("pupil-1", groups=("pupil",), quantity=3), key="three of four")
    cases = [a_case("pupil-1", groups=("pupil",), terminal=f"device:{number}") for number in range(20)]
    answers = at_once(lambda case=case: services.decide(case, key="k", mode=services.Mode.RESERVE) for case in cases)
    assert Counter(answer.discount_cents for answer in answers) == {FARE: 1, 0: 19}
    assert Usage.objects.get().used == 4


def test_parallel_twins_are_booked_once_and_get_one_answer():
    worked("pupils-free-trips")
    case = a_case(groups=("pupil",))
    answers = at_once([lambda: services.decide(case, key="twin")] * 12)
    assert len({answer.decision for answer in answers}) == 1
    assert (Decision.objects.count(), paid_out()) == (1, FARE)


def test_the_check_catches_keys_that_nobody_keeps():
    worked("pupils-free-trips")
    case = a_case(groups=("pupil",))
    with broken_keys():
        answers = at_once([lambda: services.decide(case, key="twin")] * 12)
    assert len({answer.decision for answer in answers}) > 1
