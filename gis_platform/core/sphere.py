"""Metres between geometries on the sphere.

PostGIS says the same with `ST_Distance(a::geography, b::geography, false)`, so that a replay in SQL agrees. The
ellipsoid would differ by up to 0.5 %, which no rule of "within 100 metres" can feel.
"""

import math
from collections.abc import Iterator

import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry, BaseMultipartGeometry

RADIUS_M = (2 * 6_378_137.0 + 6_356_752.314_245_179) / 3  # mean radius of WGS 84, as PostGIS takes it

type Vector = tuple[float, float, float]


def distance_m(left: BaseGeometry, right: BaseGeometry) -> float:
    """The shortest way between two geometries, 0 where they touch.

    >>> round(distance_m(shapely.Point(0, 0), shapely.Point(1, 0)))
    111195
    >>> distance_m(shapely.Point(0.5, 0.5), shapely.box(0, 0, 1, 1))
    0.0
    """
    if left.intersects(right):
        return 0.0
    # Without a crossing, the shortest way starts or ends in a vertex of one of the two.
    nearest = min(_nearest(left, right), _nearest(right, left))
    return nearest * RADIUS_M


def _nearest(points_of: BaseGeometry, segments_of: BaseGeometry) -> float:
    vertices = [_vector(longitude, latitude) for longitude, latitude in shapely.get_coordinates(points_of)]
    return min(_angle_to_segment(vertex, *segment) for segment in _segments(segments_of) for vertex in vertices)


def _segments(geometry: BaseGeometry) -> Iterator[tuple[Vector, Vector]]:
    if isinstance(geometry, Polygon):
        for ring in (geometry.exterior, *geometry.interiors):
            yield from _segments(ring)
    elif isinstance(geometry, BaseMultipartGeometry):
        for part in geometry.geoms:
            yield from _segments(part)
    else:
        corners = [_vector(longitude, latitude) for longitude, latitude in shapely.get_coordinates(geometry)]
        yield from zip(corners, corners[1:] or corners, strict=False)


def _vector(longitude: float, latitude: float) -> Vector:
    east, north = math.radians(longitude), math.radians(latitude)
    return math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north)


def _angle_to_segment(point: Vector, start: Vector, end: Vector) -> float:
    """Radians from a point to the great circle's piece between start and end."""
    normal = _cross(start, end)
    length = math.hypot(*normal)
    beside = _cross(normal, point)  # lies in the plane of the foot of the perpendicular
    if length and _dot(_cross(normal, start), point) > 0 and _dot(_cross(end, normal), point) > 0:
        return math.atan2(abs(_dot(normal, point)), math.hypot(*beside))
    return min(_angle(point, start), _angle(point, end))


def _angle(left: Vector, right: Vector) -> float:
    # atan2 keeps its precision for points a metre apart, where an arc cosine has none.
    return math.atan2(math.hypot(*_cross(left, right)), _dot(left, right))


def _cross(left: Vector, right: Vector) -> Vector:
    return (
        left[1] * right[2] - left[2] * right[1],
        left[2] * right[0] - left[0] * right[2],
        left[0] * right[1] - left[1] * right[0],
    )


def _dot(left: Vector, right: Vector) -> float:
    return left[0] * right[0] + left[1] * right[1] + left[2] * right[2]
