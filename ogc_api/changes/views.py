"""The changes of a layer, as GeoJSON: each feature as it is now, or without a geometry once it is gone."""

import hashlib
import json
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from gis_platform.identity.authentication import authenticate_request
from gis_platform.identity.layer_access import Caller, readable_layer, row_rule
from gis_platform.identity.models import RowRule
from layers.base.feed import Changes, Entry, changes_since, present_place
from layers.base.tokens import NOW, place_of, token
from layers.catalog import LayerSpec
from ogc_api.features.editing import MethodNotAllowed
from ogc_api.links import layer_url, link
from ogc_api.parameters import refuse_unknown, whole_number

GEOJSON = "application/geo+json"
LIMIT_DEFAULT = 1000
LIMIT_MAX = 10_000


@csrf_exempt
def changes(request: HttpRequest, layer_id: str) -> HttpResponse:
    user = authenticate_request(request)
    spec = readable_layer(user, layer_id)
    if request.method not in ("GET", "HEAD"):
        raise MethodNotAllowed(_("Use one of: {methods}.").format(methods="GET, HEAD"))
    refuse_unknown(request.GET, {"since", "limit", "f", "lang"})
    limit = whole_number(request.GET, "limit", default=LIMIT_DEFAULT, minimum=1, maximum=10**9)
    body = json.dumps(_document(request, spec, _found(request, spec, user, min(limit, LIMIT_MAX))), ensure_ascii=False)
    etag = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    if etag in request.headers.get("If-None-Match", ""):
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(body, content_type=GEOJSON, headers=headers)


def _found(request: HttpRequest, spec: LayerSpec, user: Caller, limit: int) -> Changes:
    since = request.GET.get("since", NOW)
    if since == NOW:
        return Changes(entries=(), place=present_place(spec), more=False)
    condition = row_rule(user, spec, RowRule.Action.READ)
    return changes_since(spec, place_of(spec.id, since), limit=limit, condition=condition)


def _document(request: HttpRequest, spec: LayerSpec, found: Changes) -> dict[str, Any]:
    url = f"{layer_url(request, spec)}/changes"
    here = token(spec.id, found.place)
    query = {name: request.GET[name] for name in ("limit",) if name in request.GET}
    links = [
        link(f"{url}?{urlencode(request.GET)}" if request.GET else url, rel="self", media_type=GEOJSON),
        link(layer_url(request, spec), rel="collection", media_type="application/json"),
        link(
            f"{url}?{urlencode({'since': here, **query})}", rel="next" if found.more else "monitor", media_type=GEOJSON
        ),
    ]
    return {
        "type": "FeatureCollection",
        "token": here,
        "numberReturned": len(found.entries),
        "links": links,
        "features": [_feature(entry) for entry in found.entries],
    }


def _feature(entry: Entry) -> dict[str, Any]:
    present = entry.feature
    return {
        "type": "Feature",
        "id": entry.feature_id,
        "change": {"operation": entry.operation, "version": entry.version, "time": entry.at.isoformat()},
        "geometry": present.geometry if present else None,
        "properties": present.properties if present else None,
    }
