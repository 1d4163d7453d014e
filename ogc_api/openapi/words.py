"""What the descriptions of the paths are made of: operations, refusals, shared parameters and schemas."""

from typing import Any

from layers.catalog import PropertyType
from ogc_api.parameters import LIMIT_DEFAULT, LIMIT_MAX

GEOJSON = "application/geo+json"


def get(summary: str, operation: str, *, tag: str = "City", parameters: list[Any] | None = None) -> dict[str, Any]:
    return {
        "get": {
            "summary": summary,
            "operationId": operation,
            "tags": [tag],
            "parameters": [ref("f"), *(parameters or [])],
            "responses": {
                "200": {"description": "As asked", "content": {"application/json": {}, GEOJSON: {}, "text/html": {}}},
                "400": refusal("A parameter is wrong"),
                "404": refusal("There is no such thing"),
            },
        }
    }


def write(summary: str, operation: str, tag: str, *, created: bool = False) -> dict[str, Any]:
    done = "201" if created else "204" if operation.endswith("delete") else "200"
    return {
        "summary": summary,
        "operationId": operation,
        "tags": [tag],
        "responses": {
            done: {"description": "Done"},
            "400": refusal("The feature cannot be stored"),
            "401": refusal("Sign in"),
            "403": refusal("The role does not allow it"),
            "409": refusal("It contradicts another feature"),
            "412": refusal("Somebody changed it meanwhile"),
            "428": refusal("Send If-Match"),
        },
    } | ({} if operation.endswith("delete") else {"requestBody": {"required": True, "content": {GEOJSON: {}}}})


def refusal(description: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}},
    }


def schema_type(kind: PropertyType) -> str:
    return "string" if kind in (PropertyType.DATE, PropertyType.INSTANT) else kind.value


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/parameters/{name}"}


def whole(name: str, place: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "schema": {"type": "integer", **schema}}


PARAMETERS: dict[str, Any] = {
    "f": {"name": "f", "in": "query", "required": False, "schema": {"type": "string"}},
    "q": {"name": "q", "in": "query", "required": False, "schema": {"type": "string", "maxLength": 200}},
    "limit": whole("limit", "query", minimum=1, maximum=LIMIT_MAX, default=LIMIT_DEFAULT),
    "offset": whole("offset", "query", minimum=0, default=0),
    "bbox": {
        "name": "bbox",
        "in": "query",
        "required": False,
        "style": "form",
        "explode": False,
        "schema": {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6},
    },
    "datetime": {"name": "datetime", "in": "query", "required": False, "schema": {"type": "string"}},
    "featureId": whole("featureId", "path"),
    "If-Match": {"name": "If-Match", "in": "header", "required": True, "schema": {"type": "string"}},
    "z": whole("z", "path", minimum=0, maximum=22),
    "y": whole("y", "path", minimum=0),
    "x": whole("x", "path", minimum=0),
}
PROBLEM: dict[str, Any] = {
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
