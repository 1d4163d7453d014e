"""A condition as alternatives: lists of atoms, all of which have to be true, or false, for the condition to hold.

An atom that is not known is neither, so that `not` asks an atom to be false; nothing holds by what is missing.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from rules.engine.closures import compile_closure
from rules.engine.definition import COUNTER
from rules.engine.expressions import Expression, Interval, Literal, Operation, Property
from rules.engine.facts import Fact

type Key = tuple[str, str]  # the programme for its own counters, else nothing; and the fact
type Branch = tuple["Atom", ...]


@dataclass(frozen=True)
class Atom:
    """A comparison that has to come out `wanted`."""

    expression: Operation
    wanted: bool
    programme: str

    @cached_property
    def facts(self) -> dict[Key, Fact]:
        return {key_of(fact, self.programme): fact for fact in facts_of(self.expression)}

    @cached_property
    def literals(self) -> tuple[Any, ...]:
        return tuple(_literals(self.expression))

    @cached_property
    def _closure(self) -> Any:
        return compile_closure(self.expression)

    def fits(self, values: dict[Key, Any]) -> bool:
        """Whether the atom comes out as wanted; a value of None is not known."""
        known = {key[1]: values[key] for key in self.facts if values.get(key) is not None}
        return self._closure(known) is self.wanted


def branches(expressions: Iterable[tuple[str, Expression]]) -> Iterator[Branch]:
    """The ways in which all of these (programme, condition) hold, one at a time: there may be millions."""
    for chosen in _joined([partial(_ways, one, programme, wanted=True) for programme, one in expressions]):
        yield tuple(dict.fromkeys(chosen))


def refusals(expression: Expression, programme: str) -> Iterator[Branch]:
    """The ways in which a condition is false."""
    return _ways(expression, programme, wanted=False)


def facts_of(expression: Expression) -> list[Fact]:
    if isinstance(expression, Property):
        return [expression.fact]
    return [fact for arg in expression.args for fact in facts_of(arg)] if isinstance(expression, Operation) else []


def key_of(fact: Fact, programme: str) -> Key:
    return (programme if fact.name.startswith(COUNTER) else "", fact.name)


def _ways(expression: Expression, programme: str, *, wanted: bool) -> Iterator[Branch]:
    match expression:
        case Literal(value=value):
            if value is wanted:
                yield ()
        case Operation(op="not", args=(part,)):
            yield from _ways(part, programme, wanted=not wanted)
        case Operation(op="and" | "or" as op, args=args):
            if (op == "and") is wanted:
                yield from _joined([partial(_ways, part, programme, wanted=wanted) for part in args])
            else:
                for part in args:
                    yield from _ways(part, programme, wanted=wanted)
        case Operation():
            yield (Atom(expression, wanted, programme),)


def _joined(parts: Sequence[Callable[[], Iterator[Branch]]]) -> Iterator[Branch]:
    """One way of each part; itertools.product would hold all of them in memory first."""
    if not parts:
        yield ()
        return
    for first in parts[0]():
        for rest in _joined(parts[1:]):
            yield first + rest


def _literals(expression: Expression) -> Iterator[Any]:
    if isinstance(expression, Literal):
        value = expression.value
        yield from (
            (end for end in (value.start, value.end) if end is not None) if isinstance(value, Interval) else (value,)
        )
    elif isinstance(expression, Operation):
        for arg in expression.args:
            yield from _literals(arg)
