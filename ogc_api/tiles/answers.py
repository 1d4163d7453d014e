"""How the answers of this part are sent: which methods, to whom, and for how long a cache may keep them."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from layers.catalog import Access, LayerSpec
from ogc_api.features.editing import MethodNotAllowed

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]

METHODS = "GET, HEAD, OPTIONS"


def for_reading[**P](view: View[P]) -> View[P]:
    """Answers GET and HEAD by the view and OPTIONS by what is allowed; raises MethodNotAllowed for the rest."""

    @csrf_exempt
    @wraps(view)
    def answered(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        match request.method:
            case "GET" | "HEAD":
                return view(request, *args, **kwargs)
            case "OPTIONS":
                return HttpResponse(headers={"Allow": METHODS})
        raise MethodNotAllowed(_("Use one of: {methods}.").format(methods=METHODS))

    return answered


def caching(specs: list[LayerSpec]) -> dict[str, str]:
    """Headers by which shared caches may keep what everybody may see, and nothing else.

    An answer is asked for anew each time: that costs an ETag, and an edit is seen at once.
    """
    if all(spec.access is Access.PUBLIC for spec in specs):
        return {"Cache-Control": "public, no-cache"}
    return {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}
