"""The code from the desk: whoever was registered there claims the card, or joins it to the one there is."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gis_platform.core.errors import CityError
from gis_platform.identity import throttle
from gis_platform.residents import registration
from gis_platform.residents.registration import ClaimRefused
from maps.account import pending
from maps.account.access import me, signed_in
from maps.check_in import resident_of


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def claim(request: HttpRequest) -> HttpResponse:
    error = ""
    if request.method == "POST":
        try:
            return _claim(request, request.POST.get("code", ""))
        except CityError as refusal:
            error = str(refusal)
    return render(request, "maps/account/claim.html", {"error": error})


def _claim(request: HttpRequest, code: str) -> HttpResponse:
    user = me(request)
    name = f"claim:{user.pk}"
    throttle.refuse_if_throttled(request, name)
    try:
        if resident_of(request) is not None:
            pending.keep_other_card(request, registration.prove_claim(user, code).pk)
            return HttpResponseRedirect(reverse("join"))
        registration.claim(user, code)
    except ClaimRefused:
        throttle.count_failure(request, name)
        raise
    messages.success(request, _("The card is yours."))
    return HttpResponseRedirect(reverse("my-card"))
