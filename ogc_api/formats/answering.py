"""Items in every format but GeoJSON pages and HTML, which `features` writes itself."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from gis_platform.core import clock
from layers.catalog import LayerSpec
from ogc_api.features import queries
from ogc_api.formats.jsonfg import as_json_fg
from ogc_api.formats.offered import JSON_FG, Format
from ogc_api.formats.selecting import selected, selected_one
from ogc_api.formats.sending import send
from ogc_api.links import alternates, items_links, layer_url, link
from ogc_api.parameters import ItemsRequest


def respond(request: HttpRequest, spec: LayerSpec, wanted: ItemsRequest, fmt: Format) -> HttpResponseBase:
    """The items of a request: JSON-FG by pages, files whole."""
    if fmt.file:
        return send(request, fmt.file, selected(request, spec, wanted))
    assert fmt is JSON_FG, f"{fmt.name} is not written here"
    page = queries.page(spec, wanted)
    document = {
        "type": "FeatureCollection",
        "numberMatched": page.matched,
        "numberReturned": page.returned,
        "timeStamp": f"{clock.now():%Y-%m-%dT%H:%M:%SZ}",
        "links": items_links(request, spec, wanted, page, shown=fmt),
        "features": json.loads(f"[{page.features}]"),
    }
    return _json_fg(request, spec, document)


def respond_item(request: HttpRequest, spec: LayerSpec, feature_id: str, fmt: Format) -> HttpResponseBase:
    """One item; raises FeatureNotFound."""
    found = queries.item(spec, feature_id)
    etag = f'"{found.version}"'
    if fmt.file:
        response = send(request, fmt.file, selected_one(spec, int(feature_id)))
    else:
        url = layer_url(request, spec)
        links = [
            *alternates(request, f"{url}/items/{feature_id}", fmt),
            link(url, rel="collection", media_type="application/json"),
        ]
        response = _json_fg(request, spec, json.loads(found.json + "}") | {"links": links})
    response["ETag"] = etag
    return response


def _json_fg(request: HttpRequest, spec: LayerSpec, document: dict[str, Any]) -> HttpResponse:
    body = json.dumps(as_json_fg(document, request, spec), ensure_ascii=False)
    return HttpResponse(body, content_type=JSON_FG.media_type)
