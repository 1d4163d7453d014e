"""Points that stand for all positions that a branch tells apart. A fact with a position is taken to be a point."""

import math
from collections.abc import Iterator, Sequence

import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from gis_platform.core.sphere import RADIUS_M
from rules.benefits.conflicts.branches import Atom, Key
from rules.engine.expressions import Expression, Literal, Operation, Property

WORLD = shapely.box(-180, -85, 180, 85)
ANYWHERE = Point(23.72, 56.65)
DIRECTIONS = 8
CORNERS = 64
# Circles are drawn as polygons in degrees: the larger one holds the true circle, the smaller one lies within it.
LARGER, SMALLER = 1.03, 0.97
CIRCLE_M_MAX = 50_000
INSIDE = frozenset({"s_intersects", "s_within"})
NEARER, FARTHER = frozenset({"<", "<="}), frozenset({">", ">="})


def points(key: Key, about: Sequence[Atom]) -> tuple[list[Point], bool]:
    """Points worth trying; and whether, should none of them fit, none at all does: the area left is empty."""
    region: BaseGeometry = WORLD
    kinds = set()
    for atom in about:
        for geometry, holds in _areas(atom):
            region = region.intersection(geometry) if holds else region.difference(geometry)
            kinds.add((atom.expression.op == "s_within", holds))
    around = [spot for atom in about for spot in _near(atom)]
    if _nowhere(region, kinds):
        return [], True
    parts = list(region.geoms) if hasattr(region, "geoms") else [region]
    found = [part.representative_point() for part in parts[:DIRECTIONS] if not part.is_empty]
    return [ANYWHERE, *found, *around], False


def _nowhere(region: BaseGeometry, kinds: set[tuple[bool, bool]]) -> bool:
    """Whether no point is left. Areas are closed sets but for `s_within`, which is about the inside without the edge.

    A point on the edge of an area intersects it and is not within it, so that an empty region proves nothing there.
    """
    on_an_edge = (True, False) in kinds and (False, True) in kinds
    only_inside = (True, True) in kinds
    return (region.is_empty and not on_an_edge) or (only_inside and not on_an_edge and region.area == 0)


def _areas(atom: Atom) -> Iterator[tuple[BaseGeometry, bool]]:
    """What the atom says of the point for sure: inside of an area, or outside."""
    expression, wanted = atom.expression, atom.wanted
    match expression:
        case Operation(op=op, args=(Property(), Literal(value=area))) if op in INSIDE and area.area:
            yield area, wanted
        case Operation(op="s_disjoint", args=(Property(), Literal(value=area))) if area.area:
            yield area, not wanted
        case Operation(
            op="<" | "<=" | ">" | ">=" as op, args=(Operation(op="distance_m", args=pair), Literal(value=metres))
        ):
            near = (op in NEARER) is wanted
            if (centre := _centre(pair)) is not None and 0 < metres <= CIRCLE_M_MAX:
                yield circle(centre, metres * (LARGER if near else SMALLER)), near


def _near(atom: Atom) -> list[Point]:
    """Points at and around what the atom names, a little nearer and a little further than its distances."""
    named = [value for value in atom.literals if isinstance(value, BaseGeometry)]
    metres = [value for value in atom.literals if isinstance(value, int | float) and 0 < value <= CIRCLE_M_MAX] or [1]
    spots = [value.representative_point() for value in named]
    radii = [distance * part for distance in metres for part in (0.5, 0.99, 1.01, 2)]
    rings = [circle(spot, radius, corners=DIRECTIONS) for spot in spots for radius in radii]
    return [*spots, *(Point(corner) for ring in rings for corner in ring.exterior.coords[:-1])]


def _centre(pair: tuple[Expression, ...]) -> Point | None:
    literals = [part.value for part in pair if isinstance(part, Literal)]
    return literals[0] if len(literals) == 1 and isinstance(literals[0], Point) else None


def circle(centre: Point, radius_m: float, *, corners: int = CORNERS) -> shapely.Polygon:
    """Corners that lie so far from the centre, on the sphere as seen from there; good for distances within a city."""
    north = math.degrees(radius_m / RADIUS_M)
    east = north / math.cos(math.radians(centre.y))
    turns = [2 * math.pi * corner / corners for corner in range(corners)]
    return shapely.Polygon([(centre.x + east * math.cos(turn), centre.y + north * math.sin(turn)) for turn in turns])
