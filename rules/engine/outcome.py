"""What a decision says: cents per line, points, what is used of the caps, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from rules.engine.condition import Trace

type CapKey = tuple[str, str]  # programme, cap
type CounterKey = tuple[str, str]  # programme, counter


class Verdict(StrEnum):
    GRANTED = "granted"
    CAPPED = "capped"  # granted, but less than the rule alone would have given
    CAP_EXHAUSTED = "cap-exhausted"
    NOT_MATCHED = "not-matched"
    NOTHING_TO_TAKE = "nothing-to-take"  # no line of its target, or none that it makes cheaper
    OUTRANKED = "outranked"
    WITHHELD = "withheld"  # the caller ruled the programme out, for example for want of budget


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """Cents that one rule takes off one line, and how many of its units it makes cheaper."""

    programme: str
    rule: str
    line: str
    cents: int
    units: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class PointsGrant:
    programme: str
    rule: str
    points: int


@dataclass(frozen=True, kw_only=True, slots=True)
class VoucherGrant:
    """A right to so many cents off a later receipt; without categories, off any of its lines."""

    programme: str
    rule: str
    cents: int
    valid_days: int
    categories: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """What became of one rule. `by` names the rules that outranked it, the cap or the reason that stopped it."""

    programme: str
    rule: str
    verdict: Verdict
    cents: int = 0
    points: int = 0
    voucher_cents: int = 0
    by: tuple[str, ...] = ()
    conditions: tuple[Trace, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """`usage` is what is taken of each cap, `counted` what is added to each counter: only what is not 0.

    `funders` has the programmes that give something and whose definition chose a funder for these facts.
    """

    grants: tuple[Grant, ...] = ()
    points: tuple[PointsGrant, ...] = ()
    vouchers: tuple[VoucherGrant, ...] = ()
    usage: Mapping[CapKey, int] = field(default_factory=dict)
    counted: Mapping[CounterKey, int] = field(default_factory=dict)
    funders: Mapping[str, str] = field(default_factory=dict)
    explanations: tuple[Explanation, ...] = ()

    @property
    def total_cents(self) -> int:
        return sum(grant.cents for grant in self.grants)

    @property
    def total_points(self) -> int:
        return sum(grant.points for grant in self.points)

    def cents_by_line(self) -> dict[str, int]:
        return _summed((grant.line, grant.cents) for grant in self.grants)

    def cents_by_programme(self) -> dict[str, int]:
        return _summed((grant.programme, grant.cents) for grant in self.grants)

    def points_by_programme(self) -> dict[str, int]:
        return _summed((grant.programme, grant.points) for grant in self.points)


def _summed(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for key, number in pairs:
        sums[key] = sums.get(key, 0) + number
    return sums
