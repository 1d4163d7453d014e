"""Who a request is from: an API key, a name and password over HTTPS (QGIS and GDAL ask for those), or a session."""

import base64
import binascii
from datetime import timedelta
from ipaddress import ip_address

from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.crypto import salted_hmac

from gis_platform.core import clock
from gis_platform.identity import throttle
from gis_platform.identity.entering import has_second_factor, must_have_second_factor
from gis_platform.identity.errors import (
    CredentialsRefused,
    CsrfRefused,
    EncryptionRequired,
    PasswordNotEnough,
    ScopeMissing,
)
from gis_platform.identity.keys import matches, prefix_of
from gis_platform.identity.models import ApiKey, User

SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")
USE_NOTED_EVERY = timedelta(minutes=10)
PASSWORD_REMEMBERED_S = 60  # a GIS client sends the password with every tile; checking it takes a good part of a second


def authenticate_request(request: HttpRequest) -> User | AnonymousUser:
    """The account that the request acts for; anonymous when it names none.

    Raises CredentialsRefused for a wrong key or password (never falling back to the session), EncryptionRequired for a
    password in the clear, PasswordNotEnough for an account with a second factor, TooManyAttempts, ScopeMissing when the
    key may only read, and CsrfRefused for a session that writes without its token: views that call this may therefore
    be exempt from Django's own check.
    """
    scheme, _, credentials = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    match scheme.lower():
        case "bearer":
            return _by_api_key(request, credentials.strip())
        case "basic":
            return _by_password(request, credentials.strip())
    user = request.user
    if isinstance(user, User) and user.is_active:
        require_csrf_token(request)
        return user
    return AnonymousUser()


def require_csrf_token(request: HttpRequest) -> None:
    """Raises CsrfRefused when a request that changes something lacks the session's token."""
    check = CsrfViewMiddleware(lambda _: HttpResponse())
    check.process_request(request)
    if check.process_view(request, _checked_view, (), {}) is not None:
        raise CsrfRefused


def _checked_view(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def _by_api_key(request: HttpRequest, text: str) -> User:
    prefix = prefix_of(text, kind="api")
    found = ApiKey.objects.select_related("user").filter(
        prefix=prefix, revoked_at=None, expires_at__gt=clock.now(), user__is_active=True
    )
    record = found.first() if prefix else None
    if record is None or not matches(text, record.key_hash):
        raise CredentialsRefused
    if request.method not in SAFE_METHODS and ApiKey.Scope.WRITE not in record.scopes:
        raise ScopeMissing(scope=ApiKey.Scope.WRITE.value)
    _note_use(record)
    return record.user


def _note_use(record: ApiKey) -> None:
    """Enough to find keys that nobody uses any more, without a write for every request."""
    at = clock.now()
    if record.used_at is None or record.used_at < at - USE_NOTED_EVERY:
        ApiKey.objects.filter(pk=record.pk).update(used_at=at)


def _by_password(request: HttpRequest, credentials: str) -> User:
    try:
        username, separator, password = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise CredentialsRefused from None
    if not separator:
        raise CredentialsRefused
    if prefix_of(password, kind="api"):
        user = _by_api_key(request, password)
        if user.username != username:
            raise CredentialsRefused
        return user
    if not is_private(request):
        raise EncryptionRequired
    return _remembered(username, password) or _checked(request, username, password)


def is_private(request: HttpRequest) -> bool:
    """Whether nobody on the way can read the request: HTTPS, or it never left this machine."""
    if request.is_secure():
        return True
    if settings.SECURE_PROXY_SSL_HEADER:  # then every request comes from the proxy, often on this machine
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _checked(request: HttpRequest, username: str, password: str) -> User:
    throttle.refuse_if_throttled(request, username)
    user = authenticate(request, username=username, password=password)
    if not isinstance(user, User):
        throttle.count_failure(request, username)
        raise CredentialsRefused
    throttle.forget_failures(request, username)
    if has_second_factor(user) or must_have_second_factor(user):  # or this would be the door beside the door
        raise PasswordNotEnough
    cache.set(_memory_key(user, password), user.pk, PASSWORD_REMEMBERED_S)
    return user


def _remembered(username: str, password: str) -> User | None:
    user = User.objects.filter(username=username, is_active=True).first()
    if user is not None and cache.get(_memory_key(user, password)) == user.pk:
        return user
    return None


def _memory_key(user: User, password: str) -> str:
    # The password's stored hash is part of it, so a change of password ends the memory at once.
    digest = salted_hmac("identity.basic", f"{user.pk}\0{user.password}\0{password}", algorithm="sha256")
    return f"basic:{digest.hexdigest()}"
