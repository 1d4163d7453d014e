"""What a bank line is, by the end-to-end id that we gave the payment, never by a name. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from rules.ledger.models import BankLine, Claim, Finding, Payment
from rules.ledger.reconciliation.camt import Line
from rules.ledger.settlement.ubl import decimal

State = BankLine.State
Kind = Finding.Kind


@dataclass(frozen=True, slots=True)
class Fault:
    kind: Kind
    expected: str = ""
    found: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    state: State
    payment: Payment | None = None
    claim: Claim | None = None
    faults: list[Fault] = field(default_factory=list)


@dataclass(slots=True)
class Told:
    """How often lines before told of each payment, by its id: money that went, and money that came back."""

    went: Counter[int] = field(default_factory=Counter)
    came_back: Counter[int] = field(default_factory=Counter)

    def add(self, payment_id: int, cents: int) -> None:
        (self.went if cents < 0 else self.came_back)[payment_id] += 1


def match(line: Line, *, payments: Mapping[str, Payment], claims: Mapping[str, Claim], told: Told) -> Match:
    """What the line is, after what the lines before told."""
    payment = payments.get(line.end_to_end_id)
    if payment is not None:
        return _went(line, payment, told) if line.cents < 0 else _came_back(line, payment, told)
    claim = claims.get(line.end_to_end_id) or claims.get(line.remittance)
    if claim is not None and _settles(line, claim):
        return Match(state=State.RECEIVED, claim=claim)
    unknown = Fault(Kind.UNKNOWN, found=decimal(line.cents))
    return Match(state=State.UNKNOWN, faults=[unknown])


def _went(line: Line, payment: Payment, told: Told) -> Match:
    if told.went[payment.pk]:
        return Match(state=State.DOUBLED, payment=payment, faults=[Fault(Kind.DOUBLED, found=decimal(line.cents))])
    faults = []
    if -line.cents != payment.amount_cents:
        faults.append(Fault(Kind.ALTERED_AMOUNT, decimal(-payment.amount_cents), decimal(line.cents)))
    if line.iban and line.iban != payment.iban:
        faults.append(Fault(Kind.ALTERED_ACCOUNT, payment.iban, line.iban))
    return Match(state=State.ALTERED if faults else State.CONFIRMED, payment=payment, faults=faults)


def _came_back(line: Line, payment: Payment, told: Told) -> Match:
    """The merchant is owed again only when the one payment came back whole, not when one of two did."""
    outstanding = told.went[payment.pk] - told.came_back[payment.pk]
    whole = outstanding == 1 and line.cents == payment.amount_cents
    fault = Fault(Kind.RETURNED, expected=decimal(-payment.amount_cents), found=decimal(line.cents))
    return Match(state=State.RETURNED if whole else State.ALTERED, payment=payment, faults=[fault])


def _settles(line: Line, claim: Claim) -> bool:
    """Part of a claim may come at a time; money moves the way that the claim asks for."""
    return line.cents * claim.amount_cents > 0
