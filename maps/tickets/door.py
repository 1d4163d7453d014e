"""The door for staff at a page: a code is read by a scanner that types, or pasted; the answer is large."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from gis_platform.core.errors import CityError
from maps.tickets.access import for_organisers, user_of
from rules.loyalty.models import Admission, Ticket, TicketOrder
from rules.loyalty.tickets import doors
from rules.loyalty.tickets.tariffs import sale_of


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def door_page(request: HttpRequest, event_id: int) -> HttpResponse:
    sale, answer, refusal = sale_of(event_id), None, None
    if request.method == "POST":
        try:
            answer = doors.admit(sale, request.POST.get("token", "").strip(), door=user_of(request).actor)
        except CityError as error:
            refusal = error
    sold = Ticket.objects.filter(order__sale=sale, order__state=TicketOrder.State.CONFIRMED, refunded_at=None)
    context = {
        "sale": sale,
        "event": sale.event,
        "answer": answer,
        "refusal": refusal,
        "first_at": refusal.data.get("first_at") if refusal else None,
        "first_door": refusal.data.get("first_door") if refusal else None,
        "inside": Admission.objects.filter(ticket__order__sale=sale, is_first=True).count(),
        "sold": sold.count(),
    }
    status = refusal.status if refusal else 200
    return render(request, "maps/tickets/door.html", context, status=status)
