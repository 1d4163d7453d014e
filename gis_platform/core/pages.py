"""Answers to requests that no view took; the project's urls name them as handler400 to handler500."""

import sys

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse

from gis_platform.core.errors import Forbidden, InvalidInput, NotFound
from gis_platform.core.middleware import InternalError, as_city_error, refusal


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refusal(request, InvalidInput())


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refusal(request, Forbidden())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refusal(request, NotFound())


def failed(request: HttpRequest) -> HttpResponse:
    """Also what a layer before the views raised, such as a sign-in that cannot be looked up without a database."""
    error = sys.exception()
    known = as_city_error(error) if isinstance(error, OperationalError) else None
    return refusal(request, known or InternalError())
