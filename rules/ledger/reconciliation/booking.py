"""Every line of a bank statement is booked, so that the bank's account here moves as it does at the bank."""

from collections.abc import Iterable

from rules.ledger.models import Account, BankLine, BankStatement, Entry, Unit
from rules.ledger.reconciliation.camt import Line
from rules.ledger.reconciliation.matching import Match
from rules.ledger.services import AccountKey, Posting, post
from rules.ledger.settlement.periods import PAYMENT
from rules.ledger.settlement.runs import CLEARING

KIND = "bank"
UNEXPLAINED = AccountKey(kind=Account.Kind.CLEARING, holder="unexplained", unit=Unit.CENTS)


def bank_account(iban: str) -> AccountKey:
    return AccountKey(kind=Account.Kind.BANK, holder=iban, unit=Unit.CENTS)


def book(statement: BankStatement, number: int, line: Line, matched: Match) -> Entry | None:
    """The entry of a line, against what it settles; what settles nothing waits on the unexplained account."""
    if not line.cents:
        return None
    against = list(_against(line, matched))
    rest = line.cents - sum(posting.amount for posting in against)
    postings = [Posting(bank_account(statement.iban), -line.cents), *against, Posting(UNEXPLAINED, rest)]
    return post(
        PAYMENT if matched.state is BankLine.State.RETURNED else KIND,
        reference=f"bank-line:{statement.pk}-{number}",
        effective_on=line.booked_on,
        postings=[posting for posting in postings if posting.amount],
        code=line.end_to_end_id[:20],
    )


def _against(line: Line, matched: Match) -> Iterable[Posting]:
    payment, claim = matched.payment, matched.claim
    if matched.state is BankLine.State.RECEIVED and claim is not None:
        yield Posting(AccountKey(kind=Account.Kind.FUNDER, holder=claim.funder.code, unit=Unit.CENTS), line.cents)
    elif payment is not None and matched.state is BankLine.State.RETURNED:
        account = payment.statement.account  # the merchant is owed again, and paid with the next statement
        yield Posting(AccountKey(kind=account.kind, holder=account.holder, unit=account.unit), line.cents)
    elif payment is not None and line.cents < 0 and matched.state is not BankLine.State.DOUBLED:
        yield Posting(CLEARING, -payment.amount_cents)  # of another amount, the difference is left unexplained
