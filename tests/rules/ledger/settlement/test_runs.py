"""Prepared by one, approved by another, paid once."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from gis_platform.core import clock
from rules.ledger.models import Account, Entry, Omission, Payment, Run, Statement
from rules.ledger.queries import balance
from rules.ledger.services import AccountKey
from rules.ledger.settlement import periods, runs
from rules.ledger.settlement.errors import (
    NothingToSettle,
    OwnRun,
    PayerUnusable,
    PeriodIncomplete,
    RunMoved,
    RunOutdated,
)
from tests.people import a_user
from tests.rules.ledger.bookings import (
    NOVEMBER_2,
    OCTOBER,
    OCTOBER_2,
    OTHER_IBAN,
    a_merchant,
    account,
    close,
    grant,
    settle,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def bus():
    return a_merchant()


@pytest.fixture
def month(bus):
    grant(bus, 185)
    return close()


def test_an_approved_run_pays_each_statement_from_the_merchants_account(bus, month):
    run = settle(month)
    payment = run.payments.get()
    assert (payment.amount_cents, payment.iban, payment.bic) == (185, bus.bank_account, "UNLALV2XXXX")
    assert payment.end_to_end_id == f"ST202609-{payment.statement.account_id}"
    assert (balance(account(bus)), balance(runs.CLEARING)) == (0, 185)
    assert payment.entry.kind == "payment"


def test_nothing_is_booked_before_the_approval(bus, month):
    with clock.frozen(OCTOBER_2):
        runs.prepare(month, by=a_user("clerk"))
    assert balance(account(bus)) == 185
    assert not Entry.objects.filter(kind="payment").exists()


def test_who_prepared_cannot_approve(month):
    clerk = a_user("clerk", "administrator")
    with clock.frozen(OCTOBER_2):
        run = runs.prepare(month, by=clerk)
        with pytest.raises(OwnRun):
            runs.approve(run.pk, by=clerk)
    with pytest.raises(IntegrityError, match="approved_by_another"), transaction.atomic():
        Run.objects.filter(pk=run.pk).update(state="approved", checker=clerk, approved_at=clock.now())


def test_an_approved_run_is_not_approved_again(month):
    run = settle(month)
    with pytest.raises(RunMoved):
        runs.approve(run.pk, by=a_user("clerk"))
    with pytest.raises(RunMoved):
        runs.cancel(run.pk, by=a_user("clerk"))
    assert Entry.objects.filter(kind="payment").count() == 1


def test_a_second_run_of_the_month_finds_nothing_to_pay(month):
    settle(month)
    with pytest.raises(NothingToSettle):
        settle(month)


def test_two_prepared_runs_of_a_month_are_one_too_many(month):
    runs.prepare(month, by=a_user("clerk"))
    with pytest.raises(RunMoved, match="prepared already"):
        runs.prepare(month, by=a_user("clerk"))


def test_a_cancelled_run_leaves_its_statements_to_another(month):
    with clock.frozen(OCTOBER_2):
        first = runs.prepare(month, by=a_user("clerk"))
    runs.cancel(first.pk, by=a_user("clerk"))
    second = settle(month)
    assert second.payments.get().end_to_end_id == first.payments.get().end_to_end_id
    assert Payment.objects.filter(is_cancelled=False).count() == 1


@pytest.mark.parametrize(
    ("iban", "reason"),
    [
        ("", Omission.Reason.NO_ACCOUNT),
        ("LV22UNLA0000435195001", Omission.Reason.INVALID_IBAN),
        ("LV80BANK0000435195001", Omission.Reason.UNKNOWN_BANK),
        ("not an account", Omission.Reason.INVALID_IBAN),
    ],
)
def test_who_cannot_be_paid_is_left_out_with_the_reason(bus, iban, reason):
    stall = a_merchant("Stand", iban=iban)
    grant(bus, 100), grant(stall, 40)
    run = settle(close())
    omission = run.omissions.get()
    assert (omission.statement.account.holder, omission.reason) == (f"merchant:{stall.pk}", reason)
    assert omission.amount_cents == 40
    assert balance(account(stall)) == 40


def test_who_was_left_out_is_paid_later_from_the_same_statement(bus):
    stall = a_merchant("Stand", iban="")
    grant(bus, 100), grant(stall, 40)
    month = close()
    settle(month)
    stall.bank_account = OTHER_IBAN
    stall.save()
    assert [payment.amount_cents for payment in settle(month).payments.all()] == [40]
    assert balance(account(stall)) == 0


def test_a_negative_balance_is_carried_forward(bus):
    stall = a_merchant("Stand")
    grant(bus, 100), grant(stall, -25)
    omission = settle(close()).omissions.get()
    assert (omission.reason, omission.amount_cents) == (Omission.Reason.CARRIED_FORWARD, -25)
    grant(stall, 65, OCTOBER)
    october = close(NOVEMBER_2)
    # 25 owed by the merchant and 65 granted: 40 to pay.
    assert Statement.objects.get(period=october, account=omission.statement.account).opening_cents == -25
    assert [payment.amount_cents for payment in settle(october, NOVEMBER_2).payments.all()] == [40]


def test_a_month_paid_after_the_next_was_closed_is_not_paid_twice(bus, month):
    """October's statement was closed with September unpaid in it: whoever pays first, the sum is 185 + 15."""
    grant(bus, 15, OCTOBER)
    october = close(NOVEMBER_2)
    with clock.frozen(NOVEMBER_2):
        early, late = (runs.prepare(one, by=a_user("clerk")) for one in (month, october))
        assert [run.payments.get().amount_cents for run in (early, late)] == [185, 200]
        runs.approve(early.pk, by=a_user("clerk"))
        with pytest.raises(RunOutdated, match="less is due"):
            runs.approve(late.pk, by=a_user("clerk"))
        runs.cancel(late.pk, by=a_user("clerk"))
        again = settle(october, NOVEMBER_2)
    assert again.payments.get().amount_cents == 15
    assert balance(account(bus)) == 0


def test_an_account_in_the_prepared_run_is_the_one_that_is_paid(bus, month):
    """What the second person saw and approved, not what somebody wrote into the merchant's record meanwhile."""
    with clock.frozen(OCTOBER_2):
        run = runs.prepare(month, by=a_user("clerk"))
        bus.bank_account = OTHER_IBAN
        bus.save()
        runs.approve(run.pk, by=a_user("clerk"))
    assert run.payments.get().iban == "LV21UNLA0000435195001"


def test_without_the_citys_account_nothing_is_settled(month, settings):
    settings.PAYER = settings.PAYER | {"iban": "LV00"}
    with pytest.raises(PayerUnusable, match="PAYER_IBAN"):
        runs.prepare(month, by=a_user("clerk"))


def test_a_period_without_its_statements_is_not_settled(bus):
    grant(bus, 10)
    with clock.frozen(OCTOBER_2):
        period = periods.close_next(by=a_user("clerk"))
    with pytest.raises(PeriodIncomplete):
        runs.prepare(period, by=a_user("clerk"))


def test_a_payment_day_that_is_over_becomes_today(month):
    with clock.frozen(OCTOBER_2):
        assert runs.prepare(month, by=a_user("clerk"), pay_on=date(2026, 9, 1)).pay_on == date(2026, 10, 2)


def test_the_clearing_account_holds_what_is_on_its_way():
    assert AccountKey(kind=Account.Kind.CLEARING, holder="payments", unit="cents") == runs.CLEARING
