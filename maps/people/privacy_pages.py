"""The privacy desk: who asks to be forgotten, by when, and the answer."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gis_platform.core import clock
from gis_platform.core.errors import CityError
from gis_platform.residents.looking import looked
from gis_platform.residents.models import Erasure
from gis_platform.residents.privacy import erasing
from maps.settlement.access import clerk_of, for_clerks

DONE_SHOWN = 20


@require_safe
@for_clerks
def desk(request: HttpRequest) -> HttpResponse:
    waiting = list(Erasure.objects.filter(state=Erasure.State.ASKED).select_related("resident"))
    for one in waiting:
        if one.resident is not None:
            looked(one.resident, actor=clerk_of(request).actor, what="found", purpose="privacy")
    answered = Erasure.objects.exclude(state=Erasure.State.ASKED).order_by("-answered_at")[:DONE_SHOWN]
    context = {"waiting": waiting, "answered": answered, "today": clock.today()}
    return render(request, "maps/people/privacy.html", context)


@require_POST
@for_clerks
def answer(request: HttpRequest, erasure_id: str) -> HttpResponse:
    asked, actor = get_object_or_404(Erasure, pk=erasure_id), clerk_of(request).actor
    try:
        if request.POST.get("act") == "erase":
            counts = erasing.erase(asked, actor=actor)
            messages.success(request, _("Erased: %(count)d records.") % {"count": sum(counts.values())})
        else:
            erasing.refuse(asked, reason=request.POST.get("reason", ""), actor=actor)
            messages.success(request, _("Refused; the resident reads why."))
    except CityError as error:
        messages.error(request, str(error))
    return redirect("privacy-desk")
