"""Passkeys: the browser asks for a question by script, and sends its answer as a form."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gis_platform.core import audit
from gis_platform.core.actor import acting
from gis_platform.core.errors import CityError
from gis_platform.identity import passkeys, recovery_codes
from gis_platform.identity.entering import complete, enter, entering, has_second_factor, must_have_second_factor
from gis_platform.identity.errors import LastProof, NotSignedIn, ProofRefused
from gis_platform.identity.models import OpenSession, User
from maps.account import pending
from maps.account.access import freshly, me
from maps.account.openid import refused

CODES_KEY = "recovery-codes"


@require_POST
def question(request: HttpRequest) -> HttpResponse:
    return JsonResponse(passkeys.begin_asking(request))


@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Signs in, or is the second proof of somebody who stands between the doors."""
    try:
        user = passkeys.holder(request, request.POST.get("answer", ""))
        half = entering(request)
        if half is None:
            next_path = request.POST.get("next", "")
            return HttpResponseRedirect(enter(request, user, way=OpenSession.Way.PASSKEY, next_path=next_path))
        if half.user != user:
            raise ProofRefused
        return HttpResponseRedirect(complete(request, half))
    except CityError as error:
        return refused(request, error)


@require_POST
def question_to_add(request: HttpRequest) -> HttpResponseBase:
    """For an account that is signed in, or that must enrol before it is."""
    user = _enrolling(request)
    if user is not None:
        return JsonResponse(passkeys.begin_adding(request, user))
    return freshly(lambda inner: JsonResponse(passkeys.begin_adding(inner, me(inner))))(request)


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """The question was asked of this account in this browser, so nothing more is asked here."""
    half = entering(request)
    user = _enrolling(request) or (request.user if isinstance(request.user, User) else None)
    try:
        if user is None:
            raise NotSignedIn
        had = has_second_factor(user)
        passkeys.add(
            request, user, answer=request.POST.get("answer", ""), name=request.POST.get("name") or _("Passkey")
        )
    except CityError as error:
        return refused(request, error)
    messages.success(request, _("The passkey is added."))
    if half is not None and half.user == user:
        complete(request, half)
    path = reverse("account")
    if not had:
        show_recovery_codes(request, user)
        path = reverse("recovery-codes")
    return HttpResponseRedirect(path)


@require_POST
@freshly
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    try:
        with acting(user.actor, "passkey removed"):
            removed, _by_model = user.passkeys.filter(pk=pk).delete()
            if removed:
                require_one_left(User.objects.get(pk=user.pk))
                audit.record("identity.passkey-removed", f"user:{user.pk}", passkey=pk)
    except CityError as error:
        return refused(request, error)
    messages.success(request, _("The passkey is removed. Delete it on your device as well."))
    return HttpResponseRedirect(reverse("account"))


def show_recovery_codes(request: HttpRequest, user: User) -> None:
    """Fresh ones, for the next page to show once."""
    pending.keep_secret(request, CODES_KEY, recovery_codes.make(user))


def require_one_left(user: User) -> None:
    """Raises LastProof when the account's role asks for a second factor and none is left."""
    if must_have_second_factor(user) and not has_second_factor(user):
        raise LastProof


def _enrolling(request: HttpRequest) -> User | None:
    half = entering(request)
    return half.user if half is not None and half.enrols else None
