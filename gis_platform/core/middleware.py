"""The outermost and the innermost layer of a request: its id and its limits, and what becomes of a refusal."""

import re
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception, request_finished
from django.db import OperationalError
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from psycopg.errors import QueryCanceled

from gis_platform.core import metrics
from gis_platform.core.database import DatabaseAway, QueryTooSlow, is_away
from gis_platform.core.errors import CityError, Forbidden, InvalidInput, NotFound, TooLarge, problem

type GetResponse = Callable[[HttpRequest], HttpResponseBase]

API_PREFIXES = ("/api/", "/ogc/", "/sta/")
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
UPLOAD_SIZE_MAX = 256 * 1024 * 1024  # bytes of a form with files; the largest extract a planner brings
log = structlog.get_logger(__name__)


class InternalError(CityError):
    code = "internal-error"
    status = 500
    title = _("Something went wrong on our side")


class RequestContextMiddleware:
    """Gives the request an id that its logs and its answer carry, refuses a body beyond the limit, and counts."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id, started = id_of(request), time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id, path=request.path)
        response = refusal(request, TooLarge()) if _body_is_too_large(request) else self.get_response(request)
        response["X-Request-Id"] = request_id
        metrics.count_request(request, status=response.status_code, seconds=time.perf_counter() - started)
        return response


def id_of(request: HttpRequest) -> str:
    """The id that the request brings, or a new one."""
    given = request.META.get("HTTP_X_REQUEST_ID", "")
    return given if REQUEST_ID.fullmatch(given) else uuid4().hex


class ProblemMiddleware:
    """Turns what a view raises into an answer; what nobody expected is logged once and told to nobody."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse:
        return answer_to(request, error)


def answer_to(request: HttpRequest, error: Exception) -> HttpResponse:
    """What becomes of whatever a view raises; called while it is handled."""
    refused = as_city_error(error)
    if refused is None:
        log.exception("unexpected error", method=request.method)
        got_request_exception.send(sender=ProblemMiddleware, request=request)  # as Django does, for its test client
        refused = InternalError()
    response = refusal(request, refused)
    # Django would log the status once more; this is the mark by which it knows.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


@receiver(request_finished, dispatch_uid="core.forget_request")
def forget_request(**_: Any) -> None:
    # Not at the end of the middleware: Django logs refusals after it, and that line needs the id too.
    structlog.contextvars.clear_contextvars()


def as_city_error(error: Exception) -> CityError | None:
    """Our name for an exception that means a refusal; None when it means a mistake of ours.

    The texts of Django's own exceptions quote paths and settings, so they are not passed on.
    """
    match error:
        case CityError():
            return error
        case Http404():
            return NotFound()
        case PermissionDenied():
            return Forbidden()
        case RequestDataTooBig():
            return TooLarge()
        case SuspiciousOperation():
            return InvalidInput()
        case OperationalError(__cause__=QueryCanceled()):  # the statement's time limit
            return QueryTooSlow()
        case OperationalError() if is_away(error):
            log.warning("the database is away", reason=type(error.__cause__).__name__)
            return DatabaseAway()
    return None


def refusal(request: HttpRequest, error: CityError) -> HttpResponse:
    """The error as a problem document for machines, as a page for people."""
    if request.path.startswith(API_PREFIXES):
        return problem(error)
    context = {"error": error, "request_id": structlog.contextvars.get_contextvars().get("request_id", "")}
    # Without the request, no context processor runs: the page must stand when a database or a room is what failed.
    return HttpResponse(render_to_string("core/problem.html", context), status=error.status)


def _body_is_too_large(request: HttpRequest) -> bool:
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
    if request.content_type == "multipart/form-data":
        limit = UPLOAD_SIZE_MAX
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not length.isdecimal() or int(length) > limit
