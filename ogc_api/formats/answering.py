"""Items in every format but GeoJSON pages and HTML, which `features` writes itself."""

import json
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from gis_platform.core import clock
from layers.catalog import LayerSpec
from ogc_api.features import queries
from ogc_api.features.queries import Item
from ogc_api.formats.jsonfg import as_json_fg
from ogc_api.formats.offered import JSON_FG, Format
from ogc_api.formats.selecting import selected, selected_one
from ogc_api.formats.sending import send
from ogc_api.links import item_links, items_links
from ogc_api.parameters import ItemsRequest


def respond(request: HttpRequest, spec: LayerSpec, wanted: ItemsRequest, fmt: Format) -> HttpResponseBase:
    """The items of a request: JSON-FG by pages, files whole."""
    if fmt.file:
        return send(request, fmt.file, selected(request, spec, wanted))
    assert fmt is JSON_FG, f"{fmt.name} is not written here"
    page = queries.page(spec, _with_times(spec, wanted))
    matched = {} if page.matched is None else {"numberMatched": page.matched}
    document = {
        "type": "FeatureCollection",
        **matched,
        "numberReturned": page.returned,
        "timeStamp": f"{clock.now():%Y-%m-%dT%H:%M:%SZ}",
        "links": items_links(request, spec, wanted, page, shown=fmt),
        "features": json.loads(f"[{page.features}]"),
    }
    response = _json_fg(request, spec, wanted, document)
    if page.estimated:
        response["Number-Matched"] = "estimated"
    return response


def respond_item(
    request: HttpRequest, spec: LayerSpec, found: Item, wanted: ItemsRequest, fmt: Format
) -> HttpResponseBase:
    """One item that was found; `wanted` says its CRS and the rule that holds."""
    document = json.loads(found.json + "}")
    if fmt.file:
        return send(request, fmt.file, selected_one(spec, document["id"], wanted))
    links = item_links(request, spec, str(document["id"]), fmt)
    return _json_fg(request, spec, wanted, document | {"links": links})


def _json_fg(request: HttpRequest, spec: LayerSpec, wanted: ItemsRequest, document: dict[str, Any]) -> HttpResponse:
    document = as_json_fg(document, request, spec, wanted.crs)
    for feature in document.get("features", []):
        _keep_selected(feature, wanted)
    headers = {"Content-Crs": wanted.crs.header}
    return HttpResponse(json.dumps(document, ensure_ascii=False), content_type=JSON_FG.media_type, headers=headers)


def _with_times(spec: LayerSpec, wanted: ItemsRequest) -> ItemsRequest:
    """The same request, with the properties that a feature's time is read from."""
    if wanted.properties is None or not spec.interval:
        return wanted
    return replace(wanted, properties=(*wanted.properties, *filter(None, spec.interval)))


def _keep_selected(feature: dict[str, Any], wanted: ItemsRequest) -> None:
    if wanted.properties is not None:
        known = feature["properties"]
        feature["properties"] = {name: value for name, value in known.items() if name in wanted.properties}
