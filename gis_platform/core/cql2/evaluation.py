"""From typed parts to one Python closure over a row. Unknown is None and stays unknown, as in SQL."""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from types import MappingProxyType
from typing import Any

import shapely

from gis_platform.core.cql2 import arithmetic, periods
from gis_platform.core.cql2.bounds import TAME
from gis_platform.core.cql2.fields import FieldType
from gis_platform.core.cql2.folding import FOLDS
from gis_platform.core.cql2.functions import FUNCTIONS
from gis_platform.core.cql2.logic import conjunction, disjunction, negation, of_known, of_known_pair
from gis_platform.core.cql2.patterns import like_pattern
from gis_platform.core.cql2.typed import Call, Column, Constant, Span, Typed

type Row = Mapping[str, Any]
type Closure = Callable[[Row], Any]

COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {
        "=": operator.eq,
        "<>": operator.ne,
        "<": operator.lt,
        ">": operator.gt,
        "<=": operator.le,
        ">=": operator.ge,
    }
)
SPATIAL: Mapping[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {
        "s_contains": lambda a, b: a.contains(b),
        "s_crosses": lambda a, b: a.crosses(b),
        "s_disjoint": lambda a, b: a.disjoint(b),
        "s_equals": lambda a, b: a.equals(b),
        "s_intersects": lambda a, b: a.intersects(b),
        "s_overlaps": lambda a, b: a.overlaps(b),
        "s_touches": lambda a, b: a.touches(b),
        "s_within": lambda a, b: a.within(b),
    }
)
# A prepared geometry is asked first: what (a, b) is of (b, a).
CONVERSE = {"s_contains": "s_within", "s_within": "s_contains"}
ARRAYS: Mapping[str, Callable[[frozenset[Any], frozenset[Any]], bool]] = MappingProxyType(
    {
        "a_containedBy": operator.le,
        "a_contains": operator.ge,
        "a_equals": operator.eq,
        "a_overlaps": lambda a, b: not a.isdisjoint(b),
    }
)


def closure(part: Typed, zone: tzinfo) -> Closure:
    match part:
        case Column(field):
            return _column(field.name)
        case Constant(value=value):
            return lambda row: value
        case Call():
            return _call(part, zone)
    raise AssertionError(part)  # a Span is read by the relation that it stands in


def span_ends(span: Span, zone: tzinfo) -> tuple[datetime, datetime]:
    """The ends of an interval that is written out."""
    start, end = (_end(span, side, in_days=False, zone=zone)({}) for side in ("start", "end"))
    return start, end


def _column(name: str) -> Closure:
    return lambda row: row.get(name)


def _call(call: Call, zone: tzinfo) -> Closure:
    op, args = call.op, call.args
    if op.startswith("t_"):
        return _temporal(call, zone)
    if op in COMPARISONS and isinstance(args[0], Column) and isinstance(args[1], Constant):
        return _column_with_constant(COMPARISONS[op], args[0].field.name, args[1].value)
    if op in SPATIAL:
        return _spatial(op, args, zone)
    if op == "like":
        return _like(args, zone)
    if op == "in" and all(isinstance(choice, Constant) for choice in args[1:]):
        return _among(args, zone)
    parts = [closure(arg, zone) for arg in args]
    if op in arithmetic.OPERATORS:
        return _arithmetic(op, parts)
    return BUILDERS[op](parts)


def _column_with_constant(compare: Callable[[Any, Any], Any], name: str, known: Any) -> Closure:
    def evaluate(row: Row) -> bool | None:
        value = row.get(name)
        return None if value is None or known is None else compare(value, known)

    return evaluate


def _between(parts: Sequence[Closure]) -> Closure:
    value, low, high = parts
    return conjunction([BUILDERS[">="]((value, low)), BUILDERS["<="]((value, high))])


def _in(parts: Sequence[Closure]) -> Closure:
    value, *choices = parts
    return disjunction([BUILDERS["="]((value, choice)) for choice in choices])


def _among(args: Sequence[Typed], zone: tzinfo) -> Closure:
    value_of = closure(args[0], zone)
    values = [choice.value for choice in args[1:] if isinstance(choice, Constant)]
    choices, otherwise = frozenset(values) - {None}, None if None in values else False

    def evaluate(row: Row) -> bool | None:
        value = value_of(row)
        if value is None:
            return None
        return True if value in choices else otherwise

    return evaluate


def _is_null(parts: Sequence[Closure]) -> Closure:
    (part,) = parts
    return lambda row: part(row) is None


def _like(args: Sequence[Typed], zone: tzinfo) -> Closure:
    value_of, pattern = closure(args[0], zone), args[1]
    assert isinstance(pattern, Constant)
    matches = re.compile(like_pattern(pattern.value), re.DOTALL).fullmatch

    def evaluate(row: Row) -> bool | None:
        value = value_of(row)
        return None if value is None else matches(value) is not None

    return evaluate


def _spatial(op: str, args: Sequence[Typed], zone: tzinfo) -> Closure:
    first, second = args
    if isinstance(second, Constant) and not isinstance(first, Constant):
        first, second, op = second, first, CONVERSE.get(op, op)
    if isinstance(first, Constant):
        shapely.prepare(first.value)
    return of_known_pair(SPATIAL[op])([closure(first, zone), closure(second, zone)])


def _temporal(call: Call, zone: tzinfo) -> Closure:
    in_days = periods.in_days(call)
    first, second = call.args
    comparisons = [
        of_known_pair(COMPARISONS[how])(
            [_end(first, side, in_days=in_days, zone=zone), _end(second, other, in_days=in_days, zone=zone)]
        )
        for side, how, other in periods.relation(call.op)
    ]
    related = comparisons[0] if len(comparisons) == 1 else conjunction(comparisons)
    return negation([related]) if call.op == periods.DISJOINT else related


def _end(period: Typed, side: str, *, in_days: bool, zone: tzinfo) -> Closure:
    part = periods.end_of(period, side)
    if part is None:
        open_end: Any = periods.LEAST if side == "start" else periods.GREATEST
        open_end = open_end.date() if in_days else open_end
        return lambda row: open_end
    if part.type is FieldType.INTERVAL:
        return _end_of_pair(closure(part, zone), side)
    value_of = closure(part, zone)
    if in_days or part.type is FieldType.TIMESTAMP:
        return value_of
    if isinstance(part, Constant):
        known = periods.instant(part.value, side, zone)
        return lambda row: known

    def evaluate(row: Row) -> datetime | None:
        value = value_of(row)
        return None if value is None else periods.instant(value, side, zone)

    return evaluate


def _end_of_pair(pair_of: Closure, side: str) -> Closure:
    place, open_end = (0, periods.LEAST) if side == "start" else (1, periods.GREATEST)

    def evaluate(row: Row) -> datetime | None:
        pair = pair_of(row)
        return None if pair is None else pair[place] or open_end

    return evaluate


def _arithmetic(op: str, parts: Sequence[Closure]) -> Closure:
    (left_of, right_of), apply = parts, arithmetic.OPERATORS[op]

    def evaluate(row: Row) -> float | None:
        left, right = left_of(row), right_of(row)
        return None if left is None or right is None else apply(float(left), float(right))

    return evaluate


def _sets(function: Callable[[frozenset[Any], frozenset[Any]], bool]) -> Callable[[Sequence[Closure]], Closure]:
    return of_known_pair(lambda left, right: function(frozenset(left), frozenset(right)))


BUILDERS: Mapping[str, Callable[[Sequence[Closure]], Closure]] = MappingProxyType(
    {
        "and": conjunction,
        "or": disjunction,
        "not": negation,
        "between": _between,
        "in": _in,
        "isNull": _is_null,
        TAME: of_known(arithmetic.tamed),
        **{op: of_known_pair(compare) for op, compare in COMPARISONS.items()},
        **{op: of_known(fold) for op, fold in FOLDS.items()},
        **{op: _sets(test) for op, test in ARRAYS.items()},
        **{name: of_known(function.evaluate) for name, function in FUNCTIONS.items()},
    }
)
