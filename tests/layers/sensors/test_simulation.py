"""The simulation repeats itself, stays within bounds, and behaves like a city's day."""

from datetime import UTC, datetime, timedelta
from statistics import mean
from zoneinfo import ZoneInfo

import pytest

from layers.sensors.simulation import COURSES, SimulatedStream, readings, value
from layers.sensors.vocabulary import OBSERVABLES

RIGA = ZoneInfo("Europe/Riga")
MONDAY = datetime(2026, 6, 15, tzinfo=RIGA)
DAY = timedelta(days=1)


def a_simulated(observed: str, *, every_s: int = 600, code: str = "A") -> SimulatedStream:
    bounds = OBSERVABLES[observed]
    return SimulatedStream(
        key=f"{code}/{observed}",
        property=observed,
        every_s=every_s,
        minimum=bounds.minimum,
        maximum=bounds.maximum,
        zone=RIGA,
    )


def of_hours(stream: SimulatedStream, start_h: int, end_h: int, *, day: datetime = MONDAY) -> float:
    at = [day + timedelta(hours=start_h), day + timedelta(hours=end_h)]
    return mean(reading.value for reading in readings(stream, *at, seed=1))


@pytest.mark.parametrize("observed", COURSES)
def test_the_same_seed_gives_the_same_readings_whatever_the_range(observed):
    stream = a_simulated(observed)
    whole = list(readings(stream, MONDAY, MONDAY + DAY, seed=3))
    parts = [r for n in range(24) for r in readings(stream, MONDAY + n * DAY / 24, MONDAY + (n + 1) * DAY / 24, seed=3)]
    assert whole == parts
    assert len(whole) == 144
    one, other = (list(readings(stream, MONDAY, MONDAY + 14 * DAY, seed=seed)) for seed in (3, 4))
    assert one != other


@pytest.mark.parametrize("observed", COURSES)
@pytest.mark.parametrize("month", [1, 4, 7, 10])
def test_every_value_is_plausible(observed, month):
    stream = a_simulated(observed, every_s=1800)
    start = datetime(2026, month, 1, tzinfo=UTC)
    values = [reading.value for reading in readings(stream, start, start + 14 * DAY, seed=1)]
    assert OBSERVABLES[observed].minimum <= min(values) < max(values) <= OBSERVABLES[observed].maximum


def test_afternoons_are_warmer_than_nights_and_july_than_january():
    stream = a_simulated("air_temperature")
    assert of_hours(stream, 14, 16) > of_hours(stream, 2, 4) + 3
    assert of_hours(stream, 0, 24, day=datetime(2026, 7, 15, tzinfo=RIGA)) > 10 + of_hours(
        stream, 0, 24, day=datetime(2026, 1, 15, tzinfo=RIGA)
    )


def test_streets_are_full_when_people_go_to_work_except_on_sundays():
    stream = a_simulated("traffic_flow")
    sunday = MONDAY + 6 * DAY
    assert of_hours(stream, 7, 9) > 2 * of_hours(stream, 10, 12) - 200
    assert of_hours(stream, 7, 9) > 5 * of_hours(stream, 2, 4)
    assert of_hours(stream, 7, 9) > 1.5 * of_hours(stream, 7, 9, day=sunday)


def test_the_peak_is_at_the_same_hour_of_the_clock_in_summer_and_winter():
    stream = a_simulated("traffic_flow")
    for day in (datetime(2026, 1, 14, tzinfo=RIGA), datetime(2026, 7, 15, tzinfo=RIGA)):
        hourly = [of_hours(stream, hour, hour + 1, day=day) for hour in range(12)]
        assert hourly.index(max(hourly)) in (7, 8)


def test_a_change_is_gentle_across_midnight():
    stream = a_simulated("noise_level", every_s=60)
    midnight = MONDAY + DAY
    before, after = value(stream, midnight - timedelta(minutes=1), 1), value(stream, midnight, 1)
    assert abs(before - after) < 4


def test_an_unknown_property_has_a_course_too():
    stream = SimulatedStream(key="A/x", property="x", every_s=60)
    assert len({reading.value for reading in readings(stream, MONDAY, MONDAY + DAY, seed=1)}) > 100


def test_the_range_includes_its_start_and_not_its_end():
    stream = a_simulated("pm10", every_s=3600)
    times = [reading.time for reading in readings(stream, MONDAY, MONDAY + timedelta(hours=2), seed=1)]
    assert times == [MONDAY, MONDAY + timedelta(hours=1)]
