"""Signing in by a link in a letter."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gis_platform.core.errors import CityError
from gis_platform.identity import sign_in_links
from gis_platform.identity.entering import safe_path
from gis_platform.identity.models import OpenSession
from gis_platform.residents.joining import account_of
from maps.account.arriving import arrive
from maps.account.openid import refused
from maps.account.pending import Proof


class EmailForm(forms.Form):
    email = forms.EmailField(label=_("E-mail"), max_length=254)


@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """The same answer for every address, whether the city knows it or not."""
    form = EmailForm(request.POST)
    path = safe_path(request, request.POST.get("next", ""))
    if not form.is_valid():
        messages.error(request, _("This is not an e-mail address"))
        return HttpResponseRedirect(reverse("sign-in", query={"next": path}))
    try:
        sign_in_links.send(request, form.cleaned_data["email"], next_path=path)
    except CityError as error:
        return refused(request, error)
    return HttpResponseRedirect(reverse("sign-in-email-sent"))


@require_safe
@never_cache
def sent(request: HttpRequest) -> HttpResponse:
    return render(request, "maps/account/sent.html", {"minutes": sign_in_links.LIFETIME.seconds // 60})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Opening it shows a button; pressing that uses it up."""
    try:
        if request.method != "POST":
            found = sign_in_links.look_at(request, token)
            answer = render(request, "maps/account/link.html", {"link": found})
        else:
            found = sign_in_links.use(request, token)
            proof = Proof(email=found.email, next_path=found.next_path)
            answer = arrive(request, proof, known=account_of(found.email), way=OpenSession.Way.EMAIL)
    except CityError as error:
        answer = refused(request, error)
    answer["Referrer-Policy"] = "no-referrer"
    return answer
