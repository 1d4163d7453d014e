"""Caps come last: what a programme may still give is cut out of what combination gave.

A cap that is used up keeps its programme out of the contest beforehand, so that the next best rule gets its turn.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from rules.engine.definition import Programme
from rules.engine.forms import Cap, CapUnit, Holder
from rules.engine.outcome import CapKey, Grant, PointsGrant, VoucherGrant
from rules.engine.rounding import share_out

ORDER = (CapUnit.UNITS, CapUnit.CENTS, CapUnit.POINTS, CapUnit.GRANTS)


@dataclass(frozen=True, slots=True)
class Given:
    """What one programme gives in one decision."""

    grants: tuple[Grant, ...] = ()
    points: tuple[PointsGrant, ...] = ()
    vouchers: tuple[VoucherGrant, ...] = ()
    cut_by: tuple[str, ...] = ()

    @property
    def units(self) -> dict[str, int]:
        """The units of each line that are made cheaper; two rules on one line make the same units cheaper."""
        units: dict[str, int] = {}
        for grant in self.grants:
            units[grant.line] = max(grant.units, units.get(grant.line, 0))
        return units

    def used(self, unit: CapUnit) -> int:
        match unit:
            case CapUnit.GRANTS:
                return 1 if self.grants or self.points or self.vouchers else 0
            case CapUnit.UNITS:
                return sum(self.units.values())
            case CapUnit.CENTS:
                return sum(grant.cents for grant in self.grants)
            case CapUnit.POINTS:
                return sum(grant.points for grant in self.points)


def left_of(programme: Programme, cap: Cap, remaining: Mapping[CapKey, int]) -> int:
    """A cap per receipt is whole in every decision."""
    if cap.per is Holder.RECEIPT:
        return cap.limit
    return max(0, remaining.get((programme.code, cap.code), cap.limit))


def exhausted(programme: Programme, remaining: Mapping[CapKey, int]) -> str | None:
    """The code of a cap that leaves nothing to give."""
    return next((cap.code for cap in programme.caps if left_of(programme, cap, remaining) == 0), None)


def usage(programme: Programme, given: Given) -> dict[CapKey, int]:
    """What is to be booked; nobody keeps count of a cap per receipt."""
    kept = [cap for cap in programme.caps if cap.per is not Holder.RECEIPT]
    return {(programme.code, cap.code): used for cap in kept if (used := given.used(cap.unit))}


def cut(programme: Programme, given: Given, remaining: Mapping[CapKey, int]) -> Given:
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
    units = given.units
    gain = {line: Fraction(sum(grant.cents for grant in by_line[line]), units[line]) for line in by_line}
    kept: list[Grant] = []
    for line in sorted(by_line, key=lambda line: (-gain[line], line)):
        kept += [_of_units(grant, min(left, grant.units)) for grant in by_line[line]]
        left -= min(left, units[line])
    return _without_nothing(given, kept)


def _of_units(grant: Grant, units: int) -> Grant:
    return replace(grant, cents=grant.cents * units // grant.units, units=units)


def _cut_cents(given: Given, left: int) -> Given:
    parts = share_out(left, {_key(grant): grant.cents for grant in given.grants})
    return _without_nothing(given, [replace(grant, cents=parts[_key(grant)]) for grant in given.grants])


def _cut_points(given: Given, left: int) -> Given:
    parts = share_out(left, {grant.rule: grant.points for grant in given.points})
    cut_points = [replace(grant, points=parts[grant.rule]) for grant in given.points if parts[grant.rule]]
    return replace(given, points=tuple(cut_points))


def _key(grant: Grant) -> str:
    return f"{grant.line}\n{grant.rule}"


def _without_nothing(given: Given, grants: Sequence[Grant]) -> Given:
    return replace(given, grants=tuple(sorted((grant for grant in grants if grant.cents), key=_key)))


# A cap on grants needs no cutting: it leaves one or more, and a decision uses one.
CUTS = {
    CapUnit.UNITS: _cut_units,
    CapUnit.CENTS: _cut_cents,
    CapUnit.POINTS: _cut_points,
}
