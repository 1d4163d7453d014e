"""Editing of features (OGC API Features Part 4): every method of items and of an item that is not a reading one."""

import json
import re
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from gis_platform.core.errors import CityError, InvalidInput, PreconditionRequired
from gis_platform.identity.layer_access import Caller, may_edit, require_editor
from layers.base.editing import Stored, create_feature, delete_feature, replace_feature, update_feature
from layers.base.geometry import from_geojson
from layers.catalog import LayerSpec
from ogc_api.features import queries
from ogc_api.links import layer_url

MERGE_PATCH = "application/merge-patch+json"
ETAG = re.compile(r'(?:W/)?"(\d{1,9})"')
REASON_LENGTH_MAX = 500


class MethodNotAllowed(CityError):
    code = "method-not-allowed"
    status = 405


class UnreadableBody(InvalidInput):
    code = "unreadable-body"


class VersionNeeded(PreconditionRequired):
    code = "version-needed"


def change_items(request: HttpRequest, spec: LayerSpec, user: Caller) -> HttpResponse:
    """POST and OPTIONS of a layer's items; raises MethodNotAllowed for anything else."""
    allowed = ["GET", "HEAD", "OPTIONS", *(["POST"] if may_edit(user, spec) else [])]
    match request.method:
        case "POST":
            return _create(request, spec, require_editor(user, spec))
        case "OPTIONS":
            return _allow(allowed)
    raise MethodNotAllowed(_("Use one of: {methods}.").format(methods=", ".join(allowed)))


def change_item(request: HttpRequest, spec: LayerSpec, feature_id: str, user: Caller) -> HttpResponse:
    """PUT, PATCH, DELETE and OPTIONS of one feature; raises MethodNotAllowed for anything else."""
    allowed = ["GET", "HEAD", "OPTIONS", *(["PUT", "PATCH", "DELETE"] if may_edit(user, spec) else [])]
    match request.method:
        case "PUT" | "PATCH" | "DELETE":
            return _edit(request, spec, feature_id, require_editor(user, spec))
        case "OPTIONS":
            return _allow(allowed)
    raise MethodNotAllowed(_("Use one of: {methods}.").format(methods=", ".join(allowed)))


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
