"""The paths of the change feed in the OpenAPI document."""

from typing import Any

from layers.catalog import LayerSpec
from ogc_api.changes.views import GEOJSON, LIMIT_DEFAULT, LIMIT_MAX
from ogc_api.openapi.shapes import ANY_OBJECT
from ogc_api.openapi.words import READING, get

SINCE = {
    "name": "since",
    "in": "query",
    "required": False,
    "schema": {"type": "string", "maxLength": 200, "default": "now"},
    "description": "The token of the last answer; `now` to begin",
}
LIMIT = {
    "name": "limit",
    "in": "query",
    "required": False,
    "schema": {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT_DEFAULT},
}


def changes_paths(specs: tuple[LayerSpec, ...]) -> dict[str, Any]:
    return {
        f"/collections/{spec.id}/changes": get(
            f"What changed in {spec.id}",
            f"{spec.id}.changes",
            tag=spec.id,
            parameters=[SINCE, LIMIT],
            content={GEOJSON: ANY_OBJECT},
            formats=("json",),
            refused=(*READING, 410),
            unchanged=True,
        )
        for spec in specs
    }
