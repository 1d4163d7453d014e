"""One SELECT from an entity set: what it shows, what it is filtered and ordered by. And how statements are run."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DataError, InternalError, OperationalError, connections
from django.utils.translation import gettext as _
from psycopg.errors import QueryCanceled
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from gis_platform.core.database import PUBLISHED
from ogc_api.sensorthings.errors import InvalidOption, TooCostly, naming
from ogc_api.sensorthings.filters.compiling import condition
from ogc_api.sensorthings.filters.scope import Bindings, Scope
from ogc_api.sensorthings.model import EntitySet, Kind, Property
from ogc_api.sensorthings.options import Options
from ogc_api.sensorthings.ordering import Term, terms


@dataclass
class Query:
    """A SELECT from one set in the making: its scope, its conditions, its order."""

    entities: EntitySet
    options: Options
    scope: Scope
    where: list[Composable]
    order: list[Term]

    @classmethod
    def of(cls, entities: EntitySet, options: Options, bindings: Bindings) -> "Query":
        scope = Scope(entities, bindings)
        with naming("$filter"):
            where = [] if options.filter is None else [condition(options.filter, scope)]
        return cls(entities, options, scope, where, terms(options, scope))

    def select(self, *, limit: int) -> Composed:
        return SQL("SELECT {} FROM {} ORDER BY {} LIMIT {} OFFSET {}").format(
            SQL(", ").join(self._columns()),
            self._rows(),
            SQL(", ").join(term.order for term in self.order),
            # Numbers, not parameters: the generic plan of an unknown limit would sort what an index has in order.
            Literal(limit),
            Literal(self.options.skip),
        )

    def counted(self, limit: int) -> Composed:
        return SQL("SELECT count(*) FROM (SELECT FROM {} LIMIT {}) AS counted").format(self._rows(), Literal(limit))

    def explained(self) -> Composed:
        return SQL("EXPLAIN (FORMAT JSON) SELECT FROM {}").format(self._rows())

    def _rows(self) -> Composed:
        return SQL("{} AS {}{} WHERE {}").format(
            self.entities.table,
            Identifier(self.scope.alias),
            SQL("").join(self.scope.joins),
            SQL(" AND ").join([*self.where, SQL("true")]),
        )

    def _columns(self) -> list[Composed]:
        alias = self.scope.alias
        columns = [SQL("{} AS {}").format(Identifier(alias, c), Identifier(c)) for c in self.entities.columns]
        columns += [_shown(prop, alias) for prop in shown(self.entities, self.options)]
        columns += [
            SQL("({})::text AS {}").format(term.sql, Identifier(f"#{place}")) for place, term in enumerate(self.order)
        ]
        if self.options.format == "GeoJSON":
            place = SQL(self.entities.place or "NULL::geometry").format(t=Identifier(alias))
            columns.append(SQL('ST_AsGeoJSON({}, 7)::json AS "@place"').format(place))
        return columns


def shown(entities: EntitySet, options: Options) -> list[Property]:
    return [prop for prop in entities.properties if options.select is None or prop.name in options.select]


def _shown(prop: Property, alias: str) -> Composed:
    expression = prop.expression(alias)
    if prop.kind is Kind.GEOMETRY:
        expression = SQL("ST_AsGeoJSON({}, 7)::json").format(expression)
    elif prop.kind is Kind.JSON:
        expression = SQL("({})::json").format(expression)
    return SQL("{} AS {}").format(expression, Identifier(f".{prop.name}"))


def run(statement: Composable, bindings: Bindings) -> list[dict[str, Any]]:
    """The rows by column name; raises TooCostly, and InvalidOption for what only the database can refuse."""
    try:
        with connections[PUBLISHED].cursor() as cursor:
            cursor.execute(statement, bindings.values)
            names = [column.name for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooCostly from error
        raise
    except (DataError, InternalError) as error:  # a number too large, a time that is none; GEOS on a strange geometry
        raise InvalidOption("$filter", _("A value in it cannot be computed with.")) from error


def number_of(rows: Sequence[dict[str, Any]]) -> int:
    return int(next(iter(rows[0].values())))


def estimate(rows: Sequence[dict[str, Any]]) -> int:
    plan = next(iter(rows[0].values()))
    return int((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]["Plan Rows"])
