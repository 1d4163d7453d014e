"""From typed parts to SQL. Each value has its cast, so that a generic plan knows its type."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from types import MappingProxyType
from typing import Any, LiteralString

import shapely
from psycopg.sql import SQL, Composable

from gis_platform.core.cql2 import arithmetic, nearness, periods
from gis_platform.core.cql2.bounds import TAME
from gis_platform.core.cql2.fields import FieldType
from gis_platform.core.cql2.folding import FIRST_MARK, LAST_MARK, STROKED
from gis_platform.core.cql2.functions import FUNCTIONS
from gis_platform.core.cql2.geometries import STORED_SRID
from gis_platform.core.cql2.typed import NUMERIC, Call, Column, Constant, Typed

CASTS: Mapping[FieldType, LiteralString] = MappingProxyType(
    {
        FieldType.STRING: "text",
        FieldType.INTEGER: "bigint",
        FieldType.NUMBER: "double precision",
        FieldType.BOOLEAN: "boolean",
        FieldType.DATE: "date",
        FieldType.TIMESTAMP: "timestamptz",
        FieldType.GEOMETRY: "geometry",
        FieldType.ARRAY: "text[]",
    }
)
ORDERINGS = frozenset({"<", ">", "<=", ">=", "between"})
SPATIAL: Mapping[str, LiteralString] = MappingProxyType(
    {
        "s_contains": "ST_Contains({}, {})",
        "s_crosses": "ST_Crosses({}, {})",
        "s_disjoint": "ST_Disjoint({}, {})",
        "s_equals": "ST_Equals({}, {})",
        "s_intersects": "ST_Intersects({}, {})",
        "s_overlaps": "ST_Overlaps({}, {})",
        "s_touches": "ST_Touches({}, {})",
        "s_within": "ST_Within({}, {})",
    }
)
TEMPLATES: Mapping[str, LiteralString] = MappingProxyType(
    {
        "not": "NOT {}",
        "=": "({} = {})",
        "<>": "({} <> {})",
        "<": "({} < {})",
        ">": "({} > {})",
        "<=": "({} <= {})",
        ">=": "({} >= {})",
        "between": "({} BETWEEN {} AND {})",
        "isNull": "({} IS NULL)",
        "like": "({} LIKE {})",
        "a_containedBy": "({} <@ {})",
        "a_contains": "({} @> {})",
        "a_overlaps": "({} && {})",
        **SPATIAL,
    }
)


@dataclass(frozen=True, slots=True)
class Fragment:
    sql: Composable
    values: tuple[Any, ...] = ()


def fragment(template: LiteralString, *parts: Fragment) -> Fragment:
    """The template with the parts in place of its {}, in order, and their values in the same order."""
    return Fragment(
        SQL(template).format(*(part.sql for part in parts)), tuple(value for part in parts for value in part.values)
    )


def joined(glue: LiteralString, parts: Sequence[Fragment]) -> Fragment:
    return Fragment(
        SQL("({})").format(SQL(glue).join(part.sql for part in parts)),
        tuple(value for part in parts for value in part.values),
    )


def rendered(part: Typed, zone: tzinfo) -> Fragment:
    match part:
        case Column(field):
            return Fragment(field.column)
        case Constant():
            return _constant(part)
        case Call():
            return _call(part, zone)
    raise AssertionError(part)  # a Span is read by the relation that it stands in


def _constant(constant: Constant) -> Fragment:
    return Fragment(SQL("%s::" + CASTS[constant.type]), (_bound(constant),))


def _bound(constant: Constant) -> Any:
    match constant.type, constant.value:
        case FieldType.GEOMETRY, shape if shape is not None:
            return shapely.to_wkb(shapely.set_srid(shape, STORED_SRID), hex=True, include_srid=True)
        case FieldType.ARRAY, items if items is not None:
            return list(items)
    return constant.value


def _call(call: Call, zone: tzinfo) -> Fragment:
    op, args = call.op, call.args
    if op.startswith("t_"):
        return _temporal(call, zone)
    if op == "in" and all(isinstance(choice, Constant) for choice in args[1:]):
        return _among(args, zone)
    if op in arithmetic.OPERATORS:
        return ARITHMETIC[op](*(_double(arg, zone) for arg in args))
    if op == TAME:
        return _tamed(_double(args[0], zone))
    if op in FUNCTIONS:
        return _function(call, zone)
    parts = [rendered(arg, zone) for arg in args]
    match op:
        case "and":
            return joined(" AND ", parts)
        case "or":
            return joined(" OR ", parts)
        case "in":
            value, *choices = parts
            return joined(" OR ", [fragment("({} = {})", value, choice) for choice in choices])
        case "casei":
            return _without_case(*parts)
        case "accenti":
            return _without_accents(*parts)
        case "a_equals":
            first, second = parts
            return fragment("({} @> {} AND {} <@ {})", first, second, first, second)
    if op in ORDERINGS and args[0].type is FieldType.STRING:
        parts = [fragment('({} COLLATE "C")', part) for part in parts]
    compared = fragment(TEMPLATES[op], *parts)
    near = nearness.box_of(call) if op in {"<", "<=", ">", ">="} else None
    return compared if near is None else _boxed(*near, compared)


def _boxed(column: Column, box: Constant, compared: Fragment) -> Fragment:
    return fragment("({} && {} AND {})", Fragment(column.field.column), _constant(box), compared)


def _function(call: Call, zone: tzinfo) -> Fragment:
    function = FUNCTIONS[call.op]
    parts = [
        _double(arg, zone) if kind is FieldType.NUMBER else rendered(arg, zone)
        for arg, kind in zip(call.args, function.takes, strict=True)
    ]
    return _in_code_points(call.type, fragment(function.sql, *parts))


def _among(args: Sequence[Typed], zone: tzinfo) -> Fragment:
    value, *choices = args
    kinds = {choice.type for choice in choices}
    kind = FieldType.NUMBER if kinds >= NUMERIC else kinds.pop()
    values = [_bound(choice) for choice in choices if isinstance(choice, Constant)]
    if kind is FieldType.NUMBER:
        values = [None if number is None else float(number) for number in values]
    return fragment("({} = ANY({}))", rendered(value, zone), Fragment(SQL("%s::" + CASTS[kind] + "[]"), (values,)))


def _in_code_points(kind: FieldType, part: Fragment) -> Fragment:
    """A text that a function made is compared as one that a column holds: by its code points."""
    return fragment('({} COLLATE "C")', part) if kind is FieldType.STRING else part


def _without_case(text: Fragment) -> Fragment:
    return fragment("(translate(lower(upper({} COLLATE \"und-x-icu\")), 'ς', 'σ') COLLATE \"C\")", text)


def _without_accents(text: Fragment) -> Fragment:
    marks = Fragment(SQL(f"'[\\u{ord(FIRST_MARK):04x}-\\u{ord(LAST_MARK):04x}]'"))
    stroked = Fragment(SQL("'" + "".join(map(chr, STROKED)) + "', '" + "".join(map(chr, STROKED.values())) + "'"))
    bare = "(translate(regexp_replace(normalize({}, NFD), {}, '', 'g'), {}) COLLATE \"C\")"
    return fragment(bare, text, marks, stroked)


def _temporal(call: Call, zone: tzinfo) -> Fragment:
    in_days = periods.in_days(call)
    first, second = call.args
    comparisons = [
        fragment(
            TEMPLATES[how],
            _end(first, side, in_days=in_days, zone=zone),
            _end(second, other, in_days=in_days, zone=zone),
        )
        for side, how, other in periods.relation(call.op)
    ]
    related = joined(" AND ", comparisons)
    return fragment("NOT {}", related) if call.op == periods.DISJOINT else related


def _end(period: Typed, side: str, *, in_days: bool, zone: tzinfo) -> Fragment:
    part = periods.end_of(period, side)
    if part is None:
        infinite = SQL("'-infinity'" if side == "start" else "'infinity'")
        return Fragment(SQL("{}::{}").format(infinite, SQL("date" if in_days else "timestamptz")))
    if part.type is FieldType.INTERVAL:
        return _end_of_range(rendered(part, zone), side)
    if in_days or part.type is FieldType.TIMESTAMP:
        return rendered(part, zone)
    if isinstance(part, Constant):
        return _constant(Constant(FieldType.TIMESTAMP, periods.instant(part.value, side, zone)))
    day, name = rendered(part, zone), Fragment(SQL("%s::text"), (str(zone),))
    if side == "start":
        return fragment("({}::timestamp AT TIME ZONE {})", day, name)
    return fragment("(({} + 1)::timestamp AT TIME ZONE {} - interval '1 microsecond')", day, name)


def _end_of_range(period: Fragment, side: str) -> Fragment:
    """An unbounded range has no end to tell of, and neither has none at all: only the first is open."""
    if side == "start":
        return fragment("(CASE WHEN {} IS NOT NULL THEN coalesce(lower({}), '-infinity') END)", period, period)
    return fragment("(CASE WHEN {} IS NOT NULL THEN coalesce(upper({}), 'infinity') END)", period, period)


def _double(part: Typed, zone: tzinfo) -> Fragment:
    if isinstance(part, Constant) and part.value is not None:
        return _constant(Constant(FieldType.NUMBER, float(part.value)))
    return fragment("({})::double precision", rendered(part, zone))


def _tamed(number: Fragment) -> Fragment:
    """As arithmetic.py has it. greatest() and least() pass over what is unknown, so that is asked first."""
    return fragment(
        "(CASE WHEN {} IS NOT NULL"
        " THEN round(greatest(least({}, 1e100), -1e100) * 2 ^ 100::float8) / 2 ^ 100::float8 END)",
        number,
        number,
    )


def _power(base: Fragment, exponent: Fragment) -> Fragment:
    return fragment(
        "(CASE WHEN {} = 0 THEN CASE WHEN {} > 0 THEN 0 WHEN {} = 0 THEN 1 END"
        " WHEN {} < 0 AND {} <> trunc({}) THEN NULL"
        " WHEN abs({} * ln(abs({}))) < 200 THEN power({}, {}) END)::double precision",
        *(base, exponent, exponent),
        *(base, exponent, exponent),
        *(exponent, base, base, exponent),
    )


ARITHMETIC: Mapping[str, Callable[[Fragment, Fragment], Fragment]] = MappingProxyType(
    {
        "+": lambda a, b: fragment("({} + {})", a, b),
        "-": lambda a, b: fragment("({} - {})", a, b),
        "*": lambda a, b: fragment("({} * {})", a, b),
        "/": lambda a, b: fragment("({} / nullif({}, 0))", a, b),
        "div": lambda a, b: fragment("trunc({} / nullif({}, 0))", a, b),
        "%": lambda a, b: fragment("({} - {} * trunc({} / nullif({}, 0)))", a, b, a, b),
        "^": _power,
    }
)
