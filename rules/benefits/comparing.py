"""Two outcomes of each past receipt, summed by person, district, programme and day; no person is ever shown."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rules.benefits.models import Decision
from rules.engine.outcome import Outcome

GROUP_MIN = 5  # people; a smaller group could be somebody's neighbours
TOGETHER = "*"  # the districts with too few people, in one row


@dataclass(slots=True)
class Sides:
    before: int = 0
    after: int = 0

    def add(self, before: int, after: int) -> None:
        self.before += before
        self.after += after

    @property
    def change(self) -> int:
        return self.after - self.before


@dataclass(slots=True)
class Comparison:
    programme: str
    decisions: int = 0
    skipped: int = 0
    people: dict[str, Sides] = field(default_factory=dict)
    district_of: dict[str, str] = field(default_factory=dict)  # the last one that is known
    days: dict[str, Sides] = field(default_factory=dict)
    own_days: dict[str, int] = field(default_factory=dict)  # cents of the programme itself, after
    programmes: dict[str, Sides] = field(default_factory=dict)
    points: dict[str, Sides] = field(default_factory=dict)

    def add(self, decision: Decision, then: Outcome, instead: Outcome) -> None:
        self.decisions += 1
        before, after = then.total_cents, instead.total_cents
        self.people.setdefault(decision.resident, Sides()).add(before, after)
        self.district_of[decision.resident] = decision.facts.get("resident.district", "")
        day = decision.day.isoformat()
        self.days.setdefault(day, Sides()).add(before, after)
        own = instead.cents_by_programme().get(self.programme, 0)
        self.own_days[day] = self.own_days.get(day, 0) + own
        _add(self.programmes, then.cents_by_programme(), instead.cents_by_programme())
        _add(self.points, then.points_by_programme(), instead.points_by_programme())

    def as_json(self, *, booked_cents: int) -> dict[str, Any]:
        """Cents throughout; None where a group is smaller than GROUP_MIN people."""
        changes = [sides.change for sides in self.people.values()]
        return {
            "decisions": self.decisions,
            "skipped": self.skipped,
            "people": len(self.people),
            "before_cents": sum(sides.before for sides in self.people.values()),
            "after_cents": sum(sides.after for sides in self.people.values()),
            "booked_cents": booked_cents,
            "winners": _group(change for change in changes if change > 0),
            "losers": _group(change for change in changes if change < 0),
            "by_district": self._districts(),
            "by_programme": [self._programme(code) for code in sorted({*self.programmes, *self.points})],
            "by_day": [{"day": day, **_cents(sides)} for day, sides in sorted(self.days.items())],
            "own_by_day": dict(sorted(self.own_days.items())),
        }

    def _programme(self, code: str) -> dict[str, Any]:
        points = self.points.get(code, Sides())
        counted = {"before_points": points.before, "after_points": points.after}
        return {"programme": code, **_cents(self.programmes.get(code, Sides())), **counted}

    def _districts(self) -> list[dict[str, Any]]:
        """Small districts share one row, so large that it hides what each of them has; else there are no rows."""
        changes: dict[str, list[int]] = {}
        for person, sides in self.people.items():
            changes.setdefault(self.district_of[person], []).append(sides.change)
        rows = merged(changes)
        return [
            {
                "district": district,
                "people": len(rows[district]),
                "change_cents": sum(rows[district]),
                "winners": _shown(sum(change > 0 for change in rows[district])),
                "losers": _shown(sum(change < 0 for change in rows[district])),
            }
            for district in sorted(rows, key=lambda district: (district == TOGETHER, district))
        ]


def merged(changes: Mapping[str, list[int]]) -> dict[str, list[int]]:
    """Districts with few people, or few for whom anything changes, in one row; and the next smallest, as it needs.

    >>> [(name, len(rows)) for name, rows in merged({"a": [0] * 9, "b": [0] * 2, "c": [0] * 6}).items()]
    [('a', 9), ('*', 8)]
    >>> merged({"a": [0] * 4})
    {}
    """
    rows = dict(changes)
    together: list[int] = []
    while rows and (any(_tells(row) for row in rows.values()) or (together and _tells(together))):
        smallest = min(rows, key=lambda district: (not _tells(rows[district]), len(rows[district]), district))
        together += rows.pop(smallest)
    if together and not _tells(together):
        rows[TOGETHER] = together
    return rows


def _tells(row: list[int]) -> bool:
    """Whether its sum would be that of fewer than GROUP_MIN people."""
    changed = sum(change != 0 for change in row)
    return len(row) < GROUP_MIN or 0 < changed < GROUP_MIN


def _group(changes: Iterable[int]) -> dict[str, int | None]:
    found = list(changes)
    many = _shown(len(found))
    return {"people": many, "cents": None if many is None else sum(found)}


def _shown(number: int) -> int | None:
    return None if 0 < number < GROUP_MIN else number


def _cents(sides: Sides) -> dict[str, int]:
    return {"before_cents": sides.before, "after_cents": sides.after}


def _add(sums: dict[str, Sides], before: Mapping[str, int], after: Mapping[str, int]) -> None:
    for code in Counter([*before, *after]):
        sums.setdefault(code, Sides()).add(before.get(code, 0), after.get(code, 0))
