"""The districts as shapes in one drawing, shaded by what a change would bring them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from layers.boundaries.models import Boundary

WIDTH = 720
TOLERANCE_DEG = 0.0003  # some 30 m; the drawing is a few hundred pixels wide
LEVELS = 3


@dataclass(frozen=True, slots=True)
class Shape:
    """`level` is from -LEVELS (loses most) to LEVELS (gains most); None where nothing may be shown."""

    name: str
    path: str
    level: int | None
    cents: int | None


@dataclass(frozen=True, slots=True)
class DistrictMap:
    shapes: Sequence[Shape]
    height: int
    width: int = WIDTH


def names_of_districts() -> dict[str, str]:
    rows = Boundary.objects.filter(kind=Boundary.Kind.DISTRICT).exclude(code="")
    return {row.code: str(row) for row in rows}


def district_map(changes: Mapping[str, int]) -> DistrictMap | None:
    """By the code of the district; None where the city has no districts."""
    rows = list(Boundary.objects.filter(kind=Boundary.Kind.DISTRICT).exclude(code="").order_by("code"))
    if not rows:
        return None
    shapes = [row.geometry.simplify(TOLERANCE_DEG, preserve_topology=True) for row in rows]
    extents = [shape.extent for shape in shapes]
    west, north = min(one[0] for one in extents), max(one[3] for one in extents)
    east, south = max(one[2] for one in extents), min(one[1] for one in extents)
    narrower = math.cos(math.radians((north + south) / 2))  # of a degree of longitude
    scale = WIDTH / ((east - west) * narrower)

    def path(shape: Any) -> str:
        polygons = shape if shape.geom_type == "MultiPolygon" else [shape]
        rings = (ring for polygon in polygons for ring in polygon)
        return "".join(f"M{'L'.join(_at(point) for point in ring)}Z" for ring in rings)

    def _at(point: Sequence[float]) -> str:
        return f"{(point[0] - west) * narrower * scale:.1f} {(north - point[1]) * scale:.1f}"

    most = max((abs(cents) for cents in changes.values()), default=0)
    return DistrictMap(
        [
            Shape(str(row), path(shape), _level(changes.get(row.code), most), changes.get(row.code))
            for row, shape in zip(rows, shapes, strict=True)
        ],
        height=math.ceil((north - south) * scale),
    )


def _level(cents: int | None, most: int) -> int | None:
    """
    >>> [_level(cents, 900) for cents in (None, 0, 1, -900)]
    [None, 0, 1, -3]
    """
    if cents is None or not most:
        return cents and 0
    level = -(-abs(cents) * LEVELS // most)
    return level if cents >= 0 else -level
