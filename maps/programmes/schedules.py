"""Rows of a condition about time and space: when in the week, in which days, inside what, how near to what."""

from collections.abc import Iterable, Mapping
from typing import Any

from maps.programmes.choices import Clause, either, joined, op, prop

ONLY, NOT = "only", "not"
END_OF_DAY = 24 * 60
PLACE, PERSON = "place", "person"


def week(row: Mapping[str, Any]) -> Clause | None:
    """Weekdays, hours on the wall clock and public holidays that have to hold together; nothing chosen is no row."""
    parts: list[Clause] = []
    if days := row.get("days"):
        parts.append(op("in", prop("weekday"), [int(day) for day in days]))
    parts += _hours(row.get("from") or 0, row.get("to") or END_OF_DAY)
    if row.get("holiday") in (ONLY, NOT):
        parts.append(op("=", prop("holiday"), row["holiday"] == ONLY))
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else op("and", *parts)


def _hours(start: int, end: int) -> list[Clause]:
    after = [op(">=", prop("time"), start)] if start else []
    before = [op("<", prop("time"), end)] if end < END_OF_DAY else []
    if start > end:  # over midnight: late in the evening, or early in the morning
        return [either(after + before)]
    return after + before


def week_row(clause: Clause) -> Mapping[str, Any] | None:
    row: dict[str, Any] = {}
    for part in joined(clause):
        match part:
            case {"op": "in", "args": [{"property": "weekday"}, [*days]]} if "days" not in row:
                row["days"] = days
            case {"op": ">=", "args": [{"property": "time"}, int(start)]} if "from" not in row:
                row["from"] = start
            case {"op": "<", "args": [{"property": "time"}, int(end)]} if "to" not in row:
                row["to"] = end
            case {
                "op": "or",
                "args": [
                    {"op": ">=", "args": [{"property": "time"}, int(start)]},
                    {"op": "<", "args": [{"property": "time"}, int(end)]},
                ],
            } if start > end:
                row |= {"from": start, "to": end}
            case {"op": "=", "args": [{"property": "holiday"}, bool(only)]} if "holiday" not in row:
                row["holiday"] = ONLY if only else NOT
            case _:
                return None
    return row


def is_of_the_week(clause: Clause) -> bool:
    row = week_row(clause)
    return bool(row)


def gathered(clauses: Iterable[Clause]) -> list[Clause]:
    """The parts about the week that stand loosely beside the others, as one row; the rest as it is."""
    clauses = list(clauses)
    loose = [clause for clause in clauses if clause.get("op") not in ("and", "or") and is_of_the_week(clause)]
    if len(loose) < 2:
        return clauses
    order = ("in", ">=", "<", "=")
    row = op("and", *sorted(loose, key=lambda clause: order.index(clause["op"])))
    return [*(clause for clause in clauses if clause not in loose), row]


def period(row: Mapping[str, Any]) -> Clause | None:
    """Days, both included; one of the ends may be open."""
    first, last = row.get("first"), row.get("last")
    if first and last:
        return op("between", prop("day"), {"date": first}, {"date": last})
    if first:
        return op(">=", prop("day"), {"date": first})
    return op("<=", prop("day"), {"date": last}) if last else None


def period_row(clause: Clause) -> Mapping[str, Any] | None:
    match clause:
        case {"op": "between", "args": [{"property": "day"}, {"date": str(first)}, {"date": str(last)}]}:
            return {"first": first, "last": last}
        case {"op": ">=", "args": [{"property": "day"}, {"date": str(first)}]}:
            return {"first": first}
        case {"op": "<=", "args": [{"property": "day"}, {"date": str(last)}]}:
            return {"last": last}
    return None


def area(row: Mapping[str, Any]) -> Clause | None:
    """The place of the till, or the person, is inside an area of a layer or on its edge."""
    name = row.get("feature")
    if not name:
        return None
    if row.get("who") == PERSON:
        return op("a_overlaps", prop("zones"), [name])
    return op("s_intersects", prop("place.position"), {"feature": name})


def area_row(clause: Clause) -> Mapping[str, Any] | None:
    match clause:
        case {"op": "a_overlaps", "args": [{"property": "zones"}, [str(name)]]}:
            return {"who": PERSON, "feature": name}
        case {"op": "s_intersects", "args": [{"property": "place.position"}, {"feature": str(name)}]}:
            return {"who": PLACE, "feature": name}
    return None


def near(row: Mapping[str, Any]) -> Clause | None:
    name, metres = row.get("feature"), row.get("metres")
    if not name or metres is None:
        return None
    return op("<=", op("distance_m", prop("place.position"), {"feature": name}), metres)


def near_row(clause: Clause) -> Mapping[str, Any] | None:
    match clause:
        case {
            "op": "<=",
            "args": [
                {"op": "distance_m", "args": [{"property": "place.position"}, {"feature": str(name)}]},
                int(metres),
            ],
        }:
            return {"feature": name, "metres": metres}
    return None
