"""Django's middleware about people (session, CSRF token, account, messages), left out where nobody is there.

A program that reads the standard APIs without a cookie has no session and no account; what looks for them was a fifth
of the work of a small request. Security headers, request ids and limits stay.
"""

from collections.abc import Awaitable

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.deprecation import MiddlewareMixin

PREFIXES = ("/ogc/", "/sta/")
NOBODY = AnonymousUser()


def is_anonymous_reading(request: HttpRequest) -> bool:
    """Whether a program reads without a cookie. A page for people is none: its forms need a token."""
    sent = request.META
    return (
        not sent.get("HTTP_COOKIE")
        and request.method in ("GET", "HEAD")
        and request.path_info.startswith(PREFIXES)
        and "html" not in sent.get("HTTP_ACCEPT", "")
        and "html" not in sent.get("QUERY_STRING", "")
    )


class _ForPeople(MiddlewareMixin):
    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        return self.get_response(request) if is_anonymous_reading(request) else super().__call__(request)


class Sessions(_ForPeople, SessionMiddleware):
    pass


class CsrfTokens(_ForPeople, CsrfViewMiddleware):
    pass


class Accounts(_ForPeople, AuthenticationMiddleware):
    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        request.user = NOBODY
        return super().__call__(request)


class Messages(_ForPeople, MessageMiddleware):
    pass
