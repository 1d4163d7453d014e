"""From a path such as Datastreams(1)/Observations to the entities that it names."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connections
from django.utils.translation import gettext as _
from psycopg.sql import SQL, Composed, Identifier

from gis_platform.core.database import PUBLISHED
from gis_platform.core.errors import InvalidInput, NotFound
from ogc_api.sensorthings.entities import EPOCH, NOT_OFFERED, SETS, EntitySet, Row
from ogc_api.sensorthings.errors import NotOffered

SEGMENT = re.compile(r"(\$?\w{1,40})(?:\((.{0,60})\))?")
NUMBER = re.compile(r"\d{1,18}")
OBSERVATION = re.compile(r"'(\d{1,18})-(-?\d{1,16})'")
SEGMENTS_MAX = 6
OBSERVATIONS = "Observations"


@dataclass(frozen=True)
class Selection:
    """Entities of one set: those whose columns have these values. `one` when the path names a single entity."""

    entities: EntitySet
    where: tuple[tuple[str, Any], ...] = ()
    one: bool = False

    def value(self, column: str) -> Any:
        return dict(self.where).get(column)


def select(path: str) -> Selection:
    """Follows a path; raises NotFound for an entity or a way that is not there, NotOffered and InvalidInput."""
    segments = path.strip("/").split("/")
    if len(segments) > SEGMENTS_MAX:
        raise InvalidInput(_("The path has more than %(max)d parts.") % {"max": SEGMENTS_MAX})
    first, *rest = segments
    selection = _enter(first)
    for segment in rest:
        selection = _follow(selection, segment)
    return selection


def the_one(selection: Selection) -> Row:
    """The single entity's row; raises NotFound."""
    found = rows(selection, limit=1)
    if not found:
        raise NotFound(_("There is no such entity."))
    return found[0]


def rows(
    selection: Selection, *, limit: int, skip: int = 0, newest_first: bool = False, after: datetime | None = None
) -> list[Row]:
    """Rows in the set's order: by id, observations by datastream and time. `after`: behind this time in that order."""
    condition, values = _condition(selection)
    if after is not None:
        condition += SQL(" AND phenomenon_time {} %s").format(SQL("<" if newest_first else ">"))
        values.append(after)
    order = SQL("id")
    if selection.entities.name == OBSERVATIONS:
        order = SQL("stream_id, phenomenon_time DESC" if newest_first else "stream_id, phenomenon_time")
    statement = SQL("{} ORDER BY {} LIMIT %s OFFSET %s").format(condition, order)
    with connections[PUBLISHED].cursor() as cursor:
        cursor.execute(statement, [*values, limit, skip])
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def count(selection: Selection) -> int:
    condition, values = _condition(selection)
    with connections[PUBLISHED].cursor() as cursor:
        cursor.execute(SQL("SELECT count(*) FROM ({}) AS selected").format(condition), values)
        return int(cursor.fetchone()[0])


def _condition(selection: Selection) -> tuple[Composed, list[Any]]:
    tests = [SQL("{} = %s").format(Identifier(column)) for column, _value in selection.where]
    rows_sql = SQL(selection.entities.rows)
    return SQL("{} WHERE {}").format(rows_sql, SQL(" AND ").join([SQL("true"), *tests])), [
        value for _column, value in selection.where
    ]


def _enter(segment: str) -> Selection:
    name, identifier = _parse(segment)
    entities = SETS.get(name)
    if entities is None:
        raise NotFound(_("There is no entity set called “%(name)s”.") % {"name": name})
    return _pick(Selection(entities), identifier)


def _follow(selection: Selection, segment: str) -> Selection:
    name, identifier = _parse(segment)
    if not selection.one:
        raise NotFound(_("Say which of the %(name)s is meant.") % {"name": selection.entities.name})
    way = selection.entities.ways.get(name)
    row = the_one(selection)
    if way is None:
        if name in selection.entities.write(row):
            raise NotOffered(_("Single properties are not offered; read the whole entity."))
        raise NotFound(_("No way leads from here to “%(name)s”.") % {"name": name})
    found = Selection(SETS[way.target], ((way.column, row[way.key]),), one=way.one)
    return _pick(found, identifier)


def _parse(segment: str) -> tuple[str, str | None]:
    match = SEGMENT.fullmatch(segment)
    if match is None:
        raise InvalidInput(_("“%(part)s” is not understood as a part of a path.") % {"part": segment[:60]})
    name, identifier = match.groups()
    if name.startswith("$") or name in NOT_OFFERED:
        raise NotOffered(_("%(name)s is not offered.") % {"name": name})
    return name, identifier


def _pick(selection: Selection, identifier: str | None) -> Selection:
    if identifier is None:
        return selection
    if selection.entities.name == OBSERVATIONS:
        match = OBSERVATION.fullmatch(identifier)
        if match is None:
            raise InvalidInput(_("An observation's id is a text in quotes, such as '7-1781524800000000'."))
        stream_id, microseconds = map(int, match.groups())
        chosen: tuple[tuple[str, Any], ...] = (
            ("stream_id", stream_id),
            ("phenomenon_time", EPOCH + timedelta(microseconds=microseconds)),
        )
    elif NUMBER.fullmatch(identifier):
        chosen = (("id", int(identifier)),)
    else:
        raise InvalidInput(_("The id of an entity is a whole number."))
    return replace(selection, where=selection.where + chosen, one=True)
