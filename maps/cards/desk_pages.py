"""The clerk's desk for cards and codes: find by the token, block, replace, renew a series, see who expires."""

import csv
from datetime import datetime, time, timedelta

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gis_platform.core import audit, clock
from gis_platform.core.actor import acting
from gis_platform.core.errors import CityError, InvalidInput
from gis_platform.core.luhn import refuse_card_numbers
from gis_platform.identity.models import User
from gis_platform.identity.roles import Role, require_role
from gis_platform.residents import printing, services
from gis_platform.residents.looking import looked_at_all
from gis_platform.residents.models import Means, Renewal
from gis_platform.residents.tokens import hash_of, kind_of
from maps.cards.lines import line_of

EXPIRING_DAYS = 90
LINES_MAX = 50  # a page
EXPORT_MAX = 20_000
ORDERS = {"day": "expires_at", "name": "resident__family_name", "kind": "kind", "series": "series"}
RENEWALS_SHOWN = 10


@never_cache
def desk(request: HttpRequest) -> HttpResponse:
    """A token is sent by POST: it is half of a key, and addresses are written down by every proxy."""
    clerk = require_role(request.user, Role.CLERK)
    order = request.GET.get("order", "")
    page = Paginator(_expiring(order), LINES_MAX).get_page(request.GET.get("page"))
    found, refusal = _found(request, clerk) if request.method == "POST" else ([], "")
    waiting = list(Renewal.objects.all()[:RENEWALS_SHOWN])
    shown = [means.resident for means in (*page, *found)]
    looked_at_all(shown, actor=clerk.actor, what="means", purpose="desk")
    context = {
        "page": page,
        "lines": [line_of(means) for means in page],
        "order": order if order in ORDERS else "day",
        "found": [line_of(means) for means in found],
        "refusal": refusal,
        "asked": request.method == "POST",
        "kinds": [(value, label) for value, label in Means.Kind.choices if value != Means.Kind.ROTATING],
        "kind": request.POST.get("kind", ""),
        "series": _series(),
        "renewals": waiting,
        "running": any(one.state == Renewal.State.RUNNING for one in waiting),
        "to_print": Means.objects.to_print().count(),
        "days": EXPIRING_DAYS,
    }
    return render(request, "maps/cards/desk.html", context)


@require_POST
def act(request: HttpRequest, means_id: int) -> HttpResponse:
    clerk = require_role(request.user, Role.CLERK)
    means = get_object_or_404(Means, pk=means_id)
    try:
        if request.POST.get("wish") == "replace":
            printing.replace(means, actor=clerk.actor)
            messages.success(request, _("It is blocked, and a printed code waits to be printed in its place."))
        else:
            services.block_means(means, actor=clerk.actor, reason="blocked at the desk")
            messages.success(request, _("It is blocked. The resident's other cards and codes still work."))
    except CityError as refusal:
        messages.error(request, str(refusal))
    return redirect("cards")


@require_POST
def renew(request: HttpRequest) -> HttpResponse:
    clerk = require_role(request.user, Role.CLERK)
    day = parse_date(request.POST.get("overlap_until", ""))
    try:
        if day is None:
            raise InvalidInput(fields={"overlap_until": _("Choose a day that is still to come")})
        end = datetime.combine(day + timedelta(days=1), time.min, settings.CITY.time_zone)
        started = printing.start_renewal(
            series=request.POST.get("series", ""),
            new_series=request.POST.get("new_series", "").strip()[:40],
            overlap_until=end,
            actor=clerk.actor,
        )
        messages.success(request, _("%(count)d cards get a successor.") % {"count": started.total})
    except InvalidInput as refusal:
        messages.error(request, " ".join(map(str, refusal.fields.values())) or str(refusal))
    except CityError as refusal:
        messages.error(request, str(refusal))
    return redirect("cards")


@require_safe
def expiring_csv(request: HttpRequest) -> HttpResponse:
    """For a letter to each of them: name, kind, series and the last day."""
    clerk = require_role(request.user, Role.CLERK)
    answer = HttpResponse(content_type="text/csv; charset=utf-8", headers={"Cache-Control": "no-store"})
    answer["Content-Disposition"] = 'attachment; filename="expiring.csv"'
    rows = csv.writer(answer)
    rows.writerow([_("Family name"), _("Given name"), _("Kind"), _("Series"), _("Name"), _("Expires")])
    listed = _expiring(request.GET.get("order", ""))[:EXPORT_MAX]
    with acting(clerk.actor, "expiring cards exported"):
        for one in listed:
            who, last = one.resident, clock.local(one.expires_at).date() if one.expires_at else ""
            cells = [who.family_name, who.given_name, one.get_kind_display(), one.series, one.label, last]
            rows.writerow([_harmless(str(cell)) for cell in cells])
        looked_at_all((one.resident for one in listed), actor=clerk.actor, what="means", purpose="desk")
        audit.record("residents.expiring-exported", "residents", count=len(listed))
    return answer


def _expiring(order: str) -> QuerySet[Means]:
    now = clock.now()
    listed = Means.objects.expiring(after=now, until=now + timedelta(days=EXPIRING_DAYS)).select_related("resident")
    return listed.order_by(ORDERS.get(order, "expires_at"), "pk")


def _found(request: HttpRequest, clerk: User) -> tuple[list[Means], str]:
    """What carries the token, whatever its state; nothing is spent by looking."""
    token, kind = request.POST.get("token", "").strip(), request.POST.get("kind", "")
    try:
        refuse_card_numbers(token=token)
        kind = kind_of(kind, token)
    except CityError as refusal:
        return [], str(refusal)
    if kind == Means.Kind.ROTATING:
        return [], _("A changing code is for readers; find the phone by its holder's name.")
    found = list(Means.objects.select_related("resident").filter(kind=kind, token_hash=hash_of(kind, token)))
    for one in found:
        with acting(clerk.actor, "card looked up"):
            audit.record("residents.looked-up", f"resident:{one.resident_id}", means=one.pk)
    return found, ""


def _series() -> list[tuple[str, int]]:
    """Those with cards in use that have no successor, and how many."""
    usable = Means.objects.usable(clock.now()).filter(replaced_by=None).exclude(series="")
    return list(usable.values_list("series").annotate(Count("pk")).order_by("series"))


def _harmless(cell: str) -> str:
    """A cell that a spreadsheet would take for a formula gets an apostrophe."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
