"""The one family of refusals. Rooms subclass with codes of their own; this module maps them to HTTP (RFC 9457)."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from structlog.contextvars import get_contextvars

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:problem-type:gis-platform:"

type Text = str | Promise


class CityError(Exception):
    """A refusal that may be shown: stable code, translatable text, safe data.

    `data` becomes members of the problem document, so it holds nothing that the caller may not see.
    """

    code = "error"
    status = 400
    title: Text = _("The request was refused")
    headers: Mapping[str, str] = {}  # of the answer, such as the challenge of a 401

    def __init__(self, detail: Text = "", **data: Any) -> None:
        super().__init__(detail)
        self.detail = detail or self.title
        self.data = data

    def __str__(self) -> str:
        return str(self.detail)


class InvalidInput(CityError):
    """`fields` maps each refused field to the sentence to show beside it."""

    code = "invalid-input"
    status = 400
    title = _("The input is not valid")

    def __init__(self, detail: Text = "", *, fields: Mapping[str, Text] | None = None, **data: Any) -> None:
        self.fields = dict(fields or {})
        if self.fields:
            data["fields"] = self.fields
        super().__init__(detail, **data)


class Forbidden(CityError):
    code = "forbidden"
    status = 403
    title = _("You may not do this")


class NotFound(CityError):
    code = "not-found"
    status = 404
    title = _("There is no such thing here")


class Conflict(CityError):
    code = "conflict"
    status = 409
    title = _("The request does not fit the present state")


class PreconditionFailed(CityError):
    code = "precondition-failed"
    status = 412
    title = _("Somebody else changed it in the meantime")


class TooLarge(CityError):
    code = "too-large"
    status = 413
    title = _("The request is too large")


class PreconditionRequired(CityError):
    code = "precondition-required"
    status = 428
    title = _("Say which version the change was made from")


class TooMany(CityError):
    code = "too-many-requests"
    status = 429
    title = _("Too many requests")


class Unavailable(CityError):
    code = "unavailable"
    status = 503
    title = _("The service cannot be reached now")


def problem(error: CityError) -> HttpResponse:
    """The error as application/problem+json, in the active language; `instance` is the request's path."""
    context = get_contextvars()
    document = error.data | {
        "type": TYPE_PREFIX + error.code,
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "instance": context.get("path", ""),
        "code": error.code,
        "request_id": context.get("request_id", ""),
    }
    response = JsonResponse(document, status=error.status, content_type=MEDIA_TYPE, headers=dict(error.headers))
    if "retry_after_s" in error.data:
        response["Retry-After"] = str(error.data["retry_after_s"])
    return response
