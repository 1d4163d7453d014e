"""An event that sells tickets, made for the tests: resident 5.00, guest 8.00, a family of four 15.00; a free talk."""

from datetime import timedelta

from gis_platform.core import clock
from gis_platform.residents.models import Residence
from layers.boundaries.models import Boundary
from layers.events.models import Event
from rules.loyalty.models import Quota, Tariff, TicketSale
from rules.loyalty.tickets import booking
from rules.loyalty.tickets.buyers import Buyer
from tests.people import LIBRARY, a_district, a_resident


def a_sale(*, capacity: int = 10, **fields) -> TicketSale:
    """Sold since yesterday, until the doors' day in a week; the doors are open."""
    at = clock.now()
    event = Event.objects.create(
        name_en="Ice sculptures", name_lv="Ledus skulptūras", geometry=LIBRARY, starts_at=at + timedelta(days=7)
    )
    values = {
        "opens_at": at - timedelta(days=1),
        "closes_at": at + timedelta(days=7),
        "doors_at": at - timedelta(hours=1),
        "refunds_until": at + timedelta(days=6),
    }
    sale = TicketSale.objects.create(event=event, **values | fields)
    a_quota(sale, "hall", capacity)
    return sale


def a_quota(sale: TicketSale, name: str, capacity: int) -> Quota:
    return Quota.objects.create(sale=sale, name=name, capacity=capacity)


def a_tariff(sale: TicketSale, code: str = "guest", price_cents: int = 800, **fields) -> Tariff:
    quotas = fields.pop("quotas", None) or list(sale.quotas.all())
    tariff = Tariff.objects.create(sale=sale, code=code, name_en=code.title(), price_cents=price_cents, **fields)
    tariff.quotas.set(quotas)
    return tariff


def a_concert(**fields) -> TicketSale:
    sale = a_sale(**fields)
    a_tariff(sale, "resident", 500, audience="residents")
    a_tariff(sale, "family", 1500, seats=4)
    a_tariff(sale, "guest", 800)
    return sale


def a_talk(*, capacity: int = 10, **fields) -> TicketSale:
    sale = a_sale(capacity=capacity)
    a_tariff(sale, "free", 0, **fields)
    return sale


def a_townsman() -> Buyer:
    """A resident who lives in the city."""
    resident = a_resident()
    if not Boundary.objects.filter(code="centre").exists():
        a_district("centre")
    Residence.objects.create(resident=resident, period=(clock.today() - timedelta(days=400), None), district="centre")
    return Buyer.known(resident)


def paid(order):
    """Through the counterpart, as a provider would tell it."""
    return booking.payment_told(booking.pay(order).reference, paid=True)


def taken(sale: TicketSale) -> list[int]:
    return list(sale.quotas.order_by("pk").values_list("taken", flat=True))
