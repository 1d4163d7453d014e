"""A condition in words: one phrase for each part that is joined by "and"."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rules.engine.closures import BUILDERS
from rules.engine.definition import COUNTER
from rules.engine.expressions import Expression, Interval, Literal, Operation, Property
from rules.engine.facts import Kind
from rules.engine.forms import Counter, Minutes
from rules.engine.speech import Speech

MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
DOMAINS = {"weekday": range(1, 8), "month": range(1, 13)}
WHO = frozenset({"resident.age", "resident.groups", "escort.groups"})
PEOPLE = WHO | {"resident.district", "household.size", "household.children"}
SPATIAL = ("s_within", "s_intersects", "s_disjoint", "s_contains")


def conjuncts(expression: Expression) -> Iterator[Expression]:
    """The parts that all have to hold."""
    if isinstance(expression, Operation) and expression.op == "and":
        for arg in expression.args:
            yield from conjuncts(arg)
    else:
        yield expression


def about_people(expression: Expression) -> bool:
    """Whether a part says who is meant, rather than when or where."""
    asked = set(_facts(expression))
    return bool(asked) and asked <= PEOPLE


def names_people(expression: Expression) -> bool:
    """Whether it can stand for them: “pupils”, “aged 65 or over”; not “home district: the centre”, nor an exception."""
    return set(_facts(expression)) <= WHO and not (isinstance(expression, Operation) and expression.op == "not")


@dataclass(frozen=True, slots=True)
class Phrasing:
    speech: Speech
    counters: Mapping[str, Counter]

    def phrase(self, expression: Expression) -> str:
        match expression:
            case Operation(op="and", args=args):
                return ", ".join(self.phrase(arg) for arg in args)
            case Operation(op="or", args=args):
                return self.speech.listed([self.phrase(arg) for arg in args], by="or")
            case Operation(op="not", args=(Operation(op="=", args=(Property(fact), Literal(value=True))),)):
                return self._whether(fact.name, wanted=False)
            case Operation(op="not", args=(arg,)):
                return self.speech.say("not", inside=self.phrase(arg))
            case Operation():
                return self._asked(expression)
            case Literal(value=value):
                return self.speech.say("yes" if value else "never")
            case Property(fact):
                return self.speech.fact(fact.name)

    def period(self, counter: Counter) -> str:
        if isinstance(counter.period, Minutes):
            return self.speech.say("period.minutes", minutes=counter.period.minutes)
        return self.speech.say(f"period.{counter.period}")

    def _asked(self, expression: Operation) -> str:
        op, args = _property_first(expression)
        match op, args:
            case _, (Operation(op="distance_m", args=places), Literal(value=metres)) if op in BUILDERS:
                area = self._areas(places)
                return self.speech.say("distance", area=area, asked=self.speech.say(f"asked.{op}", metres))
            case _, (Property(fact), Literal() as area) if op in SPATIAL:
                key = "outside" if op == "s_disjoint" else "inside"
                return self.speech.say(key, fact=self.speech.fact(fact.name), area=self._area(area))
            case _, (Property(fact), *others) if all(isinstance(one, Literal) for one in others):
                return self._of_fact(fact.name, op, [one for one in others if isinstance(one, Literal)])
        facts = ", ".join(self.speech.fact(name) for name in dict.fromkeys(_facts(expression)))
        wanted = ", ".join(self._value("", one) for one in _literals(expression))
        return self.speech.say("fact", fact=facts, asked=wanted) if wanted else facts

    def _of_fact(self, name: str, op: str, literals: Sequence[Literal]) -> str:
        values = [literal.value for literal in literals]
        if name in DOMAINS:
            meant = [one for one in DOMAINS[name] if _holds(op, one, values)]
            return self.speech.weekdays(meant) if name == "weekday" else self.speech.months(meant)
        if isinstance(values[0] if values else None, bool):
            return self._whether(name, wanted=values[0] is (op == "="))
        if name == "resident.age" and f"age.{op}" in _AGES:
            return self.speech.say(f"age.{op}", *values)
        if name == "time" and f"time.{op}" in _TIMES:
            return self.speech.say(f"time.{op}", *(_clock(value) for value in values))
        if name in ("day", "at") and op.startswith("t_"):
            return self._dated(op, values[0])
        if name in ("resident.groups", "escort.groups"):
            return self._groups(name, op, values[0])
        if name.startswith(COUNTER):
            counter = self.counters[name.removeprefix(COUNTER)]
            asked = self._compared(op, [self._value(name, one) for one in literals])
            return self.speech.say(f"counted.{counter.counts}", period=self.period(counter), asked=asked)
        asked = self._compared(op, [self._value(name, one) for one in literals])
        return self.speech.say("fact", fact=self.speech.fact(name), asked=asked)

    def _whether(self, name: str, *, wanted: bool) -> str:
        short = name.removeprefix("resident.")
        if short in ("holiday", "birthday"):
            return self.speech.say(short if wanted else f"{short}.not")
        return self.speech.say("fact", fact=self.speech.fact(name), asked=self.speech.say("yes" if wanted else "no"))

    def _groups(self, name: str, op: str, codes: frozenset[str]) -> str:
        names = [self.speech.name("resident.groups", code) for code in sorted(codes)]
        every = op == "a_contains" and len(names) > 1
        listed = self.speech.listed(names, by="and" if every else "or")
        if name == "escort.groups":
            return self.speech.say("escort", names=listed)
        return self.speech.say("with-all", names=listed) if every else listed

    def _dated(self, op: str, value: Any) -> str:
        if not isinstance(value, Interval):
            return self.speech.say("day.after" if op == "t_after" else "day.before", _day(value))
        ends = (("day.from", value.start), ("day.until", value.end))
        return " ".join(self.speech.say(key, _day(end)) for key, end in ends if end is not None)

    def _compared(self, op: str, values: Sequence[str]) -> str:
        if op == "isNull":
            return self.speech.say("unknown")
        if op == "a_contains":
            return self.speech.listed(values, by="and")
        if f"asked.{op}" in _ASKED and op != "in":
            return self.speech.say(f"asked.{op}", *values)
        return self.speech.listed(values, by="or")

    def _value(self, name: str, literal: Literal) -> str:
        value = literal.value
        if isinstance(value, frozenset):
            return self.speech.listed([self._named(name, one) for one in sorted(value)], by="or")
        if self._is_money(name):
            return self.speech.money(value)
        if isinstance(value, bool):
            return self.speech.say("yes" if value else "no")
        if literal.kind is Kind.GEOMETRY:
            return self._area(literal)
        return _day(value) if isinstance(value, date) else self._named(name, value)

    def _named(self, name: str, value: Any) -> str:
        goods = name in ("line.category", "receipt.categories")
        return self.speech.name("category" if goods else name, value)

    def _is_money(self, name: str) -> bool:
        counter = self.counters.get(name.removeprefix(COUNTER))
        paid = counter is not None and counter.counts == "paid-cents"
        return paid or name in ("receipt.total", "line.amount", "line.unit_price")

    def _areas(self, places: Sequence[Expression]) -> str:
        return self.speech.listed([self._area(one) for one in places if isinstance(one, Literal)], by="and")

    def _area(self, literal: Literal) -> str:
        if literal.name:
            return self.speech.name("feature", literal.name)
        return self.speech.say("point" if literal.value.geom_type == "Point" else "area")


_AGES = frozenset(f"age.{op}" for op in ("=", ">=", ">", "<=", "<", "between"))
_TIMES = frozenset(f"time.{op}" for op in ("=", ">=", ">", "<=", "<", "between"))
_ASKED = frozenset(f"asked.{op}" for op in ("=", "<>", ">=", ">", "<=", "<", "between", "like"))


def _property_first(expression: Operation) -> tuple[str, Sequence[Expression]]:
    """`65 <= age` says the same as `age >= 65`."""
    args = expression.args
    if len(args) == 2 and isinstance(args[0], Literal) and not isinstance(args[1], Literal):
        return MIRRORED.get(expression.op, expression.op), (args[1], args[0])
    return expression.op, args


def _holds(op: str, value: int, wanted: Sequence[Any]) -> bool:
    parts = [lambda row, one=one: one for one in (value, *wanted)]
    return BUILDERS[op](parts)({}) is True


def _facts(expression: Expression) -> Iterator[str]:
    if isinstance(expression, Property):
        yield expression.fact.name
    elif isinstance(expression, Operation):
        for arg in expression.args:
            yield from _facts(arg)


def _literals(expression: Expression) -> Iterator[Literal]:
    if isinstance(expression, Literal):
        yield expression
    elif isinstance(expression, Operation):
        for arg in expression.args:
            yield from _literals(arg)


def _clock(minute: float) -> str:
    """
    >>> _clock(545)
    '9:05'
    """
    hours, minutes = divmod(int(minute), 60)
    return f"{hours}:{minutes:02}"


def _day(value: date) -> str:
    return value.isoformat()[:16].replace("T", " ")
