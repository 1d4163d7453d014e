"""The last day of every stream at once, coarse enough for plots the size of a word."""

from datetime import datetime, timedelta
from typing import TypedDict

from django.db import connections

from gis_platform.core import clock, sqlfiles
from gis_platform.core.database import PUBLISHED

STEP = timedelta(minutes=30)
STEPS = 48
STREAMS_MAX = 2_000


class Courses(TypedDict):
    """`courses` maps a stream's key to [step, mean] of the steps that have a reading; a gap was silence."""

    start: datetime
    step_s: int
    steps: int
    courses: dict[str, list[tuple[int, float]]]


def courses() -> Courses:
    """The 24 hours that end with the half hour we are in."""
    step_s = int(STEP.total_seconds())
    end = _end(clock.now(), step_s)
    start = end - STEPS * STEP
    found: dict[str, list[tuple[int, float]]] = {}
    with connections[PUBLISHED].cursor() as cursor:
        cursor.execute(
            sqlfiles.load("statements/monitor_courses"),
            {"start": start, "end": end, "step_s": step_s, "limit": STREAMS_MAX},
        )
        for key, step, mean in cursor.fetchall():
            found.setdefault(key, []).append((step, round(mean, 3)))
    return Courses(start=start, step_s=step_s, steps=STEPS, courses=found)


def _end(now: datetime, step_s: int) -> datetime:
    """The next whole step.

    >>> from datetime import UTC
    >>> _end(datetime(2026, 6, 15, 12, 10, tzinfo=UTC), 1800).strftime("%H:%M")
    '12:30'
    >>> _end(datetime(2026, 6, 15, 12, tzinfo=UTC), 1800).strftime("%H:%M")
    '12:30'
    """
    return datetime.fromtimestamp((now.timestamp() // step_s + 1) * step_s, now.tzinfo)
