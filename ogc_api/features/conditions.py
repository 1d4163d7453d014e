"""The WHERE of a request for items: a list of conditions over the alias f, each beside the values it binds."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _
from psycopg.sql import SQL, Composable, Identifier

from gis_platform.core.cql2 import sql as cql2
from gis_platform.core.cql2.errors import FilterError
from gis_platform.core.cql2.expressions import Expression
from gis_platform.core.crs import CRS84, WGS84, Box, Crs, outer_box
from layers.base.covering import VALUE_BYTES_MAX, covered_property, is_short
from layers.base.declaring import DESCRIPTIONS
from layers.catalog import LayerSpec, Property, PropertyType
from ogc_api.features import ordering
from ogc_api.features.queryables import fields_of
from ogc_api.features.values import CASTS, value_of
from ogc_api.parameters import InvalidFilter, InvalidParameter, ItemsRequest

TEXTS_REMEMBERED = 4096
PLACES = re.compile("%%|%s")


class Condition(NamedTuple):
    """`text` is SQL that was composed from the layer's declaration alone; each of its %s takes one of the values."""

    text: str
    values: list[Any]


def conditions(spec: LayerSpec, wanted: ItemsRequest) -> list[Condition]:
    """Everything a feature must fulfil but its place in the order; raises InvalidParameter or InvalidFilter."""
    found = []
    if wanted.boxes:
        found.append(_within(spec, wanted.boxes, wanted.bbox_crs))
    if spec.interval and wanted.interval != (None, None):
        # A feature without times holds always (OGC API Features Part 1, 7.15.4).
        for index, bound in ((0, wanted.interval[1]), (1, wanted.interval[0])):
            if bound and spec.interval[index]:
                found.append(Condition(_holds_text(spec, index), [bound]))
    for name, text in wanted.equals.items():
        found.append(Condition(*_equal(spec, name, text)))
    for word in wanted.words:
        pattern = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        found.append(Condition(_word_text(spec), [pattern] * _word_text(spec).count("%s")))
    if wanted.filter is not None:
        found.append(_filtered(spec, wanted.filter, wanted.filter_crs))
    if wanted.rule is not None:
        found.append(_filtered(spec, wanted.rule, CRS84))
    return found


def covered(spec: LayerSpec, wanted: ItemsRequest) -> Condition | None:
    """Everything, from what the layer's covering index holds; None where that does not suffice."""
    prop = covered_property(spec)
    if prop is None or not wanted.boxes or wanted.bbox_crs.srid != WGS84 or wanted.equals.keys() != {prop.name}:
        return None
    value = wanted.equals[prop.name]
    asks_more = wanted.words or wanted.interval != (None, None) or wanted.filter is not None or wanted.rule is not None
    if asks_more or len(value.encode()) > VALUE_BYTES_MAX:
        return None
    corners = [number for box in wanted.boxes for number in box]
    return Condition(_covered_text(spec, prop, len(wanted.boxes)), [*corners, value])


def joined(found: Sequence[Condition]) -> Condition:
    """All of them at once; true where there is none."""
    return Condition(
        " AND ".join(condition.text for condition in found) or "true",
        [value for condition in found for value in condition.values],
    )


def beyond(spec: LayerSpec, wanted: ItemsRequest) -> Condition:
    """That a feature comes after the place where the page begins; true for a first page."""
    if wanted.after is None:
        return Condition("true", [])
    text = _beyond_text(spec, wanted.order, tuple(value is None for value in wanted.after.values))
    return Condition(text, ordering.bound_values(spec, wanted.order, wanted.after))


def composed(text: str) -> SQL:
    """The text of SQL, made here and not by a caller, as a part of a statement."""
    return SQL(text)


@lru_cache(maxsize=TEXTS_REMEMBERED)
def with_names(text: str, prefix: str) -> str:
    """The text with named places for its values, so that it can stand in a statement twice.

    >>> with_names("f.a = %s AND f.b LIKE '%%s' || %s", "w")
    "f.a = %(w0)s AND f.b LIKE '%%s' || %(w1)s"
    """
    numbers = count()
    return PLACES.sub(lambda found: "%%" if found[0] == "%%" else f"%({prefix}{next(numbers)})s", text)


def numbered(**values: Sequence[Any]) -> dict[str, Any]:
    """The values by the names that `with_names` gives their places."""
    return {f"{prefix}{index}": value for prefix, some in values.items() for index, value in enumerate(some)}


def _within(spec: LayerSpec, boxes: Sequence[Box], crs: Crs) -> Condition:
    text = _box_text(spec, crs)
    values: list[Any] = []
    for box in boxes:
        if crs.srid == WGS84:
            values += [*box] * text.count("ST_MakeEnvelope")
        else:
            values += [*_outer(box, crs), *box]
    return Condition(f"({' OR '.join([text] * len(boxes))})", values)


@lru_cache(maxsize=TEXTS_REMEMBERED)
def _covered_text(spec: LayerSpec, prop: Property, boxes: int) -> str:
    inside = " OR ".join(["f.point <@ box(point(%s, %s), point(%s, %s))"] * boxes)
    short = is_short(prop, row=("f",)).as_string()
    return f"({inside}) AND {_equal_text(spec, prop.name)} AND {short}"


def _outer(box: Box, crs: Crs) -> Box:
    try:
        return outer_box(box, from_srid=crs.srid)
    except ValueError as error:
        raise InvalidParameter(_("bbox does not lie within its coordinate system.")) from error


@lru_cache(maxsize=TEXTS_REMEMBERED)
def _box_text(spec: LayerSpec, crs: Crs) -> str:
    """The index answers the first part; the second is exact, and left out where the first is exact already."""
    near = SQL("f.geometry && ST_MakeEnvelope(%s, %s, %s, %s, {})").format(WGS84)
    if spec.geometry_type == "Point" and crs.srid == WGS84:  # a point whose box meets the box is inside it
        return near.as_string()
    shape = SQL("f.geometry") if crs.srid == WGS84 else SQL("ST_Transform(f.geometry, {})").format(crs.srid)
    # A box without width or height is a line or a point; as a polygon it would meet nothing.
    exactly = SQL("ST_Intersects({}, ST_Envelope(ST_MakeEnvelope(%s, %s, %s, %s, {})))").format(shape, crs.srid)
    return SQL("({} AND {})").format(near, exactly).as_string()


@lru_cache(maxsize=TEXTS_REMEMBERED)
def _holds_text(spec: LayerSpec, index: int) -> str:
    assert spec.interval
    test = SQL("<=" if index == 0 else ">=")
    return SQL("({0} IS NULL OR {0} {1} %s)").format(Identifier("f", spec.interval[index]), test).as_string()


def _equal(spec: LayerSpec, name: str, text: str) -> tuple[str, list[Any]]:
    prop = spec.property(name)
    assert prop is not None
    return _equal_text(spec, name), [value_of(prop, text)]


@lru_cache(maxsize=TEXTS_REMEMBERED)
def _equal_text(spec: LayerSpec, name: str) -> str:
    prop = spec.property(name)
    assert prop is not None
    return SQL("{} = %s::{}").format(Identifier("f", prop.column), CASTS.get(prop.type, SQL("text"))).as_string()


@lru_cache(maxsize=TEXTS_REMEMBERED)
def _word_text(spec: LayerSpec) -> str:
    """A word of a search: in the names (which have an index), or in the descriptions; without names, in any text."""
    public = spec.public_properties
    places: list[Composable] = [SQL("f.search")] if spec.label else []
    more = [p.name for p in public if p.type is PropertyType.STRING and (p.name in DESCRIPTIONS or not spec.label)]
    columns = [Identifier("f", p.column) for p in public if p.name in more]
    if columns:
        places.append(SQL("fold(concat_ws(' ', {}))").format(SQL(", ").join(columns)))
    tests: list[Composable] = [SQL("{} LIKE '%%' || fold(%s) || '%%'").format(place) for place in places]
    return SQL("({})").format(SQL(" OR ").join(tests or [SQL("false")])).as_string()


def _filtered(spec: LayerSpec, expression: Expression, crs: Crs) -> Condition:
    try:
        condition, values = cql2.compile(
            expression,
            fields_of(spec),
            srid=crs.srid,
            northing_first=crs.northing_first,
            zone=settings.CITY.time_zone,
        )
    except FilterError as error:
        raise InvalidFilter.of(error) from error
    return Condition(f"({condition.as_string()})", values)


@lru_cache(maxsize=TEXTS_REMEMBERED)
def _beyond_text(spec: LayerSpec, order: ordering.Order, empty: tuple[bool, ...]) -> str:
    return ordering.beyond(spec, order, empty).as_string()
