"""Text formats, written as they are read."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from gis_platform.core.crs import CRS84, WGS84
from layers.exports.reading import batches, columns_of
from layers.exports.selections import Selection

RECORD_SEPARATOR = "\x1e"  # RFC 8142
BYTE_ORDER_MARK = "\ufeff"  # so that spreadsheets take the text for UTF-8
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
NAME_BYTES_MAX = 63  # PostgreSQL cuts a longer alias


def geojson(selection: Selection) -> Iterator[str]:
    """A FeatureCollection (RFC 7946) in pieces."""
    yield '{"type":"FeatureCollection","features":['
    separator = "\n"
    for rows in batches(selection, [_feature(selection)]):
        yield separator + ",\n".join(feature for (feature,) in rows)
        separator = ",\n"
    yield "\n]}\n"


def geojson_sequence(selection: Selection) -> Iterator[str]:
    """One feature a line, each after a record separator (RFC 8142)."""
    for rows in batches(selection, [_feature(selection)]):
        yield "".join(f"{RECORD_SEPARATOR}{feature}\n" for (feature,) in rows)


def csv_text(selection: Selection) -> Iterator[str]:
    """A table (RFC 4180): id, version, the properties, longitude and latitude of a point on the feature, and its
    geometry as WKT in the selection's CRS, easting first."""
    yield BYTE_ORDER_MARK + _lines([["id", "version", *selection.names, "lon", "lat", "wkt"]])
    position = SQL("ST_Transform(ST_PointOnSurface(f.geometry), {})").format(Literal(WGS84))
    columns: list[Composable] = [
        SQL("f.id"),
        SQL("f.version"),
        *columns_of(selection),
        _degrees("ST_X", position),
        _degrees("ST_Y", position),
        SQL("ST_AsText(f.geometry, {})").format(Literal(selection.crs.digits)),
    ]
    properties = slice(2, 2 + len(selection.properties))
    for rows in batches(selection, columns):
        yield _lines([*row[:2], *map(_cell, row[properties]), *row[-3:]] for row in rows)


def as_text(value: Any) -> str | None:
    """A value for formats that have no type for it."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _feature(selection: Selection) -> Composed:
    """SQL for a feature as GeoJSON text, in the axis order of its CRS."""
    geometry = SQL("ST_FlipCoordinates(f.geometry)") if selection.crs.northing_first else SQL("f.geometry")
    # Without the last argument PostGIS adds a member `crs` for any SRID but 4326.
    return SQL(
        '\'{{"type":"Feature","id":\' || f.id || \',"geometry":\''
        " || coalesce(ST_AsGeoJSON({geometry}, {digits}, 0), 'null') || ',\"properties\":' || {properties} || '}}'"
    ).format(geometry=geometry, digits=Literal(selection.crs.digits), properties=_properties(selection))


def _properties(selection: Selection) -> Composable:
    # psycopg would read a % in a name as a placeholder.
    named = [
        (prop.name.replace("%", "%%"), column)
        for column, prop in zip(columns_of(selection), selection.properties, strict=True)
    ]
    if not named:
        return SQL("'{{}}'").format()
    if all(len(name.encode()) <= NAME_BYTES_MAX for name, _column in named):
        columns = SQL(", ").join(SQL("{} AS {}").format(column, Identifier(name)) for name, column in named)
        return SQL("(SELECT row_to_json(p) FROM (SELECT {}) AS p)").format(columns)
    objects = (SQL("jsonb_build_object({}, {})").format(Literal(name), column) for name, column in named)
    return SQL("({})::text").format(SQL(" || ").join(objects))


def _degrees(axis: str, position: Composable) -> Composed:
    return SQL("trim_scale(round({}({})::numeric, {}))").format(SQL(axis), position, CRS84.digits)


def _cell(value: Any) -> Any:
    if isinstance(value, dict | list):
        return as_text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    # A spreadsheet runs a cell that begins like a formula; the apostrophe makes it text.
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def _lines(rows: Any) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()
