"""Which units of a receipt a rule may have."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from rules.engine.condition import Condition
from rules.engine.facts import GTIN, Fact, FactSchema, Kind
from rules.engine.forms import Lines, SetTarget, Target, WholeReceipt
from rules.engine.receipt import Line

LINE_SCHEMA = FactSchema(
    (
        Fact(name="line.category", kind=Kind.STRING),
        Fact(name="line.gtin", kind=Kind.STRING, unit=GTIN),
        Fact(name="line.quantity", kind=Kind.INTEGER, unit="unit"),
        Fact(name="line.unit_price", kind=Kind.CENTS),  # of a unit, rounded down where the cents do not divide
        Fact(name="line.amount", kind=Kind.CENTS),
    )
)


@dataclass(frozen=True, slots=True)
class Portion:
    """Some units of a line, or all of them."""

    line: Line
    units: int

    @property
    def cents(self) -> int:
        return self.line.price_of(self.units)


@dataclass(frozen=True, slots=True)
class Choice:
    """Lines as a form describes them, with its condition compiled."""

    form: Lines
    condition: Condition | None

    def takes(self, line: Line) -> bool:
        form = self.form
        return (
            (form.categories is None or line.category in form.categories)
            and (form.gtins is None or line.gtin in form.gtins)
            and (self.condition is None or self.condition.holds(line_facts(line)) is True)
        )

    def whole_lines(self, lines: Sequence[Line]) -> tuple[Portion, ...]:
        form = self.form
        if form.gtins is None and self.condition is None and form.categories is not None:
            mine = [Portion(line, line.quantity) for line in lines if line.category in form.categories]
        else:
            mine = [Portion(line, line.quantity) for line in lines if self.takes(line)]
        if form.units_min > 1 and sum([one.units for one in mine]) < form.units_min:
            return ()
        return tuple(mine)


@dataclass(frozen=True, slots=True)
class Chooser:
    """A target, ready to choose. No choices means the whole receipt."""

    choices: tuple[Choice, ...]

    @property
    def whole(self) -> bool:
        return not self.choices

    @property
    def categories(self) -> frozenset[str] | None:
        """Without a line of one of these there is nothing to choose; None where others may do as well."""
        named = [choice.form.categories for choice in self.choices]
        if not named or None in named:
            return None
        return frozenset(category for categories in named for category in categories or ())

    def choose(self, lines: Sequence[Line]) -> tuple[Portion, ...]:
        """In the order of the lines; nothing at all where a part that has to be there is missing."""
        if self.whole:
            return tuple(Portion(line, line.quantity) for line in lines)
        if len(self.choices) == 1 and self.choices[0].form.units_max is None:
            return self.choices[0].whole_lines(lines)
        chosen: dict[str, Portion] = {}
        free = list(lines)
        for choice in self.choices:
            mine = [line for line in free if choice.takes(line)]
            if sum(line.quantity for line in mine) < choice.form.units_min:
                return ()
            chosen |= {portion.line.id: portion for portion in first_units(mine, choice.form)}
            gone = {line.id for line in mine}
            free = [line for line in free if line.id not in gone]
        return tuple(chosen[line.id] for line in lines if line.id in chosen)


def read_target(form: Target, *, field: str) -> Chooser:
    match form:
        case WholeReceipt():
            return Chooser(())
        case SetTarget(parts=parts):
            return Chooser(tuple(_choice(part, f"{field}.parts.{place}.when") for place, part in enumerate(parts)))
        case _:
            return Chooser((_choice(form, f"{field}.when"),))


def line_facts(line: Line) -> Mapping[str, Any]:
    facts = {
        "line.category": line.category,
        "line.gtin": line.gtin or None,
        "line.quantity": line.quantity,
        "line.unit_price": line.price_of(1),
        "line.amount": line.amount_cents,
    }
    return {name: value for name, value in facts.items() if value is not None}


def first_units(lines: Iterable[Line], form: Lines) -> list[Portion]:
    """At most `units_max` of them, in the order of the form."""
    portions = [Portion(line, line.quantity) for line in lines]
    return portions if form.units_max is None else first_of(portions, form.units_max, dearest=form.order == "dearest")


def first_of(portions: Iterable[Portion], units: int, *, dearest: bool) -> list[Portion]:
    """So many units, the cheapest or the dearest first; equally dear ones go by the id of the line."""
    sign = -1 if dearest else 1
    ordered = sorted(portions, key=lambda one: (sign * Fraction(one.line.amount_cents, one.line.quantity), one.line.id))
    taken: list[Portion] = []
    for portion in ordered:
        if units <= 0:
            break
        taken.append(Portion(portion.line, min(portion.units, units)))
        units -= portion.units
    return taken


def _choice(form: Lines, field: str) -> Choice:
    return Choice(form, None if form.when is None else Condition(form.when, LINE_SCHEMA, field=field))
