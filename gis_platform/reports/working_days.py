"""Deadlines in working days of the country: its weekends, public holidays, and days that the government has moved."""

from datetime import date, datetime, time, timedelta

from django.conf import settings

from gis_platform.core import clock
from gis_platform.core.public_holidays import calendar


def due_at(received_at: datetime, *, working_days: int) -> datetime:
    """The end of the last working day, midnight on the city's clock; the day of receipt does not count."""
    last = add_working_days(clock.local(received_at).date(), working_days, country=settings.CITY.country)
    return datetime.combine(last + timedelta(days=1), time.min, settings.CITY.time_zone)


def add_working_days(start: date, days: int, *, country: str) -> date:
    """The working day that is so many working days after `start`. The law: the country's own calendar of holidays.

    >>> add_working_days(date(2026, 11, 17), 1, country="LV")  # 18 November: proclamation of the Republic of Latvia
    datetime.date(2026, 11, 19)
    >>> add_working_days(date(2026, 11, 17), 1, country="LT")
    datetime.date(2026, 11, 18)
    """
    day = start
    for _day in range(days):
        day += timedelta(days=1)
        while not calendar(country).is_working_day(day):
            day += timedelta(days=1)
    return day
