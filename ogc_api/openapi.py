"""The OpenAPI 3.0 description of the OGC window, complete in itself: it refers to nothing outside."""

from typing import Any

from django.conf import settings

from layers.catalog import LayerSpec, PropertyType
from ogc_api.parameters import LIMIT_DEFAULT, LIMIT_MAX

GEOJSON = "application/geo+json"


def openapi_document(specs: tuple[LayerSpec, ...], url: str) -> dict[str, Any]:
    paths: dict[str, Any] = {
        "/": _get("Landing page", "landingPage"),
        "/conformance": _get("Conformance classes", "conformance"),
        "/openapi": _get("This document", "openapi"),
        "/collections": _get("The layers of the city", "collections"),
        "/tiles/WebMercatorQuad/{z}/{y}/{x}": _tile("All public layers in one vector tile", "cityTile"),
    }
    for spec in specs:
        paths |= _collection(spec)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": f"{settings.CITY.name}: OGC API",
            "version": "1.0.0",
            "license": {"name": "CC-BY-4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
        },
        "servers": [{"url": url}],
        "paths": paths,
        "components": {"schemas": {"problem": _PROBLEM}, "parameters": _PARAMETERS},
    }


def _collection(spec: LayerSpec) -> dict[str, Any]:
    at = f"/collections/{spec.id}"
    tag = spec.id
    filters = [
        {"name": p.name, "in": "query", "required": False, "schema": {"type": _type(p.type)}, "style": "form"}
        for p in spec.public_properties
        if p.type not in (PropertyType.OBJECT, PropertyType.ARRAY)
    ]
    shared = [_ref("limit"), _ref("offset"), _ref("bbox"), _ref("datetime"), _ref("q")]
    return {
        at: _get(str(spec.title), f"{tag}.collection", tag=tag),
        f"{at}/items": _get(f"Features of {spec.id}", f"{tag}.items", tag=tag, parameters=shared + filters)
        | ({"post": _write("Add a feature", f"{tag}.create", tag, created=True)} if spec.writable else {}),
        f"{at}/items/{{featureId}}": _get("One feature", f"{tag}.item", tag=tag, parameters=[_ref("featureId")])
        | (_edits(tag) if spec.writable else {}),
        f"{at}/queryables": _get("What can be asked for", f"{tag}.queryables", tag=tag),
        f"{at}/schema": _get("What a feature holds", f"{tag}.schema", tag=tag),
        f"{at}/tiles/WebMercatorQuad": _get("TileJSON", f"{tag}.tilejson", tag=tag),
        f"{at}/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}": _tile(f"Vector tile of {spec.id}", f"{tag}.tile", tag=tag),
    }


def _get(summary: str, operation: str, *, tag: str = "City", parameters: list[Any] | None = None) -> dict[str, Any]:
    return {
        "get": {
            "summary": summary,
            "operationId": operation,
            "tags": [tag],
            "parameters": [_ref("f"), *(parameters or [])],
            "responses": {
                "200": {"description": "As asked", "content": {"application/json": {}, GEOJSON: {}, "text/html": {}}},
                "400": _refusal("A parameter is wrong"),
                "404": _refusal("There is no such thing"),
            },
        }
    }


def _tile(summary: str, operation: str, *, tag: str = "City") -> dict[str, Any]:
    path = _get(summary, operation, tag=tag, parameters=[_ref("z"), _ref("y"), _ref("x")])
    path["get"]["responses"]["200"]["content"] = {"application/vnd.mapbox-vector-tile": {}}
    return path


def _edits(tag: str) -> dict[str, Any]:
    where = [_ref("featureId"), _ref("If-Match")]
    return {
        "put": _write("Replace the feature", f"{tag}.replace", tag) | {"parameters": where},
        "patch": _write("Change some of the feature (RFC 7396)", f"{tag}.update", tag) | {"parameters": where},
        "delete": _write("Remove the feature", f"{tag}.delete", tag) | {"parameters": where},
    }


def _write(summary: str, operation: str, tag: str, *, created: bool = False) -> dict[str, Any]:
    done = "201" if created else "204" if operation.endswith("delete") else "200"
    return {
        "summary": summary,
        "operationId": operation,
        "tags": [tag],
        "responses": {
            done: {"description": "Done"},
            "400": _refusal("The feature cannot be stored"),
            "401": _refusal("Sign in"),
            "403": _refusal("The role does not allow it"),
            "409": _refusal("It contradicts another feature"),
            "412": _refusal("Somebody changed it meanwhile"),
            "428": _refusal("Send If-Match"),
        },
    } | ({} if operation.endswith("delete") else {"requestBody": {"required": True, "content": {GEOJSON: {}}}})


def _refusal(description: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}},
    }


def _type(kind: PropertyType) -> str:
    return "string" if kind in (PropertyType.DATE, PropertyType.INSTANT) else kind.value


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/parameters/{name}"}


def _whole(name: str, place: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "schema": {"type": "integer", **schema}}


_PARAMETERS: dict[str, Any] = {
    "f": {"name": "f", "in": "query", "required": False, "schema": {"type": "string"}},
    "q": {"name": "q", "in": "query", "required": False, "schema": {"type": "string", "maxLength": 200}},
    "limit": _whole("limit", "query", minimum=1, maximum=LIMIT_MAX, default=LIMIT_DEFAULT),
    "offset": _whole("offset", "query", minimum=0, default=0),
    "bbox": {
        "name": "bbox",
        "in": "query",
        "required": False,
        "style": "form",
        "explode": False,
        "schema": {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6},
    },
    "datetime": {"name": "datetime", "in": "query", "required": False, "schema": {"type": "string"}},
    "featureId": _whole("featureId", "path"),
    "If-Match": {"name": "If-Match", "in": "header", "required": True, "schema": {"type": "string"}},
    "z": _whole("z", "path", minimum=0, maximum=22),
    "y": _whole("y", "path", minimum=0),
    "x": _whole("x", "path", minimum=0),
}
_PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "fields": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}
