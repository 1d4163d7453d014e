"""The order of a page, total by the key of its set, and the token that says where the next page begins.

By value, not by number: a page far on is as quick as the first, and new observations shift nothing.
"""

import base64
import binascii
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from psycopg.sql import SQL, Composable, Composed, Identifier

from ogc_api.sensorthings.entities import OBSERVATION_ID
from ogc_api.sensorthings.errors import InvalidOption, naming
from ogc_api.sensorthings.filters.compiling import compiled
from ogc_api.sensorthings.filters.scope import Bindings, Scope
from ogc_api.sensorthings.model import Kind, Row
from ogc_api.sensorthings.options import Options, Order

TOKEN_LENGTH_MAX = 4000
COLUMN = re.compile(r"\{t\}\.(\w+)")


@dataclass(frozen=True, slots=True)
class Term:
    """`column` is the set's own column, if the term is nothing else; `fixed` ones are never null."""

    sql: Composable
    kind: Kind
    descending: bool
    fixed: bool = False
    column: str = ""

    @property
    def order(self) -> Composed:
        return SQL("{} {}").format(self.sql, SQL("DESC" if self.descending else "ASC"))


def terms(options: Options, scope: Scope) -> list[Term]:
    """What the rows are ordered by: as asked for, then by the key, so that no two rows are alike."""
    found: list[Term] = []
    for order in options.order:
        found += _asked_for(order, scope)
    descending = found[-1].descending if found else False
    named = {term.column for term in found}
    return [*found, *(_of_key(column, scope, descending) for column in scope.entities.key if column not in named)]


def _asked_for(order: Order, scope: Scope) -> list[Term]:
    with naming("$orderby"):
        prop, _alias, members = scope.resolve(order.path.parts, to_many=False)
        typed = compiled(order.path, scope, to_many=False)
    if typed.kind is Kind.GEOMETRY:
        raise InvalidOption("$orderby", _("Geometries have no order."))
    own = len(order.path.parts) == 1
    if own and prop is OBSERVATION_ID:
        return [_of_key(column, scope, order.descending) for column in scope.entities.key]
    match = COLUMN.fullmatch(prop.source) if own and isinstance(prop.source, str) else None
    column = match.group(1) if match else ""
    return [Term(typed.sql, typed.kind, order.descending, own and prop.fixed and not members, column)]


def _of_key(column: str, scope: Scope, descending: bool) -> Term:
    return Term(Identifier(scope.alias, column), scope.entities.columns[column], descending, True, column)


def token(row: Row, count: int) -> str:
    """Of the last row of a page, which carries the terms' values as the texts #0, #1 ..."""
    values = [row[f"#{place}"] for place in range(count)]
    return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode().rstrip("=")


def after(text: str, found: Sequence[Term], bindings: Bindings) -> Composable:
    """The condition of the rows that follow the one of the token; raises InvalidOption."""
    values = _read_token(text, len(found))
    bound = [bindings.bind(value, term.kind) for value, term in zip(values, found, strict=True)]
    first = found[0]
    if all(term.fixed and term.descending is first.descending for term in found):
        sides = [SQL(", ").join(side) for side in ([term.sql for term in found], bound)]
        return SQL("(({}) {sign} ({}) AND {first} {sign}= {bound})").format(
            *sides,
            sign=SQL("<" if first.descending else ">"),
            first=first.sql,  # what follows from the rest, said once more for the months' sake
            bound=bound[0],
        )
    ways = [
        SQL(" AND ").join(
            [
                *(
                    SQL("{} IS NOT DISTINCT FROM {}").format(t.sql, b)
                    for t, b in zip(found[:place], bound, strict=False)
                ),
                _behind(term, value, bound[place]),
            ]
        )
        for place, (term, value) in enumerate(zip(found, values, strict=True))
    ]
    chain = SQL("({})").format(SQL(" OR ").join(SQL("({})").format(way) for way in ways))
    if not first.fixed:
        return chain
    return SQL("({} {} {} AND {})").format(first.sql, SQL("<=" if first.descending else ">="), bound[0], chain)


def _behind(term: Term, value: str | None, bound: Composable) -> Composable:
    """As PostgreSQL orders: null is after everything, so with DESC before everything."""
    if term.descending:
        return SQL("{} IS NOT NULL").format(term.sql) if value is None else SQL("{} < {}").format(term.sql, bound)
    return SQL("false") if value is None else SQL("({0} > {1} OR {0} IS NULL)").format(term.sql, bound)


def _read_token(text: str, count: int) -> list[str | None]:
    try:
        if len(text) > TOKEN_LENGTH_MAX:
            raise ValueError
        values = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise _not_understood() from error
    if not isinstance(values, list) or len(values) != count:
        raise _not_understood()
    if not all(value is None or (isinstance(value, str) and value.isprintable()) for value in values):
        raise _not_understood()
    return values


def _not_understood() -> InvalidOption:
    return InvalidOption("$skiptoken", _("It is only understood as the link to the next page gives it."))
