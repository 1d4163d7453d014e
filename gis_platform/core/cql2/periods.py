"""How two dates, times or intervals lie to each other (OGC 21-065r2, temporal functions), for memory and SQL alike."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from types import MappingProxyType
from typing import Any

from gis_platform.core.cql2.fields import FieldType
from gis_platform.core.cql2.typed import Call, Column, Constant, Span, Typed

LEAST = datetime.min.replace(tzinfo=UTC)  # what an open end is in memory
GREATEST = datetime.max.replace(tzinfo=UTC)
TICK = timedelta(microseconds=1)  # the resolution of PostgreSQL's timestamps

# Each relation is true when all of its comparisons are: an end of the first, how, an end of the second.
type Comparison = tuple[str, str, str]
RELATIONS: Mapping[str, tuple[Comparison, ...]] = MappingProxyType(
    {
        "t_after": (("start", ">", "end"),),
        "t_before": (("end", "<", "start"),),
        "t_contains": (("start", "<", "start"), ("end", ">", "end")),
        "t_during": (("start", ">", "start"), ("end", "<", "end")),
        "t_equals": (("start", "=", "start"), ("end", "=", "end")),
        "t_finishedBy": (("start", "<", "start"), ("end", "=", "end")),
        "t_finishes": (("start", ">", "start"), ("end", "=", "end")),
        "t_intersects": (("start", "<=", "end"), ("end", ">=", "start")),
        "t_meets": (("end", "=", "start"),),
        "t_metBy": (("start", "=", "end"),),
        "t_overlappedBy": (("start", ">", "start"), ("start", "<", "end"), ("end", ">", "end")),
        "t_overlaps": (("start", "<", "start"), ("end", ">", "start"), ("end", "<", "end")),
        "t_startedBy": (("start", "=", "start"), ("end", ">", "end")),
        "t_starts": (("start", "=", "start"), ("end", "<", "end")),
    }
)
DISJOINT = "t_disjoint"  # the opposite of t_intersects


def relation(op: str) -> tuple[Comparison, ...]:
    return RELATIONS["t_intersects" if op == DISJOINT else op]


def in_days(call: Call) -> bool:
    """Whether everything compared is a date; beside a time, a date is the whole day."""
    return all(_is_date(arg) for arg in call.args)


def _is_date(period: Typed) -> bool:
    match period:
        case Span(start, end):
            return all(part is None or part.type is FieldType.DATE for part in (start, end))
    return period.type is FieldType.DATE


def end_of(period: Typed, side: str) -> Typed | None:
    """What a period starts or ends with; None is open."""
    if isinstance(period, Span):
        return period.start if side == "start" else period.end
    assert isinstance(period, Column | Constant | Call)
    return period


def instant(value: Any, side: str, zone: tzinfo) -> datetime:
    """The first or the last microsecond of a day in the zone; a time is itself."""
    if isinstance(value, datetime):
        return value
    assert isinstance(value, date)
    if side == "start":
        return datetime.combine(value, time(), zone).astimezone(UTC)
    if value == date.max:
        return GREATEST
    return datetime.combine(value + timedelta(days=1), time(), zone).astimezone(UTC) - TICK
