"""The statements that write tiles: one text for each layer, grid and manner, made once and kept prepared.

A tile is written by PostGIS alone. Its box comes as numbers, so that a generic plan serves them all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import lru_cache
from hashlib import sha256
from typing import Any

from psycopg.sql import SQL, Composable, Identifier, Literal

from gis_platform.core.crs import WEB_MERCATOR
from layers.catalog import LayerSpec
from ogc_api.tiles.attributes import attributes
from ogc_api.tiles.matrix_sets import BUFFER, Tile

UNITS = 4096
CSS_PIXEL = UNITS / 512  # the map draws a tile 512 pixels wide
FEATURES_MAX = 20_000  # of one layer in one tile
CLUSTERS = 8  # in a row of a tile: one for each 64 pixels
ZOOM_DETAILED = 16  # from here on nothing is generalised, and the map scales the tile up by itself
STATEMENTS_REMEMBERED = 1024

type Interval = tuple[datetime | None, datetime | None]

WHOLE_TILE = SQL(
    "SELECT ST_AsMVT(feature, {layer}, {units}, 'geom', 'id'), count(*) FROM ("
    "SELECT f.id{columns}, ST_AsMVTGeom({geometry}, {box}, {units}, {buffer}) AS geom"
    " FROM {view} AS f WHERE {where} LIMIT {limit}) AS feature"
)
# Points of one square of a grid become one point at their middle. A square lies in one tile, so nothing is counted
# twice, and a single point stays what it is.
CLUSTERED_TILE = SQL(
    "WITH spot AS (SELECT f.id{columns}, ST_X({geometry}) AS x, ST_Y({geometry}) AS y FROM {view} AS f WHERE {where}),"
    " class AS (SELECT floor((x - %(west)s) / %(cluster)s) AS cx, floor((%(north)s - y) / %(cluster)s) AS cy,"
    " {class} AS class, count(*) AS number, sum(x) AS x, sum(y) AS y, min(id) AS id{least} FROM spot"
    " WHERE x >= %(west)s AND x < %(east)s AND y > %(south)s AND y <= %(north)s GROUP BY 1, 2, 3),"
    " cluster AS (SELECT sum(number)::bigint AS number, sum(x) / sum(number) AS x, sum(y) / sum(number) AS y,"
    " min(id) AS id{least}, jsonb_object_agg(class, number) FILTER (WHERE class IS NOT NULL) AS classes"
    " FROM class GROUP BY cx, cy),"
    " feature AS (SELECT CASE number WHEN 1 THEN id END AS id{single},"
    " CASE WHEN number > 1 THEN number END AS point_count, CASE WHEN number > 1 THEN classes::text END AS categories,"
    " ST_AsMVTGeom(ST_SetSRID(ST_MakePoint(x, y), {srid}), {box}, {units}, {buffer}) AS geom"
    " FROM cluster ORDER BY id)"
    " SELECT ST_AsMVT(feature, {layer}, {units}, 'geom', 'id'), count(*) FROM feature"
)


class Manner(Enum):
    WHOLE = "whole"
    GENERALISED = "generalised"
    CLUSTERED = "clustered"


@dataclass(frozen=True, slots=True)
class Shown:
    """A layer as a reader may see it: `rule` is a condition on the rows `f`, whose placeholders have names."""

    spec: LayerSpec
    rule: str = "true"
    values: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    text: str
    fingerprint: str


def manner(spec: LayerSpec, zoom: int) -> Manner:
    if spec.geometry_type in ("Point", "MultiPoint", "Geometry") and zoom < spec.style.cluster_below:
        return Manner.CLUSTERED
    if spec.geometry_type not in ("Point", "MultiPoint") and zoom < ZOOM_DETAILED:
        return Manner.GENERALISED
    return Manner.WHOLE


def statement(shown: Shown, tile: Tile, *, timed: bool = False) -> Statement:
    """`timed` adds the condition that a feature holds at some time between %(start)s and %(end)s."""
    return _statement(shown.spec, tile.grid.srid, manner(shown.spec, tile.zoom), timed, shown.rule)


def values(shown: Shown, tile: Tile, interval: Interval = (None, None)) -> Mapping[str, Any]:
    box, reach = tile.box(), tile.reach()
    indexed = reach if tile.grid.srid == WEB_MERCATOR else tile.in_degrees(reach)
    return {
        **box._asdict(),
        **{f"reach_{side}": value for side, value in indexed._asdict().items()},
        "pixel": tile.side / UNITS * CSS_PIXEL,
        "cluster": tile.side / CLUSTERS,
        "start": interval[0],
        "end": interval[1],
        **dict(shown.values),
    }


@lru_cache(maxsize=STATEMENTS_REMEMBERED)
def _statement(spec: LayerSpec, srid: int, how: Manner, timed: bool, rule: str) -> Statement:
    drawn = attributes(spec)
    web = srid == WEB_MERCATOR
    geometry = SQL("f.geometry_webmercator") if web else SQL("ST_Transform(f.geometry, {})").format(Literal(srid))
    where: list[Composable] = [
        SQL("f.geometry_webmercator && {}").format(_envelope("reach_", WEB_MERCATOR))
        if web
        else SQL("f.geometry && {}").format(_envelope("reach_", 4326))
    ]
    if how is Manner.GENERALISED:
        where += _larger_than_a_pixel(spec, geometry)
        # A quarter of a pixel cannot be seen; `true` keeps what would collapse.
        geometry = SQL("ST_Simplify({}, %(pixel)s / 4, true)").format(geometry)
    if how is Manner.CLUSTERED and spec.geometry_type != "Point":
        geometry = SQL("ST_Centroid({})").format(geometry)
    if timed:
        where += _holding(spec)
    where.append(SQL("({})").format(SQL(rule)))
    names = [Identifier(attribute.name) for attribute in drawn]
    has_class = any(attribute.name == "category" for attribute in drawn)
    text = (
        (CLUSTERED_TILE if how is Manner.CLUSTERED else WHOLE_TILE)
        .format(
            **{"class": SQL("category") if has_class else SQL("NULL::text")},
            columns=SQL("").join(
                SQL(", {} AS {}").format(attribute.column, name) for attribute, name in zip(drawn, names, strict=True)
            ),
            least=SQL("").join(SQL(", min({0}) AS {0}").format(name) for name in names),
            single=SQL("").join(SQL(", CASE number WHEN 1 THEN {0} END AS {0}").format(name) for name in names),
            geometry=geometry,
            srid=Literal(srid),
            box=_envelope("", srid),
            view=Identifier(*spec.view),
            where=SQL(" AND ").join(where),
            layer=Literal(spec.id),
            units=Literal(UNITS),
            buffer=Literal(int(UNITS * BUFFER)),
            limit=Literal(FEATURES_MAX + 1),
        )
        .as_string()
    )
    return Statement(text, sha256(text.encode()).hexdigest())


def _envelope(prefix: str, srid: int) -> Composable:
    names = (f"%({prefix}{side})s::double precision" for side in ("west", "south", "east", "north"))
    return SQL("ST_MakeEnvelope({}, {})").format(SQL(", ".join(names)), Literal(srid))


def _larger_than_a_pixel(spec: LayerSpec, geometry: Composable) -> list[Composable]:
    """Areas smaller than a pixel are dropped. Lines are not: they are parts of something longer."""
    if not spec.geometry_type.endswith("Polygon"):
        return []
    test = "greatest(ST_XMax({0}) - ST_XMin({0}), ST_YMax({0}) - ST_YMin({0})) > %(pixel)s"
    return [SQL(test).format(geometry)]


def _holding(spec: LayerSpec) -> list[Composable]:
    if not spec.interval:
        return []
    begins, ends = (spec.property(name) for name in spec.interval)
    conditions: list[Composable] = []
    for prop, test, bound in ((begins, "<=", "end"), (ends, ">=", "start")):
        if prop and not prop.private:
            text = f"({{0}} IS NULL OR %({bound})s::timestamptz IS NULL OR {{0}} {test} %({bound})s)"
            conditions.append(SQL(text).format(Identifier("f", prop.column)))
    return conditions
