"""What a buyer sees of a sale: each tariff with its price, what is left of it, and why it cannot be had."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gis_platform.core import clock
from layers.base.models import Status
from rules.loyalty.models import Quota, Tariff, TicketOrder, TicketSale
from rules.loyalty.tickets.buyers import Buyer
from rules.loyalty.tickets.errors import SaleUnknown

NOT_YET, OVER, NOT_YOURS, SOLD_OUT = "not-yet", "over", "not-yours", "sold-out"
SENTENCES: dict[str, str | Promise] = {
    NOT_YET: _("Not sold yet"),
    OVER: _("No longer sold"),
    NOT_YOURS: _("For residents who are entitled to it"),
    SOLD_OUT: _("Sold out"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Offered:
    """`left` counts tickets, not seats. `closed` is why it cannot be had now, "" when it can."""

    tariff: Tariff
    left: int
    closed: str

    @property
    def sentence(self) -> str:
        return str(SENTENCES[self.closed]) if self.closed else ""


def sale_of(event_id: int) -> TicketSale:
    """The sale of a published event. Raises SaleUnknown."""
    found = TicketSale.objects.select_related("event").filter(event_id=event_id, event__status=Status.PUBLISHED).first()
    if found is None:
        raise SaleUnknown
    return found


def offered(sale: TicketSale, buyer: Buyer | None) -> list[Offered]:
    """The tariffs of a sale in their order. Without a buyer, whom a tariff is for is not asked yet."""
    at = clock.now()
    lapsed = _lapsed(sale, at)
    tariffs = sale.tariffs.select_related("group").prefetch_related("quotas")
    return [_offered(sale, tariff, buyer, at, lapsed) for tariff in tariffs]


def window(sale: TicketSale, tariff: Tariff) -> tuple[datetime, datetime]:
    """From when until when, not included, the tariff is sold."""
    return (
        max(sale.opens_at, tariff.opens_at or sale.opens_at),
        min(sale.closes_at, tariff.closes_at or sale.closes_at),
    )


def waiting_until(sale: TicketSale, at: datetime) -> datetime:
    """How long seats are held for somebody who waited and may be asleep: a day, and never past the sale."""
    return max(at + timedelta(minutes=sale.hold_minutes), min(at + timedelta(days=1), sale.closes_at))


def event_day(sale: TicketSale) -> datetime:
    """When entitlement is looked at: the doors' day."""
    return clock.local(sale.doors_at)


def _offered(sale: TicketSale, tariff: Tariff, buyer: Buyer | None, at: datetime, lapsed: dict[int, int]) -> Offered:
    free = [quota.capacity - quota.taken + lapsed.get(quota.pk, 0) for quota in tariff.quotas.all()]
    left = max(0, min(free, default=0)) // tariff.seats
    begins, ends = window(sale, tariff)
    closed = ""
    if at < begins:
        closed = NOT_YET
    elif at >= ends:
        closed = OVER
    elif buyer is not None and not buyer.may_have(tariff, on=event_day(sale).date()):
        closed = NOT_YOURS
    elif left == 0:
        closed = SOLD_OUT
    return Offered(tariff=tariff, left=left, closed=closed)


def _lapsed(sale: TicketSale, at: datetime) -> dict[int, int]:
    """Seats by capacity whose time to pay is over and that nobody has taken back yet."""
    held = Q(tariffs__tickets__order__state=TicketOrder.State.HELD, tariffs__tickets__order__held_until__lte=at)
    quotas = Quota.objects.filter(sale=sale).annotate(lapsed=Coalesce(Sum("tariffs__tickets__seats", filter=held), 0))
    return dict(quotas.values_list("pk", "lapsed"))


def cheapest_cents(sale: TicketSale) -> int | None:
    least: int | None = sale.tariffs.aggregate(least=Min("price_cents"))["least"]
    return least
