"""One's own account: by what one signs in, and where one is signed in."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from gis_platform.core import audit
from gis_platform.core.actor import acting
from gis_platform.identity import recovery_codes, sessions
from gis_platform.identity.entering import has_second_factor, must_have_second_factor
from gis_platform.identity.models import OpenSession
from gis_platform.identity.providers import providers, title_of
from gis_platform.residents.joining import likely_same
from gis_platform.residents.models import Resident
from maps.account.access import me, signed_in


@require_safe
@signed_in
def account(request: HttpRequest) -> HttpResponse:
    user = me(request)
    resident = Resident.objects.filter(user=user).first()
    identities = list(resident.foreign_identities.all()) if resident else []
    taken = {identity.issuer for identity in identities}
    context = {
        "resident": resident,
        "identities": [(title_of(one.issuer), one.used_at) for one in identities],
        "more_providers": [one for one in providers() if one.issuer not in taken],
        "passkeys": user.passkeys.all(),
        "has_app": hasattr(user, "authenticator_app"),
        "has_second_factor": has_second_factor(user),
        "must_have": must_have_second_factor(user),
        "codes_left": recovery_codes.left(user),
        "sessions": sessions.open_sessions(user),
        "session_key": request.session.session_key,
        "likely": likely_same(resident) if resident else [],
    }
    return render(request, "maps/account/account.html", context)


@require_POST
@signed_in
def end_sessions(request: HttpRequest) -> HttpResponse:
    """One session by its number, or all but this one."""
    user = me(request)
    if (number := request.POST.get("session", "")).isdecimal():
        ended = sessions.end(user, pk=int(number))
    else:
        ended = sessions.end_others(user, but=request.session.session_key)
    text = ngettext("Signed out on %(count)d device.", "Signed out on %(count)d devices.", ended) % {"count": ended}
    messages.success(request, text)
    return HttpResponseRedirect(reverse("account"))


@method_decorator(signed_in, name="dispatch")
class ChangePassword(PasswordChangeView):
    """Every other session ends with the old password."""

    template_name = "maps/account/password.html"
    success_url = reverse_lazy("account")

    def form_valid(self, form: Any) -> HttpResponse:
        user = me(self.request)
        response = super().form_valid(form)
        sessions.end_others(user, but=None)
        sessions.note(self.request, user, way=OpenSession.Way.PASSWORD)
        with acting(user.actor, "password changed"):
            audit.record("identity.password-changed", f"user:{user.pk}")
        messages.success(self.request, _("The password is changed, and you are signed out everywhere else."))
        return response
