"""A compiled condition, and the trace that says which part of it held and with which values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from rules.engine.closures import Closure, compile_closure
from rules.engine.cql2 import NO_FEATURES, read_condition
from rules.engine.expressions import Expression, Interval, Literal, Operation, Property
from rules.engine.facts import Fact, Facts, FactSchema, Kind

JOINING = frozenset({"and", "or", "not"})
DISTANCE = "distance_m"
CENTS = "cents"


@dataclass(frozen=True, slots=True)
class Trace:
    """One part of a condition over one set of facts: `holds` is None where a fact was not known.

    `values` are the facts that were asked, `wanted` the texts and numbers written in the rule, both as JSON has them;
    `unit` is that of the first fact, “cents” for money.
    """

    op: str
    holds: bool | None
    values: Mapping[str, Any]
    wanted: tuple[Any, ...]
    parts: "tuple[Trace, ...]" = ()
    unit: str = ""


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
    unit: str

    def trace(self, facts: Facts) -> Trace:
        holds = self.closure(facts)
        if not isinstance(self.expression, Operation):
            return Trace("literal", holds, {}, ())
        if self.expression.op in JOINING:
            return Trace(self.expression.op, holds, {}, (), tuple(part.trace(facts) for part in self.parts))
        values = {name: as_json(facts.get(name)) for name in self.asked}
        for part in self.parts:
            values[DISTANCE] = as_json(part.closure(facts))
        return Trace(self.expression.op, holds, values, self.wanted, unit=self.unit)


def _traced(expression: Expression) -> _Traced:
    """With the parts that the trace shows: the joined conditions, and a distance that is compared."""
    args = expression.args if isinstance(expression, Operation) else ()
    joins = isinstance(expression, Operation) and expression.op in JOINING
    shown = [arg for arg in args if joins or (isinstance(arg, Operation) and arg.op == DISTANCE)]
    asked = list(_asked(expression))
    return _Traced(
        expression,
        compile_closure(expression),
        tuple(_traced(arg) for arg in shown),
        tuple(fact.name for fact in asked),
        tuple(_written(expression)),
        next((CENTS if fact.kind is Kind.CENTS else fact.unit for fact in asked), ""),
    )


def _asked(expression: Expression) -> Iterator[Fact]:
    if isinstance(expression, Property):
        yield expression.fact
    elif isinstance(expression, Operation):
        for arg in expression.args:
            yield from _asked(arg)


def _written(expression: Expression) -> Iterator[Any]:
    if isinstance(expression, Literal):
        yield expression.name or as_json(expression.value)
    elif isinstance(expression, Operation):
        for arg in expression.args:
            yield from _written(arg)


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
