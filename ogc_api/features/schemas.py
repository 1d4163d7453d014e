"""JSON Schemas of a layer, from its declaration: what can be queried, what comes back, what may be sent."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.translation import override

from gis_platform.identity.authentication import authenticate_request
from gis_platform.identity.layer_access import readable_layer
from layers.catalog import LayerSpec, Property, PropertyType
from ogc_api.features import ordering
from ogc_api.features.queryables import GEOMETRY, ID, queryable
from ogc_api.links import layer_url
from ogc_api.pages.preference import language_of
from ogc_api.parameters import choice, refuse_unknown

SCHEMA_JSON = "application/schema+json"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
FORMATS = {"uri": "uri", "email": "email"}


def queryables(request: HttpRequest, layer_id: str) -> JsonResponse:
    """What a filter may name. Each but the geometry and the arrays is a query parameter of the items too."""
    return _answer(request, layer_id, "queryables", _queryables)


def sortables(request: HttpRequest, layer_id: str) -> JsonResponse:
    """What `sortby` may name."""
    return _answer(request, layer_id, "sortables", _sortables)


def schema(request: HttpRequest, layer_id: str) -> JsonResponse:
    """What comes back, and what may be sent: what is `readOnly` only comes back."""
    return _answer(request, layer_id, "schema", lambda spec: json_schema(spec, spec.public_properties))


def _answer(
    request: HttpRequest, layer_id: str, resource: str, describe: Callable[[LayerSpec], dict[str, Any]]
) -> JsonResponse:
    refuse_unknown(request.GET, {"f", "lang"})
    choice(request.GET, "f", ("json",), default="json")
    spec = readable_layer(authenticate_request(request), layer_id)
    with override(language_of(request)):
        document = {"$schema": DIALECT, "$id": f"{layer_url(request, spec)}/{resource}"} | describe(spec)
        return JsonResponse(document, content_type=SCHEMA_JSON)


def _queryables(spec: LayerSpec) -> dict[str, Any]:
    asked = {p.name: _asked(p) for p in queryable(spec)}
    return _closed(spec, {ID: _identifier(), GEOMETRY: geometry_schema(spec)} | asked)


def _sortables(spec: LayerSpec) -> dict[str, Any]:
    return _closed(spec, {ID: _identifier()} | {p.name: _asked(p) for p in ordering.sortables(spec).values()})


def _closed(spec: LayerSpec, properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "title": str(spec.title), "properties": properties, "additionalProperties": False}


def _identifier() -> dict[str, Any]:
    return {"type": "integer", "x-ogc-role": "id", "readOnly": True}


def _asked(prop: Property) -> dict[str, Any]:
    """The property as one compares it: what may be written is another matter."""
    document = property_schema(prop)
    if prop.type is PropertyType.ARRAY:
        document["items"] = {"type": "string"}
    return {name: value for name, value in document.items() if name != "readOnly"}


def geometry_schema(spec: LayerSpec) -> dict[str, Any]:
    geometry = "geometry-any" if spec.geometry_type == "Geometry" else f"geometry-{spec.geometry_type.lower()}"
    return {"format": geometry, "x-ogc-role": "primary-geometry"}


def json_schema(spec: LayerSpec, properties: tuple[Property, ...]) -> dict[str, Any]:
    """A JSON Schema (2020-12, OGC API Features Part 5) of the id, the properties and the geometry."""
    roles = dict(zip(spec.interval or (), ("primary-interval-start", "primary-interval-end"), strict=False))
    described: dict[str, Any] = {ID: _identifier(), GEOMETRY: geometry_schema(spec)}
    for sequence, prop in enumerate(properties, 1):
        role = {"x-ogc-role": roles[prop.name]} if prop.name in roles else {}
        described[prop.name] = property_schema(prop) | role | {"x-ogc-propertySeq": sequence}
    return {
        "type": "object",
        "title": str(spec.title),
        "properties": described,
        "required": [p.name for p in properties if p.required],
    }


def property_schema(prop: Property) -> dict[str, Any]:
    document: dict[str, Any] = {"title": str(prop.title)}
    match prop.type:
        case PropertyType.DATE | PropertyType.INSTANT:
            document |= {"type": "string", "format": prop.type.value}
        case _:
            document["type"] = prop.type.value
    if prop.format in FORMATS:
        document["format"] = FORMATS[prop.format]
    if prop.max_length:
        document["maxLength"] = prop.max_length
    if prop.choices:
        document["oneOf"] = [{"const": value, "title": str(label)} for value, label in prop.choices]
    if prop.unit:
        document["x-ogc-unit"] = prop.unit
    if not prop.editable:
        document["readOnly"] = True
    return document
