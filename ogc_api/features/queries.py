"""The one query compiler: from a layer's declaration and a request to SQL whose answer goes to the wire as it is.

The JSON is written by PostgreSQL (`string_agg` over `ST_AsGeoJSON` and `row_to_json`), so Python touches no feature.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.utils.translation import gettext as _
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from layers.base.editing import FeatureNotFound
from layers.catalog import LayerSpec, Property, PropertyType
from ogc_api.parameters import InvalidParameter, ItemsRequest

COORDINATE_DIGITS = 7  # of a degree: about a centimetre
CASTS = {
    PropertyType.INTEGER: SQL("bigint"),
    PropertyType.NUMBER: SQL("double precision"),
    PropertyType.BOOLEAN: SQL("boolean"),
    PropertyType.DATE: SQL("date"),
    PropertyType.INSTANT: SQL("timestamptz"),
}


@dataclass(frozen=True, slots=True)
class Page:
    """Features as JSON text, joined by commas; how many are here and how many there are."""

    features: str
    returned: int
    matched: int
    more: bool


@dataclass(frozen=True, slots=True)
class Item:
    """One feature as JSON text without its closing brace, so that links can follow."""

    json: str
    version: int


def page(spec: LayerSpec, wanted: ItemsRequest) -> Page:
    """The features of the request, by id; raises InvalidParameter for a value of the wrong type."""
    where, values = _conditions(spec, wanted)
    statement = SQL(
        "SELECT coalesce(string_agg(feature, ',' ORDER BY id) FILTER (WHERE place <= %s), ''), count(*) FROM ("
        "SELECT f.id, row_number() OVER (ORDER BY f.id) AS place, {feature} || '}}' AS feature FROM ("
        "SELECT * FROM {view} AS f WHERE {where} ORDER BY f.id LIMIT %s OFFSET %s) AS f"
        " CROSS JOIN LATERAL (SELECT {columns}) AS p) AS features"
    ).format(view=Identifier(*spec.view), where=where, feature=_feature(), columns=_columns(spec))
    with connections["published"].cursor() as cursor:
        cursor.execute(statement, [wanted.limit, *values, wanted.limit + 1, wanted.offset])
        features, found = cursor.fetchone()
        more = found > wanted.limit
        returned = min(found, wanted.limit)
        if not more and (returned or not wanted.offset):
            return Page(features, returned, wanted.offset + returned, False)
        cursor.execute(
            SQL("SELECT count(*) FROM {view} AS f WHERE {where}").format(view=Identifier(*spec.view), where=where),
            values,
        )
        return Page(features, returned, cursor.fetchone()[0], more)


def item(spec: LayerSpec, feature_id: str) -> Item:
    """One feature; raises FeatureNotFound, also for an id that no feature can have."""
    if not (feature_id.isascii() and feature_id.isdigit() and len(feature_id) <= 18):
        raise FeatureNotFound(_("There is no such feature."))
    statement = SQL(
        "SELECT {feature}, f.version FROM {view} AS f CROSS JOIN LATERAL (SELECT {columns}) AS p WHERE f.id = %s"
    ).format(feature=_feature(), view=Identifier(*spec.view), columns=_columns(spec))
    with connections["published"].cursor() as cursor:
        cursor.execute(statement, [int(feature_id)])
        row = cursor.fetchone()
    if row is None:
        raise FeatureNotFound(_("There is no such feature."))
    return Item(*row)


def extent(spec: LayerSpec) -> tuple[float, float, float, float] | None:
    """(west, south, east, north) of the published features in EPSG:4326; None for an empty layer."""
    with connections["published"].cursor() as cursor:
        cursor.execute(
            SQL(
                "SELECT ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box)"
                " FROM (SELECT ST_Extent(geometry) AS box FROM {view}) AS whole"
            ).format(view=Identifier(*spec.view))
        )
        row = cursor.fetchone()
    return None if row[0] is None else row


def _feature() -> Composable:
    return SQL(
        '\'{{"type":"Feature","id":\' || f.id || \',"geometry":\' || ST_AsGeoJSON(f.geometry, {digits})'
        " || ',\"properties\":' || row_to_json(p)"
    ).format(digits=Literal(COORDINATE_DIGITS))


def _columns(spec: LayerSpec) -> Composable:
    # Every statement here has parameters, and psycopg would read a % in a name as one of them.
    return SQL(", ").join(
        SQL("{} AS {}").format(Identifier("f", p.column), Identifier(p.name.replace("%", "%%")))
        for p in spec.public_properties
    )


def _conditions(spec: LayerSpec, wanted: ItemsRequest) -> tuple[Composed, list[Any]]:
    conditions: list[Composable] = []
    values: list[Any] = []
    if wanted.boxes:
        test: Composable = SQL("f.geometry && ST_MakeEnvelope(%s, %s, %s, %s, 4326)")
        if spec.geometry_type != "Point":  # a point whose box meets the box is inside it
            # A box without width or height is a line or a point; as a polygon it would meet nothing.
            exactly = SQL("ST_Intersects(f.geometry, ST_Envelope(ST_MakeEnvelope(%s, %s, %s, %s, 4326)))")
            test = SQL("({} AND {})").format(test, exactly)
        conditions.append(SQL("({})").format(SQL(" OR ").join([test] * len(wanted.boxes))))
        for box in wanted.boxes:
            values += [*box] if spec.geometry_type == "Point" else [*box, *box]
    if spec.interval:
        # A feature without times holds always (OGC API Features Part 1, 7.15.4).
        (begins, ends), (start, end) = spec.interval, wanted.interval
        for column, test, bound in ((begins, SQL("<="), end), (ends, SQL(">="), start)):
            if bound:
                conditions.append(SQL("({0} IS NULL OR {0} {1} %s)").format(Identifier("f", column), test))
                values.append(bound)
    for name, text in wanted.equals.items():
        prop = spec.property(name)
        assert prop is not None
        conditions.append(SQL("{} = {}").format(Identifier("f", prop.column), _parameter(prop)))
        values.append(_value(prop, text))
    if wanted.text and spec.label:
        conditions.append(SQL("f.search LIKE '%%' || fold(%s) || '%%'"))
        values.append(wanted.text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_"))
    return SQL(" AND ").join(conditions or [SQL("true")]), values


def _parameter(prop: Property) -> Composable:
    cast = CASTS.get(prop.type)
    return SQL("%s::{}").format(cast) if cast else SQL("%s")


def _value(prop: Property, text: str) -> Any:
    try:
        match prop.type:
            case PropertyType.INTEGER:
                return int(text)
            case PropertyType.NUMBER:
                return float(text)
            case PropertyType.BOOLEAN:
                return {"true": True, "false": False}[text.lower()]
            case PropertyType.OBJECT | PropertyType.ARRAY:
                raise KeyError(prop.name)
    except (ValueError, KeyError) as error:
        raise InvalidParameter(
            _("{name} must be of type {type}.").format(name=prop.name, type=prop.type.value)
        ) from error
    return text
