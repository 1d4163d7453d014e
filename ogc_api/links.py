"""Links between the resources of the OGC window (RFC 8288 relations, OGC API Common)."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from layers.catalog import LayerSpec
from ogc_api.features.queries import Page
from ogc_api.formats.offered import GEOJSON as GEOJSON_FORMAT
from ogc_api.formats.offered import ITEMS, Format
from ogc_api.parameters import ItemsRequest

GEOJSON = "application/geo+json"
PLAIN = re.compile("[A-Za-z0-9_.~:,/=&-]*")  # a query that means what it says, without a code for any character
GUESSED = ("items", "/queryables", "/schema")  # relations for which pygeoapi offers formats of its own


def link(href: str, *, rel: str, media_type: str, title: str = "") -> dict[str, str]:
    return {"href": href, "rel": rel, "type": media_type} | ({"title": title} if title else {})


def base_url(request: HttpRequest) -> str:
    return request.build_absolute_uri("/ogc")


def layer_url(request: HttpRequest, spec: LayerSpec) -> str:
    return f"{base_url(request)}/collections/{spec.id}"


def alternates(request: HttpRequest, url: str, shown: Format) -> list[dict[str, str]]:
    """The resource itself, and the same request in every other format."""
    kept = _query(request, without=("f",))
    return [
        link(
            f"{url}?{kept}f={known.name}",
            rel="self" if known is shown else "alternate",
            media_type=known.media_type,
            title=known.title,
        )
        for known in ITEMS
    ]


def _query(request: HttpRequest, *, without: Iterable[str]) -> str:
    """The request's own query for a link, ready to be added to."""
    text = request.META.get("QUERY_STRING", "")
    if PLAIN.fullmatch(text):
        kept = "&".join(part for part in text.split("&") if part and part.partition("=")[0] not in without)
    else:
        kept = urlencode([(name, value) for name, value in request.GET.items() if name not in without])
    return f"{kept}&" if kept else ""


def collection_links(known: list[dict[str, Any]], url: str) -> list[dict[str, Any]]:
    """A collection's links with the items in the formats that are offered, in place of pygeoapi's own guesses.

    GeoJSON's address has no query: GDAL 3.6 appends the id of a feature to it as it stands.
    """
    ours = [entry for entry in known if not (entry["rel"].endswith(GUESSED) and "?" in entry["href"])]
    others = (fmt for fmt in ITEMS if fmt is not GEOJSON_FORMAT)
    return ours + [
        link(f"{url}/items?f={fmt.name}", rel="items", media_type=fmt.media_type, title=fmt.title) for fmt in others
    ]


def items_links(
    request: HttpRequest, spec: LayerSpec, wanted: ItemsRequest, page: Page, *, shown: Format = GEOJSON_FORMAT
) -> list[dict[str, Any]]:
    """Links of a page: itself, its other formats, its collection, and the pages before and after where there are.

    The next page begins behind the last feature of this one, so it holds its place while features come and go.
    """
    collection = layer_url(request, spec)
    url = f"{collection}/items"

    def at(rel: str, place: str) -> dict[str, str]:
        kept = _query(request, without=("after", "offset", "limit"))
        return link(f"{url}?{kept}{place}&limit={wanted.limit}", rel=rel, media_type=shown.media_type)

    links = [
        *alternates(request, url, shown),
        link(collection, rel="collection", media_type="application/json"),
    ]
    if page.more:
        links.append(at("next", f"after={page.after}"))
    if wanted.offset and not wanted.after:
        links.append(at("prev", f"offset={max(wanted.offset - wanted.limit, 0)}"))
    return links


def item_links(request: HttpRequest, spec: LayerSpec, feature_id: str, shown: Format) -> list[dict[str, Any]]:
    url = layer_url(request, spec)
    return [
        *alternates(request, f"{url}/items/{feature_id}", shown),
        link(url, rel="collection", media_type="application/json"),
    ]
