"""Links between the resources of the OGC window (RFC 8288 relations, OGC API Common)."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from layers.catalog import LayerSpec
from ogc_api.features.queries import Page
from ogc_api.parameters import ItemsRequest

GEOJSON = "application/geo+json"


def link(href: str, *, rel: str, media_type: str, title: str = "") -> dict[str, str]:
    return {"href": href, "rel": rel, "type": media_type} | ({"title": title} if title else {})


def base_url(request: HttpRequest) -> str:
    return request.build_absolute_uri("/ogc")


def layer_url(request: HttpRequest, spec: LayerSpec) -> str:
    return f"{base_url(request)}/collections/{spec.id}"


def items_links(request: HttpRequest, spec: LayerSpec, wanted: ItemsRequest, page: Page) -> list[dict[str, Any]]:
    """Links of a page: itself, the HTML view, its collection, and the pages before and after where there are any."""
    url = f"{layer_url(request, spec)}/items"

    def at(**changes: Any) -> str:
        return f"{url}?{urlencode({**request.GET.dict(), **changes})}"

    links = [
        link(at(), rel="self", media_type=GEOJSON),
        link(at(f="html"), rel="alternate", media_type="text/html"),
        link(layer_url(request, spec), rel="collection", media_type="application/json"),
    ]
    if page.more:
        links.append(link(at(offset=wanted.offset + wanted.limit, limit=wanted.limit), rel="next", media_type=GEOJSON))
    if wanted.offset:
        links.append(
            link(at(offset=max(wanted.offset - wanted.limit, 0), limit=wanted.limit), rel="prev", media_type=GEOJSON)
        )
    return links
