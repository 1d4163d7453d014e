"""Refusals as the standard's exceptions: its own `type` where it has a name, and the media type that was asked for."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.db.utils import OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from gis_platform.core.errors import CityError, problem
from ogc_api.pages.preference import wants_html
from ogc_api.pages.showing import for_people
from ogc_api.processes.errors import ProcessTooLarge, Stopped

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

PROBLEM_JSON = "application/problem+json"


def resource[**P](view: View[P]) -> View[P]:
    """A view whose refusals are exceptions of 18-062r2, or pages for people."""

    @wraps(view)
    def answered(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except (Stopped, OperationalError) as error:
            refusal: CityError = ProcessTooLarge(
                _("It takes too long to wait for. Send the request with “Prefer: respond-async”, or ask for less.")
            )
            refusal.__cause__ = error
        except CityError as error:
            refusal = error
        if request.method in ("GET", "HEAD") and wants_html(request):
            raise refusal
        return exception(request, refusal)

    return csrf_exempt(for_people(answered))


def exception(request: HttpRequest, error: CityError) -> HttpResponse:
    response = problem(error)
    document = json.loads(response.content)
    document["type"] = getattr(error, "standard_type", document["type"])
    response.content = json.dumps(document, ensure_ascii=False).encode()
    # The standard's OpenAPI knows exceptions as application/json; who names that, and not RFC 9457's type, gets it.
    accept = request.headers.get("Accept", "")
    if "application/json" in accept and PROBLEM_JSON not in accept:
        response["Content-Type"] = "application/json"
    return response
