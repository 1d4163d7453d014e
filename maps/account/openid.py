"""To another site and back."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gis_platform.core.errors import CityError
from gis_platform.identity import openid
from gis_platform.identity.entering import safe_path
from gis_platform.identity.models import OpenSession, User
from gis_platform.identity.providers import provider, providers
from gis_platform.residents.registration import account_of_identity
from maps.account.arriving import arrive
from maps.account.pending import Proof
from maps.start import language


@require_safe
@never_cache
def begin(request: HttpRequest, provider_id: str) -> HttpResponse:
    """A link and not a form: our policy lets forms go nowhere else, and Chromium counts redirections as going.

    Another site's page cannot send people through here: browsers say where a request comes from.
    """
    if request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        return HttpResponseRedirect(reverse("sign-in"))
    try:
        url = openid.begin(
            request.session,
            provider(provider_id),
            callback_url=request.build_absolute_uri(reverse("sign-in-provider-answer", args=[provider_id])),
            next_path=safe_path(request, request.GET.get("next", "")),
            language=language(),
        )
    except CityError as error:
        return refused(request, error)
    return HttpResponseRedirect(url)


@require_safe
@never_cache
def answer(request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        claims, next_path = openid.finish(request.session, provider_id, request.GET.dict())
        known: User | None = account_of_identity(claims)
        proof = Proof(claims=claims, next_path=next_path)
        return arrive(request, proof, known=known, way=OpenSession.Way.PROVIDER)
    except CityError as error:
        return refused(request, error)


def refused(request: HttpRequest, error: CityError) -> HttpResponse:
    context = {"error": error, "providers": providers()}
    return render(request, "maps/account/refused.html", context, status=error.status)
