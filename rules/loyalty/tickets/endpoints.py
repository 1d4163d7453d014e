"""Tickets over HTTP: what is sold, my orders and tickets, and a till that sells."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Header, Router, Schema

from gis_platform.core.idempotency import StoredAnswer, once
from gis_platform.devices.authentication import DeviceKey, calling_device
from gis_platform.devices.models import Device
from gis_platform.identity.guards import SignedIn, account
from gis_platform.residents.models import Means
from rules.loyalty.models import Ticket, TicketOrder
from rules.loyalty.tickets import booking, tokens
from rules.loyalty.tickets.buyers import Buyer
from rules.loyalty.tickets.doors import sale_at
from rules.loyalty.tickets.tariffs import offered, sale_of

router = Router(tags=["tickets"])
AT_THE_DOOR = (Device.Role.TILL, Device.Role.VALIDATOR)
MINE_MAX = 100


class TariffShown(Schema):
    code: str
    name: str
    price_cents: int
    seats: int = Field(description="How many people one ticket lets in.")
    left: int = Field(description="Tickets, not seats.")
    closed: str = Field(description="Why it cannot be had now: not-yet, over, sold-out; empty when it can.")


class SaleShown(Schema):
    event: int
    name: str
    opens_at: datetime
    closes_at: datetime
    doors_at: datetime
    tariffs: list[TariffShown]


class LineIn(Schema):
    tariff: str = Field(max_length=40)
    count: int = Field(ge=1, le=100, strict=True)


class OrderIn(Schema):
    event: int
    lines: list[LineIn] = Field(min_length=1, max_length=20)


class TillOrderIn(Schema):
    """`card` is what the till has read; without one only tariffs for everyone are sold."""

    lines: list[LineIn] = Field(min_length=1, max_length=20)
    kind: Means.Kind | None = None
    card: str = Field("", max_length=256)


class TicketShown(Schema):
    ticket: UUID
    tariff: str
    seats: int
    price_cents: int
    state: str = Field(description="valid, used, refunded, or that of its order.")
    token: str = Field(description="What the door reads, as text or as a QR code; empty when it lets nobody in.")


class OrderShown(Schema):
    order: UUID
    code: str
    event: int
    state: str
    total_cents: int
    held_until: datetime
    tickets: list[TicketShown]


class CheckoutShown(Schema):
    reference: str
    url: str


class WaitingShown(Schema):
    tariff: str
    count: int
    asked_at: datetime


class KeySet(Schema):
    """A JSON Web Key Set (RFC 7517)."""

    keys: list[dict[str, str | list[str]]]


@router.get("/events/{event_id}/tickets", response=SaleShown, summary="The tickets of an event, and how many are left")
def sale(request: HttpRequest, event_id: int) -> SaleShown:
    found = sale_of(event_id)
    return SaleShown(
        event=found.event_id,
        name=found.event.name,
        opens_at=found.opens_at,
        closes_at=found.closes_at,
        doors_at=found.doors_at,
        tariffs=[
            TariffShown(
                code=line.tariff.code,
                name=str(line.tariff),
                price_cents=line.tariff.price_cents,
                seats=line.tariff.seats,
                left=line.left,
                closed=line.closed,
            )
            for line in offered(found, None)
        ],
    )


@router.get("/tickets/keys", response=KeySet, summary="The keys that tickets and lists of doors are signed with")
def keys(request: HttpRequest) -> KeySet:
    return KeySet(keys=tokens.public_keys())


@router.post("/ticket-orders", response={201: OrderShown}, auth=SignedIn(), summary="Order tickets")
def order(
    request: HttpRequest, body: OrderIn, idempotency_key: Annotated[str, Header(alias="Idempotency-Key")]
) -> HttpResponse:
    """Seats are held for the minutes of the sale; an order that costs nothing is confirmed at once."""
    buyer = Buyer.of(account(request))

    def run() -> StoredAnswer:
        held = booking.order(sale_of(body.event), buyer, _counts(body.lines))
        return StoredAnswer.of(_shown(held).model_dump(mode="json"), status=201)

    return once(scope=f"ticket-order:{buyer.holder}", key=idempotency_key, body=request.body, run=run).response()


@router.get("/ticket-orders", response=list[OrderShown], auth=SignedIn(), summary="My orders of tickets, newest first")
def mine(request: HttpRequest) -> list[OrderShown]:
    found = TicketOrder.objects.filter(holder=Buyer.of(account(request)).holder).select_related("sale")
    return [_shown(one) for one in found[:MINE_MAX]]


@router.get("/ticket-orders/{order_id}", response=OrderShown, auth=SignedIn(), summary="One of my orders")
def one(request: HttpRequest, order_id: UUID) -> OrderShown:
    return _shown(_mine(request, order_id))


@router.post("/ticket-orders/{order_id}/payment", response=CheckoutShown, auth=SignedIn(), summary="Pay an order")
def pay(request: HttpRequest, order_id: UUID) -> CheckoutShown:
    checkout = booking.pay(_mine(request, order_id))
    return CheckoutShown(reference=checkout.reference, url=checkout.url)


@router.post("/ticket-orders/{order_id}/cancel", response=OrderShown, auth=SignedIn(), summary="Give an order back")
def cancel(request: HttpRequest, order_id: UUID) -> OrderShown:
    """An order that is held ends; of a confirmed one every ticket that was not used is given back and refunded."""
    return _shown(booking.cancel(_mine(request, order_id)))


@router.post("/events/{event_id}/waiting-list", response=WaitingShown, auth=SignedIn(), summary="Wait for tickets")
def wait(request: HttpRequest, event_id: int, body: LineIn) -> WaitingShown:
    entry = booking.wait(sale_of(event_id), Buyer.of(account(request)), code=body.tariff, count=body.count)
    return WaitingShown(tariff=entry.tariff.code, count=entry.count, asked_at=entry.asked_at)


@router.post(
    "/doors/{event_id}/orders", response={201: OrderShown}, auth=DeviceKey(*AT_THE_DOOR), summary="Sell at the door"
)
def sell(
    request: HttpRequest,
    event_id: int,
    body: TillOrderIn,
    idempotency_key: Annotated[str, Header(alias="Idempotency-Key")],
) -> HttpResponse:
    """The till has taken the money; the tickets are confirmed with the answer."""
    device = calling_device(request)

    def run() -> StoredAnswer:
        sale = sale_at(device, event_id)
        buyer = Buyer.by_card(body.kind, body.card) if body.kind else Buyer.nobody(f"{device.pk}:{idempotency_key}")
        sold = booking.order(sale, buyer, _counts(body.lines), till=device)
        return StoredAnswer.of(_shown(sold).model_dump(mode="json"), status=201)

    return once(scope=f"ticket-sale:{device.actor}", key=idempotency_key, body=request.body, run=run).response()


def _mine(request: HttpRequest, order_id: UUID) -> TicketOrder:
    return booking.of_holder(Buyer.of(account(request)).holder, order_id)


def _counts(lines: list[LineIn]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for line in lines:
        counts[line.tariff] = counts.get(line.tariff, 0) + line.count
    return counts


def _shown(found: TicketOrder) -> OrderShown:
    tickets = found.tickets.select_related("tariff", "order__sale").prefetch_related("admissions").order_by("pk")
    return OrderShown(
        order=found.pk,
        code=found.code,
        event=found.sale.event_id,
        state=found.state,
        total_cents=found.total_cents,
        held_until=found.held_until,
        tickets=[_ticket(ticket, found) for ticket in tickets],
    )


def _ticket(ticket: Ticket, found: TicketOrder) -> TicketShown:
    state = state_of(ticket, found)
    return TicketShown(
        ticket=ticket.pk,
        tariff=ticket.tariff.code,
        seats=ticket.seats,
        price_cents=ticket.price_cents,
        state=state,
        token=tokens.token_of(ticket) if state == "valid" else "",
    )


def state_of(ticket: Ticket, found: TicketOrder) -> str:
    if ticket.refunded_at is not None:
        return "refunded"
    if found.state != TicketOrder.State.CONFIRMED:
        return found.state
    return "used" if ticket.admissions.all() else "valid"
