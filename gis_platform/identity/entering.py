"""From a first proof to a session: what else an account must show, and the moment of signing in.

Until everything is shown there is no session of the account, only a note in the browser's own of whom it is about. So
nothing has to ask at every door whether the second factor came.
"""

import time
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from gis_platform.core import audit
from gis_platform.core.actor import acting
from gis_platform.identity import sessions
from gis_platform.identity.models import OpenSession, User
from gis_platform.identity.roles import is_staff_member

BACKEND = "django.contrib.auth.backends.ModelBackend"
SESSION_KEY = "half-signed-in"
SIGNED_IN_AT = "signed-in-at"
PATIENCE_S = 10 * 60
FRESH_S = 15 * 60  # how long ago a sign-in may be for changing what one signs in with


@dataclass(frozen=True, kw_only=True)
class Entering:
    """Somebody who has shown a first proof. `enrols` means that there is no second factor yet and must be one."""

    user: User
    way: str
    next_path: str
    enrols: bool


def has_second_factor(user: User) -> bool:
    return user.passkeys.exists() or hasattr(user, "authenticator_app")


def must_have_second_factor(user: User) -> bool:
    return bool(settings.SECOND_FACTOR_REQUIRED) and (is_staff_member(user) or user.is_staff)


def enter(request: HttpRequest, user: User, *, way: str, next_path: str) -> str:
    """Goes on after a first proof; the path to send the browser to. A passkey is first and second proof."""
    if way != OpenSession.Way.PASSKEY and (has_second_factor(user) or must_have_second_factor(user)):
        request.session.cycle_key()
        request.session[SESSION_KEY] = {"user": user.pk, "way": way, "next": next_path, "at": int(time.time())}
        return reverse("second-factor")
    return _let_in(request, user, way=way, next_path=next_path)


def entering(request: HttpRequest) -> Entering | None:
    """Who stands between the doors in this browser; None when nobody does, or waited too long."""
    note = request.session.get(SESSION_KEY)
    if not note or time.time() - note["at"] > PATIENCE_S:
        return None
    user = User.objects.filter(pk=note["user"], is_active=True).first()
    if user is None:
        return None
    return Entering(user=user, way=note["way"], next_path=note["next"], enrols=not has_second_factor(user))


def complete(request: HttpRequest, entering: Entering) -> str:
    """After the second proof, or its enrolment."""
    request.session.pop(SESSION_KEY, None)
    return _let_in(request, entering.user, way=entering.way, next_path=entering.next_path)


def _let_in(request: HttpRequest, user: User, *, way: str, next_path: str) -> str:
    path = safe_path(request, next_path)
    login(request, user, backend=BACKEND)
    request.session[SIGNED_IN_AT] = int(time.time())
    sessions.note(request, user, way=way)
    with acting(user.actor, "signed in"):
        audit.record("identity.signed-in", f"user:{user.pk}", way=way)
    return path


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person was here lately: a session left open on a desk must not change the locks."""
    return time.time() - int(request.session.get(SIGNED_IN_AT, 0)) < FRESH_S


def safe_path(request: HttpRequest, path: str) -> str:
    """The path when it is one of ours, or else the first page."""
    ours = url_has_allowed_host_and_scheme(path, allowed_hosts=None) and path.startswith("/")
    return path if ours else reverse(settings.LOGIN_REDIRECT_URL)
