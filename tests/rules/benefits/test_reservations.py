"""Reserving, committing, voiding and running out. The till reserves at noon; the ticket costs 0.85."""

from datetime import timedelta

import pytest

from gis_platform.core import clock
from gis_platform.core.models import OutboxEntry
from rules.benefits import moving, services
from rules.benefits.errors import AlreadyCommitted, AlreadyVoided, DecisionUnknown, ReservationExpired
from rules.benefits.models import Budget, Decision, Usage
from rules.benefits.services import Mode
from rules.ledger.models import Entry
from rules.ledger.queries import balance
from rules.ledger.services import AccountKey
from tests.rules.benefits.programmes import MERCHANT, NOON, a_case, worked

pytestmark = pytest.mark.django_db

OWN = {"actor": "device:1", "merchant": MERCHANT}


@pytest.fixture(autouse=True)
def at_noon():
    with clock.frozen(NOON):
        yield


@pytest.fixture
def reserved() -> services.Answer:
    worked("pupils-free-trips", limit_cents=100)
    return services.decide(a_case(groups=("pupil",)), key="k1", mode=Mode.RESERVE)


def paid() -> int:
    return balance(AccountKey(kind="merchant", holder=MERCHANT, unit="cents"))


def money() -> tuple[int, int]:
    budget = Budget.objects.get()
    return budget.reserved_cents, budget.used_cents


def test_a_reservation_holds_budget_and_caps_and_posts_nothing(reserved):
    assert (reserved.status, reserved.discount_cents) == ("reserved", 85)
    assert reserved.reserved_until == (NOON + timedelta(minutes=15)).isoformat()
    assert (money(), Usage.objects.get().used) == ((85, 0), 1)
    assert not Entry.objects.exists()
    assert not OutboxEntry.objects.exists()


def test_its_commit_posts_and_tells(reserved):
    assert services.commit(reserved.decision, key="c1", **OWN) == "committed"
    assert (money(), paid(), Usage.objects.get().used) == ((0, 85), 85, 1)
    assert Entry.objects.get().code == reserved.code
    assert OutboxEntry.objects.get().payload == {"decision_id": reserved.decision}


def test_a_second_commit_is_told_so_and_a_retry_gets_the_first_answer(reserved):
    services.commit(reserved.decision, key="c1", **OWN)
    assert services.commit(reserved.decision, key="c1", **OWN) == "committed"
    with pytest.raises(AlreadyCommitted):
        services.commit(reserved.decision, key="c2", **OWN)
    assert paid() == 85


def test_a_voided_reservation_frees_everything(reserved):
    services.void(reserved.decision, key="v1", **OWN)
    assert (money(), Usage.objects.get().used) == ((0, 0), 0)
    with pytest.raises(AlreadyVoided):
        services.commit(reserved.decision, key="c1", **OWN)
    assert not Entry.objects.exists()


def test_a_reservation_that_nobody_commits_frees_its_budget_after_its_time(reserved):
    with clock.frozen(NOON + timedelta(minutes=14, seconds=59)):
        assert services.expire_due() == 0
    with clock.frozen(NOON + timedelta(minutes=15)):
        assert services.expire_due() == 1
        assert services.expire_due() == 0
    assert (money(), Usage.objects.get().used) == ((0, 0), 0)
    assert Decision.objects.get().status == "expired"


def test_it_cannot_be_committed_after_its_time_whether_or_not_it_was_freed(reserved):
    with clock.frozen(NOON + timedelta(minutes=15)):
        for key in ("c1", "c2"):
            with pytest.raises(ReservationExpired):
                services.commit(reserved.decision, key=key, **OWN)
            services.expire_due()
    assert paid() == 0


def test_the_next_customer_gets_the_room_of_a_reservation_that_ran_out(reserved):
    other = a_case("another", groups=("pupil",))
    assert services.decide(other, key="at once").reason == "budget-exhausted"  # 15 cents are left
    with clock.frozen(NOON + timedelta(minutes=15)):
        assert services.decide(other, key="later").discount_cents == 85


def test_another_merchants_decision_is_unknown(reserved):
    for verb in (services.commit, services.void):
        with pytest.raises(DecisionUnknown):
            verb(reserved.decision, key="k", actor="device:2", merchant="merchant:2")
    assert money() == (85, 0)


def test_the_table_of_moves_is_the_databases(reserved):
    moves = {(before, after) for before, allowed in moving.MOVES.items() for after in allowed}
    assert moves == {
        ("reserved", "committed"),
        ("reserved", "voided"),
        ("reserved", "expired"),
        ("committed", "voided"),
    }
