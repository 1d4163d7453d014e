"""Deadlines. The holidays are those of the laws of both countries; each case can be read in a calendar."""

import doctest
from datetime import UTC, date, datetime

import pytest

from gis_platform.city import CITIES
from gis_platform.reports import states, working_days
from gis_platform.reports.working_days import add_working_days, due_at


@pytest.mark.parametrize("module", [working_days, states])
def test_the_doctests_hold(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("start", "days", "country", "expected"),
    [
        (date(2026, 9, 7), 1, "LV", date(2026, 9, 8)),  # Monday to Tuesday
        (date(2026, 9, 11), 1, "LV", date(2026, 9, 14)),  # Friday to Monday
        (date(2026, 9, 12), 1, "LV", date(2026, 9, 14)),  # Saturday to Monday
        (date(2026, 9, 7), 10, "LV", date(2026, 9, 21)),  # two weeks
        (date(2026, 11, 17), 1, "LV", date(2026, 11, 19)),  # 18 November: proclamation of Latvia
        (date(2026, 11, 17), 1, "LT", date(2026, 11, 18)),  # a working day in Lithuania
        (date(2026, 3, 10), 1, "LT", date(2026, 3, 12)),  # 11 March: restoration of Lithuania's independence
        (date(2026, 3, 10), 1, "LV", date(2026, 3, 11)),
        (date(2026, 4, 2), 1, "LV", date(2026, 4, 7)),  # Good Friday 3 April, Easter Monday 6 April
        (date(2026, 4, 2), 1, "LT", date(2026, 4, 3)),  # Good Friday is no holiday in Lithuania
        (date(2026, 12, 23), 1, "LV", date(2026, 12, 28)),  # 24 to 26 December
        # In 2026 Latvia moves the working day of Monday 22 June to Saturday 27 June; 23 and 24 June are holidays.
        (date(2026, 6, 19), 1, "LV", date(2026, 6, 25)),
        (date(2026, 6, 26), 1, "LV", date(2026, 6, 27)),
    ],
)
def test_holidays_and_weekends_do_not_count(start, days, country, expected):
    assert add_working_days(start, days, country=country) == expected


def test_the_deadline_is_midnight_in_the_city_after_the_last_day(city_of_jelgava):
    # Monday 7 September 2026, 22:30 UTC is Tuesday 01:30 in Riga (UTC+3): the first working day is Wednesday the 9th.
    deadline = due_at(datetime(2026, 9, 7, 22, 30, tzinfo=UTC), working_days=1)
    assert deadline == datetime(2026, 9, 10, 0, 0, tzinfo=CITIES["jelgava"].time_zone)


def test_a_deadline_across_the_change_of_the_clocks_is_still_midnight(city_of_jelgava):
    # Clocks in Riga go back on Sunday 25 October 2026: midnight after Monday the 26th is 22:00 UTC, no longer 21:00.
    deadline = due_at(datetime(2026, 10, 23, 9, 0, tzinfo=UTC), working_days=1)
    assert deadline.astimezone(UTC) == datetime(2026, 10, 26, 22, 0, tzinfo=UTC)
