"""What the ticket office does by itself: seats that nobody paid for go on, money goes back."""

from gis_platform.core import clock
from gis_platform.core.outbox import handler, periodic
from rules.loyalty.models import TicketOrder
from rules.loyalty.tickets import booking, paying


@periodic("loyalty-release-tickets", every_s=60)
def release_unpaid() -> None:
    """Every booking does the same for its own sale; this is for sales at which nobody asks."""
    late = TicketOrder.objects.filter(state=TicketOrder.State.HELD, held_until__lte=clock.now())
    for sale_id in late.order_by("sale").values_list("sale", flat=True).distinct():
        booking.release(sale_id)


@handler(booking.REFUND)
def give_money_back(*, reference: str, cents: int, key: str) -> None:
    paying.payments().refund(reference, cents, key=key)
