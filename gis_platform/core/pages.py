"""Answers to requests that no view took; the project's urls name them as handler400 to handler500."""

from django.http import HttpRequest, HttpResponse

from gis_platform.core.errors import Forbidden, InvalidInput, NotFound
from gis_platform.core.middleware import InternalError, refusal


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refusal(request, InvalidInput())


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refusal(request, Forbidden())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refusal(request, NotFound())


def failed(request: HttpRequest) -> HttpResponse:
    return refusal(request, InternalError())
