"""The functions of $filter (18-088, 9.3.3.5.2), and those that OData or its servers add: an allow-list with types."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from psycopg.sql import SQL, Composable

from gis_platform.core import clock
from ogc_api.sensorthings.filters.scope import Bindings
from ogc_api.sensorthings.filters.syntax import ExpressionError
from ogc_api.sensorthings.filters.typed import Typed, taken_as
from ogc_api.sensorthings.model import Kind

S, N, B, T, D, P, G = Kind.STRING, Kind.NUMBER, Kind.BOOLEAN, Kind.INSTANT, Kind.DATE, Kind.PERIOD, Kind.GEOMETRY
PATTERN = re.compile(r"[012TF*]{9}")


@dataclass(frozen=True, slots=True)
class Function:
    yields: Kind
    takes: tuple[Kind, ...]
    sql: str  # {0}, {1} ... are the arguments


def _part(unit: str) -> Function:
    return Function(N, (T,), f"extract({unit} FROM {{0}} AT TIME ZONE 'UTC')::double precision")


def _related(name: str) -> Function:
    return Function(B, (G, G), f"{name}({{0}}, {{1}})")


FUNCTIONS: dict[str, Function] = {
    "substringof": Function(B, (S, S), "(strpos({1}, {0}) > 0)"),
    "contains": Function(B, (S, S), "(strpos({0}, {1}) > 0)"),
    "startswith": Function(B, (S, S), "starts_with({0}, {1})"),
    "endswith": Function(B, (S, S), "(right({0}, length({1})) = {1})"),
    "length": Function(N, (S,), "length({0})::double precision"),
    "indexof": Function(N, (S, S), "(strpos({0}, {1}) - 1)::double precision"),
    "tolower": Function(S, (S,), "lower({0})"),
    "toupper": Function(S, (S,), "upper({0})"),
    "trim": Function(S, (S,), "btrim({0}, E' \\t\\n\\r')"),
    "concat": Function(S, (S, S), "({0} || {1})"),
    "year": _part("year"),
    "month": _part("month"),
    "day": _part("day"),
    "hour": _part("hour"),
    "minute": _part("minute"),
    "second": Function(N, (T,), "floor(extract(second FROM {0}))::double precision"),
    "fractionalseconds": Function(N, (T,), "(extract(second FROM {0}) - floor(extract(second FROM {0})))::float8"),
    "date": Function(D, (T,), "({0} AT TIME ZONE 'UTC')::date"),
    "time": Function(Kind.TIME, (T,), "({0} AT TIME ZONE 'UTC')::time"),
    "totaloffsetminutes": Function(N, (T,), "CASE WHEN {0} IS NOT NULL THEN 0::double precision END"),
    "mindatetime": Function(T, (), "'-infinity'::timestamptz"),
    "maxdatetime": Function(T, (), "'infinity'::timestamptz"),
    "round": Function(N, (N,), "round({0}::numeric)::double precision"),  # a half goes away from zero
    "floor": Function(N, (N,), "floor({0})"),
    "ceiling": Function(N, (N,), "ceil({0})"),
    "st_equals": _related("ST_Equals"),
    "st_disjoint": _related("ST_Disjoint"),
    "st_touches": _related("ST_Touches"),
    "st_within": _related("ST_Within"),
    "st_overlaps": _related("ST_Overlaps"),
    "st_crosses": _related("ST_Crosses"),
    "st_intersects": _related("ST_Intersects"),
    "st_contains": _related("ST_Contains"),
    "geo.intersects": _related("ST_Intersects"),
    "before": Function(B, (P, P), "(upper({0}) < lower({1}))"),
    "after": Function(B, (P, P), "(lower({0}) > upper({1}))"),
    "during": Function(B, (P, P), "({0} <@ {1})"),
    "overlaps": Function(B, (P, P), "({0} && {1})"),
}
OTHERS = ("now", "substring", "st_relate", "geo.distance", "geo.length")


def call(name: str, arguments: Sequence[Typed], bindings: Bindings) -> Typed:
    """Raises ExpressionError for an unknown function, and for arguments that it does not take."""
    if name == "now":
        _counted(name, arguments, 0)
        return Typed(T, bindings.bind(clock.now(), T))
    if name == "substring":
        return _substring(arguments)
    if name == "st_relate":
        return _relate(arguments, bindings)
    if name in ("geo.distance", "geo.length"):
        return _measured(name, arguments)
    function = FUNCTIONS.get(name)
    if function is None:
        raise ExpressionError(
            _("There is no function “%(name)s”; there are %(known)s.")
            % {"name": name[:40], "known": ", ".join(sorted([*FUNCTIONS, *OTHERS]))}
        )
    _counted(name, arguments, len(function.takes))
    sides = [_taken(value, kind, name) for value, kind in zip(arguments, function.takes, strict=True)]
    return Typed(function.yields, SQL(function.sql).format(*sides))


def _taken(value: Typed, kind: Kind, name: str) -> Composable:
    if kind is P and value.kind in (T, D):
        return SQL("tstzrange({at}, {at}, '[]')").format(at=taken_as(value, T, by=name))
    return taken_as(value, kind, by=name)


def _substring(arguments: Sequence[Typed]) -> Typed:
    _counted("substring", arguments, 2, 3)
    text = taken_as(arguments[0], S, by="substring")
    start, *length = [
        SQL("least(greatest({}, 0), 1e9)::int").format(taken_as(value, N, by="substring")) for value in arguments[1:]
    ]
    if length:
        return Typed(S, SQL("substr({}, {} + 1, {})").format(text, start, length[0]))
    return Typed(S, SQL("substr({}, {} + 1)").format(text, start))


def _relate(arguments: Sequence[Typed], bindings: Bindings) -> Typed:
    _counted("st_relate", arguments, 3)
    pattern = arguments[2].literal
    if not isinstance(pattern, str) or not PATTERN.fullmatch(pattern.upper()):
        raise ExpressionError(_("st_relate takes a pattern of nine signs, such as 'T*****FF*'."))
    sides = [taken_as(value, G, by="st_relate") for value in arguments[:2]]
    return Typed(B, SQL("ST_Relate({}, {}, {})").format(*sides, bindings.bind(pattern.upper(), S)))


def _measured(name: str, arguments: Sequence[Typed]) -> Typed:
    """In metres when one of the geometries was written as geography'...', else in degrees."""
    _counted(name, arguments, 2 if name == "geo.distance" else 1)
    sides = [taken_as(value, G, by=name) for value in arguments]
    if any(value.geographic for value in arguments):
        sides = [SQL("({})::geography").format(side) for side in sides]
    return Typed(N, SQL("ST_Distance({}, {})" if name == "geo.distance" else "ST_Length({})").format(*sides))


def _counted(name: str, arguments: Sequence[Typed], *counts: int) -> None:
    if len(arguments) not in counts:
        raise ExpressionError(
            _("%(name)s takes %(wanted)s arguments, not %(found)d.")
            % {"name": name, "wanted": "/".join(map(str, counts)), "found": len(arguments)}
        )
