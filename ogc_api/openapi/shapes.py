"""Schemas of what is answered, in OpenAPI 3.0's dialect: features, collections, links, problems."""

from typing import Any

from layers.catalog import LayerSpec, Property, PropertyType

type Json = dict[str, Any]

ANY_OBJECT: Json = {"type": "object"}
POSITION: Json = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 4}
DEPTHS = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
PROBLEM: Json = {
    "type": "object",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "code": {"type": "string", "description": "Stable: what a program acts on"},
        "request_id": {"type": "string"},
        "fields": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}
LINK: Json = {
    "type": "object",
    "required": ["href", "rel"],
    "properties": {name: {"type": "string"} for name in ("href", "rel", "type", "title", "hreflang")}
    | {"length": {"type": "integer"}, "templated": {"type": "boolean"}},
}
LINKS: Json = {"type": "array", "items": {"$ref": "#/components/schemas/link"}}
LANDING_PAGE: Json = {
    "type": "object",
    "required": ["title", "links"],
    "properties": {"title": {"type": "string"}, "description": {"type": "string"}, "links": LINKS},
}
CONFORMANCE: Json = {
    "type": "object",
    "required": ["conformsTo"],
    "properties": {"conformsTo": {"type": "array", "items": {"type": "string"}}},
}
COLLECTION: Json = {
    "type": "object",
    "required": ["id", "links"],
    "properties": {
        "id": {"type": "string"},
        "title": {"type": "string"},
        "description": {"type": "string"},
        "extent": ANY_OBJECT,
        "crs": {"type": "array", "items": {"type": "string"}},
        "links": LINKS,
    },
}
COLLECTIONS: Json = {
    "type": "object",
    "required": ["collections", "links"],
    "properties": {
        "collections": {"type": "array", "items": {"$ref": "#/components/schemas/collection"}},
        "links": LINKS,
    },
}
SHARED: dict[str, Json] = {
    "problem": PROBLEM,
    "link": LINK,
    "landingPage": LANDING_PAGE,
    "conformance": CONFORMANCE,
    "collection": COLLECTION,
    "collections": COLLECTIONS,
}


def layer_shapes(spec: LayerSpec) -> dict[str, Json]:
    """`<layer>.feature` and `<layer>.features`, by name."""
    return {f"{spec.id}.feature": feature(spec), f"{spec.id}.features": features(spec)}


def feature(spec: LayerSpec) -> Json:
    # No property is required: a request may select some of them.
    properties = {p.name: property_shape(p) for p in spec.public_properties}
    return {
        "type": "object",
        "required": ["type", "id", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"type": "integer"},
            "geometry": geometry(spec.geometry_type) | {"nullable": True},
            "properties": {"type": "object", "properties": properties},
            "links": LINKS,
        },
    }


def features(spec: LayerSpec) -> Json:
    return {
        "type": "object",
        "required": ["type", "features", "links"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "numberMatched": {"type": "integer", "minimum": 0},
            "numberReturned": {"type": "integer", "minimum": 0},
            "timeStamp": {"type": "string", "format": "date-time"},
            "links": LINKS,
            "features": {"type": "array", "items": {"$ref": f"#/components/schemas/{spec.id}.feature"}},
        },
    }


def geometry(geometry_type: str) -> Json:
    """A GeoJSON geometry of that type; of any type for the abstract ones."""
    if geometry_type not in DEPTHS:
        return {"type": "object", "required": ["type"], "properties": {"type": {"type": "string"}}}
    coordinates = POSITION
    for _ in range(DEPTHS[geometry_type]):
        coordinates = {"type": "array", "items": coordinates}
    return {
        "type": "object",
        "required": ["type", "coordinates"],
        "properties": {"type": {"type": "string", "enum": [geometry_type]}, "coordinates": coordinates},
    }


def property_shape(prop: Property) -> Json:
    title = str(prop.title)
    match prop.type:
        case PropertyType.DATE | PropertyType.INSTANT:
            shape: Json = {"type": "string", "format": prop.type.value}
        case PropertyType.ARRAY:
            shape = {"type": "array", "items": {}}
        case PropertyType.OBJECT:
            shape = {}  # any JSON
        case _:
            shape = {"type": prop.type.value}
    return shape | {"title": title, "nullable": True}
