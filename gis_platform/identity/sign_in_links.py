"""Signing in by a link sent to an e-mail address: good once, for a quarter of an hour, in the browser that asked.

Every address gets a letter, whether the city knows it or not: who follows the link without being known registers. So
the answer to the form is the same for all, and takes the same time.
"""

from datetime import timedelta
from smtplib import SMTPException

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from gis_platform.core import clock
from gis_platform.identity import throttle
from gis_platform.identity.errors import LinkElsewhere, LinkRefused, MailAway
from gis_platform.identity.models import SignInLink
from gis_platform.identity.once import hash_of, new_token

LIFETIME = timedelta(minutes=15)
SESSION_KEY = "sign-in-browser"
KEPT_FOR = timedelta(days=1)

log = structlog.get_logger(__name__)


def send(request: HttpRequest, email: str, *, next_path: str) -> None:
    """Raises TooManyAttempts or MailAway. Sent at once and not from the outbox, where the token would lie for days."""
    throttle.count_letter(request, email)
    token = new_token()
    browser = request.session.setdefault(SESSION_KEY, new_token())
    now = clock.now()
    SignInLink.objects.filter(expires_at__lt=now - KEPT_FOR).delete()
    SignInLink.objects.create(
        token_hash=_hash(token),
        browser_hash=_hash(browser),
        email=email,
        next_path=next_path,
        expires_at=now + LIFETIME,
    )
    _post(email, settings.PUBLIC_URL + reverse("sign-in-link", args=[token]))


def look_at(request: HttpRequest, token: str) -> SignInLink:
    """The link, without using it: scanners of letters open links too. Raises LinkRefused or LinkElsewhere."""
    found = SignInLink.objects.usable(clock.now()).filter(token_hash=_hash(token)).first()
    if found is None:
        raise LinkRefused
    if found.browser_hash != _hash(request.session.get(SESSION_KEY, "")):
        raise LinkElsewhere
    return found


def use(request: HttpRequest, token: str) -> SignInLink:
    """Whoever gets the link back holds its address. Raises LinkRefused or LinkElsewhere."""
    found = look_at(request, token)
    now = clock.now()
    if not SignInLink.objects.usable(now).filter(pk=found.pk).update(used_at=now):  # the other of two at once was first
        raise LinkRefused
    return found


def _post(email: str, url: str) -> None:
    context = {"city": settings.CITY, "url": url, "minutes": int(LIFETIME.total_seconds() // 60)}
    text = render_to_string("identity/sign_in_link.txt", context)
    subject = _("Sign in to %(city)s") % {"city": settings.CITY.name}
    try:
        EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, [email]).send()
    except (SMTPException, OSError) as error:
        log.warning("a sign-in link could not be sent", error=type(error).__name__)
        raise MailAway from None


def _hash(text: str) -> str:
    return hash_of(text, purpose="sign-in-link")
