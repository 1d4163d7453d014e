"""From the tree to SQL: names are looked up in the allow-list of properties, every value is bound."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _
from psycopg.sql import SQL, Composable, Composed, Identifier
from shapely import set_srid, to_wkb

from ogc_api.sensorthings.entities import OBSERVATION_ID
from ogc_api.sensorthings.filters.functions import call
from ogc_api.sensorthings.filters.operators import COMPARISONS, OPERATORS, operate
from ogc_api.sensorthings.filters.scope import Scope
from ogc_api.sensorthings.filters.syntax import Call, Expression, ExpressionError, Literal, Path, Period, Shape
from ogc_api.sensorthings.filters.typed import Typed, taken_as
from ogc_api.sensorthings.model import Kind
from ogc_api.sensorthings.naming import split_observation_id

# A bool is an int and a datetime a date, so the narrower come first.
KINDS: tuple[tuple[type, Kind], ...] = (
    (bool, Kind.BOOLEAN),
    (int, Kind.INTEGER),
    (float, Kind.NUMBER),
    (str, Kind.STRING),
    (datetime, Kind.INSTANT),
    (date, Kind.DATE),
    (time, Kind.TIME),
    (timedelta, Kind.DURATION),
)


def condition(expression: Expression, scope: Scope) -> Composable:
    """The condition of a filter; raises ExpressionError. Joins that it needs to one entity are left in the scope."""
    test = taken_as(compiled(expression, scope), Kind.BOOLEAN, by="$filter")
    if not scope.many:
        return test
    # The links to many of one filter mean one and the same row: it is there, or it is not.
    return SQL("EXISTS (SELECT FROM (SELECT) AS one{} WHERE {})").format(SQL("").join(scope.many), test)


def compiled(expression: Expression, scope: Scope, *, to_many: bool = True) -> Typed:
    match expression:
        case Literal(value):
            return _literal(value, scope)
        case Path(parts):
            return _path(parts, scope, to_many=to_many)
        case Call(name, arguments):
            if name in COMPARISONS and (found := _identified(name, arguments, scope)):
                return found
            values = [compiled(argument, scope, to_many=to_many) for argument in arguments]
            return operate(name, values) if name in OPERATORS else call(name, values, scope.bindings)


def _literal(value: Any, scope: Scope) -> Typed:
    if value is None:
        return Typed(Kind.NULL, SQL("NULL"))
    if isinstance(value, Shape):
        wkb = to_wkb(set_srid(value.geometry, 4326), hex=True, include_srid=True)
        return Typed(Kind.GEOMETRY, scope.bindings.bind(wkb, Kind.GEOMETRY), geographic=value.geographic)
    if isinstance(value, Period):
        ends = [scope.bindings.bind(end, Kind.INSTANT) for end in (value.start, value.end)]
        return Typed(Kind.PERIOD, SQL("tstzrange({}, {}, '[]')").format(*ends))
    kind = next(kind for python, kind in KINDS if isinstance(value, python))
    return Typed(kind, scope.bindings.bind(value, kind), literal=value)


def _path(parts: tuple[str, ...], scope: Scope, *, to_many: bool) -> Typed:
    prop, alias, members = scope.resolve(parts, to_many=to_many)
    expression: Composable = prop.expression(alias)
    if not members:
        return Typed(prop.kind, SQL("({})").format(expression))
    if prop.kind is not Kind.JSON:
        raise ExpressionError(_("“%(name)s” has no parts.") % {"name": prop.name})
    steps = SQL(", ").join(scope.bindings.bind(member, Kind.STRING) for member in members)
    return Typed(Kind.JSON, SQL("(({}) #> ARRAY[{}])").format(expression, steps))


def _identified(name: str, arguments: tuple[Expression, ...], scope: Scope) -> Typed | None:
    """An observation's id against a text, by its columns, so that their index finds it; None for anything else."""
    match arguments:
        case (Path(parts), Literal(str() as text)):
            pass
        case _:
            return None
    if parts[-1] not in ("id", "@iot.id"):
        return None
    prop, alias, _members = scope.resolve(parts)
    if prop is not OBSERVATION_ID:
        return None
    key = split_observation_id(text)
    if key is None or name not in ("eq", "ne"):
        raise ExpressionError(
            _("An observation's id is compared by eq and ne, with a text such as '7-1781524800000000'.")
        )
    columns: Composed = SQL("({}, {})").format(Identifier(alias, "stream_id"), Identifier(alias, "phenomenon_time"))
    bound = SQL("({}, {})").format(scope.bindings.bind(key[0], Kind.INTEGER), scope.bindings.bind(key[1], Kind.INSTANT))
    return Typed(Kind.BOOLEAN, SQL("({} {} {})").format(columns, SQL(COMPARISONS[name]), bound))
