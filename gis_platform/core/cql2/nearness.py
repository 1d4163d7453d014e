"""“Within so many metres” as a box first, which an index on the geometries answers."""

import math

import shapely
from shapely.geometry.base import BaseGeometry

from gis_platform.core.cql2.fields import FieldType
from gis_platform.core.cql2.functions import DISTANCE
from gis_platform.core.cql2.typed import NUMERIC, Call, Column, Constant
from gis_platform.core.sphere import RADIUS_M

# On the sphere an edge runs outside of its box in degrees, the more the longer it is: 2 km for one of 4 degrees.
BULGE_M = 2_000.0
DEGREE_M = RADIUS_M * math.pi / 180
LATITUDE_MAX = 85.0  # nearer to a pole a box is no help


def box_of(call: Call) -> tuple[Column, Constant] | None:
    """The column and the box outside of which `call`, a comparison, cannot be true; None where there is no such thing.

    It may be false or unknown outside, and stays so.
    """
    distance, metres = call.args if call.op in {"<", "<="} else call.args[::-1]
    if not isinstance(distance, Call) or distance.op != DISTANCE or not isinstance(metres, Constant):
        return None
    places = sorted(distance.args, key=lambda place: isinstance(place, Constant))
    column, known = places
    if not isinstance(column, Column) or not isinstance(known, Constant) or metres.type not in NUMERIC:
        return None
    box = None if metres.value is None else _around(known.value, metres.value)
    return None if box is None else (column, Constant(FieldType.GEOMETRY, box))


def _around(shape: BaseGeometry, metres: float) -> BaseGeometry | None:
    west, south, east, north = shape.bounds
    height = (max(metres, 0.0) + BULGE_M) / DEGREE_M
    south, north = south - height, north + height
    if max(-south, north) > LATITUDE_MAX:
        return None
    width = height / math.cos(math.radians(max(-south, north)))
    if west - width < -180 or east + width > 180:
        return None
    return shapely.box(west - width, south, east + width, north)
