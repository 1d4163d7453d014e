"""Items and single items, read (OGC API Features Parts 1, 2 and 3). What changes them is in `editing`."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from gis_platform.core import clock
from gis_platform.core.cql2.expressions import Expression
from gis_platform.identity.authentication import authenticate_request
from gis_platform.identity.layer_access import readable_layer, row_rule
from gis_platform.identity.models import RowRule
from layers.catalog import LayerSpec
from ogc_api.features import queries
from ogc_api.features.editing import change_item, change_items
from ogc_api.features.pages import item_page, items_page
from ogc_api.features.queries import Page
from ogc_api.formats.answering import respond, respond_item
from ogc_api.formats.negotiation import negotiate
from ogc_api.formats.offered import GEOJSON, HTML
from ogc_api.links import item_links, items_links
from ogc_api.parameters import ItemsRequest, crs_of, items_request, refuse_unknown

READING = ("GET", "HEAD")


@csrf_exempt
def items(request: HttpRequest, layer_id: str) -> HttpResponseBase:
    user = authenticate_request(request)
    spec = readable_layer(user, layer_id)
    if request.method in READING:
        return _items(request, spec, row_rule(user, spec, RowRule.Action.READ))
    return change_items(request, spec, user)


@csrf_exempt
def item(request: HttpRequest, layer_id: str, feature_id: str) -> HttpResponseBase:
    user = authenticate_request(request)
    spec = readable_layer(user, layer_id)
    if request.method in READING:
        return _item(request, spec, feature_id, row_rule(user, spec, RowRule.Action.READ))
    return change_item(request, spec, feature_id, user)


def _items(request: HttpRequest, spec: LayerSpec, rule: Expression | None) -> HttpResponseBase:
    shown = negotiate(request)
    if shown is HTML:
        return items_page(request, spec, rule)
    wanted = items_request(spec, request, rule=rule)
    if shown is not GEOJSON:
        return respond(request, spec, wanted, shown)
    page = queries.page(spec, wanted)
    return page_answer(wanted, page, items_links(request, spec, wanted, page, shown=shown))


def page_answer(wanted: ItemsRequest, page: Page, links: list[dict[str, Any]]) -> HttpResponse:
    """The page as GeoJSON."""
    matched = "" if page.matched is None else f'"numberMatched":{page.matched},'
    body = (
        f'{{"type":"FeatureCollection",{matched}"numberReturned":{page.returned},'
        f'"timeStamp":"{clock.now():%Y-%m-%dT%H:%M:%SZ}","links":{json.dumps(links)},"features":[{page.features}]}}'
    )
    return HttpResponse(body, content_type=GEOJSON.media_type, headers=_headers(wanted, page))


def _headers(wanted: ItemsRequest, page: Page) -> dict[str, str]:
    headers = {"Content-Crs": wanted.crs.header}
    if page.estimated:
        headers["Number-Matched"] = "estimated"
    return headers


def _item(request: HttpRequest, spec: LayerSpec, feature_id: str, rule: Expression | None) -> HttpResponseBase:
    refuse_unknown(request.GET, {"f", "lang", "crs"})
    crs = crs_of(request.GET, "crs")
    shown = negotiate(request)
    if shown is HTML:
        return item_page(request, spec, queries.item(spec, feature_id, rule=rule))
    found = queries.item(spec, feature_id, crs=crs, rule=rule)
    if shown is not GEOJSON:
        return respond_item(request, spec, found, ItemsRequest(crs=crs, rule=rule), shown)
    # In each coordinate system the feature is written otherwise; editing reads the number alone.
    etag = f'"{found.version}"' if crs.uri.endswith("CRS84") else f'"{found.version}-{crs.srid}"'
    headers = {"ETag": etag, "Content-Crs": crs.header}
    # A sensor's latest reading changes without a new version of the sensor.
    if spec.relation is None and request.META.get("HTTP_IF_NONE_MATCH") == etag:
        return HttpResponse(status=304, headers=headers)
    body = f'{found.json},"links":{json.dumps(item_links(request, spec, feature_id, shown))}}}'
    return HttpResponse(body, content_type=GEOJSON.media_type, headers=headers)
