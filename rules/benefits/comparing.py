"""Two outcomes of each past receipt, summed by person, district, programme and day; no person is ever shown."""

from collections.abc import Iterable, Mapping
from typing import Any

from rules.benefits.sums import PersonSide, Side, Sums

GROUP_MIN = 5  # people; a smaller group could be somebody's neighbours
TOGETHER = "*"  # the districts with too few people, in one row


def comparison(sums: Sums, *, booked_cents: int) -> dict[str, Any]:
    """As JSON, in cents throughout; None where a group is smaller than GROUP_MIN people."""
    changes = [_change(person) for person in sums.people]
    return {
        "decisions": sums.decisions,
        "people": len(sums.people),
        "before_cents": sum(person.before_cents for person in sums.people),
        "after_cents": sum(person.after_cents for person in sums.people),
        "booked_cents": booked_cents,
        "winners": _group(change for change in changes if change > 0),
        "losers": _group(change for change in changes if change < 0),
        "by_district": _districts(sums.people),
        "by_programme": [_programme(one) for one in sorted(sums.programmes, key=lambda one: one.key)],
        "by_day": [{"day": one.key, **_cents(one)} for one in sorted(sums.days, key=lambda one: one.key)],
        "own_by_day": sums.own_days,
    }


def _districts(people: Iterable[PersonSide]) -> list[dict[str, Any]]:
    """Small districts share one row, so large that it hides what each of them has; else there are no rows."""
    changes: dict[str, list[int]] = {}
    for person in people:
        changes.setdefault(person.district, []).append(_change(person))
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


def _change(side: Side) -> int:
    return side.after_cents - side.before_cents


def _cents(side: Side) -> dict[str, int]:
    return {"before_cents": side.before_cents, "after_cents": side.after_cents}


def _programme(side: Side) -> dict[str, Any]:
    points = {"before_points": side.before_points, "after_points": side.after_points}
    return {"programme": side.key, **_cents(side), **points}
