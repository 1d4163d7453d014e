"""What a decision says: cents per line, points, what is used of the caps, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from rules.engine.condition import Trace

type CapKey = tuple[str, str]  # programme, cap


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
    """Cents that one rule takes off one line."""

    programme: str
    rule: str
    line: str
    cents: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PointsGrant:
    programme: str
    rule: str
    points: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """What became of one rule. `by` names the rules that outranked it, the cap or the reason that stopped it."""

    programme: str
    rule: str
    verdict: Verdict
    cents: int = 0
    points: int = 0
    by: tuple[str, ...] = ()
    conditions: tuple[Trace, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    grants: tuple[Grant, ...] = ()
    points: tuple[PointsGrant, ...] = ()
    usage: Mapping[CapKey, int] = field(default_factory=dict)
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
