"""The operators: what they compare and compute, as SQL with SQL's three-valued logic."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from psycopg.sql import SQL, Composable

from ogc_api.sensorthings.filters.syntax import ExpressionError
from ogc_api.sensorthings.filters.typed import JSON_TYPES, NUMBERS, Typed, described, taken_as
from ogc_api.sensorthings.model import Kind

COMPARISONS = {"eq": "=", "ne": "<>", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
# A period comes before another when it ends before that begins; an instant is a period of no length.
PERIODS = {
    "eq": "{a} = {b}",
    "ne": "{a} <> {b}",
    "lt": "upper({a}) < lower({b})",
    "le": "upper({a}) <= lower({b})",
    "gt": "lower({a}) > upper({b})",
    "ge": "lower({a}) >= upper({b})",
}
ARITHMETIC = {
    "add": "({a} + {b})",
    "sub": "({a} - {b})",
    "mul": "({a} * {b})",
    "div": "({a} / nullif({b}, 0))",  # nothing instead of an error, for one row must not spoil the page
    "mod": "mod({a}::numeric, nullif({b}, 0)::numeric)::double precision",
}
MOMENTS = {
    ("add", Kind.INSTANT, Kind.DURATION): (Kind.INSTANT, "({a} + {b})"),
    ("add", Kind.DURATION, Kind.INSTANT): (Kind.INSTANT, "({a} + {b})"),
    ("sub", Kind.INSTANT, Kind.DURATION): (Kind.INSTANT, "({a} - {b})"),
    # In seconds, not "1 day 2 hours": a day is always 24 hours long here.
    ("sub", Kind.INSTANT, Kind.INSTANT): (
        Kind.DURATION,
        "make_interval(secs => (extract(epoch FROM {a}) - extract(epoch FROM {b}))::double precision)",
    ),
    ("add", Kind.DURATION, Kind.DURATION): (Kind.DURATION, "({a} + {b})"),
    ("sub", Kind.DURATION, Kind.DURATION): (Kind.DURATION, "({a} - {b})"),
    ("mul", Kind.DURATION, Kind.NUMBER): (Kind.DURATION, "({a} * {b})"),
    ("mul", Kind.NUMBER, Kind.DURATION): (Kind.DURATION, "({a} * {b})"),
    ("div", Kind.DURATION, Kind.NUMBER): (Kind.DURATION, "({a} / nullif({b}, 0))"),
}
OPERATORS = {*COMPARISONS, *ARITHMETIC, "and", "or", "not", "negate"}


def operate(name: str, values: Sequence[Typed]) -> Typed:
    """Raises ExpressionError where the operator does not take such values."""
    if name in COMPARISONS:
        return Typed(Kind.BOOLEAN, _compared(name, *values))
    if name in ("and", "or"):
        sides = [taken_as(value, Kind.BOOLEAN, by=name) for value in values]
        return Typed(Kind.BOOLEAN, SQL("({})").format(SQL(f" {name.upper()} ").join(sides)))
    if name == "not":
        return Typed(Kind.BOOLEAN, SQL("(NOT {})").format(taken_as(values[0], Kind.BOOLEAN, by=name)))
    if name == "negate":
        if values[0].kind is Kind.DURATION:
            return Typed(Kind.DURATION, SQL("(- {})").format(values[0].sql))
        return Typed(Kind.NUMBER, SQL("(- {})").format(taken_as(values[0], Kind.NUMBER, by="-")))
    return _computed(name, *values)


def _compared(name: str, a: Typed, b: Typed) -> Composable:
    if Kind.NULL in (a.kind, b.kind):
        return _with_null(name, a, b)
    if Kind.PERIOD in (a.kind, b.kind):
        return SQL("({})").format(SQL(PERIODS[name]).format(a=_period(a, name), b=_period(b, name)))
    kind = _common(name, a.kind, b.kind)
    if name == "eq" and Kind.JSON in (a.kind, b.kind) and kind in JSON_TYPES:
        # As JSON: equal in kind and value, and strict, from which the planner draws its conclusions.
        sides = [v.sql if v.kind is Kind.JSON else SQL("to_jsonb({})").format(v.sql) for v in (a, b)]
        return SQL("({} = {})").format(*sides)
    if kind is Kind.GEOMETRY and name not in ("eq", "ne"):
        raise ExpressionError(_("Geometries have no order for “%(name)s”.") % {"name": name})
    sides = [
        value.sql if value.kind in NUMBERS and kind in NUMBERS else taken_as(value, kind, by=name) for value in (a, b)
    ]
    if kind is Kind.GEOMETRY:
        return SQL("({}ST_Equals({}, {}))").format(SQL("NOT " if name == "ne" else ""), *sides)
    return SQL("({} {} {})").format(sides[0], SQL(COMPARISONS[name]), sides[1])


def _with_null(name: str, a: Typed, b: Typed) -> Composable:
    """`eq null` asks whether there is nothing; an order with null is unknown."""
    if name not in ("eq", "ne"):
        return SQL("NULL::boolean")
    other = b if a.kind is Kind.NULL else a
    value = SQL("({} #>> '{{}}')").format(other.sql) if other.kind is Kind.JSON else other.sql
    return SQL("({} {})").format(value, SQL("IS NULL" if name == "eq" else "IS NOT NULL"))


def _common(name: str, a: Kind, b: Kind) -> Kind:
    """The kind in which two values are compared."""
    if a is b:
        return a
    if {a, b} <= NUMBERS:
        return Kind.NUMBER
    if {a, b} == {Kind.DATE, Kind.INSTANT}:
        return Kind.INSTANT
    if Kind.JSON in (a, b):
        return b if a is Kind.JSON else a
    raise ExpressionError(
        _("“%(name)s” cannot compare %(a)s with %(b)s.") % {"name": name, "a": described(a), "b": described(b)}
    )


def _period(value: Typed, name: str) -> Composable:
    if value.kind is Kind.PERIOD:
        return value.sql
    at = taken_as(value, Kind.INSTANT, by=name)
    return SQL("tstzrange({at}, {at}, '[]')").format(at=at)


def _computed(name: str, a: Typed, b: Typed) -> Typed:
    first, second = _measured_as(a.kind), _measured_as(b.kind)
    if found := MOMENTS.get((name, first, second)):
        kind, text = found
        return Typed(kind, SQL(text).format(a=taken_as(a, first, by=name), b=taken_as(b, second, by=name)))
    sides = [taken_as(value, Kind.NUMBER, by=name) for value in (a, b)]
    return Typed(Kind.NUMBER, SQL(ARITHMETIC[name]).format(a=sides[0], b=sides[1]))


def _measured_as(kind: Kind) -> Kind:
    return {Kind.DATE: Kind.INSTANT, Kind.INTEGER: Kind.NUMBER}.get(kind, kind)
