"""Geometries as facts and in conditions: GeoJSON, WGS 84, longitude first."""

import json
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from rules.engine.errors import RuleError

VERTICES_MAX = 20_000  # the largest municipal boundary in use has some 4,000
TYPES = frozenset({"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"})


def read_geometry(value: Any, *, field: str) -> BaseGeometry:
    """A valid geometry with something in it, in degrees.

    >>> read_geometry({"type": "Point", "coordinates": [23.72, 56.65]}, field="place.position").wkt
    'POINT (23.72 56.65)'
    """
    if not isinstance(value, dict) or value.get("type") not in TYPES:
        raise RuleError(field, f"needs a GeoJSON geometry of type {', '.join(sorted(TYPES))}")
    try:
        geometry = shapely.from_geojson(json.dumps(value, allow_nan=False))
    except (shapely.GEOSException, ValueError, TypeError) as error:
        raise RuleError(field, "is not a readable GeoJSON geometry") from error
    _check(geometry, field=field)
    return geometry


def _check(geometry: BaseGeometry, *, field: str) -> None:
    if geometry.is_empty:
        raise RuleError(field, "has no coordinates")
    if shapely.count_coordinates(geometry) > VERTICES_MAX:
        raise RuleError(field, f"has more than {VERTICES_MAX} vertices; simplify it")
    west, south, east, north = geometry.bounds
    if west < -180 or south < -90 or east > 180 or north > 90:
        raise RuleError(field, "lies outside of longitude -180..180 and latitude -90..90")
    if not geometry.is_valid:
        raise RuleError(field, f"is not valid: {shapely.is_valid_reason(geometry)}")
