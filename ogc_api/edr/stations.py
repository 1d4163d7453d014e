"""Which streams observe where: the stations of a place, of a list of locations, or all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections
from psycopg.sql import SQL, Composable
from shapely.geometry.base import BaseGeometry

from gis_platform.core.crs import Box
from gis_platform.core.database import PUBLISHED
from gis_platform.core.languages import preferred_languages

NEAREST_M = 5_000  # how far the station may be whose readings stand for a position
STREAMS_MAX = 5_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Stream:
    """One property observed at one station. `names` and `station_names` are by language."""

    id: int
    observes: str  # the code of the property
    names: dict[str, str]
    definition: str
    unit: str
    station: str
    station_names: dict[str, str]
    category: str
    lon: float
    lat: float
    first_at: datetime | None
    last_at: datetime | None

    @property
    def station_name(self) -> str:
        return next((self.station_names[code] for code in preferred_languages() if code in self.station_names), "") or (
            self.station
        )


@dataclass(frozen=True, kw_only=True)
class Place:
    """A condition on the station `s`, and what it binds."""

    condition: Composable
    values: list[Any]


EVERYWHERE = Place(condition=SQL("true"), values=[])


def at_locations(codes: Sequence[str]) -> Place:
    return Place(condition=SQL("s.station = ANY(%s)"), values=[list(codes)])


def within_area(area: BaseGeometry) -> Place:
    return Place(condition=SQL("ST_Intersects(s.geometry, ST_GeomFromWKB(%s, 4326))"), values=[area.wkb])


def within_boxes(boxes: Sequence[Box]) -> Place:
    test = SQL("s.geometry && ST_MakeEnvelope(%s, %s, %s, %s, 4326)")
    tests = SQL(" OR ").join([test] * len(boxes))
    return Place(condition=SQL("({})").format(tests), values=[corner for box in boxes for corner in box])


def within_distance(points: BaseGeometry, metres: float) -> Place:
    test = SQL("ST_DWithin(s.geometry::geography, ST_GeomFromWKB(%s, 4326)::geography, %s)")
    return Place(condition=test, values=[points.wkb, metres])


def nearest_to(points: BaseGeometry) -> Place:
    """For each point and each property, the nearest station that observes it, if one is within NEAREST_M."""
    test = SQL(
        "s.id IN (SELECT nearest.id FROM ST_Dump(ST_GeomFromWKB(%s, 4326)) AS point CROSS JOIN LATERAL ("
        "SELECT DISTINCT ON (n.property) n.id FROM published.stream_stations AS n"
        " WHERE ST_DWithin(n.geometry::geography, point.geom::geography, %s)"
        " ORDER BY n.property, ST_Distance(n.geometry::geography, point.geom::geography), n.id) AS nearest)"
    )
    return Place(condition=test, values=[points.wkb, NEAREST_M])


def streams(place: Place = EVERYWHERE, *, names: Sequence[str] = ()) -> list[Stream]:
    """By station and property; `names` of what is observed, empty for everything."""
    statement = SQL(
        "SELECT s.id, s.property, s.property_lv, s.property_lt, s.property_en, s.definition, s.unit, s.station,"
        " s.name_lv, s.name_lt, s.name_en, s.category, ST_X(s.geometry), ST_Y(s.geometry), s.first_at, s.last_at"
        " FROM published.stream_stations AS s WHERE {place} AND (cardinality(%s::text[]) = 0 OR s.property = ANY(%s))"
        " ORDER BY s.station, s.property, s.id LIMIT %s"
    ).format(place=place.condition)
    with connections[PUBLISHED].cursor() as cursor:
        cursor.execute(statement, [*place.values, list(names), list(names), STREAMS_MAX])
        return [_stream(row) for row in cursor.fetchall()]


def _stream(row: Sequence[Any]) -> Stream:
    key, code, *names, definition, unit, station, name_lv, name_lt, name_en, category, lon, lat, first_at, last_at = row
    return Stream(
        id=key,
        observes=code,
        names={language: text for language, text in zip(("lv", "lt", "en"), names, strict=True) if text},
        definition=definition,
        unit=unit,
        station=station,
        station_names={
            language: text for language, text in (("lv", name_lv), ("lt", name_lt), ("en", name_en)) if text
        },
        category=category,
        lon=lon,
        lat=lat,
        first_at=first_at,
        last_at=last_at,
    )
