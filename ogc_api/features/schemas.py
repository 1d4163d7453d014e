"""JSON Schemas of a layer, from its declaration: what can be queried, what comes back, what may be sent."""

from typing import Any

from django.http import HttpRequest, JsonResponse

from gis_platform.identity.authentication import authenticate_request
from gis_platform.identity.layer_access import readable_layer
from layers.catalog import LayerSpec, Property, PropertyType
from ogc_api.links import layer_url
from ogc_api.parameters import refuse_unknown

SCHEMA_JSON = "application/schema+json"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
FORMATS = {"uri": "uri", "email": "email"}


def queryables(request: HttpRequest, layer_id: str) -> JsonResponse:
    return _schema(request, layer_id, "queryables")


def schema(request: HttpRequest, layer_id: str) -> JsonResponse:
    return _schema(request, layer_id, "schema")


def _schema(request: HttpRequest, layer_id: str, resource: str) -> JsonResponse:
    refuse_unknown(request.GET, {"f", "lang"})
    spec = readable_layer(authenticate_request(request), layer_id)
    properties = spec.public_properties
    if resource == "queryables":
        properties = tuple(p for p in properties if p.type not in (PropertyType.OBJECT, PropertyType.ARRAY))
    document = json_schema(spec, properties)
    document["$id"] = f"{layer_url(request, spec)}/{resource}"
    if resource == "queryables":
        document["additionalProperties"] = False
    return JsonResponse(document, content_type=SCHEMA_JSON)


def json_schema(spec: LayerSpec, properties: tuple[Property, ...]) -> dict[str, Any]:
    """A JSON Schema (2020-12, OGC API Features Part 5) of the properties and the geometry."""
    geometry = "geometry-any" if spec.geometry_type == "Geometry" else f"geometry-{spec.geometry_type.lower()}"
    return {
        "$schema": DIALECT,
        "type": "object",
        "title": str(spec.title),
        "properties": {
            "geometry": {"format": geometry, "x-ogc-role": "primary-geometry"},
            **{p.name: property_schema(p) for p in properties},
        },
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
