"""Opening hours as a visitor reads them. 23 November 2026 is a Monday; 1 May 2026, a Friday, is a holiday in Latvia."""

from datetime import UTC, datetime

import pytest

from gis_platform.core import clock
from maps.hours import read_hours

pytestmark = pytest.mark.usefixtures("city_of_jelgava")
MONDAY_NOON = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # 12:00 in Jelgava, which is UTC+2 in winter


def read(text, at=MONDAY_NOON):
    with clock.frozen(at):
        return read_hours(text)


def spans(text, at=MONDAY_NOON):
    return [[str(span) for span in day.spans] for day in read(text, at).days]


def test_it_says_open_and_until_when():
    found = read("Mo-Fr 09:00-18:00")
    assert found.open_now is True
    assert found.changes_today
    assert (found.changes_at.hour, found.changes_at.utcoffset().total_seconds()) == (18, 2 * 3600)


def test_it_says_closed_and_when_it_opens_next():
    found = read("Tu-Fr 09:00-18:00", at=datetime(2026, 11, 22, 10, 0, tzinfo=UTC))  # a Sunday
    assert found.open_now is False
    assert not found.changes_today
    assert f"{found.changes_at:%Y-%m-%d %H:%M}" == "2026-11-24 09:00"


def test_the_week_begins_today_and_has_seven_days():
    days = read("Mo-Fr 09:00-13:00,14:00-18:00; Sa 10:00-15:00").days
    assert [day.date.isoformat() for day in days][0::6] == ["2026-11-23", "2026-11-29"]
    assert [day.today for day in days] == [True] + [False] * 6
    assert spans("Mo-Fr 09:00-13:00,14:00-18:00; Sa 10:00-15:00") == [
        *[["09:00–13:00", "14:00–18:00"]] * 5,
        ["10:00–15:00"],
        [],
    ]


def test_a_public_holiday_closes_the_day():
    week = spans("Mo-Fr 09:00-18:00; PH off", at=datetime(2026, 4, 29, 8, 0, tzinfo=UTC))
    # Wednesday, Thursday, then 1 May, the weekend; 4 May is a holiday as well; Tuesday
    assert week == [["09:00–18:00"], ["09:00–18:00"], [], [], [], [], ["09:00–18:00"]]


def test_a_night_out_stays_under_the_evening_it_began():
    assert spans("Fr-Sa 20:00-02:00")[4:6] == [["20:00–02:00"], ["20:00–02:00"]]
    assert spans("Mo-Su 08:00-24:00")[0] == ["08:00–24:00"]


def test_around_the_clock_is_said_so():
    found = read("24/7")
    assert found.always
    assert found.changes_at is None


def test_unknown_hours_are_neither_open_nor_closed():
    found = read('Mo-Fr 10:00-12:00 unknown "call first"', at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    assert found.open_now is None
    assert found.days[0].spans[0].comment == "call first"
    assert not found.days[0].spans[0].certain


@pytest.mark.parametrize("text", ["", "   ", "on weekdays after lunch", "Mo-Fr 09:00-"])
def test_what_is_not_understood_gives_nothing(text):
    assert read(text) is None


def test_the_hour_that_summer_time_skips_does_not_shift_the_day():
    # On 28 March 2027 clocks go from 03:00 to 04:00.
    assert spans("Mo-Su 10:00-18:00", at=datetime(2027, 3, 27, 8, 0, tzinfo=UTC))[:3] == [["10:00–18:00"]] * 3
