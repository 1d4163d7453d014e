"""Orders of one person, doors of one event."""

from django.test import Client

from gis_platform.core import clock
from gis_platform.devices.models import Device
from gis_platform.identity.models import User
from rules.loyalty.models import TicketOrder, TicketSale
from rules.loyalty.tickets import booking
from rules.loyalty.tickets.buyers import Buyer
from rules.loyalty.tickets.tokens import token_of
from tests.people import a_device, a_user
from tests.permissions import Trial, as_device, as_user, trial
from tests.rules.loyalty.tickets.concerts import a_concert, a_talk

ONE = [{"tariff": "free", "count": 1}]


def an_order(user: User) -> TicketOrder:
    return booking.order(a_concert(), Buyer.of(user), {"guest": 1})


def of_two(path: str) -> Trial:
    """The owner's order, at which a colleague tries as well."""
    owner = a_user()
    return Trial(path=path.format(an_order(owner).pk), owner=as_user(owner), colleague=as_user(a_user()))


def at_a_door(path: str, sale: TicketSale, **fields: object) -> Trial:
    door = a_device("validator")
    sale.doors.add(door)
    owner, colleague = as_device(door), as_device(a_device("validator"))
    return Trial(path=path.format(sale.event_id), owner=owner, colleague=colleague, **fields)  # type: ignore[arg-type]


def a_token(sale: TicketSale) -> str:
    order = booking.order(sale, Buyer.of(a_user()), {"free": 1})
    return token_of(order.tickets.select_related("order__sale").get())


@trial("POST /api/v1/ticket-orders")
def order() -> Trial:
    """Everybody may order; what a till's key orders is nobody's."""
    body = {"event": a_talk().event_id, "lines": ONE}
    device: Device = a_device()
    colleague: Client = as_device(device)
    return Trial(path="/api/v1/ticket-orders", owner=as_user(a_user()), colleague=colleague, body=body)


@trial("GET /api/v1/ticket-orders")
def orders() -> Trial:
    owner = a_user()
    secret = an_order(owner).code
    return Trial(path="/api/v1/ticket-orders", owner=as_user(owner), colleague=as_user(a_user()), secret=secret)


@trial("GET /api/v1/ticket-orders/{order_id}")
def one() -> Trial:
    return of_two("/api/v1/ticket-orders/{}")


@trial("POST /api/v1/ticket-orders/{order_id}/payment")
def pay() -> Trial:
    return of_two("/api/v1/ticket-orders/{}/payment")


@trial("POST /api/v1/ticket-orders/{order_id}/cancel")
def cancel() -> Trial:
    return of_two("/api/v1/ticket-orders/{}/cancel")


@trial("POST /api/v1/events/{event_id}/waiting-list")
def wait() -> Trial:
    sale = a_talk(capacity=0)
    path = f"/api/v1/events/{sale.event_id}/waiting-list"
    return Trial(path=path, owner=as_user(a_user()), colleague=as_device(a_device()), body=ONE[0])


@trial("POST /api/v1/doors/{event_id}/orders")
def sell() -> Trial:
    return at_a_door("/api/v1/doors/{}/orders", a_talk(), body={"lines": ONE})


@trial("POST /api/v1/doors/{event_id}/scans")
def scan() -> Trial:
    sale = a_talk()
    return at_a_door("/api/v1/doors/{}/scans", sale, body={"token": a_token(sale)})


@trial("GET /api/v1/doors/{event_id}/list")
def door_list() -> Trial:
    return at_a_door("/api/v1/doors/{}/list", a_talk())


@trial("POST /api/v1/doors/{event_id}/offline-scans")
def tell() -> Trial:
    sale = a_talk()
    scans = [{"key": "1", "token": a_token(sale), "scanned_at": clock.now().isoformat()}]
    return at_a_door("/api/v1/doors/{}/offline-scans", sale, body={"scans": scans})
