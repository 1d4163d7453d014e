"""Text formats, written as they are read."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from psycopg.sql import SQL

from layers.catalog import LayerSpec
from layers.exports.reading import as_geojson, as_values

RECORD_SEPARATOR = "\x1e"  # RFC 8142
BYTE_ORDER_MARK = "\ufeff"  # so that spreadsheets take the text for UTF-8
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def geojson(spec: LayerSpec) -> Iterator[str]:
    """A FeatureCollection (RFC 7946) in pieces."""
    yield '{"type":"FeatureCollection","features":['
    separator = "\n"
    for feature in _features(spec):
        yield separator + feature
        separator = ",\n"
    yield "\n]}\n"


def geojson_sequence(spec: LayerSpec) -> Iterator[str]:
    """One feature a line, each after a record separator (RFC 8142)."""
    for feature in _features(spec):
        yield f"{RECORD_SEPARATOR}{feature}\n"


def csv_text(spec: LayerSpec) -> Iterator[str]:
    """A table: id, version, the public properties, lon and lat of a point on the feature, its geometry as WKT."""
    yield BYTE_ORDER_MARK
    names = [p.name for p in spec.public_properties]
    yield _line(["id", "version", *names, "lon", "lat", "wkt"])
    geometry = SQL(
        "ARRAY[ST_X(ST_PointOnSurface(geometry))::text, ST_Y(ST_PointOnSurface(geometry))::text,"
        " ST_AsText(geometry, 7)]"
    )
    for feature in as_values(spec, geometry):
        values = [_cell(value) for value in feature.properties]
        yield _line([feature.id, feature.version, *values, *feature.geometry])


def _features(spec: LayerSpec) -> Iterator[str]:
    for feature in as_geojson(spec):
        yield (
            f'{{"type":"Feature","id":{feature.id},"geometry":{feature.geometry},"properties":{feature.properties[0]}}}'
        )


def as_text(value: Any) -> str | None:
    """A value for formats that have no type for it."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _cell(value: Any) -> Any:
    if isinstance(value, dict | list):
        return as_text(value)
    # A spreadsheet runs a cell that begins like a formula; the apostrophe makes it text.
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def _line(cells: list[Any]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()
