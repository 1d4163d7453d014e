"""Caps come last: what a programme may still give is cut out of what combination gave.

A cap that is used up keeps its programme out of the contest beforehand, so that the next best rule gets its turn.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from rules.engine.definition import Programme
from rules.engine.forms import Cap, CapUnit
from rules.engine.outcome import CapKey, Grant, PointsGrant
from rules.engine.receipt import Receipt
from rules.engine.rounding import share_out

ORDER = (CapUnit.UNITS, CapUnit.CENTS, CapUnit.POINTS, CapUnit.GRANTS)


@dataclass(frozen=True, slots=True)
class Given:
    """What one programme gives in one decision. `units` are the units of goods of each line that are made cheaper."""

    grants: tuple[Grant, ...] = ()
    points: tuple[PointsGrant, ...] = ()
    units: Mapping[str, int] = field(default_factory=dict)
    cut_by: tuple[str, ...] = ()

    def used(self, unit: CapUnit) -> int:
        match unit:
            case CapUnit.GRANTS:
                return 1 if self.grants or self.points else 0
            case CapUnit.UNITS:
                return sum(self.units.values())
            case CapUnit.CENTS:
                return sum(grant.cents for grant in self.grants)
            case CapUnit.POINTS:
                return sum(grant.points for grant in self.points)


def left_of(programme: Programme, cap: Cap, remaining: Mapping[CapKey, int]) -> int:
    return max(0, remaining.get((programme.code, cap.code), cap.limit))


def exhausted(programme: Programme, remaining: Mapping[CapKey, int]) -> str | None:
    """The code of a cap that leaves nothing to give."""
    return next((cap.code for cap in programme.caps if left_of(programme, cap, remaining) == 0), None)


def cut(
    programme: Programme,
    grants: Iterable[Grant],
    points: Iterable[PointsGrant],
    *,
    receipt: Receipt,
    remaining: Mapping[CapKey, int],
) -> Given:
    quantities = {line.id: line.quantity for line in receipt.lines}
    granted = tuple(grants)
    given = Given(granted, tuple(points), {grant.line: quantities[grant.line] for grant in granted})
    for cap in sorted(programme.caps, key=lambda cap: (ORDER.index(cap.unit), cap.code)):
        left = left_of(programme, cap, remaining)
        if given.used(cap.unit) > left:
            given = replace(CUTS[cap.unit](given, left), cut_by=(*given.cut_by, cap.code))
    return given


def _cut_units(given: Given, left: int) -> Given:
    """The units that gain most keep their discount; a line cut in two keeps its part, rounded down."""
    by_line: dict[str, list[Grant]] = defaultdict(list)
    for grant in given.grants:
        by_line[grant.line].append(grant)
    gain = {line: Fraction(sum(grant.cents for grant in by_line[line]), given.units[line]) for line in by_line}
    kept: list[Grant] = []
    units: dict[str, int] = {}
    for line in sorted(by_line, key=lambda line: (-gain[line], line)):
        units[line] = min(left, given.units[line])
        left -= units[line]
        kept += [replace(grant, cents=grant.cents * units[line] // given.units[line]) for grant in by_line[line]]
    return _without_nothing(given, kept, units)


def _cut_cents(given: Given, left: int) -> Given:
    parts = share_out(left, {_key(grant): grant.cents for grant in given.grants})
    return _without_nothing(given, [replace(grant, cents=parts[_key(grant)]) for grant in given.grants], given.units)


def _cut_points(given: Given, left: int) -> Given:
    parts = share_out(left, {grant.rule: grant.points for grant in given.points})
    cut_points = [replace(grant, points=parts[grant.rule]) for grant in given.points if parts[grant.rule]]
    return replace(given, points=tuple(cut_points))


def _key(grant: Grant) -> str:
    return f"{grant.line}\n{grant.rule}"


def _without_nothing(given: Given, grants: Sequence[Grant], units: Mapping[str, int]) -> Given:
    kept = tuple(sorted((grant for grant in grants if grant.cents), key=_key))
    lines = {grant.line for grant in kept}
    return replace(given, grants=kept, units={line: units[line] for line in units if line in lines})


# A cap on grants needs no cutting: it leaves one or more, and a decision uses one.
CUTS = {
    CapUnit.UNITS: _cut_units,
    CapUnit.CENTS: _cut_cents,
    CapUnit.POINTS: _cut_points,
}
