"""Two cards of one person: shown to whoever has just proven to hold both, joined on a press, parted by a clerk."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gis_platform.core import clock
from gis_platform.core.errors import CityError
from gis_platform.identity.providers import title_of
from gis_platform.residents.errors import JoinRefused
from gis_platform.residents.looking import looked
from gis_platform.residents.models import Join, Resident
from maps.account import carrying, pending
from maps.account.access import for_clerks, me, signed_in
from maps.account.openid import refused

SHOWN_MAX = 50


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def join(request: HttpRequest) -> HttpResponse:
    """Open only while this browser has shown both ways of signing in, the second a few minutes ago."""
    user = me(request)
    mine = Resident.objects.filter(user=user).first()
    other = Resident.objects.filter(pk=pending.other_card(request) or 0).first()
    if mine is None or other is None:
        return refused(request, JoinRefused())
    if request.method == "POST":
        pending.forget(request)
        if "keep" in request.POST:
            return HttpResponseRedirect(reverse("account"))
        try:
            carrying.join(mine, other, actor=user.actor)
        except CityError as error:
            return refused(request, error)
        messages.success(request, _("The two are one card now. For thirty days the city's desk can part them again."))
        return HttpResponseRedirect(reverse("account"))
    cards = [_card(one) for one in (mine, other)]
    return render(request, "maps/account/join.html", {"cards": cards, "mine": mine})


def _card(resident: Resident) -> dict[str, object]:
    ways = [title_of(one.issuer) for one in resident.foreign_identities.all()]
    if resident.user and resident.user.email:
        ways.append(resident.user.email)
    return {"resident": resident, "ways": ways, "means": [str(one) for one in resident.means.filter(blocked_at=None)]}


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def joins(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        number = request.POST.get("join", "")
        done = get_object_or_404(Join, pk=int(number) if number.isdecimal() else 0)
        try:
            carrying.undo(done, actor=me(request).actor)
        except CityError as error:
            return refused(request, error)
        messages.success(request, _("They are two cards again."))
        return HttpResponseRedirect(reverse("joins"))
    found = Join.objects.select_related("kept", "joined")[:SHOWN_MAX]
    for one in found:
        looked(one.kept, actor=me(request).actor, what="profile", purpose="desk")
    return render(request, "maps/account/joins.html", {"joins": found, "now": clock.now()})
