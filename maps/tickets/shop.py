"""An event's tickets: what they cost, how many are left, and the first of the two steps of an order."""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gis_platform.core.errors import CityError
from gis_platform.identity.models import User
from maps.tickets.access import buyer_of
from rules.loyalty.tickets import booking
from rules.loyalty.tickets.tariffs import SOLD_OUT, offered, sale_of

COUNT_MAX = 100


@require_safe
@never_cache
def event_page(request: HttpRequest, event_id: int) -> HttpResponse:
    sale = sale_of(event_id)
    buyer = buyer_of(request) if isinstance(request.user, User) else None
    lines = offered(sale, buyer)
    return render(
        request,
        "maps/tickets/event.html",
        {
            "sale": sale,
            "event": sale.event,
            "lines": lines,
            "can_order": any(not line.closed for line in lines),
            "waitable": [line for line in lines if line.closed == SOLD_OUT],
            "sign_in_url": redirect_to_login(request.get_full_path()).url,
        },
    )


@require_POST
def place_order(request: HttpRequest, event_id: int) -> HttpResponse:
    """Holds the seats and goes on to the order's page; a refusal is said on top of the tariffs."""
    back = reverse("ticket-sale", args=[event_id])
    if not isinstance(request.user, User):
        return redirect_to_login(back)
    try:
        order = booking.order(sale_of(event_id), buyer_of(request), _wanted(request))
    except CityError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(back)
    return HttpResponseRedirect(reverse("ticket-order", args=[order.pk]))


@require_POST
def wait(request: HttpRequest, event_id: int) -> HttpResponse:
    back = reverse("ticket-sale", args=[event_id])
    if not isinstance(request.user, User):
        return redirect_to_login(back)
    try:
        booking.wait(sale_of(event_id), buyer_of(request), code=request.POST.get("tariff", ""), count=1)
        messages.success(request, _("You are on the waiting list. A seat that comes back is held for you for a day."))
    except CityError as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(back)


def _wanted(request: HttpRequest) -> dict[str, int]:
    """The counts of the form by tariff; what is no number from 1 to COUNT_MAX counts as none."""
    given = {name.removeprefix("count-"): value for name, value in request.POST.items() if name.startswith("count-")}
    return {
        code: int(text)
        for code, text in given.items()
        if isinstance(text, str)
        and text.isascii()
        and text.isdecimal()
        and len(text) < 4
        and 0 < int(text) <= COUNT_MAX
    }
