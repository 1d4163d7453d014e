"""My orders and tickets: the second step of an order, the codes for the door, giving back."""

from dataclasses import dataclass
from uuid import UUID

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gis_platform.core import clock
from gis_platform.core.errors import CityError
from layers.base.models import Status
from maps.tickets.access import buyer_of, for_buyers
from rules.loyalty.models import Ticket, TicketOrder, TicketPayment, TicketSale
from rules.loyalty.tickets import booking
from rules.loyalty.tickets.endpoints import state_of
from rules.loyalty.tickets.errors import OrderUnknown
from rules.loyalty.tickets.tariffs import cheapest_cents
from rules.loyalty.tickets.tokens import token_of

ORDERS_MAX = 50
SALES_MAX = 50
TONES = {"held": "warn", "confirmed": "good", "expired": "bad", "cancelled": "bad"}


@dataclass(frozen=True, kw_only=True)
class TicketLine:
    ticket: Ticket
    state: str
    code: SafeString | str  # the QR code as SVG, "" for one that lets nobody in


@require_safe
@for_buyers
def my_tickets(request: HttpRequest) -> HttpResponse:
    orders = TicketOrder.objects.filter(holder=buyer_of(request).holder).select_related("sale__event")[:ORDERS_MAX]
    at = clock.now()
    sales = TicketSale.objects.filter(opens_at__lte=at, closes_at__gt=at, event__status=Status.PUBLISHED)
    context = {
        "orders": [(order, TONES[order.state]) for order in orders],
        "sales": [
            (sale, cheapest_cents(sale)) for sale in sales.select_related("event").order_by("doors_at")[:SALES_MAX]
        ],
    }
    return render(request, "maps/tickets/mine.html", context)


@require_safe
@for_buyers
def order_page(request: HttpRequest, order_id: UUID) -> HttpResponse:
    order = booking.of_holder(buyer_of(request).holder, order_id)
    tickets = (
        order.tickets.select_related("tariff", "order__sale").prefetch_related("admissions").order_by("tariff", "pk")
    )
    lines = [_line(ticket, order) for ticket in tickets]
    context = {
        "order": order,
        "event": order.sale.event,
        "tone": TONES[order.state],
        "lines": lines,
        "is_held": order.state == TicketOrder.State.HELD and order.held_until > clock.now(),
        "can_give_back": any(line.state == "valid" for line in lines)
        and clock.now() < (order.sale.refunds_until or order.sale.doors_at),
    }
    return render(request, "maps/tickets/order.html", context)


@require_POST
@for_buyers
def pay(request: HttpRequest, order_id: UUID) -> HttpResponse:
    order = booking.of_holder(buyer_of(request).holder, order_id)
    try:
        return HttpResponseRedirect(booking.pay(order).url)
    except CityError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(reverse("ticket-order", args=[order_id]))


@require_POST
@for_buyers
def cancel(request: HttpRequest, order_id: UUID) -> HttpResponse:
    order = booking.of_holder(buyer_of(request).holder, order_id)
    try:
        booking.cancel(order)
        messages.success(request, _("The order is given back. What you paid returns the way it came."))
    except CityError as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(reverse("ticket-order", args=[order_id]))


@require_http_methods(["GET", "HEAD", "POST"])
@for_buyers
def recorded_payment(request: HttpRequest, reference: str) -> HttpResponse:
    """The page of the recorded counterpart; no money moves, so it is there for the demo and the tests alone."""
    payment = TicketPayment.objects.select_related("order__sale__event").filter(reference=reference).first()
    if not settings.DEMO or payment is None or payment.provider != "recorded":
        raise OrderUnknown
    order = booking.of_holder(buyer_of(request).holder, payment.order_id)
    if request.method == "POST":
        order = booking.payment_told(reference, paid=request.POST.get("paid") == "yes")
        if order.state != TicketOrder.State.CONFIRMED:
            messages.warning(
                request, _("The payment did not go through. Your seats are held a while longer: try again.")
            )
        return HttpResponseRedirect(reverse("ticket-order", args=[order.pk]))
    return render(request, "maps/tickets/payment.html", {"payment": payment, "order": order})


def _line(ticket: Ticket, order: TicketOrder) -> TicketLine:
    state = state_of(ticket, order)
    return TicketLine(ticket=ticket, state=state, code=_drawn(token_of(ticket)) if state == "valid" else "")


def _drawn(token: str) -> SafeString:
    svg = segno.make_qr(token, error="l").svg_inline(scale=4, border=2, dark="#000", light="#fff", omitsize=True)
    return mark_safe(svg)  # noqa: S308 drawn here from our own token
