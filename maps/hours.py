"""Opening hours in OSM's syntax, read out for people: open now or not, until when, and the week day by day."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from opening_hours import OpeningHours, State, validate

from gis_platform.core import clock

DAYS_SHOWN = 7
LONG_AGO_DAYS = 366  # a change further away is no news to anybody


@dataclass(frozen=True, kw_only=True)
class Day:
    """The spans that begin on this day, in local time; none means closed."""

    date: date
    today: bool
    spans: tuple["Span", ...]


@dataclass(frozen=True, kw_only=True)
class Span:
    begins: time
    ends: time
    comment: str
    certain: bool  # False where the hours say "unknown": call first

    def __str__(self) -> str:
        """As people write it; midnight at the end of a day is 24:00.

        >>> str(Span(begins=time(9), ends=time(0), comment="", certain=True))
        '09:00–24:00'
        """
        ends = "24:00" if self.ends == time.min else f"{self.ends:%H:%M}"
        return f"{self.begins:%H:%M}–{ends}"


@dataclass(frozen=True, kw_only=True)
class Hours:
    """`changes_at` is when `open_now` next changes, None where it never does. `open_now` is None when it depends."""

    text: str
    open_now: bool | None
    always: bool
    changes_at: datetime | None
    changes_today: bool
    days: tuple[Day, ...]


def read_hours(text: str) -> Hours | None:
    """What opening hours say at this moment in the city; None for an empty text or one that is not understood."""
    if not text.strip() or not validate(text):
        return None
    expression = OpeningHours(
        text, timezone=settings.CITY.time_zone, country=settings.CITY.country, max_interval_days=LONG_AGO_DAYS
    )
    now = clock.local(clock.now())
    state, _comment = expression.state(now)
    changes_at = expression.next_change(now)
    return Hours(
        text=text,
        open_now=None if state == State.UNKNOWN else state == State.OPEN,
        always=state == State.OPEN and changes_at is None,
        changes_at=changes_at,
        changes_today=changes_at is not None and changes_at - now < timedelta(hours=18),
        days=_days(expression, now.date()),
    )


def _days(expression: OpeningHours, first: date) -> tuple[Day, ...]:
    """A span may end on the next day, so one day more is asked for than is shown."""
    zone = settings.CITY.time_zone
    begin = datetime.combine(first, time.min, zone)
    end = datetime.combine(first + timedelta(days=DAYS_SHOWN + 1), time.min, zone)
    spans: dict[date, list[Span]] = {}
    for begins, ends, state, comment in expression.intervals(begin, end):
        if state == State.CLOSED:
            continue
        for day, opens, closes in _split_at_midnights(begins, ends or end):
            spans.setdefault(day, []).append(
                Span(begins=opens, ends=closes, comment=comment, certain=state == State.OPEN)
            )
    dates = [first + timedelta(days=n) for n in range(DAYS_SHOWN)]
    return tuple(Day(date=day, today=day == first, spans=tuple(spans.get(day, ()))) for day in dates)


def _split_at_midnights(begins: datetime, ends: datetime) -> list[tuple[date, time, time]]:
    """A night out (20:00-02:00) stays whole under the day it began; longer spans are cut into days."""
    if ends - begins <= timedelta(hours=24) and (ends.date() == begins.date() or begins.time() > time.min):
        return [(begins.date(), begins.time(), ends.time())]
    parts = []
    while begins < ends:
        midnight = datetime.combine(begins.date() + timedelta(days=1), time.min, begins.tzinfo)
        parts.append((begins.date(), begins.time(), min(ends, midnight).time()))
        begins = midnight
    return parts
