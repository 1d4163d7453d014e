"""Items and single items, read (OGC API Features Part 1). What changes them is in `editing`."""

import json

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from gis_platform.core import clock
from gis_platform.identity.authentication import authenticate_request
from gis_platform.identity.layer_access import readable_layer
from layers.catalog import LayerSpec
from ogc_api.features import queries
from ogc_api.features.editing import change_item, change_items
from ogc_api.formats.answering import respond, respond_item
from ogc_api.formats.negotiation import negotiate
from ogc_api.formats.offered import GEOJSON, HTML
from ogc_api.links import alternates, items_links, layer_url, link
from ogc_api.parameters import ItemsRequest, items_request, refuse_unknown

CRS84 = "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
READING = ("GET", "HEAD")


@csrf_exempt
def items(request: HttpRequest, layer_id: str) -> HttpResponseBase:
    user = authenticate_request(request)
    spec = readable_layer(user, layer_id)
    if request.method in READING:
        return _items_page(request, spec, items_request(spec, request))
    return change_items(request, spec, user)


@csrf_exempt
def item(request: HttpRequest, layer_id: str, feature_id: str) -> HttpResponseBase:
    user = authenticate_request(request)
    spec = readable_layer(user, layer_id)
    if request.method in READING:
        refuse_unknown(request.GET, {"f", "lang"})
        return _item(request, spec, feature_id)
    return change_item(request, spec, feature_id, user)


def _items_page(request: HttpRequest, spec: LayerSpec, wanted: ItemsRequest) -> HttpResponseBase:
    shown = negotiate(request)
    if shown not in (GEOJSON, HTML):
        return respond(request, spec, wanted, shown)
    page = queries.page(spec, wanted)
    links = items_links(request, spec, wanted, page, shown=shown)
    if shown is HTML:
        features = json.loads(f"[{page.features}]")
        return render(
            request, "ogc_api/items.html", {"layer": spec, "features": features, "page": page, "links": links}
        )
    body = (
        f'{{"type":"FeatureCollection","numberMatched":{page.matched},"numberReturned":{page.returned},'
        f'"timeStamp":"{clock.now():%Y-%m-%dT%H:%M:%SZ}","links":{json.dumps(links)},"features":[{page.features}]}}'
    )
    return HttpResponse(body, content_type=GEOJSON.media_type, headers={"Content-Crs": CRS84})


def _item(request: HttpRequest, spec: LayerSpec, feature_id: str) -> HttpResponseBase:
    shown = negotiate(request)
    if shown not in (GEOJSON, HTML):
        return respond_item(request, spec, feature_id, shown)
    found = queries.item(spec, feature_id)
    etag = f'"{found.version}"'
    if shown is HTML:
        return render(request, "ogc_api/item.html", {"layer": spec, "feature": json.loads(found.json + "}")})
    # A sensor's latest reading changes without a new version of the sensor.
    if spec.relation is None and request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    url = layer_url(request, spec)
    links = [
        *alternates(request, f"{url}/items/{feature_id}", shown),
        link(url, rel="collection", media_type="application/json"),
    ]
    body = f'{found.json},"links":{json.dumps(links)}}}'
    return HttpResponse(body, content_type=GEOJSON.media_type, headers={"ETag": etag, "Content-Crs": CRS84})
