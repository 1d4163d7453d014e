"""Codes of an authenticator app (RFC 6238: six digits, SHA-1, steps of 30 seconds), each good once."""

import time

import pyotp
from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from gis_platform.core import audit
from gis_platform.core.actor import acting
from gis_platform.identity import throttle
from gis_platform.identity.errors import ProofRefused
from gis_platform.identity.models import AuthenticatorApp, User

STEP_S = 30
SKEW_STEPS = 1  # a phone's clock half a minute off


def new_secret() -> str:
    return pyotp.random_base32()  # 160 bits, as RFC 4226 section 4 recommends


def address(secret: str, user: User) -> str:
    """What the QR code holds."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.email or user.username, issuer_name=str(settings.CITY.name))


def enrol(request: HttpRequest, user: User, *, secret: str, code: str) -> AuthenticatorApp:
    """Ties the app to the account in place of a former one, once it shows the right code. Raises ProofRefused."""
    throttle.refuse_if_throttled(request, _name(user))
    step = _step_of(secret, code) if secret else None
    if step is None:
        throttle.count_failure(request, _name(user))
        raise ProofRefused
    with acting(user.actor, "authenticator app added"):
        app, _ = AuthenticatorApp.objects.update_or_create(user=user, defaults={"secret": secret, "last_step": step})
        audit.record("identity.authenticator-app-added", f"user:{user.pk}")
    return app


def check(request: HttpRequest, user: User, code: str) -> None:
    """Raises ProofRefused for a wrong code, a used one, or where there is no app; TooManyAttempts."""
    throttle.refuse_if_throttled(request, _name(user))
    app = AuthenticatorApp.objects.filter(user=user).first()
    step = _step_of(str(app.secret), code) if app else None
    # The condition makes one of two who bring the same code at once lose.
    if step is None or not AuthenticatorApp.objects.filter(user=user, last_step__lt=step).update(last_step=step):
        throttle.count_failure(request, _name(user))
        raise ProofRefused
    throttle.forget_failures(request, _name(user))


def _step_of(secret: str, code: str) -> int | None:
    """The step whose code it is, the newest first."""
    now, digits = int(time.time()) // STEP_S, "".join(code.split())
    totp = pyotp.TOTP(secret)
    for step in range(now + SKEW_STEPS, now - SKEW_STEPS - 1, -1):
        if constant_time_compare(totp.generate_otp(step), digits):
            return step
    return None


def _name(user: User) -> str:
    return f"second-factor:{user.pk}"
