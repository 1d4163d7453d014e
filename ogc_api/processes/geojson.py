"""GeoJSON from shapely geometries: EPSG:4326, longitude first, to a centimetre."""

import json
from collections.abc import Iterable
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from gis_platform.core.crs import WGS84, transformer

DIGITS = 7


def feature(key: Any, geometry: BaseGeometry | None, properties: dict[str, Any]) -> dict[str, Any]:
    """`geometry` is in EPSG:4326."""
    shape = None if geometry is None or geometry.is_empty else json.loads(shapely.to_geojson(rounded(geometry)))
    document = {"type": "Feature", "geometry": shape, "properties": properties}
    return document if key is None else {"type": "Feature", "id": key} | document


def collection(features: Iterable[dict[str, Any]], **members: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", **members, "features": list(features)}


def to_wgs84(geometry: Any, *, srid: int) -> Any:
    """A geometry, or an array of them, from a metric grid."""
    turn: Any = transformer(from_srid=srid, to_srid=WGS84).transform
    return shapely.transform(geometry, turn, interleaved=False)


def to_grid(geometry: Any, *, srid: int) -> Any:
    turn: Any = transformer(from_srid=WGS84, to_srid=srid).transform
    return shapely.transform(geometry, turn, interleaved=False)


def rounded(geometry: BaseGeometry) -> BaseGeometry:
    turned: BaseGeometry = shapely.transform(geometry, lambda coordinates: coordinates.round(DIGITS))
    return turned
