"""What a time that was replayed twice comes to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Side:
    """Cents and points of one person, day or programme, before and after."""

    key: str
    before_cents: int
    after_cents: int
    before_points: int
    after_points: int


@dataclass(frozen=True, slots=True)
class PersonSide(Side):
    district: str  # the last one that is known; empty where none is


@dataclass(frozen=True, slots=True)
class Sums:
    """A time replayed twice. `own_days` has the cents of the changed programme itself, after, by day."""

    decisions: int
    people: list[PersonSide]
    days: list[Side]
    programmes: list[Side]
    own_days: dict[str, int]


def merged(some: Sequence[Sums]) -> Sums:
    """Of replays that have different people, or different programmes."""
    return Sums(
        decisions=sum(one.decisions for one in some),
        people=_added(side for one in some for side in one.people),
        days=_added(side for one in some for side in one.days),
        programmes=_added(side for one in some for side in one.programmes),
        own_days={
            day: sum(one.own_days.get(day, 0) for one in some)
            for day in sorted({day for one in some for day in one.own_days})
        },
    )


def _added[S: Side](sides: Iterable[S]) -> list[S]:
    found: dict[str, S] = {}
    for side in sides:
        before = found.get(side.key)
        found[side.key] = side if before is None else _sum(before, side)
    return [found[key] for key in sorted(found)]


def _sum[S: Side](one: S, other: S) -> S:
    return replace(
        one,
        before_cents=one.before_cents + other.before_cents,
        after_cents=one.after_cents + other.after_cents,
        before_points=one.before_points + other.before_points,
        after_points=one.after_points + other.after_points,
    )
