"""At the door: a ticket is read, judged and, once, used."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from gis_platform.core import clock
from gis_platform.devices.models import Device
from rules.loyalty.models import Admission, Ticket, TicketOrder, TicketSale
from rules.loyalty.tickets import tokens
from rules.loyalty.tickets.errors import (
    DoorsClosed,
    NotADoor,
    TicketElsewhere,
    TicketForged,
    TicketNotPaid,
    TicketRefunded,
    TicketUsed,
)
from rules.loyalty.tickets.tariffs import sale_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Admitted:
    """What the door shows: how many may pass, by which tariff, and the order's code to ask for in doubt."""

    ticket: UUID
    seats: int
    tariff: str
    order: str
    at: datetime


def sale_at(device: Device, event_id: int) -> TicketSale:
    """The sale of the event whose door the device is. Raises SaleUnknown or NotADoor."""
    sale = sale_of(event_id)
    if not sale.doors.filter(pk=device.pk).exists():
        raise NotADoor
    return sale


def admit(sale: TicketSale, token: str, *, door: str) -> Admitted:
    """Lets a ticket in, once.

    Raises TicketForged, TicketElsewhere, TicketNotPaid, TicketRefunded, DoorsClosed, and TicketUsed, which tells
    when and at which door it was used first.
    """
    at = clock.now()
    with transaction.atomic():
        # A refund takes the ticket's row too: what is given back meanwhile lets nobody in.
        ticket = judged(sale, tokens.read(token), locked=True)
        if at < sale.doors_at:
            raise DoorsClosed(doors_at=sale.doors_at.isoformat())
        if (first := ticket.admissions.filter(is_first=True).first()) is not None:
            raise TicketUsed(first_at=first.at.isoformat(), first_door=named(first.door))
        Admission.objects.create(ticket=ticket, door=door, at=at)
    return shown(ticket, at)


def judged(sale: TicketSale, ticket_id: UUID, *, locked: bool = False) -> Ticket:
    """A ticket of this sale that is paid and not given back; raises what is wrong with it, its use aside."""
    tickets = Ticket.objects.select_related("order", "tariff")
    if locked:
        tickets = tickets.select_for_update(no_key=True, of=("self",))
    ticket = tickets.filter(pk=ticket_id).first()
    if ticket is None:
        raise TicketForged
    if ticket.order.sale_id != sale.pk:
        raise TicketElsewhere
    if ticket.refunded_at is not None or ticket.order.state == TicketOrder.State.CANCELLED:
        raise TicketRefunded
    if ticket.order.state != TicketOrder.State.CONFIRMED:
        raise TicketNotPaid
    return ticket


def shown(ticket: Ticket, at: datetime) -> Admitted:
    return Admitted(ticket=ticket.pk, seats=ticket.seats, tariff=str(ticket.tariff), order=ticket.order.code, at=at)


def named(door: str) -> str:
    """The code of a device as people know it; staff at a page are a desk, whoever sat there."""
    kind, _separator, key = door.partition(":")
    if kind != "device":
        return "desk"
    return Device.objects.filter(pk=key).values_list("code", flat=True).first() or door
