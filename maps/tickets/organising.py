"""The organiser's pages: what is sold and taken, the list of tickets, refunds. Nobody is named there."""

import csv
import io
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gis_platform.core import audit, clock
from gis_platform.core.actor import acting
from gis_platform.core.errors import CityError
from maps.tickets.access import for_organisers, user_of
from rules.ledger.queries import balance
from rules.loyalty.models import Admission, Ticket, TicketOrder, TicketSale
from rules.loyalty.tickets import booking
from rules.loyalty.tickets.doors import named
from rules.loyalty.tickets.endpoints import state_of
from rules.loyalty.tickets.errors import OrderUnknown
from rules.loyalty.tickets.offline import doubles
from rules.loyalty.tickets.paying import organiser_of
from rules.loyalty.tickets.tariffs import sale_of

PAGE_TICKETS = 50
SORTS = {
    "ordered": ("-order__placed_at", "pk"),
    "tariff": ("tariff__pk", "-order__placed_at", "pk"),
    "price": ("-price_cents", "pk"),
}
STATES = {
    "confirmed": Q(order__state="confirmed", refunded_at=None),
    "held": Q(order__state="held"),
    "used": Q(is_used=True),
    "refunded": Q(refunded_at__isnull=False),
}


@require_safe
@for_organisers
def sales_page(request: HttpRequest) -> HttpResponse:
    sales = TicketSale.objects.select_related("event").annotate(
        capacity=Coalesce(Sum("quotas__capacity"), 0), taken=Coalesce(Sum("quotas__taken"), 0)
    )
    return render(request, "maps/tickets/sales.html", {"sales": sales.order_by("-doors_at")})


@require_safe
@for_organisers
def sale_page(request: HttpRequest, event_id: int) -> HttpResponse:
    sale = sale_of(event_id)
    words, state, sort = (request.GET.get(name, "").strip()[:40] for name in ("q", "state", "sort"))
    sort = sort if sort in SORTS else "ordered"
    found = _tickets(sale, words, state).order_by(*SORTS[sort])
    page = Paginator(found, PAGE_TICKETS).get_page(request.GET.get("page"))
    sold = Ticket.objects.filter(order__sale=sale, order__state=TicketOrder.State.CONFIRMED, refunded_at=None)
    context = {
        "sale": sale,
        "event": sale.event,
        "quotas": sale.quotas.all(),
        "tariffs": [(tariff, sold.filter(tariff=tariff).count()) for tariff in sale.tariffs.all()],
        "sold": sold.count(),
        "inside": Admission.objects.filter(ticket__order__sale=sale, is_first=True).count(),
        "earned_cents": balance(organiser_of(sale)),
        "waiting": sum(tariff.waiting.filter(order=None).count() for tariff in sale.tariffs.all()),
        "doubles": [(double, named(double.door)) for double in doubles(sale)],
        "lines": [(ticket, state_of(ticket, ticket.order)) for ticket in page],
        "page": page,
        "q": words,
        "state": state,
        "states": _state_names(),
        "sort": sort,
        "sorts": {"ordered": _("Newest first"), "tariff": _("By tariff"), "price": _("By price")},
        "rest": f"q={quote(words)}&state={quote(state)}&sort={sort}&",
    }
    return render(request, "maps/tickets/sale.html", context)


@require_safe
@for_organisers
def export(request: HttpRequest, event_id: int) -> HttpResponse:
    """The tickets as CSV: order, tariff, people, cents, state, ordered, let in. No person is in it."""
    sale, out = sale_of(event_id), io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["order", "tariff", "people", "price_cents", "state", "ordered_at", "let_in_at"])
    for ticket in _tickets(sale, "", "").order_by("order__placed_at", "pk").iterator(chunk_size=1000):
        first = next((one for one in ticket.admissions.all() if one.is_first), None)
        writer.writerow([
            ticket.order.code, ticket.tariff.code, ticket.seats, ticket.price_cents, state_of(ticket, ticket.order),
            clock.local(ticket.order.placed_at).isoformat(timespec="seconds"),
            clock.local(first.at).isoformat(timespec="seconds") if first else "",
        ])  # fmt: skip
    headers = {"Content-Disposition": f'attachment; filename="tickets-{event_id}.csv"'}
    return HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


@require_POST
@for_organisers
def refund(request: HttpRequest, event_id: int) -> HttpResponse:
    user, sale = user_of(request), sale_of(event_id)
    try:
        ticket_id = _id(request.POST.get("ticket", ""))
        ticket = Ticket.objects.filter(pk=ticket_id, order__sale=sale).first() if ticket_id else None
        if ticket is None:
            raise OrderUnknown
        with acting(user.actor, "ticket given back by the organiser"):
            booking.refund(ticket.pk, by_organiser=True)
            audit.record("loyalty.ticket-refunded", f"ticket:{ticket.pk}", event=event_id)
        messages.success(request, _("The ticket is given back."))
    except CityError as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(reverse("ticket-sale-manage", args=[event_id]))


def _tickets(sale: TicketSale, words: str, state: str) -> QuerySet[Ticket]:
    """`words` is the code of an order, or its beginning."""
    used = Admission.objects.filter(ticket=OuterRef("pk"), is_first=True)
    found = Ticket.objects.filter(order__sale=sale).annotate(is_used=Exists(used))
    if words:
        low, high = _span(words)
        found = found.filter(order__pk__gte=low, order__pk__lte=high)
    if state in STATES:
        found = found.filter(STATES[state])
    return found.select_related("order", "tariff").prefetch_related("admissions")


def _span(words: str) -> tuple[UUID, UUID]:
    """The first and the last id that begin with the code; nothing lies between for what is no code."""
    digits = words.lower().replace("-", "")
    if not digits or len(digits) > 32 or set(digits) - set("0123456789abcdef"):
        return UUID(int=1), UUID(int=0)
    return UUID(digits.ljust(32, "0")), UUID(digits.ljust(32, "f"))


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _state_names() -> dict[str, str]:
    return {
        "confirmed": _("Confirmed"),
        "held": _("Waiting for payment"),
        "used": _("Let in"),
        "refunded": _("Given back"),
    }
