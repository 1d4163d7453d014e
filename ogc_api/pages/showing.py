"""What pygeoapi answers and what the catalogue declares, laid out as pages of the city."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Concatenate

from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import override
from psycopg.sql import SQL, Identifier, Literal

from gis_platform.core.database import PUBLISHED
from gis_platform.core.errors import CityError
from layers.catalog import Access, LayerSpec
from ogc_api.features.queries import extent
from ogc_api.links import base_url
from ogc_api.pages.downloads import FILES
from ogc_api.pages.preference import wants_html

VARY = ("Accept", "Accept-Language", "Cookie")

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def for_people[**P](view: View[P]) -> View[P]:
    """Shows a refusal as a page to those who asked for one, and tells caches what the answer depends on."""

    @wraps(view)
    def shown(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except CityError as error:
            if request.method not in ("GET", "HEAD") or not wants_html(request):
                raise
            response = page(request, "refused", {"error": error}, status=error.status)
        if "Vary" in response.headers:
            patch_vary_headers(response, VARY)
        else:
            response.headers["Vary"] = ", ".join(VARY)
        return response

    return shown


def landing(request: HttpRequest, specs: Sequence[LayerSpec], document: dict[str, Any]) -> HttpResponse:
    public = [spec for spec in reversed(specs) if spec.access is Access.PUBLIC]
    context = {"document": document, "layers": public, "example": public[0] if public else None}
    return page(request, "landing", context)


def conformance(request: HttpRequest, specs: Sequence[LayerSpec], document: dict[str, Any]) -> HttpResponse:
    return page(request, "conformance", {"classes": sorted(document["conformsTo"])})


def api_reference(request: HttpRequest, specs: Sequence[LayerSpec], document: dict[str, Any]) -> HttpResponse:
    return page(request, "reference", {})


def collections(request: HttpRequest, specs: Sequence[LayerSpec], document: dict[str, Any]) -> HttpResponse:
    numbers = _counts(specs)
    groups: dict[str, list[tuple[LayerSpec, int]]] = {}
    with override(_language(request)):
        for spec in reversed(specs):
            groups.setdefault(str(spec.group), []).append((spec, numbers[spec.id]))
    return page(request, "collections", {"groups": groups})


def collection(request: HttpRequest, specs: Sequence[LayerSpec], document: dict[str, Any]) -> HttpResponse:
    spec = next(spec for spec in specs if spec.id == document["id"])
    context = {"layer": spec, "count": _counts([spec])[spec.id], "extent": extent(spec), "files": FILES}
    return page(request, "collection", context)


def page(request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    with override(_language(request)):
        return render(request, f"ogc_api/{name}.html", {"base_url": base_url(request), **context}, status=status)


def _language(request: HttpRequest) -> str:
    """The page's language: the one that `lang` names, else the reader's."""
    wanted = request.GET.get("lang", "")[:2].lower()
    return wanted if wanted in settings.CITY.languages else getattr(request, "LANGUAGE_CODE", settings.CITY.language)


def _counts(specs: Sequence[LayerSpec]) -> dict[str, int]:
    """How many features are published, by layer."""
    if not specs:
        return {}
    statement = SQL(" UNION ALL ").join(
        SQL("SELECT {}, count(*) FROM {}").format(Literal(spec.id), Identifier(*spec.view)) for spec in specs
    )
    with connections[PUBLISHED].cursor() as cursor:
        cursor.execute(statement)
        return dict(cursor.fetchall())
