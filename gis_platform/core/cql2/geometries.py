"""Geometries of a filter: their form when they are read, their place when the filter is compiled."""

import json
import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from pyproj.exceptions import ProjError
from shapely.geometry.base import BaseGeometry

from gis_platform.core.cql2.errors import FilterError
from gis_platform.core.cql2.errors import gettext_noop as _
from gis_platform.core.cql2.expressions import Bounds

STORED_SRID = 4326
WORLD: Bounds = (-180.0, -90.0, 180.0, 90.0)
# How deep the coordinates of each type are nested; a position itself is one level.
LEVELS = {"Point": 1, "MultiPoint": 2, "LineString": 2, "MultiLineString": 3, "Polygon": 3, "MultiPolygon": 4}
STEPS_OF_BOX = 128  # leaves less than half a metre of those 300
AXES = frozenset({2, 3})


def read_shape(value: dict[str, Any], count: Callable[[int], None]) -> BaseGeometry:
    """A GeoJSON geometry that has a form and something in it; `count` is told of its vertices.

    >>> read_shape({"type": "Point", "coordinates": [23.72, 56.65]}, lambda vertices: None).wkt
    'POINT (23.72 56.65)'
    """
    if value.get("type") == "GeometryCollection":
        return shapely.GeometryCollection([_single(part, count) for part in _parts(value)])
    return _single(value, count)


def _parts(value: dict[str, Any]) -> list[Any]:
    parts = value.get("geometries")
    if value.keys() - {"type", "geometries"} or not isinstance(parts, list) or not parts:
        raise FilterError("filter-geometry", _("A GeometryCollection needs a list of geometries."))
    return parts


def _single(value: object, count: Callable[[int], None]) -> BaseGeometry:
    if not isinstance(value, dict) or not isinstance(value.get("type"), str) or value["type"] not in LEVELS:
        known = ", ".join(LEVELS)
        raise FilterError("filter-geometry", _("A geometry needs one of the types {known}."), known=known)
    if value.keys() - {"type", "coordinates", "bbox"}:
        raise FilterError("filter-geometry", _("A geometry has a type and coordinates, and nothing else."))
    coordinates = value.get("coordinates")
    flat = _flat(coordinates, LEVELS[value["type"]], count)
    try:
        return shapely.from_geojson(json.dumps({"type": value["type"], "coordinates": flat}))
    except (shapely.GEOSException, ValueError) as error:
        raise FilterError(
            "filter-geometry",
            _("The {type} has too few positions, or a ring that is not closed."),
            type=value["type"],
        ) from error


def _flat(value: object, levels: int, count: Callable[[int], None]) -> list[Any]:
    """The coordinates in two dimensions; the third says nothing to any predicate here."""
    if not isinstance(value, list) or not value:
        raise FilterError("filter-geometry", _("A geometry needs coordinates, as its type has them."))
    if levels > 1:
        return [_flat(part, levels - 1, count) for part in value]
    count(1)
    if len(value) not in AXES:
        raise FilterError("filter-geometry", _("A position has two or three numbers."))
    return [coordinate(number) for number in value][:2]


def coordinate(number: object) -> float:
    if isinstance(number, int | float) and not isinstance(number, bool):
        try:
            if math.isfinite(number):
                return float(number)
        except OverflowError:
            pass
    raise FilterError("filter-geometry", _("“{value}” is not a coordinate."), value=number)


def read_box(value: object) -> Bounds:
    """
    >>> read_box([23, 56, 24, 57])
    (23.0, 56.0, 24.0, 57.0)
    """
    if not isinstance(value, list) or len(value) not in {4, 6}:
        raise FilterError("filter-geometry", _("A box has four numbers, or six with heights."))
    numbers = [coordinate(number) for number in value]
    half = len(numbers) // 2
    west, south, east, north = *numbers[:2], *numbers[half : half + 2]
    return (west, south, east, north)


def placed(shape: BaseGeometry, *, srid: int, northing_first: bool) -> BaseGeometry:
    """The geometry in EPSG:4326, longitude first; it must be valid and on the earth."""
    if not shape.is_valid:
        reason = shapely.is_valid_reason(shape)
        raise FilterError("filter-geometry", _("A geometry of the filter is not valid: {reason}."), reason=reason)
    if northing_first:
        shape = shapely.transform(shape, lambda points: points[:, ::-1])
    if srid != STORED_SRID:
        shape = _on_earth(shape, srid)
    _inside_world(shape.bounds)
    return shape


def placed_box(bounds: Bounds, *, srid: int, northing_first: bool) -> BaseGeometry:
    """The box in EPSG:4326: two boxes where it runs over the antimeridian, a line or a point where it has no area."""
    south_west, north_east = bounds[:2], bounds[2:]
    if northing_first:
        south_west, north_east = south_west[::-1], north_east[::-1]
    (west, south), (east, north) = south_west, north_east
    if south > north or (west > east and srid != STORED_SRID):
        raise FilterError("filter-geometry", _("The box ends before it begins; write its lower corner first."))
    if west <= east:
        shape = _rectangle(west, south, east, north)
        shape = shape if srid == STORED_SRID else _on_earth(_with_steps(shape), srid)
        _inside_world(shape.bounds)
        return shape
    _inside_world((east, south, west, north))
    halves = [_rectangle(west, south, 180.0, north), _rectangle(-180.0, south, east, north)]
    return shapely.union_all(halves)


def _rectangle(west: float, south: float, east: float, north: float) -> BaseGeometry:
    if west == east and south == north:
        return shapely.Point(west, south)
    if west == east or south == north:
        return shapely.LineString([(west, south), (east, north)])
    return shapely.box(west, south, east, north)


def _with_steps(shape: BaseGeometry) -> BaseGeometry:
    """With vertices along its sides: what is straight on a grid is not on the globe, by 300 m on a side of 100 km."""
    return shape if shape.geom_type == "Point" else shapely.segmentize(shape, shape.length / STEPS_OF_BOX)


def _on_earth(shape: BaseGeometry, srid: int) -> BaseGeometry:
    try:
        moved = shapely.transform(shape, lambda points: _moved(points, srid))
    except ProjError as error:
        raise FilterError("filter-geometry", _("A geometry lies outside of EPSG:{srid}."), srid=srid) from error
    if not all(math.isfinite(number) for number in moved.bounds):
        raise FilterError("filter-geometry", _("A geometry lies outside of EPSG:{srid}."), srid=srid)
    return moved


def _moved(points: NDArray[np.float64], srid: int) -> NDArray[np.float64]:
    return np.column_stack(_transformer(srid).transform(points[:, 0], points[:, 1]))


@cache
def _transformer(srid: int) -> Transformer:
    return Transformer.from_crs(srid, STORED_SRID, always_xy=True)


def _inside_world(bounds: Sequence[float]) -> None:
    west, south, east, north = bounds
    if west < WORLD[0] or south < WORLD[1] or east > WORLD[2] or north > WORLD[3]:
        raise FilterError(
            "filter-geometry",
            _("A geometry lies outside of longitude -180..180 and latitude -90..90; name its CRS, or check the axes."),
        )
