"""Interfaces with a root of their own beside the features: the catalogue of records, and observations (EDR).

OGC API EDR asks that every collection of a list answers data queries, and a client of features takes every collection
of its list for a layer. So each has its own landing page, conformance and list; `/ogc` links to them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language, override

from gis_platform.core.languages import active_language
from layers.catalog import Text
from ogc_api.formats import offered
from ogc_api.formats.negotiation import negotiate
from ogc_api.formats.offered import Format
from ogc_api.links import base_url, link

JSON = "application/json"
GEOJSON = "application/geo+json"
HTML = "text/html"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"


@dataclass(frozen=True, kw_only=True)
class Root:
    """`path` begins behind the address of the window, as in "/records"."""

    path: str
    title: Text
    description: Text
    conforms_to: tuple[str, ...]
    template: str = "document"  # shows the landing page to people

    def url(self, request: HttpRequest) -> str:
        return base_url(request) + self.path


def other_roots(window: str) -> list[dict[str, str]]:
    """Links from the window's own landing page to what lies beside the features."""
    return [
        link(
            f"{window}/records/collections/city/items",
            rel="http://www.opengis.net/def/rel/ogc/1.0/ogc-catalog",
            media_type=GEOJSON,
            title="OGC API Records",
        ),
        link(f"{window}/records/", rel="related", media_type=JSON, title="OGC API Records"),
        link(f"{window}/dcat", rel="describedby", media_type="application/ld+json", title="DCAT-AP"),
        link(f"{window}/edr/", rel="related", media_type=JSON, title="OGC API EDR"),
    ]


def landing(request: HttpRequest, root: Root, *links: dict[str, str]) -> dict[str, Any]:
    here = root.url(request)
    return {
        "title": f"{settings.CITY.name}: {root.title}",
        "description": str(root.description),
        "links": [
            link(f"{here}/?f=json", rel="self", media_type=JSON),
            link(f"{here}/?f=html", rel="alternate", media_type=HTML),
            link(f"{base_url(request)}/openapi?f=json", rel="service-desc", media_type=OPENAPI),
            link(f"{base_url(request)}/openapi?f=html", rel="service-doc", media_type=HTML),
            link(f"{here}/conformance", rel="conformance", media_type=JSON),
            link(f"{here}/collections", rel="data", media_type=JSON),
            *links,
        ],
    }


def conformance(root: Root) -> dict[str, Any]:
    return {"conformsTo": list(root.conforms_to)}


def collections(request: HttpRequest, root: Root, entries: Sequence[dict[str, Any]]) -> dict[str, Any]:
    here = f"{root.url(request)}/collections"
    links = [
        link(f"{here}?f=json", rel="self", media_type=JSON),
        link(f"{here}?f=html", rel="alternate", media_type=HTML),
    ]
    return {"links": links, "collections": list(entries)}


def answer(
    request: HttpRequest,
    document: dict[str, Any],
    *,
    title: Text,
    template: str = "document",
    media_type: str = JSON,
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """The document for programs, or laid out for people; raises InvalidParameter or NotAcceptable."""
    data = Format(names=("json",), title="JSON", media_types=(media_type, JSON, GEOJSON))
    if negotiate(request, (data, offered.HTML)) is not offered.HTML:
        return JsonResponse(document, content_type=media_type, json_dumps_params={"ensure_ascii": False})
    shown = {"document": document, "title": str(title), "base_url": base_url(request), **(context or {})}
    return render(request, f"ogc_api/{template}.html", shown)


def spoken(request: HttpRequest) -> override:
    """The language that the parameter `lang` names, else the reader's, for as long as the answer is made."""
    wanted = request.GET.get("lang", "")[:2].lower()
    return override(wanted if wanted in settings.CITY.languages else get_language() or active_language())
