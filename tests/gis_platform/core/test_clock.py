from datetime import UTC, date, datetime, timedelta

import pytest

from gis_platform.core import clock


def test_it_tells_the_instant_in_utc():
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)
    assert clock.now().utcoffset() == timedelta(0)


def test_the_city_s_day_begins_before_that_of_utc(city_of_jelgava):
    # In winter Riga is two hours ahead: 22:30 on 31 December UTC is 00:30 on 1 January there.
    with clock.frozen(datetime(2026, 12, 31, 22, 30, tzinfo=UTC)):
        assert clock.today() == date(2027, 1, 1)
    with clock.frozen(datetime(2026, 12, 31, 21, 30, tzinfo=UTC)):
        assert clock.today() == date(2026, 12, 31)


def test_the_night_that_summer_time_ends_has_an_hour_twice(city_of_jelgava):
    # On 25 October 2026 at 04:00 summer time (01:00 UTC) clocks in the EU go back to 03:00.
    first = clock.local(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    second = clock.local(datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
    assert (first.hour, second.hour) == (3, 3)
    assert (first.fold, second.fold) == (0, 1)


def test_a_frozen_clock_stands_still_and_gives_the_former_time_back():
    early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
    with clock.frozen(early):
        with clock.frozen(late):
            assert clock.now() == late
        assert clock.now() == clock.now() == early
    assert clock.now().year != 2026 or clock.now() > early


def test_it_runs_again_after_an_error_inside():
    with pytest.raises(ZeroDivisionError), clock.frozen(datetime(2000, 1, 1, tzinfo=UTC)):
        _ = 1 // 0
    assert clock.now().year > 2000


def test_a_time_without_its_zone_is_refused():
    naive = datetime(2026, 1, 1)  # noqa: DTZ001
    with pytest.raises(ValueError, match="without its zone"):
        clock.local(naive)
    with pytest.raises(ValueError, match="aware"), clock.frozen(naive):
        pass
