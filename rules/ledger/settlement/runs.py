"""Settlement runs: one clerk prepares, another approves, and then the money is on its way, once."""

from datetime import date

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from gis_platform.core import audit, clock
from gis_platform.core.actor import acting
from gis_platform.identity.models import User
from rules.ledger.guards import require_guards
from rules.ledger.models import Account, Omission, Payment, Period, Run, Unit
from rules.ledger.services import AccountKey, Posting, post
from rules.ledger.settlement import claims
from rules.ledger.settlement.due import Due, dues, paid_after
from rules.ledger.settlement.errors import (
    NothingToSettle,
    OwnRun,
    PayerUnusable,
    PeriodIncomplete,
    RunMoved,
    RunOutdated,
)
from rules.ledger.settlement.payees import Payee, is_bic, is_iban, payees
from rules.ledger.settlement.payment_file import payment_file
from rules.ledger.settlement.periods import PAYMENT

CLEARING = AccountKey(kind=Account.Kind.CLEARING, holder="payments", unit=Unit.CENTS)
APPROVALS = 7_340_041  # the advisory lock under which what is due is looked up and paid


def prepare(period: Period, *, by: User, pay_on: date | None = None) -> Run:
    """A run of all that is due of a period's statements; who cannot be paid is left out, with the reason.

    Nothing is booked. Raises PeriodIncomplete, PayerUnusable, RunMoved when one is prepared already, NothingToSettle.
    """
    if period.completed_at is None:
        raise PeriodIncomplete
    _require_payer()
    with acting(by.actor, "settlement prepared"):
        Period.objects.select_for_update().get(pk=period.pk)
        if Run.objects.filter(period=period, state=Run.State.PREPARED).exists():
            raise RunMoved(_("A run of this period is prepared already: approve or cancel it first."))
        run = _new_run(period, by, pay_on or clock.today())
        paid = _lay_out(run, dues(period))
        if not paid and not any(draft.funder for draft in claims.drafts(period)):
            raise NothingToSettle
        audit.record("ledger.run-prepare", f"run:{run.pk}", period=period.pk, payments=paid)
    return run


def approve(run_id: int, *, by: User) -> Run:
    """Books the payments and claims and makes the payment file, all or nothing.

    Raises OwnRun for who prepared it, RunMoved when it is not merely prepared any more, RunOutdated when less is due
    by now, and LedgerUnguarded.
    """
    with acting(by.actor, "settlement approved"):
        run = Run.objects.select_for_update().select_related("period").get(pk=run_id)
        if run.state != Run.State.PREPARED:
            raise RunMoved
        if run.maker_id == by.pk:
            raise OwnRun
        require_guards()
        lock_approvals()
        payments = list(run.payments.select_related("statement__account").order_by("pk"))
        _require_due(run, payments)
        for payment in payments:
            _book(payment)
        claims.issue(run)
        run.state, run.checker, run.approved_at = Run.State.APPROVED, by, clock.now()
        run.payment_file = payment_file(run, payments) if payments else b""
        run.save(update_fields=["state", "checker", "approved_at", "payment_file"])
        audit.record("ledger.run-approve", f"run:{run.pk}", cents=sum(one.amount_cents for one in payments))
    return run


def cancel(run_id: int, *, by: User) -> Run:
    """Drops a prepared run; its statements can be paid by another. Raises RunMoved."""
    with acting(by.actor, "settlement cancelled"):
        run = Run.objects.select_for_update().get(pk=run_id)
        if run.state != Run.State.PREPARED:
            raise RunMoved
        run.payments.update(is_cancelled=True)
        Run.objects.filter(pk=run_id).update(state=Run.State.CANCELLED)
        audit.record("ledger.run-cancel", f"run:{run.pk}")
    run.refresh_from_db()
    return run


def lock_approvals() -> None:
    """Until the end of the transaction nobody else approves a run or reads what the bank says of one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [APPROVALS])


def end_to_end_id(number: str) -> str:
    """By which the bank names a payment: it follows from the statement's number alone.

    >>> end_to_end_id("202609-12")
    'ST202609-12'
    """
    return f"ST{number}"


def _require_payer() -> None:
    payer = settings.PAYER
    if not (payer["name"] and is_iban(payer["iban"]) and is_bic(payer["bic"])):
        raise PayerUnusable(_("Set PAYER_NAME, PAYER_IBAN and PAYER_BIC to the city's own account."))


def _new_run(period: Period, by: User, pay_on: date) -> Run:
    payer = settings.PAYER
    return Run.objects.create(
        period=period,
        pay_on=max(pay_on, clock.today()),
        payer_name=payer["name"],
        payer_iban=payer["iban"],
        payer_bic=payer["bic"],
        maker=by,
        prepared_at=clock.now(),
    )


def _lay_out(run: Run, found: list[Due]) -> int:
    """Writes the payments and omissions of a run; returns how many payments."""
    to = payees(due.statement.account for due in found)
    omissions, payments = [], []
    for due in found:
        payee = to[due.statement.account_id]
        if reason := _reason(due, payee):
            omissions.append(Omission(run=run, statement=due.statement, reason=reason, amount_cents=due.cents))
        else:
            payments.append(_payment(run, due, payee))
    Omission.objects.bulk_create(omissions)
    Payment.objects.bulk_create(payments)
    return len(payments)


def _reason(due: Due, payee: Payee) -> str:
    if due.cents < 0:
        return Omission.Reason.CARRIED_FORWARD
    return payee.omitted if due.cents else Omission.Reason.NOTHING_DUE


def _payment(run: Run, due: Due, payee: Payee) -> Payment:
    return Payment(
        run=run,
        statement=due.statement,
        end_to_end_id=end_to_end_id(due.statement.number),
        amount_cents=due.cents,
        name=payee.name[:140],
        iban=payee.iban,
        bic=payee.bic,
    )


def _require_due(run: Run, payments: list[Payment]) -> None:
    paid = paid_after(run.period, [payment.statement.account_id for payment in payments])
    for payment in payments:
        due = payment.statement.closing_cents + paid.get(payment.statement.account_id, 0)
        if due < payment.amount_cents:
            sentence = _("Of statement %(number)s less is due than this run would pay. Cancel it and prepare another.")
            raise RunOutdated(sentence % {"number": payment.statement.number}, statement=payment.statement.number)


def _book(payment: Payment) -> None:
    account = payment.statement.account
    merchant = AccountKey(kind=account.kind, holder=account.holder, unit=account.unit)
    payment.entry = post(
        PAYMENT,
        reference=f"payment:{payment.end_to_end_id}",
        effective_on=clock.today(),
        postings=[Posting(merchant, -payment.amount_cents), Posting(CLEARING, payment.amount_cents)],
        code=payment.statement.number[:20],
    )
    with transaction.atomic():
        payment.save(update_fields=["entry"])
