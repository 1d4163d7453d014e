"""Tills that send one voucher at once. Beside the check stands a broken twin that it has to catch."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from rules.benefits import vouchers
from rules.benefits.limits import BudgetRefused
from rules.benefits.models import Budget, Redemption, Voucher
from rules.ledger.models import Leg
from tests.people import a_device, a_place
from tests.rules.benefits.issuing import a_voucher, offered, sent
from tests.rules.benefits.programmes import a_budget, a_programme

pytestmark = pytest.mark.django_db(transaction=True)

TILLS = 12


def at_once(calls):
    def call(one):
        try:
            return one()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as tills:
        return list(tills.map(call, calls))


def twelve_tills_with_one_voucher():
    programme = a_programme("meals")
    a_budget(programme, 1_000)
    voucher = a_voucher(programme, 300)
    one = offered(voucher, 250, used_at=voucher.issued_at)
    tills = [a_device("till", place=a_place()) for _ in range(TILLS)]
    return [settled for (settled,) in at_once([lambda till=till: sent(till, one) for till in tills])]


def assert_paid_once(settled):
    assert Counter(one.outcome for one in settled) == {"accepted": 1, "doubled": TILLS - 1}
    assert sorted(Leg.objects.values_list("amount", flat=True)) == [-250, 250]
    assert Budget.objects.get().used_cents == 250


def test_one_voucher_at_twelve_tills_is_paid_once():
    settled = twelve_tills_with_one_voucher()
    assert_paid_once(settled)
    losers = {one.loss_owner for one in settled if one.loss_cents}
    assert len(losers) == TILLS - 1  # each merchant knows of its own loss


def test_the_check_catches_a_voucher_that_is_read_first_and_written_then(monkeypatch):
    """The twin stops at the table's constraint, so that nothing is paid twice; but tills get an error, no answer."""

    def read_then_write(voucher, cents):
        fresh = Voucher.objects.get(pk=voucher.pk)
        time.sleep(0.05)
        if fresh.status != Voucher.Status.ISSUED:
            return False
        Voucher.objects.filter(pk=voucher.pk).update(status=Voucher.Status.REDEEMED, redeemed_cents=cents)
        return True

    monkeypatch.setattr(vouchers, "_take", read_then_write)
    with pytest.raises(Exception):  # noqa: B017, PT011 - whichever guard is met first
        assert_paid_once(twelve_tills_with_one_voucher())
    assert Redemption.objects.filter(outcome="accepted").count() == 1


def test_a_batch_that_is_sent_twice_at_once_is_paid_once():
    programme = a_programme("meals")
    a_budget(programme, 1_000)
    till = a_device("till", place=a_place())
    issued = [a_voucher(programme, 100) for _ in range(3)]
    batch = [offered(one, 100, key=str(number), used_at=one.issued_at) for number, one in enumerate(issued)]
    answers = at_once([lambda: sent(till, *batch)] * 6)
    assert all(answer == answers[0] for answer in answers)
    assert (Redemption.objects.count(), Budget.objects.get().used_cents) == (3, 300)


def test_no_more_is_issued_than_the_budget_holds():
    programme = a_programme("meals")
    a_budget(programme, 7 * 100 + 99)

    def issue(number):
        try:
            a_voucher(programme, 100, origin=f"at-once:{number}")
        except BudgetRefused:
            return 0
        return 1

    assert sum(at_once([lambda number=number: issue(number) for number in range(30)])) == 7
    assert (Voucher.objects.count(), Budget.objects.get().used_cents) == (7, 700)
