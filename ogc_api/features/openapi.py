"""The paths of the features in the OpenAPI document."""

from typing import Any

from layers.catalog import LayerSpec, PropertyType
from ogc_api.openapi.words import get, ref, schema_type, write


def features_paths(specs: tuple[LayerSpec, ...]) -> dict[str, Any]:
    return {path: operations for spec in specs for path, operations in _collection(spec).items()}


def _collection(spec: LayerSpec) -> dict[str, Any]:
    at = f"/collections/{spec.id}"
    tag = spec.id
    filters = [
        {"name": p.name, "in": "query", "required": False, "schema": {"type": schema_type(p.type)}, "style": "form"}
        for p in spec.public_properties
        if p.type not in (PropertyType.OBJECT, PropertyType.ARRAY)
    ]
    shared = [ref("limit"), ref("offset"), ref("bbox"), ref("datetime"), ref("q")]
    return {
        f"{at}/items": get(f"Features of {spec.id}", f"{tag}.items", tag=tag, parameters=shared + filters)
        | ({"post": write("Add a feature", f"{tag}.create", tag, created=True)} if spec.writable else {}),
        f"{at}/items/{{featureId}}": get("One feature", f"{tag}.item", tag=tag, parameters=[ref("featureId")])
        | (_edits(tag) if spec.writable else {}),
        f"{at}/queryables": get("What can be asked for", f"{tag}.queryables", tag=tag),
        f"{at}/schema": get("What a feature holds", f"{tag}.schema", tag=tag),
    }


def _edits(tag: str) -> dict[str, Any]:
    where = [ref("featureId"), ref("If-Match")]
    return {
        "put": write("Replace the feature", f"{tag}.replace", tag) | {"parameters": where},
        "patch": write("Change some of the feature (RFC 7396)", f"{tag}.update", tag) | {"parameters": where},
        "delete": write("Remove the feature", f"{tag}.delete", tag) | {"parameters": where},
    }
