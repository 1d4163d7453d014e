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
    """The pattern is folded as it is written: casei(name) like casei('Pils%') folds both."""
    subject, pattern = expression.args
    written = plain_text(pattern) or ""
    for fold in reversed(_folds(pattern)):
        written = FOLDS[fold](written)
    matches = re.compile(like_pattern(written), re.DOTALL).fullmatch
    value_of = compile_closure(subject)

    def evaluate(facts: Facts) -> bool | None:
        value = value_of(facts)
        return None if value is None else matches(value) is not None

    return evaluate


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


BUILDERS: Mapping[str, Callable[[Sequence[Closure]], Closure]] = MappingProxyType(
    {
        "and": conjunction,
        "or": disjunction,
        "not": negation,
        "=": of_known_pair(operator.eq),
        "<>": of_known_pair(operator.ne),
        "<": of_known_pair(operator.lt),
        ">": of_known_pair(operator.gt),
        "<=": of_known_pair(operator.le),
        ">=": of_known_pair(operator.ge),
        "between": _between,
        "in": _in,
        "isNull": _is_null,
        **{op: of_known(fold) for op, fold in FOLDS.items()},
        # The second operand is most often the rule's own, prepared area: ask that one.
        "s_intersects": of_known_pair(lambda left, right: right.intersects(left)),
        "s_within": of_known_pair(lambda left, right: right.contains(left)),
        "s_contains": of_known_pair(lambda left, right: left.contains(right)),
        "s_disjoint": of_known_pair(lambda left, right: not right.intersects(left)),
        "distance_m": of_known_pair(distance_m),
        "t_after": of_known_pair(_after),
        "t_before": of_known_pair(_before),
        "t_during": of_known_pair(_during),
        "t_intersects": of_known_pair(_meets),
        "a_contains": of_known_pair(operator.ge),
        "a_overlaps": of_known_pair(lambda left, right: not left.isdisjoint(right)),
    }
)
