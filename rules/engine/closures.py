"""From a typed tree to one Python closure. Unknown is None, and stays unknown as in SQL: three-valued logic."""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import shapely

from gis_platform.core.cql2.folding import FOLDS
from gis_platform.core.cql2.logic import conjunction, disjunction, negation, of_known, of_known_pair
from gis_platform.core.cql2.patterns import like_pattern
from gis_platform.core.sphere import distance_m
from rules.engine.expressions import Expression, Interval, Literal, Operation, Property
from rules.engine.facts import Facts, Kind
from rules.engine.operands import plain_text

type Closure = Callable[[Facts], Any]


def compile_closure(expression: Expression) -> Closure:
    match expression:
        case Property(fact):
            name = fact.name
            return lambda facts: facts.get(name)
        case Literal(kind=Kind.GEOMETRY, value=geometry):
            shapely.prepare(geometry)  # pays from the second decision on
            return lambda facts: geometry
        case Literal(value=value):
            return lambda facts: value
        case Operation(op="like"):
            return _like(expression)
        case Operation(op=op, args=args):
            return BUILDERS[op]([compile_closure(arg) for arg in args])


def _between(parts: Sequence[Closure]) -> Closure:
    value, low, high = parts
    return conjunction([BUILDERS[">="]((value, low)), BUILDERS["<="]((value, high))])


def _in(parts: Sequence[Closure]) -> Closure:
    value, *choices = parts
    return disjunction([BUILDERS["="]((value, choice)) for choice in choices])


def _is_null(parts: Sequence[Closure]) -> Closure:
    (part,) = parts
    return lambda facts: part(facts) is None


def _like(expression: Operation) -> Closure:
    subject, pattern = expression.args
    matches = re.compile(like_pattern(folded_pattern(pattern)), re.DOTALL).fullmatch
    value_of = compile_closure(subject)

    def evaluate(facts: Facts) -> bool | None:
        value = value_of(facts)
        return None if value is None else matches(value) is not None

    return evaluate


def folded_pattern(pattern: Expression) -> str:
    """The pattern is folded as it is written: casei(name) like casei('Pils%') folds both."""
    written = plain_text(pattern) or ""
    for fold in reversed(_folds(pattern)):
        written = FOLDS[fold](written)
    return written


def _folds(expression: Expression) -> list[str]:
    return [expression.op, *_folds(expression.args[0])] if isinstance(expression, Operation) else []


def _bounds(value: Any) -> tuple[Any, Any]:
    return (value.start, value.end) if isinstance(value, Interval) else (value, value)


def _after(left: Any, right: Any) -> bool:
    start, end = _bounds(left)[0], _bounds(right)[1]
    return start is not None and end is not None and start > end


def _before(left: Any, right: Any) -> bool:
    return _after(right, left)


def _during(left: Any, right: Any) -> bool:
    """Strictly inside, as the standard has it; t_intersects is the one that includes the ends."""
    (start, end), (opens, closes) = _bounds(left), _bounds(right)
    begins_inside = opens is None or (start is not None and start > opens)
    ends_inside = closes is None or (end is not None and end < closes)
    return begins_inside and ends_inside


def _meets(left: Any, right: Any) -> bool:
    return not (_after(left, right) or _after(right, left))


# What relates two known values; the second is most often the rule's own, prepared area: that one is asked.
RELATIONS: Mapping[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {
        "=": operator.eq,
        "<>": operator.ne,
        "<": operator.lt,
        ">": operator.gt,
        "<=": operator.le,
        ">=": operator.ge,
        "s_intersects": lambda left, right: right.intersects(left),
        "s_within": lambda left, right: right.contains(left),
        "s_contains": lambda left, right: left.contains(right),
        "s_disjoint": lambda left, right: not right.intersects(left),
        "distance_m": distance_m,
        "t_after": _after,
        "t_before": _before,
        "t_during": _during,
        "t_intersects": _meets,
        "a_contains": operator.ge,
        "a_overlaps": lambda left, right: not left.isdisjoint(right),
    }
)

BUILDERS: Mapping[str, Callable[[Sequence[Closure]], Closure]] = MappingProxyType(
    {
        "and": conjunction,
        "or": disjunction,
        "not": negation,
        "between": _between,
        "in": _in,
        "isNull": _is_null,
        **{op: of_known(fold) for op, fold in FOLDS.items()},
        **{op: of_known_pair(relation) for op, relation in RELATIONS.items()},
    }
)
