"""The features that a definition names, such as `boundaries/centre`, with their geometry as it is published now."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from psycopg.sql import SQL, Identifier

from gis_platform.core.database import read_published
from layers import catalog
from layers.catalog import LayerSpec, UnknownLayer

FEATURES_MAX = 500  # in one definition


def frozen(definition: object) -> dict[str, Any]:
    """GeoJSON by name; a feature that is not published is left out, for the reader of the definition to name it."""
    names = sorted(set(_named(definition)))[:FEATURES_MAX]
    return {name: geometry for name in names if (geometry := published_geometry(name)) is not None}


def published_geometry(name: str) -> dict[str, Any] | None:
    """The GeoJSON geometry (EPSG:4326) of `<layer>/<code or id>`, a code before an id; None where there is none."""
    layer_id, _slash, key = name.partition("/")
    try:
        spec = catalog.layer(layer_id)
    except UnknownLayer:
        return None
    if spec.access != "public":
        return None
    code = spec.property("code")
    columns = [code.column, "id"] if code and not code.private else ["id"]
    return next((geometry for column in columns if (geometry := _geometry(spec, column, key))), None)


def _geometry(spec: LayerSpec, column: str, key: str) -> dict[str, Any] | None:
    statement = SQL("SELECT ST_AsGeoJSON(f.geometry, 7) FROM {view} AS f WHERE {column}::text = %s LIMIT 1")
    filled = statement.format(view=Identifier(*spec.view), column=Identifier("f", column))
    rows = read_published(filled.as_string(), [key])
    geometry: dict[str, Any] | None = json.loads(rows[0][0]) if rows else None
    return geometry


def _named(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        name = value.get("feature")
        if isinstance(name, str) and len(value) == 1:
            yield name
        for part in value.values():
            yield from _named(part)
    elif isinstance(value, list):
        for part in value:
            yield from _named(part)
