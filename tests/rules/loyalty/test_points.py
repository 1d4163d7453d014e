"""Points in lots: the oldest is spent first, what is taken back goes first from its own, and the ledger agrees."""

import threading
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from gis_platform.core import clock
from rules.ledger.queries import balance
from rules.ledger.services import reverse
from rules.loyalty import points
from rules.loyalty.errors import PointsTooFew
from rules.loyalty.models import PointLot, PointUse
from tests.rules.loyalty.times import at_noon

SPENDERS = 20


def left(handle):
    """Points left by what earned them, the oldest first."""
    points.held(handle)
    lots = PointLot.objects.filter(account__holder=str(handle)).order_by("expires_on", "pk")
    return {lot.source: lot.left for lot in lots}


def balance_of(handle):
    return balance(points.account_of(handle))


@pytest.fixture
def anna():
    """Earned 30 in March 2026, 50 in May, 20 in July; they expire in April, June and August 2028."""
    handle = uuid4()
    for month, amount in ((3, 30), (5, 50), (7, 20)):
        with at_noon(date(2026, month, 17)):
            points.earn(handle, amount, kind="check-in", reference=f"check-in:{handle.hex[:8]}{month}")
    return handle


def by_month(handle):
    return {int(source[-1]): amount for source, amount in left(handle).items()}


@pytest.mark.django_db
class TestLots:
    def test_the_oldest_are_spent_first(self, anna):
        with at_noon(date(2026, 8, 1)):
            points.spend(anna, 35, reference="redemption:1")
            assert by_month(anna) == {3: 0, 5: 45, 7: 20}  # 30 of March, then 5 of May

    def test_they_expire_after_the_last_day_of_their_month(self, anna):
        with at_noon(date(2028, 3, 31)):
            assert points.expire_due() == 0
            assert points.held(anna).expiring[0] == points.Expiring(on=date(2028, 4, 1), points=30)
        with at_noon(date(2028, 4, 1)):
            assert points.expire_due() == 1
            assert points.expire_due() == 0
            assert (balance_of(anna), points.held(anna).points) == (70, 70)

    def test_what_is_due_cannot_be_spent_before_the_job_has_run(self, anna):
        with at_noon(date(2028, 4, 1)), pytest.raises(PointsTooFew) as refusal:
            points.spend(anna, 71, reference="redemption:1")
        assert refusal.value.data == {"points": 70, "missing": 1}

    def test_a_refused_spending_books_nothing(self, anna):
        with at_noon(date(2026, 8, 1)), pytest.raises(PointsTooFew):
            points.spend(anna, 101, reference="redemption:1")
        assert balance_of(anna) == 100

    def test_who_never_earned_has_nothing_to_spend(self):
        with pytest.raises(PointsTooFew):
            points.spend(uuid4(), 1, reference="redemption:1")

    def test_what_is_given_back_keeps_its_day(self, anna):
        with at_noon(date(2026, 8, 1)):
            points.spend(anna, 35, reference="redemption:1")
            points.give_back(anna, 35, reference="redemption:1")
            assert by_month(anna) == {3: 30, 5: 50, 7: 20}

    def test_a_visit_that_is_taken_back_takes_its_own_points(self, anna):
        source = f"check-in:{anna.hex[:8]}7"
        with at_noon(date(2026, 8, 1)):
            points.take_back(anna, 20, kind="check-in-return", reference=source)
            assert by_month(anna) == {3: 30, 5: 50, 7: 0}

    def test_a_part_of_a_receipt_takes_back_its_own_points(self, anna):
        with at_noon(date(2026, 8, 1)):
            points.earn(anna, 40, kind="benefit", reference="decision:9")
            points.take_back(anna, 15, kind="return", reference="decision:9:1")
            assert left(anna)["decision:9"] == 25

    def test_spent_points_are_taken_from_the_next_and_then_owed(self, anna):
        source = f"check-in:{anna.hex[:8]}3"
        with at_noon(date(2026, 8, 1)):
            points.spend(anna, 90, reference="redemption:1")  # 30 of March, 50 of May, 10 of July
            points.take_back(anna, 30, kind="check-in-return", reference=source)
            assert points.held(anna) == points.Held(points=0, owed=20, expiring=())  # 10 left less 30
            with pytest.raises(PointsTooFew):
                points.spend(anna, 1, reference="redemption:2")
            points.earn(anna, 25, kind="check-in", reference="check-in:new")
            assert points.held(anna).points == 5

    def test_points_of_other_rooms_are_found_in_the_ledger(self, anna):
        with at_noon(date(2026, 8, 1)):
            entry = points.earn(anna, 7, kind="benefit", reference="decision:1")
            assert points.held(anna).points == 107
            reverse(entry, reference="decision:1", effective_on=clock.today())
            assert points.held(anna).points == 100
            assert left(anna)["decision:1"] == 0


class Purse(RuleBasedStateMachine):
    """A resident's points beside a plain list of lots: the same, whatever happens in whatever order."""

    def __init__(self):
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.handle, self.day, self.number = uuid4(), date(2026, 1, 15), 0
        self.lots, self.owed, self.spendings = [], 0, []  # lot: [expires, order, left, earned, returned, source]

    def teardown(self):
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def next(self):
        self.number += 1
        return self.number

    @rule(amount=st.integers(1, 90))
    def earn(self, amount):
        number = self.next()
        with at_noon(self.day):
            points.earn(self.handle, amount, kind="check-in", reference=f"check-in:{number}")
        month = self.day.year * 12 + self.day.month - 1 + 25
        expires = date(month // 12, month % 12 + 1, 1)
        paid = min(self.owed, amount)
        self.owed -= paid
        self.lots.append([expires, number, amount - paid, amount, False, f"check-in:{number}"])
        self.lots.sort()

    @rule(amount=st.integers(1, 120))
    def spend(self, amount):
        reference = f"redemption:{self.next()}"
        there = sum(lot[2] for lot in self.lots)
        with at_noon(self.day):
            if amount > there:
                with pytest.raises(PointsTooFew):
                    points.spend(self.handle, amount, reference=reference)
                return
            points.spend(self.handle, amount, reference=reference)
        self.spendings.append((reference, amount, self.take(self.lots, amount)))

    def take(self, lots, amount):
        taken = []
        for lot in lots:
            part = min(lot[2], amount)
            lot[2] -= part
            amount -= part
            taken.append((lot, part))
        self.owed += amount
        return taken

    @rule(which=st.randoms(use_true_random=False))
    def give_back(self, which):
        if not self.spendings or self.owed:  # what is owed swallows what comes back; shown by itself above
            return
        reference, amount, taken = self.spendings.pop(which.randrange(len(self.spendings)))
        with at_noon(self.day):
            points.give_back(self.handle, amount, reference=reference)
        for lot, part in taken:
            lot[2] += part
        self.expire()

    @rule(which=st.randoms(use_true_random=False))
    def take_back(self, which):
        choices = [lot for lot in self.lots if not lot[4]]
        if not choices:
            return
        lot = which.choice(choices)
        lot[4] = True
        with at_noon(self.day):
            points.take_back(self.handle, lot[3], kind="check-in-return", reference=lot[5])
        self.take([lot, *(other for other in self.lots if other is not lot)], lot[3])

    @rule(days=st.integers(1, 400))
    def wait(self, days):
        self.day += timedelta(days=days)
        with at_noon(self.day):
            points.expire_due()
        self.expire()

    def expire(self):
        for lot in self.lots:
            if lot[0] <= self.day:
                lot[2] = 0

    @invariant()
    def the_ledger_agrees(self):
        with at_noon(self.day):
            found = left(self.handle)
            held = points.held(self.handle)
        assert found == {lot[5]: lot[2] for lot in self.lots}
        assert held.points - held.owed == balance_of(self.handle) == sum(found.values()) - self.owed
        uses = PointUse.objects.filter(lot__account__holder=str(self.handle))
        assert sum(use.points for use in uses) == sum(lot[3] for lot in self.lots) - sum(found.values())


@pytest.mark.django_db
def test_any_order_of_earning_spending_returning_and_expiry_keeps_balance_and_lots_equal():
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run_state_machine_as_test(
        Purse,
        settings=settings(
            max_examples=12, stateful_step_count=18, deadline=None, derandomize=True, suppress_health_check=checks
        ),
    )


def spendings_at_once(handle):
    """How many of 20 people at 20 tills get the 5 points that each of them asks for."""
    barrier, got = threading.Barrier(SPENDERS), []

    def run(number):
        try:
            barrier.wait()
            points.spend(handle, 5, reference=f"redemption:{handle}{number}")
            got.append(number)
        except PointsTooFew:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(SPENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(got)


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_spend_exactly_what_is_there():
    handle = uuid4()
    points.earn(handle, 37, kind="check-in", reference=f"check-in:{handle}")
    assert spendings_at_once(handle) == 7  # 7 times 5 of 37
    assert balance_of(handle) == sum(left(handle).values()) == 2


@pytest.mark.django_db(transaction=True)
def test_the_check_above_would_notice_a_missing_lock(monkeypatch):
    # The broken twin: the sums are read before anybody has the account to himself.
    handle = uuid4()
    points.earn(handle, 37, kind="check-in", reference=f"check-in:{handle}")
    points.held(handle)
    together = threading.Barrier(4)

    def look_without_waiting(_handle):
        together.wait(timeout=20)
        return PointLot.objects.get(account__holder=str(handle)).account_id

    monkeypatch.setattr(points, "_settled", look_without_waiting)
    monkeypatch.setattr("tests.rules.loyalty.test_points.SPENDERS", 4)
    monkeypatch.setattr(points, "_sum", lambda _account: 10)
    assert spendings_at_once(handle) == 4  # 20 points, where the sum that they read was 10
