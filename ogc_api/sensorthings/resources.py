"""From a path such as Datastreams(1)/Observations to the entities, or the part of one, that it names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _
from psycopg.sql import SQL, Composed, Identifier

from gis_platform.core.errors import InvalidInput, NotFound
from ogc_api.sensorthings.entities import OBSERVATIONS, SETS
from ogc_api.sensorthings.errors import NotOffered
from ogc_api.sensorthings.filters.scope import Bindings
from ogc_api.sensorthings.model import EntitySet, Row, Way
from ogc_api.sensorthings.naming import split_observation_id

SEGMENT = re.compile(r"(\$?\w{1,40})(?:\((.{0,60})\))?")
NUMBER = re.compile(r"\d{1,19}", re.ASCII)
ID_MAX = 2**63 - 1  # of a bigint, and of the clients' longs
SEGMENTS_MAX = 10
NOT_OFFERED = ("$batch", "$metadata", "MultiDatastreams", "Actuators", "Tasks")


@dataclass(frozen=True)
class Selection:
    """Entities of one set: those that `way` leads to from the row `source`, with these key values.

    `one` when the path names a single entity; `part` is then the property that is meant, `raw` its bare value, and
    `links` asks for the addresses of the entities alone.
    """

    entities: EntitySet
    way: Way | None = None
    source: Row = field(default_factory=dict)
    source_set: EntitySet | None = None
    key: Mapping[str, Any] = field(default_factory=dict)
    one: bool = False
    part: str = ""
    raw: bool = False
    links: bool = False

    def condition(self, bindings: Bindings, alias: str) -> Composed:
        tests: list[Composed] = []
        if self.way is not None and self.source_set is not None:
            columns = {
                column: bindings.bind(self.source[column], self.source_set.columns[column]) for column in self.way.keys
            }
            tests.append(self.way.condition(alias, columns))
        for column, value in self.key.items():
            bound = bindings.bind(value, self.entities.columns[column])
            tests.append(SQL("{} = {}").format(Identifier(alias, column), bound))
        return SQL(" AND ").join([SQL("true"), *tests])


def entered(segment: str) -> Selection:
    """The set that a path begins with, or one entity of it."""
    name, identifier = _parse(segment)
    entities = SETS.get(name)
    if entities is None:
        raise NotFound(_("There is no entity set called “%(name)s”.") % {"name": name})
    return _picked(Selection(entities), identifier)


def segments(path: str) -> list[str]:
    found = path.strip("/").split("/")
    if len(found) > SEGMENTS_MAX:
        raise InvalidInput(_("The path has more than %(max)d parts.") % {"max": SEGMENTS_MAX})
    return found


def followed(selection: Selection, segment: str, source: Row) -> Selection:
    """One step further from a single entity, whose row is `source`."""
    name, identifier = _parse(segment)
    way = selection.entities.ways.get(name)
    if way is not None:
        found = Selection(SETS[way.target], way, source, selection.entities, one=way.one)
        return _picked(found, identifier)
    if (name in selection.entities.by_name or name == "id") and identifier is None:
        return replace(selection, part=name)
    raise NotFound(_("No way leads from here to “%(name)s”.") % {"name": name})


def ending(selection: Selection, segment: str) -> Selection | None:
    """The selection with $ref or $value, the ends of a path; None for any other segment."""
    if segment == "$ref" and not selection.part:
        return replace(selection, links=True)
    if segment == "$value" and selection.part:
        return replace(selection, raw=True)
    if segment in ("$ref", "$value"):
        raise NotFound(_("%(name)s does not follow here.") % {"name": segment})
    return None


def _parse(segment: str) -> tuple[str, str | None]:
    match = SEGMENT.fullmatch("id" if segment == "@iot.id" else segment)
    if match is None:
        raise InvalidInput(_("“%(part)s” is not understood as a part of a path.") % {"part": segment[:60]})
    name, identifier = match.groups()
    if name in NOT_OFFERED:
        raise NotOffered(_("%(name)s is not offered.") % {"name": name})
    return name, identifier


def _picked(selection: Selection, identifier: str | None) -> Selection:
    if identifier is None:
        return selection
    if selection.entities.name == OBSERVATIONS:
        quoted = len(identifier) > 2 and identifier[0] == identifier[-1] == "'"
        found = split_observation_id(identifier[1:-1]) if quoted else None
        if found is None:
            raise InvalidInput(_("An observation's id is a text in quotes, such as '7-1781524800000000'."))
        key: dict[str, Any] = dict(zip(selection.entities.key, found, strict=True))
    elif NUMBER.fullmatch(identifier) and int(identifier) <= ID_MAX:
        key = {"id": int(identifier)}
    else:
        raise InvalidInput(_("The id of an entity is a whole number."))
    return replace(selection, key=key, one=True)
