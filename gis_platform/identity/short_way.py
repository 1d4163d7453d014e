"""A short way past Django's middleware, for requests of programs that need none of what most middleware do.

What Django's middleware add to every answer follows from the request's host, scheme and language alone: it is asked of
them once for each of these, and kept. What tells requests apart (id, limits, counts, refusals) is done for each. What
the short way does not take goes the whole way.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, cast

import structlog
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import SuspiciousOperation
from django.core.handlers.wsgi import WSGIRequest
from django.db import close_old_connections, connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.log import log_response
from django.utils.module_loading import import_string

from gis_platform.core.anonymous import NOBODY
from gis_platform.core.metrics import count_request
from gis_platform.core.middleware import GetResponse, answer_to, id_of
from gis_platform.identity.models import User
from gis_platform.identity.rate_limits import RateLimitMiddleware

type Environ = dict[str, Any]
type StartResponse = Callable[[str, list[tuple[str, str]]], object]
type Application = Callable[[Environ, StartResponse], Iterable[bytes]]

FRAMES_REMEMBERED = 256
OWN = frozenset(("content-type", "content-length", "vary"))  # of each answer, whatever stands around it


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every answer to requests of one kind: its headers, by small letters, and its language."""

    headers: dict[str, tuple[str, str]]
    vary: tuple[str, ...]
    language: str
    origin: str  # of addresses


class ShortRequest(WSGIRequest):
    origin: str
    LANGUAGE_CODE: str

    def build_absolute_uri(self, location: str | None = None) -> str:
        known = hasattr(self, "origin") and location and location.startswith("/")
        return f"{self.origin}{location}" if known else super().build_absolute_uri(location)


class ShortWay:
    """A WSGI application in front of another; who makes one says which requests it takes, and how it answers."""

    def __init__(self, whole_way: Application) -> None:
        self._whole_way = whole_way
        self._standing = _standing_middleware()
        self._limited = RateLimitMiddleware(self._answered)
        self._frames: dict[tuple[str | None, ...], Frame | None] = {}

    def taken(self, environ: Environ) -> ShortRequest | None:
        """The request with its `resolver_match`, or None for the whole way."""
        raise NotImplementedError

    def user_of(self, _request: HttpRequest) -> User | AnonymousUser:
        return NOBODY

    def view(self, request: HttpRequest) -> HttpResponseBase:
        raise NotImplementedError

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        request = self.taken(environ)
        if request is not None and (frame := self._frame(request)) is not None:
            request.user, request.origin, request.LANGUAGE_CODE = self.user_of(request), frame.origin, frame.language
            return self._sent(request, frame, start_response)
        return self._whole_way(environ, start_response)

    def _answered(self, request: HttpRequest) -> HttpResponseBase:
        try:
            return self.view(request)
        except Exception as error:
            return answer_to(request, error)

    def _sent(self, request: HttpRequest, frame: Frame, start_response: StartResponse) -> Iterable[bytes]:
        request_id, started = id_of(request), time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id, path=request.path)
        translation.activate(frame.language)
        response = self._limited(request)
        headers = [*_headers(response, frame), ("X-Request-Id", request_id)]
        count_request(request, status=response.status_code, seconds=time.perf_counter() - started)
        start_response(f"{response.status_code} {response.reason_phrase}", headers)
        if not isinstance(response, HttpResponse):
            return cast("Iterable[bytes]", response)  # whose end closes what it reads from
        if response.status_code >= 400:
            log_response("%s: %s", response.reason_phrase, request.path, response=response, request=request)
        if connection.connection is not None:
            close_old_connections()
        return [response.content]

    def _frame(self, request: HttpRequest) -> Frame | None:
        sent = request.META
        kind = (
            request.scheme, sent.get("HTTP_HOST"), sent.get("SERVER_NAME"), sent.get("SERVER_PORT"),
            sent.get("HTTP_ACCEPT_LANGUAGE"),
        )  # fmt: skip
        if kind not in self._frames:
            if len(self._frames) >= FRAMES_REMEMBERED:
                self._frames.clear()
            self._frames[kind] = _frame_of(request, self._standing)
        return self._frames[kind]


def _standing_middleware() -> GetResponse:
    chain: GetResponse = lambda _: HttpResponse()  # noqa: E731
    for name in reversed(settings.STANDING_HEADERS_MIDDLEWARE):
        chain = import_string(name)(chain)
    return chain


def _frame_of(request: HttpRequest, standing: GetResponse) -> Frame | None:
    """What is added to an empty answer; None where it becomes another, such as a redirection to HTTPS."""
    try:
        empty = standing(request)
    except SuspiciousOperation:
        return None
    if empty.status_code != 200:
        return None
    headers = {name.lower(): (name, value) for name, value in empty.items() if name.lower() not in OWN}
    vary = tuple(name.strip() for name in empty.get("Vary", "").split(",") if name.strip())
    origin = request.build_absolute_uri("/")[:-1]
    return Frame(headers, vary, translation.get_language() or settings.LANGUAGE_CODE, origin)


def _headers(response: HttpResponseBase, frame: Frame) -> list[tuple[str, str]]:
    known = response.headers.get("Vary", "")
    if not all(name in known for name in frame.vary):
        patch_vary_headers(response, frame.vary)
    sent = list(response.items())
    own = {name.lower() for name, _ in sent}
    if isinstance(response, HttpResponse) and "content-length" not in own:
        sent.append(("Content-Length", str(len(response.content))))
    return sent + [header for name, header in frame.headers.items() if name not in own]
