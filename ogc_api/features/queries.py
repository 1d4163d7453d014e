"""The one query compiler: from a layer's declaration and a request to SQL whose answer goes to the wire as it is.

A statement's text follows from the layer and from the shape of the request, and is composed once for each; the values
of a request are always bound, so that PostgreSQL plans once too.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _
from psycopg.sql import SQL, Composed, Identifier, Literal

from gis_platform.core.cql2.expressions import Expression
from gis_platform.core.crs import CRS84, Crs
from gis_platform.core.database import read_published
from layers.base.editing import FeatureNotFound
from layers.base.wording import KEPT, added_properties, feature, is_kept, kept_feature, placed, selected, shown
from layers.catalog import LayerSpec
from ogc_api.features.conditions import Condition, beyond, composed, conditions, covered, joined, numbered, with_names
from ogc_api.features.ordering import BY_ID, Order, cursor_text, order_by, place_of
from ogc_api.parameters import Counting, ItemsRequest

COUNTED_MAX = 1_000  # features: up to here a count costs less than writing a small page
COUNTED_PAGES = 10  # and up to here less than writing a large one
READ_PAGES = 2  # of a box: up to here reading all of it costs less than finding first what is on the page
STATEMENTS_REMEMBERED = 1024
ROW = "number in page"

# Of a box it is not known beforehand whether it holds ten features or all of them. So their ids are found first, up to
# one more than `most`. About a page of them: they are read as any other result. More: their ids are sorted, and only
# the page is read. Too many even for that: the layer is read by id until the page is full. The other two are skipped.
NEAR = SQL(
    "WITH near AS MATERIALIZED (SELECT f.id FROM {view} AS f WHERE {where} LIMIT %(most)s + 1),"
    " met AS MATERIALIZED (SELECT count(*) AS number FROM near) "
)
CHOSEN_IN_BOX = SQL(
    "(SELECT {columns} FROM {view} AS f WHERE (SELECT number FROM met) <= {few} AND {where} AND {beyond}"
    " ORDER BY f.id LIMIT %(rows)s OFFSET %(offset)s)"
    " UNION ALL (SELECT {columns} FROM (SELECT f.id FROM near AS f"
    " WHERE (SELECT number FROM met) > {few} AND (SELECT number FROM met) <= %(most)s AND {beyond}"
    " ORDER BY f.id LIMIT %(rows)s OFFSET %(offset)s) AS here JOIN {view} AS f ON f.id = here.id)"
    " UNION ALL (SELECT {columns} FROM (SELECT * FROM {view} AS f WHERE {beyond} ORDER BY f.id OFFSET 0) AS f"
    " WHERE (SELECT number FROM met) > %(most)s AND {where} LIMIT %(rows)s OFFSET %(offset)s) ORDER BY id"
)
CHOSEN = SQL("SELECT f.* FROM {view} AS f WHERE {where} AND {beyond} ORDER BY {order} LIMIT %(rows)s OFFSET %(offset)s")
EXACTLY = SQL("(SELECT count(*) FROM {view} AS f WHERE {where})")
MATCHED_IN_BOX = {
    Counting.CHEAP: SQL("(SELECT number FROM met)"),
    Counting.EXACT: EXACTLY,
    Counting.NONE: SQL("NULL"),
}
# A whole result on one page has been counted already.
MATCHED = {
    Counting.CHEAP: SQL(
        "CASE WHEN {first} AND count(*) <= %(limit)s AND (count(*) > 0 OR %(offset)s = 0) THEN %(offset)s + count(*)"
        " ELSE (SELECT count(*) FROM (SELECT FROM {view} AS f WHERE {where} LIMIT %(most)s + 1) AS f) END"
    ),
    Counting.EXACT: EXACTLY,
    Counting.NONE: SQL("NULL"),
}

# Degrees, about a metre. Clients read a box in single precision, or in another grid, and then ask for it: a feature at
# its very edge would be lost.
EXTENT_MARGIN = 0.00001


@dataclass(frozen=True, slots=True)
class Page:
    """Features as JSON text, joined by commas; how many are here, and how many there are if that was asked.

    `after` is the place where the next page begins, empty on the last one.
    """

    features: str
    returned: int
    matched: int | None
    more: bool
    after: str = ""
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One feature as JSON text without its closing brace, so that links can follow."""

    json: str
    version: int


@dataclass(frozen=True, slots=True)
class Shape:
    """What of a request makes the text of its statement."""

    where: str
    beyond: str
    boxed: bool
    covered: bool
    order: Order
    properties: tuple[str, ...] | None
    geometry: bool
    crs: Crs
    counting: Counting


def page(spec: LayerSpec, wanted: ItemsRequest) -> Page:
    """The features of the request in its order; raises InvalidParameter or InvalidFilter."""
    of_index = covered(spec, wanted)
    found = of_index or joined(conditions(spec, wanted))
    if wanted.hits:
        return Page("", 0, _count(spec, found), False)
    after = beyond(spec, wanted)
    shape = Shape(
        where=found.text,
        beyond=after.text,
        # Sorted by anything but the id, every feature of the box has to be looked at in any case.
        boxed=bool(wanted.boxes) and wanted.order == BY_ID,
        covered=of_index is not None,
        order=wanted.order,
        properties=wanted.properties,
        geometry=wanted.geometry,
        crs=wanted.crs,
        counting=wanted.counting,
    )
    most = max(COUNTED_MAX, COUNTED_PAGES * wanted.limit)
    few = min(READ_PAGES * wanted.limit, most)
    window = {"limit": wanted.limit, "rows": wanted.limit + 1, "offset": wanted.offset, "few": few, "most": most}
    [row] = read_published(_page_statement(spec, shape), numbered(w=found.values, a=after.values) | window)
    features, number, place, matched = row
    more, estimated = number > wanted.limit, False
    if wanted.counting is Counting.CHEAP and matched > most:
        matched, estimated = max(_estimate(spec, found), matched, wanted.offset + number), True
    after_text = cursor_text(wanted.order, place) if more else ""
    return Page(features, min(number, wanted.limit), matched, more, after_text, estimated)


def item(spec: LayerSpec, feature_id: str, *, crs: Crs = CRS84, rule: Expression | None = None) -> Item:
    """One feature; raises FeatureNotFound, also for an id that no feature can have, or when the rule hides it."""
    if not (feature_id.isascii() and feature_id.isdigit() and len(feature_id) <= 18):
        raise FeatureNotFound(_("There is no such feature."))
    limited = joined(conditions(spec, ItemsRequest(rule=rule)))
    rows = read_published(_item_statement(spec, limited.text, crs), [int(feature_id), *limited.values])
    if not rows:
        raise FeatureNotFound(_("There is no such feature."))
    return Item(*rows[0])


def select(spec: LayerSpec, wanted: ItemsRequest) -> tuple[Composed, list[Any]]:
    """The rows of the request, for whoever writes files: id, version, geometry, then the selected properties in order.

    The geometry is on the grid of `wanted.crs`, x before y whatever its register says, and NULL where it is not wanted.
    The columns of the properties are the layer's own, so their names may differ from the properties'.
    """
    found, after = joined(conditions(spec, wanted)), beyond(spec, wanted)
    statement = SQL(
        "SELECT f.id, f.version, {geometry} AS geometry{columns} FROM {view} AS f"
        " WHERE {where} AND {beyond} ORDER BY {order} LIMIT %s OFFSET %s"
    ).format(
        geometry=placed(wanted.crs) if wanted.geometry else SQL("NULL::geometry"),
        columns=SQL("").join(SQL(", {}").format(Identifier("f", p.column)) for p in selected(spec, wanted.properties)),
        view=Identifier(*spec.view),
        where=composed(found.text),
        beyond=composed(after.text),
        order=order_by(spec, wanted.order),
    )
    return statement, [*found.values, *after.values, wanted.limit, wanted.offset]


def extent(spec: LayerSpec) -> tuple[float, float, float, float] | None:
    """(west, south, east, north) around the published features in EPSG:4326; None for an empty layer."""
    statement = SQL(
        "SELECT ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box)"
        " FROM (SELECT ST_Expand(ST_Extent(geometry)::box2d, {margin}) AS box FROM {view}) AS whole"
    ).format(view=Identifier(*spec.view), margin=Literal(EXTENT_MARGIN))
    [row] = read_published(statement.as_string(), [])
    return None if row[0] is None else (row[0], row[1], row[2], row[3])


def _count(spec: LayerSpec, found: Condition) -> int:
    [(number,)] = read_published(_count_statement(spec, found.text), found.values)
    return int(number)


def _estimate(spec: LayerSpec, found: Condition) -> int:
    """How many features the planner expects, which costs it a glance at its statistics."""
    [(plan,)] = read_published(f"EXPLAIN (FORMAT JSON) {_rows_statement(spec, found.text)}", found.values)
    plan = json.loads(plan) if isinstance(plan, str) else plan
    return int(plan[0]["Plan"]["Plan Rows"])


@lru_cache(maxsize=STATEMENTS_REMEMBERED)
def _page_statement(spec: LayerSpec, shape: Shape) -> str:
    """One row: the features as text, how many there are up to one too many, the place of the last, how many match."""
    properties = selected(spec, shape.properties)
    plain = is_kept(spec) and shape.geometry and shape.crs == CRS84 and properties == spec.public_properties
    # What is on the page is written beside its id: from the kept text, or from geometry and properties.
    own = (
        [KEPT, *(p.column for p in added_properties(spec))] if plain else ["geometry", *(p.column for p in properties)]
    )
    parts = {
        "view": Identifier(*spec.view),
        "columns": SQL(", ").join(Identifier("f", c) for c in dict.fromkeys(["id", *own])),
        "where": composed(with_names(shape.where, "w")),
        "beyond": composed(with_names(shape.beyond, "a")),
        "order": order_by(spec, shape.order),
        # The index alone gives the ids for less than half of what reading the features costs.
        "few": SQL("0") if shape.covered else SQL("%(few)s"),
        "row": Identifier(ROW),
        "first": SQL("true" if shape.beyond == "true" else "false"),
    }
    return (
        SQL(
            "{near}SELECT coalesce(string_agg({feature} || '}}', ',') FILTER (WHERE f.{row} <= %(limit)s), ''),"
            " count(*), max(CASE WHEN f.{row} = %(limit)s THEN {place} END), {matched}"
            " FROM (SELECT row_number() OVER () AS {row}, f.* FROM ({chosen}) AS f) AS f{shown}"
        )
        .format(
            near=NEAR.format(**parts) if shape.boxed else SQL(""),
            chosen=(CHOSEN_IN_BOX if shape.boxed else CHOSEN).format(**parts),
            matched=(MATCHED_IN_BOX if shape.boxed else MATCHED)[shape.counting].format(**parts),
            feature=kept_feature(spec) if plain else feature(properties, geometry=shape.geometry, crs=shape.crs),
            place=place_of(spec, shape.order),
            shown=SQL("") if plain else shown(properties),
            row=parts["row"],
        )
        .as_string()
    )


@lru_cache(maxsize=STATEMENTS_REMEMBERED)
def _item_statement(spec: LayerSpec, where: str, crs: Crs) -> str:
    plain = is_kept(spec) and crs == CRS84
    return (
        SQL("SELECT {feature}, f.version FROM {view} AS f{shown} WHERE f.id = %s AND {where}")
        .format(
            feature=kept_feature(spec) if plain else feature(spec.public_properties, geometry=True, crs=crs),
            view=Identifier(*spec.view),
            shown=SQL("") if plain else shown(spec.public_properties),
            where=composed(where),
        )
        .as_string()
    )


def _count_statement(spec: LayerSpec, where: str) -> str:
    return SQL("SELECT count(*) FROM ({}) AS f").format(composed(_rows_statement(spec, where))).as_string()


def _rows_statement(spec: LayerSpec, where: str) -> str:
    return SQL("SELECT FROM {} AS f WHERE {}").format(Identifier(*spec.view), composed(where)).as_string()
