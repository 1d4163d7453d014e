"""Items and single items: reading (OGC API Features Part 1) and editing (Part 4)."""

import json
import re
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from gis_platform.core import clock
from gis_platform.core.errors import CityError, InvalidInput, PreconditionRequired
from gis_platform.identity.authentication import authenticate_request
from gis_platform.identity.layer_access import may_edit, readable_layer, require_editor
from layers.base.editing import Stored, create_feature, delete_feature, replace_feature, update_feature
from layers.base.geometry import from_geojson
from layers.catalog import LayerSpec
from ogc_api.features import queries
from ogc_api.links import items_links, layer_url, link
from ogc_api.pages.preference import wants_html
from ogc_api.parameters import ItemsRequest, items_request, refuse_unknown

GEOJSON = "application/geo+json"
MERGE_PATCH = "application/merge-patch+json"
CRS84 = "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
ETAG = re.compile(r'(?:W/)?"(\d{1,9})"')
REASON_LENGTH_MAX = 500


class MethodNotAllowed(CityError):
    code = "method-not-allowed"
    status = 405


class UnreadableBody(InvalidInput):
    code = "unreadable-body"


class VersionNeeded(PreconditionRequired):
    code = "version-needed"


@csrf_exempt
def items(request: HttpRequest, layer_id: str) -> HttpResponse:
    user = authenticate_request(request)
    spec = readable_layer(user, layer_id)
    allowed = ["GET", "HEAD", "OPTIONS", *(["POST"] if may_edit(user, spec) else [])]
    match request.method:
        case "GET" | "HEAD":
            return _items_page(request, spec, items_request(spec, request))
        case "POST":
            return _create(request, spec, require_editor(user, spec))
        case "OPTIONS":
            return _allow(allowed)
    raise MethodNotAllowed(_("Use one of: {methods}.").format(methods=", ".join(allowed)))


@csrf_exempt
def item(request: HttpRequest, layer_id: str, feature_id: str) -> HttpResponse:
    user = authenticate_request(request)
    spec = readable_layer(user, layer_id)
    allowed = ["GET", "HEAD", "OPTIONS", *(["PUT", "PATCH", "DELETE"] if may_edit(user, spec) else [])]
    match request.method:
        case "GET" | "HEAD":
            refuse_unknown(request.GET, {"f", "lang"})
            return _item(request, spec, feature_id)
        case "PUT" | "PATCH" | "DELETE":
            return _edit(request, spec, feature_id, require_editor(user, spec))
        case "OPTIONS":
            return _allow(allowed)
    raise MethodNotAllowed(_("Use one of: {methods}.").format(methods=", ".join(allowed)))


def _items_page(request: HttpRequest, spec: LayerSpec, wanted: ItemsRequest) -> HttpResponse:
    page = queries.page(spec, wanted)
    links = items_links(request, spec, wanted, page)
    if wants_html(request):
        features = json.loads(f"[{page.features}]")
        return render(
            request, "ogc_api/items.html", {"layer": spec, "features": features, "page": page, "links": links}
        )
    body = (
        f'{{"type":"FeatureCollection","numberMatched":{page.matched},"numberReturned":{page.returned},'
        f'"timeStamp":"{clock.now():%Y-%m-%dT%H:%M:%SZ}","links":{json.dumps(links)},"features":[{page.features}]}}'
    )
    return HttpResponse(body, content_type=GEOJSON, headers={"Content-Crs": CRS84})


def _item(request: HttpRequest, spec: LayerSpec, feature_id: str) -> HttpResponse:
    found = queries.item(spec, feature_id)
    etag = f'"{found.version}"'
    if wants_html(request):
        return render(request, "ogc_api/item.html", {"layer": spec, "feature": json.loads(found.json + "}")})
    # A sensor's latest reading changes without a new version of the sensor.
    if spec.relation is None and request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    url = layer_url(request, spec)
    links = [
        link(f"{url}/items/{feature_id}", rel="self", media_type=GEOJSON),
        link(f"{url}/items/{feature_id}?f=html", rel="alternate", media_type="text/html"),
        link(url, rel="collection", media_type="application/json"),
    ]
    body = f'{found.json},"links":{json.dumps(links)}}}'
    return HttpResponse(body, content_type=GEOJSON, headers={"ETag": etag, "Content-Crs": CRS84})


def _create(request: HttpRequest, spec: LayerSpec, actor: str) -> HttpResponse:
    feature = _feature_of(request)
    stored = create_feature(
        spec,
        properties=_properties_of(feature),
        geometry=from_geojson(feature.get("geometry")),
        actor=actor,
        reason=_reason(request),
    )
    response = _written(stored, status=201)
    response["Location"] = f"{layer_url(request, spec)}/items/{stored.id}"
    return response


def _edit(request: HttpRequest, spec: LayerSpec, feature_id: str, actor: str) -> HttpResponse:
    known = queries.item(spec, feature_id)
    key, version, reason = int(feature_id), _version(request, known.version), _reason(request)
    if request.method == "DELETE":
        delete_feature(spec, key, version=version, actor=actor, reason=reason)
        return HttpResponse(status=204)
    feature = _feature_of(request)
    properties = _properties_of(feature)
    if request.method == "PUT":
        geometry = from_geojson(feature.get("geometry"))
        return _written(
            replace_feature(
                spec, key, properties=properties, geometry=geometry, version=version, actor=actor, reason=reason
            )
        )
    changed = from_geojson(feature["geometry"]) if "geometry" in feature else None
    return _written(
        update_feature(spec, key, properties=properties, geometry=changed, version=version, actor=actor, reason=reason)
    )


def _written(stored: Stored, *, status: int = 200) -> HttpResponse:
    return JsonResponse(
        {"id": stored.id, "version": stored.version}, status=status, headers={"ETag": f'"{stored.version}"'}
    )


def _version(request: HttpRequest, current: int) -> int:
    """The version that the edit was made from, by If-Match; raises VersionNeeded."""
    header = request.headers.get("If-Match", "").strip()
    if header == "*":
        return current
    if match := ETAG.fullmatch(header):
        return int(match.group(1))
    raise VersionNeeded(_("Send If-Match with the ETag of the version that you changed."))


def _feature_of(request: HttpRequest) -> dict[str, Any]:
    try:
        feature = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise UnreadableBody(_("The body is not JSON.")) from error
    if not isinstance(feature, dict) or feature.get("type", "Feature") != "Feature":
        raise UnreadableBody(_("The body must be one GeoJSON feature."))
    return feature


def _properties_of(feature: dict[str, Any]) -> dict[str, Any]:
    properties = feature.get("properties") or {}
    if not isinstance(properties, dict):
        raise UnreadableBody(_("The properties must be a JSON object."))
    return properties


def _reason(request: HttpRequest) -> str:
    """Why, in the editor's words: a header of ours, since GeoJSON has no place for it."""
    return request.headers.get("X-Change-Reason", "")[:REASON_LENGTH_MAX]


def _allow(methods: list[str]) -> HttpResponse:
    return HttpResponse(status=200, headers={"Allow": ", ".join(methods), "Accept-Patch": MERGE_PATCH})
