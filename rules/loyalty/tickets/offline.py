"""Doors without a network: a signed list of who may come in, and scans that are told later by the doors' own clocks.

Two doors that do not see each other may both let a ticket in. Nobody can undo that; it is found, kept and reported.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from gis_platform.core import clock
from gis_platform.core.errors import CityError
from gis_platform.devices.models import Device
from rules.loyalty.models import Admission, Ticket, TicketOrder, TicketSale
from rules.loyalty.tickets import tokens
from rules.loyalty.tickets.doors import judged, named
from rules.loyalty.tickets.errors import DoorsClosed

BATCH_MAX = 500  # scans told at once
LIST_VALID = timedelta(hours=12)
CLOCK_AHEAD_MAX = timedelta(minutes=2)
HASH_LENGTH = 22  # base 16 digits: 88 bits of an id that nobody can guess
ADMITTED, DOUBLE = "admitted", "ticket-used-at-two-doors"
DOUBLE_SENTENCE = _("This ticket was let in at two doors without a network")


class ScanFromTheFuture(CityError):
    code = "scan-from-the-future"
    title = _("The door's clock is ahead; set it and send the scans again")


@dataclass(frozen=True, kw_only=True, slots=True)
class Scan:
    """`key` is the door's own number of the scan."""

    key: str
    token: str
    scanned_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """`outcome` is "admitted" or the code of what was wrong; a double names the other door and time."""

    key: str
    outcome: str
    sentence: str = ""
    first_at: datetime | None = None
    first_door: str = ""


def door_list(sale: TicketSale, device: Device) -> str:
    """A JWS of typ "city-door-list": hashes of the tickets that may come in, and of those that have.

    It is meant for this device alone.
    """
    at = clock.now()
    rows = Ticket.objects.filter(
        order__sale=sale, order__state=TicketOrder.State.CONFIRMED, refunded_at=None
    ).values_list("pk", "seats", "admissions__is_first")
    valid = {hash_of(pk): seats for pk, seats, _used in rows}
    used = sorted({hash_of(pk) for pk, _seats, is_first in rows if is_first})
    claims = {
        "aud": device.actor,
        "event": sale.event_id,
        "doors_at": int(sale.doors_at.timestamp()),
        "iat": int(at.timestamp()),
        "exp": int((at + LIST_VALID).timestamp()),
        "tickets": dict(sorted(valid.items())),
        "used": used,
    }
    return tokens.sign(claims, kind=tokens.DOOR_LIST, at=at)


def hash_of(ticket_id: UUID) -> str:
    """What the list holds of a ticket: the first digits of the SHA-256 of its `jti`."""
    return hashlib.sha256(str(ticket_id).encode()).hexdigest()[:HASH_LENGTH]


def sync(sale: TicketSale, device: Device, scans: Sequence[Scan]) -> list[Told]:
    """Every scan is answered, in the order given; told again, nothing is kept twice."""
    return [_told(sale, device, scan) for scan in scans]


def doubles(sale: TicketSale) -> list[Admission]:
    """The later of each two admissions of one ticket, newest first."""
    return list(
        Admission.objects.filter(ticket__order__sale=sale, is_first=False)
        .select_related("ticket__order", "ticket__tariff")
        .order_by("-at")
    )


def _told(sale: TicketSale, device: Device, scan: Scan) -> Told:
    try:
        with transaction.atomic():
            return _kept(sale, device, scan)
    except CityError as error:
        return Told(key=scan.key, outcome=error.code, sentence=str(error))


def _kept(sale: TicketSale, device: Device, scan: Scan) -> Told:
    if scan.scanned_at > clock.now() + CLOCK_AHEAD_MAX:
        raise ScanFromTheFuture
    if scan.scanned_at < sale.doors_at:
        raise DoorsClosed(doors_at=sale.doors_at.isoformat())
    ticket_id = tokens.read(scan.token)
    # The row's lock lets one door at a time look for the others' admissions.
    ticket = Ticket.objects.select_for_update(no_key=True).filter(pk=ticket_id).first()
    before = Admission.objects.filter(door=device.actor, key=scan.key).first()
    if before is not None and ticket is not None and before.ticket_id == ticket.pk:
        return _answer(scan, before)
    judged(sale, ticket_id)
    first = Admission.objects.filter(ticket_id=ticket_id, is_first=True).first()
    if first is None:
        return _answer(scan, _admission(ticket_id, device, scan, is_first=True))
    if scan.scanned_at < first.at:  # the earlier one by the clocks was the first, whoever told sooner
        Admission.objects.filter(pk=first.pk).update(is_first=False)
        return _answer(scan, _admission(ticket_id, device, scan, is_first=True))
    return _answer(scan, _admission(ticket_id, device, scan, is_first=False))


def _admission(ticket_id: UUID, device: Device, scan: Scan, *, is_first: bool) -> Admission:
    return Admission.objects.create(
        ticket_id=ticket_id, door=device.actor, at=scan.scanned_at, key=scan.key, is_first=is_first
    )


def _answer(scan: Scan, kept: Admission) -> Told:
    others = Admission.objects.filter(ticket_id=kept.ticket_id).exclude(pk=kept.pk)
    if not others.exists():
        return Told(key=scan.key, outcome=ADMITTED)
    first = Admission.objects.get(ticket_id=kept.ticket_id, is_first=True)
    return Told(
        key=scan.key, outcome=DOUBLE, sentence=str(DOUBLE_SENTENCE), first_at=first.at, first_door=named(first.door)
    )
