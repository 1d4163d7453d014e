"""The second proof on the way in, and its enrolment: an authenticator app, and recovery codes on paper."""

import base64
import io

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from gis_platform.core import audit
from gis_platform.core.actor import acting
from gis_platform.core.errors import CityError
from gis_platform.identity import authenticator_apps, recovery_codes
from gis_platform.identity.entering import Entering, complete, entering, has_second_factor
from gis_platform.identity.models import AuthenticatorApp, User
from maps.account import pending
from maps.account.access import freshly, me
from maps.account.openid import refused
from maps.account.passkeys import CODES_KEY, require_one_left, show_recovery_codes

SECRET_KEY = "authenticator-app"  # noqa: S105 the name in the session


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def second_factor(request: HttpRequest) -> HttpResponse:
    """Of somebody who has shown a password, a letter or another site's account."""
    half = entering(request)
    if half is None:
        return HttpResponseRedirect(reverse("sign-in"))
    if half.enrols:
        return render(request, "maps/account/enrol.html", {"half": half, **_offer(request, half.user)})
    error = ""
    if request.method == "POST":
        try:
            _check(request, half)
            return HttpResponseRedirect(complete(request, half))
        except CityError as refusal:
            error = str(refusal)
    has = {"app": hasattr(half.user, "authenticator_app"), "passkey": half.user.passkeys.exists()}
    return render(request, "maps/account/second.html", {"half": half, "has": has, "error": error})


def _check(request: HttpRequest, half: Entering) -> None:
    if code := request.POST.get("recovery", ""):
        recovery_codes.use(request, half.user, code)
        messages.warning(request, _("You used a recovery code. Add a new passkey or app if yours is lost."))
    else:
        authenticator_apps.check(request, half.user, request.POST.get("code", ""))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def app(request: HttpRequest) -> HttpResponseBase:
    """Ties an app to the account that is signed in, or that must enrol before it is."""
    half = entering(request)
    if half is not None and half.enrols:
        return _app(request, half.user, half)
    return freshly(lambda inner: _app(inner, me(inner), None))(request)


def _app(request: HttpRequest, user: User, half: Entering | None) -> HttpResponse:
    error = ""
    if request.method == "POST":
        had = has_second_factor(user)
        secret = "".join(pending.secret(request, SECRET_KEY))
        try:
            authenticator_apps.enrol(request, user, secret=secret, code=request.POST.get("code", ""))
            request.session.pop(SECRET_KEY, None)
            if half is not None:
                complete(request, half)
            messages.success(request, _("The app is added."))
            if not had:
                show_recovery_codes(request, user)
            return HttpResponseRedirect(reverse("account" if had else "recovery-codes"))
        except CityError as refusal:
            error = str(refusal)
    return render(request, "maps/account/app.html", {"error": error, "half": half, **_offer(request, user)})


def _offer(request: HttpRequest, user: User) -> dict[str, str | SafeString]:
    """The secret that this browser is shown until the app has it."""
    secret = "".join(pending.secret(request, SECRET_KEY)) or authenticator_apps.new_secret()
    pending.keep_secret(request, SECRET_KEY, [secret])
    return {"secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)), "qr": _qr(secret, user)}


def _qr(secret: str, user: User) -> SafeString:
    buffer = io.BytesIO()
    segno.make(authenticator_apps.address(secret, user), error="m").save(
        buffer, kind="svg", scale=5, border=2, xmldecl=False
    )
    picture = base64.b64encode(buffer.getvalue()).decode()
    return mark_safe(f"data:image/svg+xml;base64,{picture}")  # noqa: S308 base64 of our own drawing


@require_POST
@freshly
def remove_app(request: HttpRequest) -> HttpResponse:
    user = me(request)
    try:
        with acting(user.actor, "authenticator app removed"):
            AuthenticatorApp.objects.filter(user=user).delete()
            require_one_left(User.objects.get(pk=user.pk))
            audit.record("identity.authenticator-app-removed", f"user:{user.pk}")
    except CityError as error:
        return refused(request, error)
    messages.success(request, _("The app is removed."))
    return HttpResponseRedirect(reverse("account"))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def recovery(request: HttpRequest) -> HttpResponseBase:
    """Shows fresh codes this once; a POST makes them anew."""
    if request.method == "POST":
        return freshly(_make_codes)(request)
    codes = pending.secret(request, CODES_KEY)
    request.session.pop(CODES_KEY, None)
    if not codes:
        return HttpResponseRedirect(reverse("account"))
    return render(request, "maps/account/recovery.html", {"codes": codes})


def _make_codes(request: HttpRequest) -> HttpResponse:
    show_recovery_codes(request, me(request))
    return HttpResponseRedirect(reverse("recovery-codes"))
