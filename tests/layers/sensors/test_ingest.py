"""services.ingest: what is stored, what is refused and why, and what is the newest."""

import csv
import gzip
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections, transaction
from stations import NOON, a_reading, a_sensor, a_stream, stored

from gis_platform.core import clock
from layers.sensors import services
from layers.sensors.models import LatestObservation, Observation, ReadingCount, RejectedReading, Stream
from layers.sensors.readings import Cause, IngestResult, Misread, Reading

NAN, INFINITY = float("nan"), float("inf")


@pytest.fixture
def stream(db) -> Stream:
    return a_stream()


@pytest.fixture(autouse=True)
def at_noon():
    with clock.frozen(NOON):
        yield


def test_a_reading_is_stored_with_the_time_it_came(stream):
    assert services.ingest([a_reading(20.5)]) == IngestResult(accepted=1)
    observation = Observation.objects.get(stream=stream)
    assert (observation.phenomenon_time, observation.result, observation.received_at) == (NOON, 20.5, NOON)


def test_the_same_reading_again_is_a_duplicate_and_changes_nothing(stream):
    services.ingest([a_reading(20.5)])
    assert services.ingest([a_reading(99.0 - 60)]) == IngestResult(duplicate=1)
    assert stored(stream) == [(NOON, 20.5)]


def test_the_first_of_two_for_one_instant_in_a_batch_is_kept(stream):
    assert services.ingest([a_reading(1.0), a_reading(2.0)]) == IngestResult(accepted=1, duplicate=1)
    assert stored(stream) == [(NOON, 1.0)]


@pytest.mark.parametrize(
    ("reading", "cause"),
    [
        (a_reading(stream="JEL-WX-99/air_temperature"), Cause.UNKNOWN_STREAM),
        (a_reading(stream="JEL\0WX"), Cause.UNKNOWN_STREAM),
        (a_reading(stream="\ud800"), Cause.UNKNOWN_STREAM),
        (a_reading(50.01), Cause.OUT_OF_RANGE),
        (a_reading(-50.01), Cause.OUT_OF_RANGE),
        (a_reading(NAN), Cause.NOT_A_NUMBER),
        (a_reading(INFINITY), Cause.NOT_A_NUMBER),
        (a_reading(time=NOON + timedelta(minutes=5, microseconds=1)), Cause.IN_THE_FUTURE),
        (a_reading(time=datetime.max.replace(tzinfo=UTC)), Cause.IN_THE_FUTURE),
        (a_reading(time=NOON - timedelta(days=400, microseconds=1)), Cause.TOO_OLD),
        (a_reading(time=datetime.min.replace(tzinfo=UTC)), Cause.TOO_OLD),
        (a_reading(time=datetime(2026, 6, 15, 12, 0)), Cause.MALFORMED),  # noqa: DTZ001 that is the point
        (Misread("{}", Cause.MALFORMED), Cause.MALFORMED),
    ],
)
def test_a_bad_reading_is_kept_with_its_cause_and_stops_no_good_one(stream, reading, cause):
    result = services.ingest([a_reading(1.0), reading, a_reading(2.0, time=NOON - timedelta(hours=1))], sender="test")
    assert (result.accepted, result.rejected) == (2, {cause: 1})
    rejected = RejectedReading.objects.get()
    assert (rejected.cause, rejected.sender, rejected.received_at) == (cause, "test", NOON)


@pytest.mark.parametrize("value", [-50.0, 50.0])
def test_the_bounds_themselves_are_plausible(stream, value):
    assert services.ingest([a_reading(value)]).accepted == 1


def test_five_minutes_ahead_and_four_hundred_days_ago_are_still_taken(stream):
    times = [NOON + timedelta(minutes=5), NOON - timedelta(days=400)]
    assert services.ingest([a_reading(time=time) for time in times]).accepted == 2


def test_a_stream_without_bounds_takes_any_number(db):
    a_stream(minimum=None, maximum=None)
    assert services.ingest([a_reading(-1e300)]).accepted == 1


def test_a_late_reading_is_stored_and_does_not_replace_the_newest(stream):
    services.ingest([a_reading(1.0)])
    result = services.ingest([a_reading(2.0, time=NOON - timedelta(minutes=10))])
    assert result == IngestResult(accepted=1, late=1)
    assert (stream.latest.phenomenon_time, stream.latest.result) == (NOON, 1.0)
    assert len(stored(stream)) == 2


def test_the_newest_of_a_shuffled_batch_becomes_the_latest(stream):
    readings = [a_reading(float(minute % 40), time=NOON - timedelta(minutes=minute)) for minute in range(200)]
    random.Random(5).shuffle(readings)
    services.ingest(readings)
    assert (stream.latest.phenomenon_time, stream.latest.result) == (NOON, 0.0)


def test_each_outcome_is_counted_on_the_day_of_the_city(stream):
    with clock.frozen(datetime(2026, 6, 15, 21, 30, tzinfo=UTC)):  # half past midnight in Riga
        first = a_reading(1.0, time=clock.now())
        services.ingest([first, first, a_reading(99.0), a_reading(3.0)])
        services.ingest([a_reading(4.0, time=NOON - timedelta(hours=1))])
    counts = {count.outcome: count.total for count in ReadingCount.objects.filter(day="2026-06-16")}
    assert counts == {"accepted": 3, "duplicate": 1, "late": 1, "out-of-range": 1}


def test_a_month_gets_its_partition_when_its_first_reading_comes(stream):
    # One o'clock on 1 June in Riga is still May in UTC, by which months are cut.
    services.ingest([a_reading(time=datetime.fromisoformat("2026-06-01T01:00:00+03:00")), a_reading()])
    assert _rows_by_partition() == {"sensors_observation_y2026m05": 1, "sensors_observation_y2026m06": 1}


def test_partitions_made_ahead_are_not_made_again(db):
    months = [NOON, NOON + timedelta(days=31)]
    assert services.create_partitions(months=months) == 2
    assert services.create_partitions(months=months) == 0


def test_the_kept_payload_is_short_and_holds_no_card_number(stream):
    services.ingest([Misread('{"note": "4111 1111 1111 1111", "\0": "\ud800' + "x" * 9000, Cause.MALFORMED)])
    payload = RejectedReading.objects.get().payload
    assert "1111 1111" not in payload
    assert len(payload) <= 2000


def test_only_the_newest_rejected_readings_are_kept(stream):
    services.ingest([Misread(str(number), Cause.MALFORMED) for number in range(10)])
    assert services.trim_rejected(keep=4) == 6
    assert sorted(RejectedReading.objects.values_list("payload", flat=True)) == ["6", "7", "8", "9"]
    assert services.trim_rejected(keep=4) == 0


def test_nothing_to_store_is_no_error(db):
    assert services.ingest([]) == IngestResult()


@pytest.mark.django_db(transaction=True)
def test_it_refuses_to_run_inside_a_transaction_that_could_be_rolled_back_after_the_answer():
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        services.ingest([])


@pytest.mark.django_db(transaction=True)
def test_parallel_senders_of_the_same_readings_store_each_once():
    """Four connections, the same thousand readings over three new months, in different orders."""
    _forget_observations()
    streams = [a_stream(f"JEL-WX-0{number}/air_temperature") for number in range(5)]
    readings = [
        Reading(stream.key, NOON - timedelta(hours=10 * hour), float(hour % 40))
        for stream in streams
        for hour in range(200)
    ]

    def send(seed: int) -> IngestResult:
        mine = list(readings)
        random.Random(seed).shuffle(mine)
        try:
            with clock.frozen(NOON):
                results = [services.ingest(mine[i : i + 100]) for i in range(0, len(mine), 100)]
        finally:
            connections.close_all()
        return IngestResult(accepted=sum(r.accepted for r in results), duplicate=sum(r.duplicate for r in results))

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(send, range(4)))
    assert sum(result.accepted for result in results) == 1000
    assert sum(result.duplicate for result in results) == 3000
    assert Observation.objects.count() == 1000
    assert set(LatestObservation.objects.values_list("phenomenon_time", "result")) == {(NOON, 0.0)}
    assert ReadingCount.objects.get(outcome="accepted").total == 1000
    _forget_observations()


@pytest.mark.real_data
def test_two_years_of_weather_go_in_exactly_once(db, real_data, capsys):
    """LVĢMC, hourly weather of four stations: 181,443 rows; the file's clock is read as UTC, as it does not say."""
    readings = _weather(real_data("sensors/lvgmc_weather_hourly_2017-04_2018-12.csv.gz"))
    for key in {reading.stream for reading in readings}:
        code, _, element = key.partition("/")
        observed = {"HTDRY": "air_temperature", "HWNDS": "wind_speed", "HWDAV": "wind_direction"}[element]
        a_stream(f"{code}/{observed}", sensor=a_sensor(code)).__class__.objects.filter(key=f"{code}/{observed}").update(
            key=key
        )
    started = time.perf_counter()
    first = services.ingest(readings, age_max=timedelta(days=36_500))
    seconds = time.perf_counter() - started
    with capsys.disabled():
        print(f" [{len(readings) / seconds:,.0f} readings/s] ", end="")  # noqa: T201 a measurement to be read
    assert first == IngestResult(accepted=181_443)
    assert services.ingest(readings, age_max=timedelta(days=36_500)) == IngestResult(duplicate=181_443)
    by_month = Counter(f"sensors_observation_y{r.time:%Y}m{r.time:%m}" for r in readings)
    assert _rows_by_partition() == by_month
    assert len(by_month) == 21  # April 2017 to December 2018


def _weather(path) -> list[Reading]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [
            Reading(
                f"{row['station_code']}/{row['element']}",
                datetime.fromisoformat(row["time_local"]).replace(tzinfo=UTC),
                float(row["value"]),
            )
            for row in csv.DictReader(file)
        ]


def _rows_by_partition() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text, count(*) FROM sensors_observation GROUP BY 1")
        return dict(cursor.fetchall())


def _forget_observations() -> None:
    """The table is not Django's to empty after a test that commits."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE sensors_observation")
