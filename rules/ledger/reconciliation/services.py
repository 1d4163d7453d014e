"""Importing what the bank says, and resolving what does not fit."""

import hashlib
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gis_platform.core import audit, clock
from gis_platform.core.actor import acting
from gis_platform.core.errors import InvalidInput
from gis_platform.identity.models import User
from rules.ledger.models import BankLine, BankStatement, Claim, Finding, Payment, Run
from rules.ledger.reconciliation import camt
from rules.ledger.reconciliation.booking import book
from rules.ledger.reconciliation.camt import Sheet
from rules.ledger.reconciliation.errors import AnotherAccount, FindingResolved, StatementAltered
from rules.ledger.reconciliation.matching import Match, Told, match
from rules.ledger.settlement.runs import lock_approvals
from rules.ledger.settlement.ubl import decimal

FOUND_LATER = "The bank booked it later."


def import_statements(file: bytes, *, by: User) -> list[BankStatement]:
    """Reads, matches and books a camt.053 file, all or nothing; a statement that is known already is left as it is.

    Raises StatementUnreadable, AnotherAccount, and StatementAltered when a known number comes with other contents.
    """
    sheets = camt.read(file)
    if any(sheet.iban != settings.PAYER["iban"] for sheet in sheets):
        raise AnotherAccount
    with acting(by.actor, "bank statement imported"):
        lock_approvals()
        imported = [_import(sheet, by) for sheet in sheets]
        audit.record(
            "ledger.bank-statement", f"bank-statement:{imported[0].pk}", numbers=[one.number for one in imported]
        )
    return imported


def resolve(finding_id: int, *, note: str, by: User) -> Finding:
    """Puts a finding to rest with a note that says what was done. Raises FindingResolved."""
    note = note.strip()
    if not note:
        sentence = _("Say what was found out or done.")
        raise InvalidInput(sentence, fields={"note": sentence})
    with acting(by.actor, "finding resolved"):
        values = {"note": note[:2000], "resolved_at": clock.now(), "resolved_by": by}
        if not Finding.objects.filter(pk=finding_id, resolved_at=None).update(**values):
            raise FindingResolved
        audit.record("ledger.finding-resolve", f"finding:{finding_id}")
    return Finding.objects.get(pk=finding_id)


def _import(sheet: Sheet, by: User) -> BankStatement:
    digest = hashlib.sha256(repr(sheet).encode()).hexdigest()
    known = BankStatement.objects.filter(iban=sheet.iban, number=sheet.number).first()
    if known is not None:
        if known.digest != digest:
            raise StatementAltered(number=sheet.number)
        return known
    statement = BankStatement.objects.create(
        digest=digest,
        number=sheet.number,
        iban=sheet.iban,
        first_day=sheet.first_day,
        last_day=sheet.last_day,
        opening_cents=sheet.opening,
        closing_cents=sheet.closing,
        imported_at=clock.now(),
        imported_by=by,
    )
    if sheet.off_by:
        Finding.objects.create(kind=Finding.Kind.BALANCE, statement=statement, found=decimal(sheet.off_by))
    for number, (line, matched) in enumerate(zip(sheet.lines, _matches(sheet), strict=True), start=1):
        _keep(statement, number, line, matched, by)
    _find_missing(statement)
    return statement


def _matches(sheet: Sheet) -> Sequence[Match]:
    ids = {line.end_to_end_id for line in sheet.lines if line.end_to_end_id}
    paid = Payment.objects.filter(run__state=Run.State.APPROVED, end_to_end_id__in=ids)
    payments = {payment.end_to_end_id: payment for payment in paid.select_related("statement__account")}
    references = ids | {line.remittance for line in sheet.lines if line.remittance}
    claims = {claim.number: claim for claim in Claim.objects.filter(number__in=references).select_related("funder")}
    told = Told()
    for payment_id, cents in BankLine.objects.filter(payment__in=payments.values()).values_list(
        "payment", "amount_cents"
    ):
        told.add(payment_id, cents)
    matches = []
    for line in sheet.lines:
        found = match(line, payments=payments, claims=claims, told=told)
        if found.payment is not None:
            told.add(found.payment.pk, line.cents)
        matches.append(found)
    return matches


def _keep(statement: BankStatement, number: int, line: camt.Line, matched: Match, by: User) -> None:
    kept = BankLine.objects.create(
        statement=statement,
        number=number,
        bank_reference=line.bank_reference,
        end_to_end_id=line.end_to_end_id,
        remittance=line.remittance,
        amount_cents=line.cents,
        iban=line.iban,
        booked_on=line.booked_on,
        state=matched.state,
        payment=matched.payment,
        claim=matched.claim,
        entry=book(statement, number, line, matched),
    )
    Finding.objects.bulk_create(
        Finding(
            kind=fault.kind,
            statement=statement,
            line=kept,
            payment=matched.payment,
            expected=fault.expected,
            found=fault.found,
        )
        for fault in matched.faults
    )
    if matched.payment is not None and line.cents < 0:
        late = Finding.objects.filter(kind=Finding.Kind.MISSING, payment=matched.payment, resolved_at=None)
        late.update(note=FOUND_LATER, resolved_at=clock.now(), resolved_by=by)


def _find_missing(statement: BankStatement) -> None:
    """Payments that the bank should have made by the last day of the statement, and of which no line tells."""
    due = Payment.objects.filter(
        run__state=Run.State.APPROVED,
        run__payer_iban=statement.iban,
        run__pay_on__gte=statement.first_day,
        run__pay_on__lte=statement.last_day,
        bank_lines=None,
    ).exclude(findings__in=Finding.objects.filter(kind=Finding.Kind.MISSING, resolved_at=None))
    with transaction.atomic():
        Finding.objects.bulk_create(
            Finding(
                kind=Finding.Kind.MISSING,
                statement=statement,
                payment=payment,
                expected=decimal(-payment.amount_cents),
            )
            for payment in due.order_by("pk")
        )
