"""What one rule would take off the units it may have, before anything competes with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gis_platform.core.money import BASIS_POINTS
from rules.engine.definition import Rule
from rules.engine.forms import (
    Amount,
    Bundle,
    ByTariff,
    FixedPrice,
    FreeQuantity,
    LinesTarget,
    PayAtMost,
    Percent,
    Rounded,
    Rounding,
)
from rules.engine.rounding import round_to, share_out
from rules.engine.targets import Portion, first_of


@dataclass(frozen=True, slots=True)
class Off:
    """Cents off some units of a line."""

    cents: int
    units: int


@dataclass(frozen=True, slots=True)
class Offer:
    """What a rule takes off by line, and which lines it uses up: those that are paid for in a set too."""

    off: Mapping[str, Off]
    used: frozenset[str]

    @property
    def cents(self) -> int:
        return sum(off.cents for off in self.off.values())


@dataclass(frozen=True, slots=True)
class Bill:
    """What is left to pay of each line, and what the programme's counters have from before."""

    left: Mapping[str, int]
    counted: Mapping[str, int]

    def due(self, portion: Portion) -> int:
        return self.left[portion.line.id] * portion.units // portion.line.quantity


def offer(rule: Rule, portions: Sequence[Portion], bill: Bill) -> Offer:
    """From 1 cent to what is left of the line; lines that gain nothing are left out."""
    match rule.form.effect:
        case FreeQuantity() as effect:
            return _free(rule, effect, portions, bill)
        case Bundle() as effect:
            return _bundle(effect, portions, bill)
        case _:
            return _offer(portions, _off(rule, portions, bill), bill)


def _off(rule: Rule, portions: Sequence[Portion], bill: Bill) -> Mapping[str, int]:
    match rule.form.effect:
        case Percent() as effect:
            return _percent(rule, effect, portions)
        case Amount(cents=cents, per="unit"):
            return {one.line.id: cents * one.units for one in portions}
        case Amount(cents=cents):
            return share_out(cents, _dues(portions, bill))
        case FixedPrice(cents=cents):
            return {one.line.id: bill.due(one) - cents * one.units for one in portions}
        case ByTariff():
            priced = [one for one in portions if one.line.category in rule.prices]
            return {one.line.id: bill.due(one) - rule.prices[one.line.category] * one.units for one in priced}
        case PayAtMost(counter=counter, cents=cents):
            return _down_to(max(0, cents - bill.counted.get(counter, 0)), _dues(portions, bill))
        case _:
            return {}


def _percent(rule: Rule, effect: Percent, portions: Sequence[Portion]) -> Mapping[str, int]:
    amounts = {one.line.id: one.cents for one in portions}
    if rule.target.whole:
        # A part of the whole receipt is rounded once, for its total.
        off = share_out(_part(sum(amounts.values()), effect), amounts)
    elif effect.rounding.of is Rounded.UNIT_PRICE:
        off = {one.line.id: one.cents - _reduced(one, effect) for one in portions}
    else:
        off = {line: _part(cents, effect) for line, cents in amounts.items()}
    return off if effect.cents_max is None else share_out(effect.cents_max, {line: max(0, off[line]) for line in off})


def _part(cents: int, effect: Percent) -> int:
    return _rounded(cents * effect.basis_points, BASIS_POINTS, effect.rounding)


def _reduced(portion: Portion, effect: Percent) -> int:
    """What the units still cost, at a unit price that is rounded."""
    whole, line = BASIS_POINTS * portion.line.quantity, portion.line
    return portion.units * _rounded(line.amount_cents * (BASIS_POINTS - effect.basis_points), whole, effect.rounding)


def _rounded(numerator: int, denominator: int, rounding: Rounding) -> int:
    return round_to(numerator, denominator, way=rounding.way, step=rounding.step_cents)


def _free(rule: Rule, effect: FreeQuantity, portions: Sequence[Portion], bill: Bill) -> Offer:
    target = rule.form.target
    dearest = isinstance(target, LinesTarget) and target.order == "dearest"
    before = bill.counted.get(effect.counter, 0) if effect.counter else 0
    here = sum(one.units for one in portions)
    free = _free_among(before + here, effect) - _free_among(before, effect)
    freed = first_of(portions, free, dearest=dearest)
    found = _offer(freed, {one.line.id: bill.due(one) for one in freed}, bill)
    if effect.counter:
        return found
    bought = -(-free // effect.free) * effect.bought
    units_free = {one.line.id: one.units for one in freed}
    others = [Portion(one.line, one.units - units_free.get(one.line.id, 0)) for one in portions]
    paid = first_of((one for one in others if one.units), bought, dearest=True)
    return Offer(found.off, found.used | {one.line.id for one in paid})


def _free_among(units: int, effect: FreeQuantity) -> int:
    """How many of the first so many units are free.

    >>> three_for_two = FreeQuantity(kind="free-quantity", bought=2, free=1)
    >>> [_free_among(units, three_for_two) for units in range(8)]
    [0, 0, 0, 1, 1, 1, 2, 2]
    """
    sets, rest = divmod(units, effect.bought + effect.free)
    return sets * effect.free + max(0, rest - effect.bought)


def _bundle(effect: Bundle, portions: Sequence[Portion], bill: Bill) -> Offer:
    here = sum(one.units for one in portions)
    size = effect.units or here
    bundles = here // size if size else 0
    taken = first_of(portions, bundles * size, dearest=True)
    off = _down_to(effect.cents * bundles, _dues(taken, bill))
    found = _offer(taken, off, bill)
    return Offer(found.off, frozenset(one.line.id for one in taken) if found.off else frozenset())


def _down_to(price: int, dues: Mapping[str, int]) -> Mapping[str, int]:
    return share_out(max(0, sum(dues.values()) - price), dues)


def _dues(portions: Sequence[Portion], bill: Bill) -> dict[str, int]:
    return {one.line.id: bill.due(one) for one in portions}


def _offer(portions: Sequence[Portion], off: Mapping[str, int], bill: Bill) -> Offer:
    found = {}
    for one in portions:
        cents = min(off.get(one.line.id, 0), bill.due(one))
        if cents > 0:
            found[one.line.id] = Off(cents, one.units)
    return Offer(found, frozenset(found))
