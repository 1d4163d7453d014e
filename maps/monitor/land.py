"""What of the land the monitor shows: smart places, the names around a heat cell, and the ground beneath them all."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Any

import h3
from django.db import connections
from psycopg.sql import SQL, Identifier

from gis_platform.core.database import PUBLISHED
from layers import catalog
from maps.map_layers import kinds
from maps.reading import name_columns
from rules.loyalty.queries import HeatCell

HEAT_LEVELS = 5
PLACES_MAX = 2_000
GROUND_MAX = 2_000  # features of a layer
GROUND_DETAIL_DEG = 0.00005  # about 4 m: finer than a line on the screen


@dataclass(frozen=True, kw_only=True)
class PlaceLine:
    id: int
    name: str
    kind_title: str
    longitude: float
    latitude: float


@dataclass(frozen=True, kw_only=True)
class HeatLine:
    """A heat cell with its shade and what people call the spot: its district, the smart place nearest to its middle."""

    cell: str
    check_ins: int
    people: int
    level: int
    district: str
    near: str


def place_lines(language: str) -> list[PlaceLine]:
    """The published smart places by name, at most PLACES_MAX."""
    spec = catalog.layer("places")
    titles = kinds(spec)
    query = SQL(
        "SELECT id, coalesce({names}, '') AS name, category, ST_X(geometry), ST_Y(geometry) FROM {view}"
        " ORDER BY name, id LIMIT %s"
    ).format(names=SQL(", ").join(name_columns(spec, language)), view=Identifier(*spec.view))
    return [
        PlaceLine(id=key, name=name, kind_title=titles.get(kind, kind), longitude=longitude, latitude=latitude)
        for key, name, kind, longitude, latitude in _rows(query, [PLACES_MAX])
    ]


def heat_lines(cells: Sequence[HeatCell], language: str) -> list[HeatLine]:
    """The cells, those with most check-ins first."""
    levels = heat_levels(cells)
    names = _names_of({cell.cell: h3.cell_to_latlng(cell.cell) for cell in cells}, language)
    lines = [
        HeatLine(
            cell=cell.cell,
            check_ins=cell.check_ins,
            people=cell.people,
            level=levels[cell.cell],
            district=names[cell.cell][0],
            near=names[cell.cell][1],
        )
        for cell in cells
    ]
    return sorted(lines, key=lambda line: (-line.check_ins, line.cell))


def heat_levels(cells: Iterable[HeatCell]) -> dict[str, int]:
    """The shade of each cell, 1 to HEAT_LEVELS. By the root, for a few cells have most of the check-ins.

    >>> cells = [HeatCell(cell=str(n), check_ins=n, people=n) for n in (5, 25, 100)]
    >>> heat_levels(cells)
    {'5': 2, '25': 3, '100': 5}
    """
    counts = {cell.cell: cell.check_ins for cell in cells}
    most = max(counts.values(), default=1)
    return {cell: ceil(HEAT_LEVELS * sqrt(count / most)) for cell, count in counts.items()}


def ground(layer_id: str, kind: str = "") -> list[dict[str, Any]]:
    """Geometry and kind of a layer's features, as GeoJSON features without any other property."""
    spec = catalog.layer(layer_id)
    query = SQL(
        "SELECT id, {kind}::text, ST_AsGeoJSON(ST_SimplifyPreserveTopology(geometry, %s), 5) FROM {view}"
        " ORDER BY id LIMIT %s"
    ).format(kind=Identifier(kind) if kind else SQL("''"), view=Identifier(*spec.view))
    return [
        {"type": "Feature", "id": key, "geometry": json.loads(geometry), "properties": {"kind": value}}
        for key, value, geometry in _rows(query, [GROUND_DETAIL_DEG, GROUND_MAX])
    ]


def _names_of(middles: dict[str, tuple[float, float]], language: str) -> dict[str, tuple[str, str]]:
    districts, places = catalog.layer("boundaries"), catalog.layer("places")
    query = SQL(
        "SELECT middle.cell,"
        " coalesce((SELECT coalesce({district_names}) FROM {districts} WHERE kind = 'district'"
        "  AND ST_Intersects(geometry, middle.point) ORDER BY id LIMIT 1), ''),"
        " coalesce((SELECT coalesce({place_names}) FROM {places} ORDER BY geometry <-> middle.point LIMIT 1), '')"
        " FROM (SELECT cell, ST_SetSRID(ST_MakePoint(longitude, latitude), 4326) AS point"
        "  FROM unnest(%s::text[], %s::float8[], %s::float8[]) AS given (cell, longitude, latitude)) AS middle"
    ).format(
        district_names=SQL(", ").join(name_columns(districts, language)),
        districts=Identifier(*districts.view),
        place_names=SQL(", ").join(name_columns(places, language)),
        places=Identifier(*places.view),
    )
    values = [list(middles), [point[1] for point in middles.values()], [point[0] for point in middles.values()]]
    return {cell: (district, near) for cell, district, near in _rows(query, values)}


def _rows(query: Any, values: list[Any]) -> list[tuple[Any, ...]]:
    with connections[PUBLISHED].cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
