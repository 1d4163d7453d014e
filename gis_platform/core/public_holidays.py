"""The public holidays of a country, by its own law."""

from datetime import date
from functools import cache

import holidays


def is_holiday(day: date, *, country: str) -> bool:
    """
    >>> day = date(2026, 11, 18)  # proclamation of the Republic of Latvia
    >>> is_holiday(day, country="LV"), is_holiday(day, country="LT")
    (True, False)
    """
    return day in calendar(country)


@cache
def calendar(country: str) -> holidays.HolidayBase:
    return holidays.country_holidays(country)  # years are added as they are asked for
