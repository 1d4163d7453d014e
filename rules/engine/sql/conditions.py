"""A condition as SQL, three-valued as SQL is."""

from collections.abc import Callable, Mapping
from typing import Any

from psycopg.sql import SQL, Composable
from psycopg.sql import Literal as Quoted

from gis_platform.core.cql2.folding import FIRST_MARK, LAST_MARK, STROKED
from rules.engine.closures import folded_pattern
from rules.engine.expressions import Expression, Interval, Literal, Operation, Property
from rules.engine.facts import Kind

type Column = Callable[[str], Composable]  # by the name of the fact

TYPES: Mapping[Kind, SQL] = {
    Kind.INTEGER: SQL("bigint"),
    Kind.NUMBER: SQL("double precision"),
    Kind.STRING: SQL("text"),
    Kind.STRINGS: SQL("text[]"),
    Kind.BOOLEAN: SQL("boolean"),
    Kind.CENTS: SQL("bigint"),
    Kind.INSTANT: SQL("timestamptz"),
    Kind.DATE: SQL("date"),
    Kind.GEOMETRY: SQL("geometry"),
}
COMPARISONS = {op: SQL(f"({{}} {op} {{}})") for op in ("=", "<>", "<", ">", "<=", ">=")} | {
    "a_contains": SQL("({} @> {})"),
    "a_overlaps": SQL("({} && {})"),
    "s_intersects": SQL("ST_Intersects({}, {})"),
    "s_within": SQL("ST_Within({}, {})"),
    "s_contains": SQL("ST_Contains({}, {})"),
    "s_disjoint": SQL("ST_Disjoint({}, {})"),
    "distance_m": SQL("ST_Distance({}::geography, {}::geography, false)"),
}
WITHOUT_CASE = SQL("(translate(lower(upper({} COLLATE \"und-x-icu\")), 'ς', 'σ') COLLATE \"C\")")
WITHOUT_ACCENTS = SQL("(translate(regexp_replace(normalize({}, NFD), {}, '', 'g'), {}, {}) COLLATE \"C\")")


def condition(expression: Expression, column: Column) -> Composable:
    match expression:
        case Property(fact):
            return column(fact.name)
        case Literal(kind=kind, value=value):
            return literal(kind, value)
        case Operation(op="and" | "or" as op, args=args):
            parts = SQL(" AND " if op == "and" else " OR ").join(condition(arg, column) for arg in args)
            return SQL("({})").format(parts)
        case Operation(op="not", args=(part,)):
            return SQL("(NOT {})").format(condition(part, column))
        case Operation(op="between", args=(value, low, high)):
            return _text("({0} >= {1} AND {0} <= {2})", [condition(arg, column) for arg in (value, low, high)])
        case Operation(op="in", args=(value, *choices)):
            subject = condition(value, column)
            same = (SQL("{} = {}").format(subject, condition(choice, column)) for choice in choices)
            return SQL("({})").format(SQL(" OR ").join(same))
        case Operation(op="isNull", args=(part,)):
            return SQL("({} IS NULL)").format(condition(part, column))
        case Operation(op="like", args=(subject, pattern)):
            return SQL("({} LIKE {})").format(condition(subject, column), Quoted(_escaped(folded_pattern(pattern))))
        case Operation(op="casei", args=(part,)):
            return WITHOUT_CASE.format(condition(part, column))
        case Operation(op="accenti", args=(part,)):
            stroked = "".join(map(chr, STROKED)), "".join(map(chr, STROKED.values()))
            marks = f"[{FIRST_MARK}-{LAST_MARK}]"
            return WITHOUT_ACCENTS.format(condition(part, column), Quoted(marks), *map(Quoted, stroked))
        case Operation(op=op, args=(left, right)) if op.startswith("t_"):
            return _temporal(op, left, right, column)
        case Operation(op=op, args=args):
            return COMPARISONS[op].format(*(condition(arg, column) for arg in args))


def literal(kind: Kind, value: Any) -> Composable:
    if kind is Kind.GEOMETRY:
        return SQL("ST_SetSRID(ST_GeomFromWKB({}), 4326)").format(Quoted(value.wkb))
    if kind is Kind.STRINGS:
        return SQL("({}::text[])").format(Quoted(sorted(value)))
    return SQL("CAST({} AS {})").format(Quoted(value), TYPES[kind])


def _text(template: str, parts: list[Composable]) -> Composable:
    return SQL(template).format(*parts)


def _escaped(pattern: str) -> str:
    """A backslash at the end stands for itself; PostgreSQL would take it for a mistake."""
    trailing = len(pattern) - len(pattern.rstrip("\\"))
    return pattern + "\\" if trailing % 2 else pattern


def _temporal(op: str, left: Expression, right: Expression, column: Column) -> Composable:
    """An open end is before or after everything; what is not known stays unknown."""
    (start, end), (opens, closes) = _bounds(left, column), _bounds(right, column)
    whole = {
        "t_after": _after(start, closes),
        "t_before": _after(opens, end),
        "t_during": _joined(
            " AND ",
            [
                SQL("true") if opens is None else _after(start, opens),
                SQL("true") if closes is None else _after(closes, end),
            ],
        ),
        "t_intersects": SQL("NOT {}").format(_joined(" OR ", [_after(start, closes), _after(opens, end)])),
    }[op]
    known = [condition(arg, column) for arg in (left, right) if not isinstance(arg, Literal)]
    if not known:
        return whole
    asked = SQL(" AND ").join(SQL("{} IS NOT NULL").format(part) for part in known)
    return SQL("(CASE WHEN {} THEN {} END)").format(asked, whole)


def _bounds(expression: Expression, column: Column) -> tuple[Composable | None, Composable | None]:
    if isinstance(expression, Literal) and isinstance(expression.value, Interval):
        ends = expression.value.start, expression.value.end
        start, end = (None if one is None else literal(expression.kind, one) for one in ends)
        return start, end
    value = condition(expression, column)
    return value, value


def _after(late: Composable | None, early: Composable | None) -> Composable:
    return SQL("false") if late is None or early is None else SQL("({} > {})").format(late, early)


def _joined(word: str, parts: list[Composable]) -> Composable:
    return SQL("({})").format(SQL(word).join(parts))
