"""Editing of features (OGC API Features Part 4): every method of items and of an item that is not a reading one."""

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from gis_platform.core.cql2.expressions import Expression
from gis_platform.core.crs import CRS84
from gis_platform.core.errors import CityError
from gis_platform.identity.layer_access import Caller, may_edit, require_editor, row_rule
from gis_platform.identity.models import RowRule
from layers.base import reading
from layers.base.editing import (
    FeatureNotFound,
    StaleVersion,
    Stored,
    create_feature,
    delete_feature,
    replace_feature,
    update_feature,
)
from layers.base.geometry import InvalidGeometry
from layers.base.reading import PublishedFeature
from layers.catalog import LayerSpec, PropertyType
from ogc_api.features.bodies import FEATURE_TYPES, GEOJSON, MERGE_PATCH, PATCH_TYPES, Body, UnreadableBody, body_of
from ogc_api.features.versions import etag, required_version, stale_answer
from ogc_api.links import layer_url

REASON_LENGTH_MAX = 500
ID_LENGTH_MAX = 18  # digits of a bigint
ACTIONS = {
    "POST": RowRule.Action.CREATE,
    "PUT": RowRule.Action.UPDATE,
    "PATCH": RowRule.Action.UPDATE,
    "DELETE": RowRule.Action.DELETE,
}


class MethodNotAllowed(CityError):
    code = "method-not-allowed"
    status = 405


@dataclass(frozen=True, kw_only=True)
class Editor:
    """Who edits, why, and which features they are bound to."""

    actor: str
    reason: str
    within: Expression | None


def change_items(request: HttpRequest, spec: LayerSpec, user: Caller) -> HttpResponse:
    """POST and OPTIONS of a layer's items; raises MethodNotAllowed for anything else."""
    match request.method:
        case "POST":
            return _create(request, spec, _editor(request, spec, user))
        case "OPTIONS":
            return _allow(_allowed(spec, user, "POST"))
    raise _not_allowed(_allowed(spec, user, "POST"))


def change_item(request: HttpRequest, spec: LayerSpec, feature_id: str, user: Caller) -> HttpResponse:
    """PUT, PATCH, DELETE and OPTIONS of one feature; raises MethodNotAllowed for anything else."""
    match request.method:
        case "PUT" | "PATCH" | "DELETE":
            editor = _editor(request, spec, user)
            known = _known(spec, feature_id, user)
            try:
                return _edit(request, spec, known, editor)
            except StaleVersion as error:
                raise stale_answer(error) from error
        case "OPTIONS":  # also of a feature that is not there: QGIS asks so in an empty layer
            return _allow(_allowed(spec, user, "PUT", "PATCH", "DELETE"))
    raise _not_allowed(_allowed(spec, user, "PUT", "PATCH", "DELETE"))


def _editor(request: HttpRequest, spec: LayerSpec, user: Caller) -> Editor:
    action = ACTIONS[request.method or ""]
    return Editor(
        actor=require_editor(user, spec, action),
        # Why, in the editor's words: a header of ours, since GeoJSON has no place for it.
        reason=request.headers.get("X-Change-Reason", "")[:REASON_LENGTH_MAX],
        within=row_rule(user, spec, action),
    )


def _known(spec: LayerSpec, feature_id: str, user: Caller) -> PublishedFeature:
    """The feature as the caller may read it; raises FeatureNotFound, also for an id that no feature can have."""
    if feature_id.isascii() and feature_id.isdigit() and len(feature_id) <= ID_LENGTH_MAX:
        visible = row_rule(user, spec, RowRule.Action.READ)
        if found := reading.features(spec, [int(feature_id)], condition=visible):
            return found[0]
    raise FeatureNotFound(_("There is no such feature."))


def _create(request: HttpRequest, spec: LayerSpec, editor: Editor) -> HttpResponse:
    body = body_of(request, FEATURE_TYPES)
    stored = create_feature(
        spec,
        properties=body.properties,
        geometry=body.geometry,
        actor=editor.actor,
        reason=editor.reason,
        within=editor.within,
    )
    response = _written(request, spec, stored, status=201)
    response["Location"] = f"{layer_url(request, spec)}/items/{stored.id}"
    return response


def _edit(request: HttpRequest, spec: LayerSpec, known: PublishedFeature, editor: Editor) -> HttpResponse:
    version = required_version(request, known.version)
    made: dict[str, Any] = {
        "version": version,
        "actor": editor.actor,
        "reason": editor.reason,
        "within": editor.within,
    }
    if request.method == "DELETE":
        delete_feature(spec, known.id, **made)
        return HttpResponse(status=204)
    if request.method == "PUT":
        body = body_of(request, FEATURE_TYPES)
        stored = replace_feature(spec, known.id, properties=body.properties, geometry=body.geometry, **made)
    else:
        body = body_of(request, PATCH_TYPES)
        _require_parts(body)
        properties, geometry = _merged_properties(spec, known, body), None
        if "geometry" in body.members:
            geometry = body.stored(_merged_geometry(known, body.members["geometry"]))
        stored = update_feature(spec, known.id, properties=properties, geometry=geometry, **made)
    return _written(request, spec, stored, status=200)


def _require_parts(body: Body) -> None:
    """A patch that names properties beside `properties` would change nothing, and look as if it had."""
    named = body.members.keys()
    if named - {"type", "id"} and not named & {"properties", "geometry"}:
        raise UnreadableBody(_("A patch holds “properties”, “geometry” or both."))


def _merged_properties(spec: LayerSpec, known: PublishedFeature, body: Body) -> dict[str, Any]:
    """The new values of the named properties; an object is merged with the one that is there (RFC 7396)."""
    if body.members.get("properties", {}) is None:
        raise UnreadableBody(_("The properties must be a JSON object."))
    merged = dict(body.properties)
    for name, value in merged.items():
        prop = spec.property(name)
        if prop is not None and prop.type is PropertyType.OBJECT and isinstance(value, dict):
            merged[name] = merge(known.properties.get(name), value)
    return merged


def _merged_geometry(known: PublishedFeature, patch: Any) -> Any:
    """A patch may leave out the type; the coordinates are always whole, for a list is never merged."""
    if isinstance(patch, dict) and not {"coordinates", "geometries"} & patch.keys():
        raise InvalidGeometry(_("The geometry must be a GeoJSON geometry object with a type and coordinates."))
    return known.geometry | patch if isinstance(patch, dict) and "type" not in patch else patch


def merge(target: Any, patch: Any) -> Any:
    """RFC 7396, section 2.

    >>> merge({"a": "b", "c": {"d": 1, "e": 2}}, {"a": None, "c": {"e": 3}})
    {'c': {'d': 1, 'e': 3}}
    """
    if not isinstance(patch, dict):
        return patch
    kept = target if isinstance(target, dict) else {}
    changed = {name: merge(kept.get(name), value) for name, value in patch.items() if value is not None}
    return {name: value for name, value in kept.items() if name not in patch} | changed


def _written(request: HttpRequest, spec: LayerSpec, stored: Stored, *, status: int) -> HttpResponse:
    """As short as the client prefers it (RFC 7240); the whole feature only where it is published."""
    headers = {"ETag": etag(stored.version)}
    preferred = request.headers.get("Prefer", "").replace(" ", "")
    if "return=representation" in preferred:
        for found in reading.features(spec, [stored.id]):
            headers |= {"Preference-Applied": "return=representation", "Content-Crs": CRS84.header}
            return HttpResponse(json.dumps(_as_geojson(found)), GEOJSON, status, headers=headers)
    if "return=minimal" in preferred:
        headers["Preference-Applied"] = "return=minimal"
        return HttpResponse(status=204 if status == 200 else status, headers=headers)
    return JsonResponse({"id": stored.id, "version": stored.version}, status=status, headers=headers)


def _as_geojson(found: PublishedFeature) -> dict[str, Any]:
    return {"type": "Feature", "id": found.id, "geometry": found.geometry, "properties": found.properties}


def _allowed(spec: LayerSpec, user: Caller, *methods: str) -> list[str]:
    """QGIS lets people edit when it finds POST here."""
    edits = [method for method in methods if may_edit(user, spec, ACTIONS[method])]
    return ["GET", "HEAD", "OPTIONS", *edits]


def _allow(methods: list[str]) -> HttpResponse:
    accepted = {"POST": ("Accept-Post", GEOJSON), "PATCH": ("Accept-Patch", f"{MERGE_PATCH}, {GEOJSON}")}
    headers = dict(accepted[method] for method in methods if method in accepted)
    return HttpResponse(status=200, headers={"Allow": ", ".join(methods), **headers})


def _not_allowed(methods: list[str]) -> MethodNotAllowed:
    error = MethodNotAllowed(_("Use one of: {methods}.").format(methods=", ".join(methods)))
    error.headers = {"Allow": ", ".join(methods)}
    return error
