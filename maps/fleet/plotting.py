"""A device's days as rows of hours: how much of each it was heard, in the city's time; and the battery as a line."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from gis_platform.core import clock
from gis_platform.devices.models import Device, HourAlive

DAYS = 14
LEVELS = 4  # shades of an hour in which it was heard
CELL, GAP, LEFT, TOP = 20, 2, 56, 18  # units of the drawing
BATTERY_HEIGHT = 90


@dataclass(frozen=True, kw_only=True)
class Cell:
    """An hour. `level` is 0 where it was not heard, None where the hour is still to come or is unknown."""

    x: int
    y: int
    level: int | None
    title: str


@dataclass(frozen=True, kw_only=True)
class Plot:
    width: int
    height: int
    days: list[tuple[date, int]]
    cells: list[Cell]
    heard_hours: int


def plot(device: Device, now: datetime) -> Plot:
    """The last DAYS days, the newest at the bottom. An hour of the night when clocks go back counts for both."""
    today = clock.local(now).date()
    first = today - timedelta(days=DAYS - 1)
    minutes = _minutes(device, now - timedelta(days=DAYS + 1))
    born = clock.local(device.created_at)
    days = [(first + timedelta(days=number), TOP + number * (CELL + GAP)) for number in range(DAYS)]
    local_now = clock.local(now)
    cells = [
        _cell(day, hour, y, minutes.get((day, hour), 0), known=_slot(born) <= (day, hour) <= _slot(local_now))
        for day, y in days
        for hour in range(24)
    ]
    return Plot(
        width=LEFT + 24 * (CELL + GAP),
        height=TOP + DAYS * (CELL + GAP),
        days=[(day, y + CELL - 6) for day, y in days],
        cells=cells,
        heard_hours=sum(bool(cell.level) for cell in cells),
    )


def battery_points(device: Device, now: datetime) -> list[tuple[int, int, int, datetime]]:
    """x, y, per cent and the hour of what it told, as wide as `plot`; empty for a device that tells of no battery."""
    since = now - timedelta(days=DAYS)
    told = device.hours.filter(hour__gte=since, battery_percent__isnull=False).order_by("hour")
    width = 24 * (CELL + GAP) - GAP
    return [
        (
            LEFT + round(width * ((one.hour - since) / timedelta(days=DAYS))),
            round(BATTERY_HEIGHT * (1 - (one.battery_percent or 0) / 100)),
            one.battery_percent or 0,
            one.hour,
        )
        for one in told
    ]


def _minutes(device: Device, since: datetime) -> dict[tuple[date, int], int]:
    found: dict[tuple[date, int], int] = {}
    for one in HourAlive.objects.filter(device=device, hour__gte=since):
        slot = _slot(clock.local(one.hour))
        found[slot] = found.get(slot, 0) + max(one.minutes, 1)
    return found


def _slot(at: datetime) -> tuple[date, int]:
    return at.date(), at.hour


def _cell(day: date, hour: int, y: int, minutes: int, *, known: bool) -> Cell:
    level = min(LEVELS, 1 + minutes * LEVELS // 61) if minutes else 0
    title = f"{day:%Y-%m-%d} {hour:02d}:00 · {min(minutes, 60)} min"
    return Cell(x=LEFT + hour * (CELL + GAP), y=y, level=level if known or minutes else None, title=title)
