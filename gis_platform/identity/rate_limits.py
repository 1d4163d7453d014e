"""Limits of requests: one budget each for reading, tiles, editing, processes and signing in, for each caller.

A caller is an account with a session, a credential, or an address. Made-up credentials buy nothing: each refused one is
charged to the budget for signing in of its address, and who has used that up is not even heard. Requests from the
machine itself are not counted, and neither are pages and files for browsers.
"""

import hashlib
import math
from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from gis_platform.core.errors import TooMany, problem
from gis_platform.identity.authentication import SAFE_METHODS
from gis_platform.identity.budgets import Budget, Verdict, counter
from gis_platform.identity.throttle import client_address

ADDRESSES_REMEMBERED = 4096

type GetResponse = Callable[[HttpRequest], HttpResponseBase]

PREFIXES = ("/ogc", "/sta/", "/api/")
SIGN_IN_PREFIXES = ("/sign-in/", "/account/", "/console/login/")
NETWORK_BITS = 64  # of an IPv6 address belong to one household or office
UNAUTHORIZED = 401


class RateLimitMiddleware:
    """Answers 429 in place of the view once a budget is used up; says how much is left otherwise."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.budgets = {name: Budget(name=name, most=most) for name, most in settings.RATE_LIMITS.items() if most}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        name = budget_name(request)
        address = _address(request) if name else None
        if name is None or address is None:
            return self.get_response(request)
        sign_in = self.budgets.get("sign-in")
        tries_credential = sign_in is not None and "HTTP_AUTHORIZATION" in request.META
        if sign_in and tries_credential and counter.is_spent(sign_in, address):
            return _refused(sign_in, counter.spend(sign_in, address))
        response = self._counted(request, name, address)
        if sign_in and tries_credential and response.status_code == UNAUTHORIZED:
            counter.spend(sign_in, address)
        return response

    def _counted(self, request: HttpRequest, name: str, address: str) -> HttpResponseBase:
        budget = self.budgets.get(name)
        if budget is None:
            return self.get_response(request)
        verdict = counter.spend(budget, address if name == "sign-in" else _caller(request, address))
        if verdict.wait_s:
            return _refused(budget, verdict)
        return _told(self.get_response(request), budget, verdict)


def budget_name(request: HttpRequest) -> str | None:
    """What the request draws on; None for what is not counted."""
    path, safe = request.path, request.method in SAFE_METHODS
    if path.startswith(SIGN_IN_PREFIXES):
        return None if safe else "sign-in"
    if not path.startswith(PREFIXES):
        return None
    if "/tiles/" in path and safe:
        return "tiles"
    if path.endswith("/execution"):
        return "processes"
    return "reads" if safe else "edits"


def _address(request: HttpRequest) -> str | None:
    """The caller's network, hashed; None for this machine."""
    text = client_address(request)
    try:
        address = _parsed(text)
    except ValueError:
        return _hashed("address", "unknown")
    if address.is_loopback and not settings.SECURE_PROXY_SSL_HEADER:
        return None
    if isinstance(address, IPv6Address):
        text = f"{int(address) >> (128 - NETWORK_BITS):x}"
    return _hashed("address", text)


@lru_cache(maxsize=ADDRESSES_REMEMBERED)
def _parsed(text: str) -> IPv4Address | IPv6Address:
    return ip_address(text)


def _caller(request: HttpRequest, address: str) -> str:
    credential = request.headers.get("Authorization")
    if credential:
        return _hashed("credential", credential)
    if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
        return _hashed("user", str(request.user.pk))
    return address


def _hashed(kind: str, text: str) -> str:
    # Neither keys nor addresses of people lie in Redis.
    return hashlib.blake2s(f"{kind}:{text}".encode(), key=settings.SECRET_KEY.encode()[:32], digest_size=12).hexdigest()


def _refused(budget: Budget, verdict: Verdict) -> HttpResponseBase:
    wait_s = max(1, math.ceil(verdict.wait_s))
    text = _("The limit is {most} requests in {seconds} seconds; try again in {wait} seconds.")
    error = TooMany(text.format(most=budget.most, seconds=budget.window_s, wait=wait_s), retry_after_s=wait_s)
    return _told(problem(error), budget, verdict)


def _told(response: HttpResponseBase, budget: Budget, verdict: Verdict) -> HttpResponseBase:
    """The headers of draft-ietf-httpapi-ratelimit-headers-10."""
    response["RateLimit-Policy"] = f'"{budget.name}";q={budget.most};w={budget.window_s}'
    response["RateLimit"] = f'"{budget.name}";r={verdict.remaining};t={math.ceil(verdict.wait_s) or budget.window_s}'
    return response
