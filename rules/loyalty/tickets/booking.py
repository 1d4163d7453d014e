"""The ticket office: holding, confirming, giving back, waiting. Each verb is one transaction under the sale's lock."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb

from gis_platform.core import clock, outbox, prepared
from gis_platform.core.errors import InvalidInput
from gis_platform.devices.models import Device
from rules.loyalty.models import Tariff, Ticket, TicketOrder, TicketPayment, TicketSale, WaitingEntry
from rules.loyalty.tickets import paying
from rules.loyalty.tickets.buyers import Buyer
from rules.loyalty.tickets.errors import (
    NotSoldOut,
    OrderEnded,
    OrderUnknown,
    PaymentMissing,
    RefundTooLate,
    SaleNotOpen,
    SaleOver,
    SoldOut,
    TariffNotYours,
    TariffUnknown,
    TicketRefunded,
    TicketsTooMany,
    TicketUsed,
)
from rules.loyalty.tickets.tariffs import event_day, offered, waiting_until, window

State = TicketOrder.State
REFUND = "loyalty.ticket-refund"


def order(sale: TicketSale, buyer: Buyer, wanted: Mapping[str, int], *, till: Device | None = None) -> TicketOrder:
    """Holds tickets by tariff code for the minutes of the sale; confirms free ones and what a till sells at once.

    Raises InvalidInput, TariffUnknown, SaleNotOpen, SaleOver, TariffNotYours, TicketsTooMany, SoldOut.
    """
    at = clock.now()
    tariffs = _wanted(sale, buyer, wanted, at)
    new = uuid4()
    lines = {str(tariff.pk): count for tariff, count in tariffs}
    with transaction.atomic():
        refusal = _hold(sale, new, buyer, lines, at, till)
        if refusal is not None:
            _refuse(refusal)
        held = TicketOrder.objects.select_related("sale__event", "sold_by").get(pk=new)
        if till is not None or held.total_cents == 0:
            _confirm(held)
    return held


def of_holder(holder: str, order_id: UUID) -> TicketOrder:
    """Raises OrderUnknown, also for somebody else's."""
    found = TicketOrder.objects.select_related("sale__event", "sold_by").filter(pk=order_id, holder=holder).first()
    if found is None:
        raise OrderUnknown
    return found


def pay(held: TicketOrder) -> paying.Checkout:
    """Asks the provider for a payment; asked again, the same one goes on. Raises OrderEnded."""
    if held.state != State.HELD:
        raise OrderEnded
    provider = paying.payments()
    open_payment = TicketPayment.objects.filter(order=held, state=TicketPayment.State.OPEN).first()
    if open_payment is not None:
        return paying.Checkout(reference=open_payment.reference, url=f"/tickets/payments/{open_payment.reference}/")
    checkout = provider.begin(held.code, held.total_cents)
    TicketPayment.objects.update_or_create(
        order=held,
        defaults={
            "provider": provider.name,
            "reference": checkout.reference,
            "cents": held.total_cents,
            "state": TicketPayment.State.OPEN,
        },
    )
    return checkout


def payment_told(reference: str, *, paid: bool) -> TicketOrder:
    """What the provider says of a payment, however often it says it. Money for seats that are gone is given back.

    Raises OrderUnknown.
    """
    with transaction.atomic():
        payment = TicketPayment.objects.select_for_update(of=("self",)).filter(reference=reference).first()
        if payment is None:
            raise OrderUnknown
        ordered = TicketOrder.objects.select_related("sale__event", "sold_by").get(pk=payment.order_id)
        if payment.state == TicketPayment.State.PAID:
            return ordered
        payment.state = TicketPayment.State.PAID if paid else TicketPayment.State.FAILED
        payment.save(update_fields=["state"])
        if paid and not _confirmed(ordered):
            _give_money_back(payment, payment.cents, key=f"order:{ordered.pk}")
    ordered.refresh_from_db()
    return ordered


def cancel(ordered: TicketOrder) -> TicketOrder:
    """Ends an order that is held; gives back what can be of one that is confirmed. Raises OrderEnded, RefundTooLate."""
    with transaction.atomic():
        sale = _locked(ordered.sale_id)
        ordered = (
            TicketOrder.objects.select_related("sale__event", "sold_by")
            .select_for_update(of=("self",))
            .get(pk=ordered.pk)
        )
        if ordered.state == State.HELD:
            ordered.state, ordered.ended_at = State.CANCELLED, clock.now()
            ordered.save(update_fields=["state", "ended_at"])
            _return_seats(sale, ordered.tickets.values_list("pk", flat=True))
        elif ordered.state == State.CONFIRMED:
            _require_refundable(sale)
            kept = [ticket for ticket in ordered.tickets.filter(refunded_at=None) if not ticket.admissions.exists()]
            if not kept:
                raise OrderEnded
            for ticket in kept:
                _refund(ticket)
        else:
            raise OrderEnded
    return ordered


def refund(ticket_id: UUID, *, by_organiser: bool = False) -> Ticket:
    """Gives one ticket back: its seats to the next, its price to the buyer.

    Raises PaymentMissing, TicketRefunded, TicketUsed, and RefundTooLate unless the organiser does it.
    """
    with transaction.atomic():
        ticket = Ticket.objects.select_related("order__sale", "order__sold_by").filter(pk=ticket_id).first()
        if ticket is None:
            raise OrderUnknown
        sale = _locked(ticket.order.sale_id)
        if not by_organiser:
            _require_refundable(sale)
        _refund(ticket)
    ticket.refresh_from_db()
    return ticket


def wait(sale: TicketSale, buyer: Buyer, *, code: str, count: int) -> WaitingEntry:
    """Joins the waiting list; asked again, the place is kept. Raises as `order` does, and NotSoldOut."""
    ((tariff, count),) = _wanted(sale, buyer, {code: count}, clock.now())
    with transaction.atomic():
        _locked(sale.pk)
        left = next(line.left for line in offered(sale, None) if line.tariff == tariff)
        if left >= count:
            raise NotSoldOut(left=left)
        entry, _is_new = WaitingEntry.objects.get_or_create(
            tariff=tariff, holder=buyer.holder, order=None, defaults={"count": count, "asked_at": clock.now()}
        )
    return entry


def release(sale_id: int) -> int:
    """Ends the orders that were not paid in time and serves those who wait; how many ended."""
    at = clock.now()
    with transaction.atomic(), connection.cursor() as cursor:
        sale = _locked(sale_id)
        cursor.execute("SELECT loyalty_release_expired(%s, %s)", [sale.pk, at])
        (ended,) = cursor.fetchone()
        if ended:
            cursor.execute("SELECT loyalty_serve_waiting(%s, %s, %s)", [sale.pk, at, waiting_until(sale, at)])
    return int(ended)


def _wanted(sale: TicketSale, buyer: Buyer, wanted: Mapping[str, int], at: datetime) -> list[tuple[Tariff, int]]:
    if not wanted or any(count < 1 for count in wanted.values()):
        raise InvalidInput(_("Order at least one ticket."), fields={"lines": _("Order at least one ticket.")})
    if sum(wanted.values()) > sale.order_tickets_max:
        raise TicketsTooMany(most=sale.order_tickets_max)
    known = {tariff.code: tariff for tariff in sale.tariffs.select_related("group")}
    if unknown := sorted(wanted.keys() - known.keys()):
        raise TariffUnknown(tariffs=unknown)
    for code in wanted:
        begins, ends = window(sale, known[code])
        if at < begins:
            raise SaleNotOpen(opens_at=begins.isoformat())
        if at >= ends:
            raise SaleOver(closed_at=ends.isoformat())
        if not buyer.may_have(known[code], on=event_day(sale).date()):
            raise TariffNotYours(tariff=code)
    return [(known[code], count) for code, count in sorted(wanted.items())]


def _hold(
    sale: TicketSale, new: UUID, buyer: Buyer, lines: dict[str, int], at: datetime, till: Device | None
) -> dict[str, Any] | None:
    row = prepared.row(
        "loyalty_hold_tickets",
        {
            "sale": sale.pk,
            "order": new,
            "holder": buyer.holder,
            "device": till.pk if till else None,
            "wanted": Jsonb(lines),
            "at": at,
            "until": at + timedelta(minutes=sale.hold_minutes),
            "waiting_until": waiting_until(sale, at),
        },
    )
    assert row is not None
    refusal: dict[str, Any] | None = row[0] and json.loads(row[0])
    return refusal


def _refuse(refusal: dict[str, Any]) -> None:
    if refusal["refused"] == "limit":
        raise TicketsTooMany(tariff=refusal["tariff"], most=refusal["most"])
    raise SoldOut(left=refusal["left"])


def _confirm(held: TicketOrder) -> None:
    if not _confirmed(held):
        raise OrderEnded
    held.refresh_from_db(fields=["state", "confirmed_at"])


def _confirmed(held: TicketOrder) -> bool:
    """Whether the order is confirmed by this call; its sale is then in the book."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT loyalty_confirm_order(%s, %s)", [held.pk, clock.now()])
        (refusal,) = cursor.fetchone()
    if refusal is None:
        paying.book_sale(held)
    return refusal is None


def _refund(ticket: Ticket) -> None:
    """Under the sale's lock; the ticket's own row keeps the doors away."""
    ticket = (
        Ticket.objects.select_related("order__sale", "order__sold_by").select_for_update(of=("self",)).get(pk=ticket.pk)
    )
    if ticket.order.state != State.CONFIRMED:
        raise PaymentMissing
    if ticket.refunded_at is not None:
        raise TicketRefunded
    if ticket.admissions.exists():
        raise TicketUsed
    Ticket.objects.filter(pk=ticket.pk).update(refunded_at=clock.now())
    try:
        with transaction.atomic():
            paying.book_refund(ticket)
    except IntegrityError:
        raise TicketRefunded from None
    payment = TicketPayment.objects.select_for_update().filter(order=ticket.order, state="paid").first()
    if payment is not None and ticket.price_cents:
        _give_money_back(payment, ticket.price_cents, key=f"ticket:{ticket.pk}")
    _return_seats(ticket.order.sale, [ticket.pk])


def _give_money_back(payment: TicketPayment, cents: int, *, key: str) -> None:
    payment.refunded_cents += cents
    payment.save(update_fields=["refunded_cents"])
    outbox.publish(REFUND, reference=payment.reference, cents=cents, key=key)


def _return_seats(sale: TicketSale, tickets: Iterable[UUID]) -> None:
    at = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT loyalty_return_seats(%s, %s::uuid[], %s, %s)",
            [sale.pk, list(tickets), at, waiting_until(sale, at)],
        )


def _require_refundable(sale: TicketSale) -> None:
    until = sale.refunds_until or sale.doors_at
    if clock.now() >= until:
        raise RefundTooLate(until=until.isoformat())


def _locked(sale_id: int) -> TicketSale:
    return TicketSale.objects.select_for_update(no_key=True).get(pk=sale_id)
