"""Counts failed sign-ins, so that guessing a password takes longer than it is worth; and letters, so that nobody's
letter box is filled."""

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from gis_platform.identity.errors import TooManyAttempts

WINDOW_S = 15 * 60
FAILURES_MAX = 5  # of one account from one address
FAILURES_MAX_ANYWHERE = 50  # of one account from all addresses: a guess spread over many machines
LETTERS_MAX = 3  # to one e-mail address
LETTERS_MAX_FROM = 20  # asked for from one address


def client_address(request: HttpRequest) -> str:
    """Where the request came from; behind a proxy, what the nearest proxy says."""
    if settings.SECURE_PROXY_SSL_HEADER:
        return str(request.headers.get("X-Forwarded-For", "")).rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def refuse_if_throttled(request: HttpRequest, username: str) -> None:
    """Raises TooManyAttempts while the account has failed too often lately."""
    _refuse_if_full(_counters(request, username))


def count_failure(request: HttpRequest, username: str) -> None:
    _count(_counters(request, username))


def forget_failures(request: HttpRequest, username: str) -> None:
    cache.delete(_counters(request, username)[0][0])


def count_letter(request: HttpRequest, email: str) -> None:
    """Raises TooManyAttempts when the address, or whoever asks, has had enough letters for a while."""
    counters = (
        (_key("letter-to", email.lower()), LETTERS_MAX),
        (_key("letter-from", client_address(request)), LETTERS_MAX_FROM),
    )
    _refuse_if_full(counters)
    _count(counters)


def _refuse_if_full(counters: tuple[tuple[str, int], ...]) -> None:
    for key, most in counters:
        if cache.get(key, 0) >= most:
            raise TooManyAttempts(retry_after_s=WINDOW_S)


def _count(counters: tuple[tuple[str, int], ...]) -> None:
    for key, _ in counters:
        cache.add(key, 0, WINDOW_S)
        try:
            cache.incr(key)
        except ValueError:  # the window closed between the two
            cache.add(key, 1, WINDOW_S)


def _counters(request: HttpRequest, username: str) -> tuple[tuple[str, int], ...]:
    account = username.strip().lower()
    return (
        (_key(account, client_address(request)), FAILURES_MAX),
        (_key(account), FAILURES_MAX_ANYWHERE),
    )


def _key(*parts: str) -> str:
    # Hashed: neither names nor addresses of people lie in Redis.
    return "sign-in:" + salted_hmac("identity.throttle", "\0".join(parts), algorithm="sha256").hexdigest()[:32]
