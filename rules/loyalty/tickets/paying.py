"""The money of tickets: a contract with whoever takes payments, its recorded counterpart, and the entries in the book.

No provider that we could reach publishes a contract, so none is connected: `RecordedPayments` answers as one would, by
a page of our own, and moves no money. A connector takes its place through the setting TICKET_PAYMENTS.
"""

from dataclasses import dataclass
from typing import Protocol
from uuid import uuid4

from django.conf import settings
from django.utils.module_loading import import_string

from gis_platform.core import clock
from rules.ledger.models import Account, Unit
from rules.ledger.services import AccountKey, Posting, post
from rules.loyalty.models import Ticket, TicketOrder, TicketSale

SOLD, GIVEN_BACK = "ticket-sale", "ticket-refund"  # kinds of entries


@dataclass(frozen=True, kw_only=True, slots=True)
class Checkout:
    """Where the buyer pays, and how the provider calls the payment."""

    reference: str
    url: str


class Payments(Protocol):
    """What the ticket office asks of a provider. It is told the order's code and the cents, never who or for what."""

    name: str

    def begin(self, code: str, cents: int) -> Checkout: ...

    def refund(self, reference: str, cents: int, *, key: str) -> None:
        """Gives cents back, once for each key."""


class RecordedPayments:
    """The counterpart to develop and test against; its page lets the buyer say that the payment went well or failed."""

    name = "recorded"

    def begin(self, code: str, cents: int) -> Checkout:
        reference = f"recorded-{uuid4().hex}"
        return Checkout(reference=reference, url=f"/tickets/payments/{reference}/")

    def refund(self, reference: str, cents: int, *, key: str) -> None:
        return None


def payments() -> Payments:
    name = getattr(settings, "TICKET_PAYMENTS", "rules.loyalty.tickets.paying.RecordedPayments")
    found: Payments = import_string(name)()
    return found


def organiser_of(sale: TicketSale) -> AccountKey:
    """What the platform owes to whoever holds the event."""
    return AccountKey(kind=Account.Kind.FUNDER, holder=f"event:{sale.event_id}", unit=Unit.CENTS)


def book_sale(order: TicketOrder) -> None:
    """The organiser is owed what the provider or the till has taken, in the caller's transaction; nothing for free."""
    if order.total_cents:
        post(
            SOLD,
            reference=f"order:{order.pk}",
            effective_on=clock.today(),
            postings=[
                Posting(organiser_of(order.sale), order.total_cents),
                Posting(_taken_by(order), -order.total_cents),
            ],
            code=order.code,
        )


def book_refund(ticket: Ticket) -> None:
    """The opposite for one ticket; a second time is refused by the book itself (IntegrityError)."""
    if ticket.price_cents:
        post(
            GIVEN_BACK,
            reference=f"ticket:{ticket.pk}",
            effective_on=clock.today(),
            postings=[
                Posting(organiser_of(ticket.order.sale), -ticket.price_cents),
                Posting(_taken_by(ticket.order), ticket.price_cents),
            ],
            code=ticket.order.code,
        )


def _taken_by(order: TicketOrder) -> AccountKey:
    holder = f"till:{order.sold_by.code}" if order.sold_by else "ticket-payments"
    return AccountKey(kind=Account.Kind.CLEARING, holder=holder, unit=Unit.CENTS)
