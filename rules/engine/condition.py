"""A compiled condition, and the trace that says which part of it held and with which values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from rules.engine.closures import Closure, compile_closure
from rules.engine.cql2 import NO_FEATURES, read_condition
from rules.engine.expressions import Expression, Interval, Literal, Operation, Property
from rules.engine.facts import Facts, FactSchema

JOINING = frozenset({"and", "or", "not"})
DISTANCE = "distance_m"


@dataclass(frozen=True, slots=True)
class Trace:
    """One part of a condition over one set of facts: `holds` is None where a fact was not known.

    `values` are the facts that were asked, `wanted` the texts and numbers written in the rule, both as JSON has them.
    """

    op: str
    holds: bool | None
    values: Mapping[str, Any]
    wanted: tuple[Any, ...]
    parts: "tuple[Trace, ...]" = ()


class Condition:
    def __init__(
        self, value: Any, schema: FactSchema, *, field: str = "when", features: Mapping[str, Any] = NO_FEATURES
    ) -> None:
        self.expression = read_condition(value, schema, field=field, features=features)
        self._root = _traced(self.expression)

    def holds(self, facts: Facts) -> bool | None:
        """True, False, or None where facts are missing that would settle it."""
        holds: bool | None = self._root.closure(facts)
        return holds

    def trace(self, facts: Facts) -> Trace:
        return self._root.trace(facts)


@dataclass(frozen=True, slots=True)
class _Traced:
    expression: Expression
    closure: Closure
    parts: "tuple[_Traced, ...]"
    asked: tuple[str, ...]
    wanted: tuple[Any, ...]

    def trace(self, facts: Facts) -> Trace:
        holds = self.closure(facts)
        if not isinstance(self.expression, Operation):
            return Trace("literal", holds, {}, ())
        if self.expression.op in JOINING:
            return Trace(self.expression.op, holds, {}, (), tuple(part.trace(facts) for part in self.parts))
        values = {name: as_json(facts.get(name)) for name in self.asked}
        for part in self.parts:
            values[DISTANCE] = as_json(part.closure(facts))
        return Trace(self.expression.op, holds, values, self.wanted)


def _traced(expression: Expression) -> _Traced:
    """With the parts that the trace shows: the joined conditions, and a distance that is compared."""
    args = expression.args if isinstance(expression, Operation) else ()
    joins = isinstance(expression, Operation) and expression.op in JOINING
    shown = [arg for arg in args if joins or (isinstance(arg, Operation) and arg.op == DISTANCE)]
    parts = tuple(_traced(arg) for arg in shown)
    return _Traced(
        expression, compile_closure(expression), parts, tuple(_asked(expression)), tuple(_written(expression))
    )


def _asked(expression: Expression) -> list[str]:
    if isinstance(expression, Property):
        return [expression.fact.name]
    return [name for arg in expression.args for name in _asked(arg)] if isinstance(expression, Operation) else []


def _written(expression: Expression) -> list[Any]:
    if isinstance(expression, Literal):
        return [expression.name or as_json(expression.value)]
    return [value for arg in expression.args for value in _written(arg)] if isinstance(expression, Operation) else []


def as_json(value: Any) -> Any:
    """
    >>> as_json(frozenset({"pupil", "family"}))
    ['family', 'pupil']
    """
    match value:
        case float():
            return round(value, 2)
        case datetime() | date():
            return value.isoformat()
        case frozenset():
            return sorted(value)
        case Interval(start, end):
            return [as_json(start) or "..", as_json(end) or ".."]
        case Point():
            return [round(value.x, 6), round(value.y, 6)]
        case BaseGeometry():
            return value.geom_type
        case _:
            return value
