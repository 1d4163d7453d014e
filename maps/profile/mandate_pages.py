"""Asking for, agreeing to and ending a guardianship or an escort, by the two whom it concerns."""

from contextlib import suppress

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gis_platform.residents import mandates
from gis_platform.residents.models import Resident
from maps.profile.access import for_residents
from maps.profile.mandate_forms import RequestForm
from maps.profile.pages import shown

HERE = "/profile/#mandates"
# What would tell the asker something about the other person is told to nobody.
SILENT = (mandates.NotUnderAge, mandates.MandateChain)


@require_POST
@for_residents
def ask(request: HttpRequest, resident: Resident) -> HttpResponse:
    form = RequestForm(request.POST)
    if not form.is_valid():
        return render(request, "maps/profile/profile.html", shown(resident) | {"form": form}, status=400)
    other = form.other()
    if other is not None:
        holder, ward = form.pair(resident, other)
        with suppress(*SILENT):
            mandates.between(holder, ward, form.kind, form.period, asked_by=resident)
    messages.success(request, _("If this person is registered here, they are asked and can agree on their own page."))
    return redirect(HERE)


@require_POST
@for_residents
def answer(request: HttpRequest, resident: Resident, mandate_id: int) -> HttpResponse:
    if request.POST.get("act") == "agree":
        mandates.agree(mandate_id, by=resident)
        messages.success(request, _("Agreed."))
    else:
        mandates.end(mandate_id, by=resident)
        messages.success(request, _("Ended."))
    return redirect(HERE)
