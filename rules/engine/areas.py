"""The box outside of which a condition about a position cannot hold."""

import math

from shapely.geometry.base import BaseGeometry

from gis_platform.core.sphere import RADIUS_M
from rules.engine.expressions import Expression, Literal, Operation, Property

type Box = tuple[float, float, float, float]  # west, south, east, north, in degrees

NEAR_M_MAX = 100_000  # further than that a box on the sphere is not worth its corners
LATITUDE_MAX = 85.0
SLACK = 1.001  # the box is a little larger than the circle, never smaller


def area_of(condition: Expression) -> tuple[str, Box] | None:
    """The fact that is a position, and the box; None where the condition has none."""
    match condition:
        case (
            Operation(op="s_intersects" | "s_within", args=(Property(fact), Literal(value=area)))
            | Operation(op="s_intersects" | "s_contains", args=(Literal(value=area), Property(fact)))
        ):
            return fact.name, bounds_of(area)
        case (
            Operation(op="<" | "<=", args=(Operation(op="distance_m", args=pair), Literal(value=metres)))
            | Operation(op=">" | ">=", args=(Literal(value=metres), Operation(op="distance_m", args=pair)))
        ):
            return _around(pair, float(metres))
    return None


def bounds_of(geometry: BaseGeometry) -> Box:
    west, south, east, north = geometry.bounds
    return west, south, east, north


def _around(pair: tuple[Expression, ...], metres: float) -> tuple[str, Box] | None:
    match pair:
        case (Property(fact), Literal(value=area)) | (Literal(value=area), Property(fact)):
            box = _widened(bounds_of(area), metres)
            return None if box is None else (fact.name, box)
    return None


def _widened(box: Box, metres: float) -> Box | None:
    west, south, east, north = box
    up = math.degrees(max(0.0, metres) / RADIUS_M) * SLACK
    south, north = south - up, north + up
    if metres > NEAR_M_MAX or max(-south, north) > LATITUDE_MAX:
        return None
    aside = up / math.cos(math.radians(max(-south, north))) * SLACK
    if west - aside < -180 or east + aside > 180:
        return None  # on the other side of the date line degrees begin anew
    return west - aside, south, east + aside, north
