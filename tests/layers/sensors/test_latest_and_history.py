"""What the map asks for: newest readings with their freshness, and series for plots."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from stations import a_reading, a_sensor, a_stream

from gis_platform.core import clock
from layers import catalog
from layers.base.reading import feature
from layers.sensors import jobs, queries, services
from layers.sensors.models import Observation, Sensor

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def latest(client):
    def latest(query: str = "", **headers):
        return client.get(f"/api/v1/sensors/latest{query}", headers={"Accept-Language": "en"} | headers)

    return latest


def test_the_newest_reading_of_each_stream(latest, stream):
    a_stream("JEL-WX-01/relative_humidity")
    services.ingest([a_reading(20.0, time=NOW - timedelta(minutes=20)), a_reading(21.0, time=NOW)])
    (sensor,) = latest().json()["sensors"]
    assert sensor == {
        "id": stream.sensor_id,
        "name": "Weather station",
        "category": "weather",
        "lon": 23.727,
        "lat": 56.6511,
        "observed_at": NOW.isoformat().replace("+00:00", "Z"),
        "fresh": False,  # humidity has never been heard of
        "readings": [
            {
                "stream": "JEL-WX-01/air_temperature",
                "property": "air_temperature",
                "name": "Air temperature",
                "value": 21.0,
                "unit": "Cel",
                "observed_at": NOW.isoformat().replace("+00:00", "Z"),
                "fresh": True,
            },
            {
                "stream": "JEL-WX-01/relative_humidity",
                "property": "relative_humidity",
                "name": "Relative humidity",
                "value": None,
                "unit": "%",
                "observed_at": None,
                "fresh": False,
            },
        ],
    }


@pytest.mark.parametrize(("age_s", "fresh"), [(0, True), (3 * 600 - 120, True), (3 * 600 + 1, False)])
def test_silence_is_not_health(latest, stream, age_s, fresh):
    services.ingest([a_reading(time=clock.now() - timedelta(seconds=age_s))])
    (sensor,) = latest().json()["sensors"]
    assert (sensor["fresh"], sensor["readings"][0]["fresh"]) == (fresh, fresh)
    spec = catalog.layer("sensors")
    assert feature(spec, stream.sensor_id).properties["latest"]["air_temperature"]["fresh"] is fresh


def test_an_unchanged_answer_is_not_sent_again(latest, stream):
    services.ingest([a_reading(time=NOW)])
    first = latest()
    assert latest(**{"If-None-Match": first["ETag"]}).status_code == 304
    services.ingest([a_reading(3.0, time=NOW + timedelta(seconds=1))])
    assert latest(**{"If-None-Match": first["ETag"]}).status_code == 200


def test_names_come_in_the_language_that_is_asked_for(latest, stream):
    (sensor,) = latest(**{"Accept-Language": "lt"}).json()["sensors"]
    assert sensor["readings"][0]["name"] == "Oro temperatūra"
    assert sensor["name"] == "Meteostacija"  # there is no Lithuanian name, so the city's own


def test_one_category_may_be_asked_for(latest, stream):
    assert len(latest("?category=weather").json()["sensors"]) == 1
    assert latest("?category=noise").json()["sensors"] == []
    assert latest("?category=nonsense").status_code in (400, 422)


def test_drafts_are_nobodys_business(latest, client, stream):
    Sensor.objects.update(status="draft")
    assert latest().json()["sensors"] == []
    assert client.get(f"/api/v1/sensors/{stream.sensor_id}/history").status_code == 404


def test_a_sensor_without_streams_is_shown_and_not_fresh(latest, db, city_of_jelgava):
    a_sensor("JEL-WX-07")
    (sensor,) = latest().json()["sensors"]
    assert (sensor["fresh"], sensor["readings"]) == (False, [])


def test_the_layer_shows_readings_without_a_new_version(stream):
    services.ingest([a_reading(20.5, time=NOW)])
    shown = feature(catalog.layer("sensors"), stream.sensor_id)
    assert shown.version == 1
    assert shown.properties["observed_at"]
    assert shown.properties["latest"] == {
        "air_temperature": {
            "value": 20.5,
            "unit": "Cel",
            "observed_at": NOW.isoformat().replace("+00:00", "Z"),
            "fresh": True,
        }
    }
    assert "device" not in shown.properties


def test_history_is_in_steps_with_mean_and_bounds(client, stream):
    # 12:00 to 12:59, one reading a minute with the minute as its value; steps of 10 minutes have means 4.5, 14.5 ...
    hour = NOW.replace(minute=0, second=0) - timedelta(hours=2)
    services.ingest([a_reading(float(minute % 40), time=hour + timedelta(minutes=minute)) for minute in range(60)])
    history = client.get(f"/api/v1/sensors/{stream.sensor_id}/history?hours=6").json()
    assert (history["stream"], history["unit"], history["step_s"]) == (stream.key, "Cel", 600)
    assert [point["mean"] for point in history["points"]] == [4.5, 14.5, 24.5, 34.5, 4.5, 14.5]
    assert history["points"][0] == {
        "time": hour.isoformat().replace("+00:00", "Z"),
        "mean": 4.5,
        "minimum": 0.0,
        "maximum": 9.0,
        "count": 10,
    }


def test_the_mean_of_directions_is_that_of_the_vectors(db, city_of_jelgava):
    stream = a_stream("JEL-WX-01/wind_direction", expected_every_s=3600)
    hour = NOW.replace(minute=0, second=0) - timedelta(hours=2)
    readings = [
        a_reading(value, time=hour + timedelta(minutes=n), stream=stream.key) for n, value in ((1, 350.0), (2, 10.0))
    ]
    services.ingest(readings)
    (point,) = queries.history(stream.sensor_id, hours=6)["points"]
    assert point["mean"] in (0.0, 360.0)


def test_a_plot_has_never_more_than_five_hundred_points():
    for hours in range(1, queries.HOURS_MAX, 37):
        assert hours * 3600 / queries._step_s(hours=hours, expected_every_s=1) <= queries.POINTS_MAX


def test_the_stream_must_be_named_when_there_are_several(client, stream):
    a_stream("JEL-WX-01/relative_humidity")
    url = f"/api/v1/sensors/{stream.sensor_id}/history"
    refused = client.get(url)
    assert refused.status_code == 400
    assert "JEL-WX-01/relative_humidity" in refused.json()["detail"]
    assert client.get(f"{url}?stream=JEL-WX-01/relative_humidity").json()["points"] == []
    assert client.get(f"{url}?stream=JEL-WX-01/pm10").status_code == 404
    assert client.get(f"{url}?hours=0").status_code in (400, 422)
    assert client.get("/api/v1/sensors/999999/history").status_code == 404


def test_a_stream_with_observations_cannot_be_deleted_even_by_sql(stream):
    services.ingest([a_reading(time=NOW)])
    # The key is checked at the end of the transaction; here, at once.
    statements = "SET CONSTRAINTS ALL IMMEDIATE; DELETE FROM sensors_stream"
    with pytest.raises(IntegrityError), transaction.atomic():
        connection.cursor().execute(statements)
    assert Observation.objects.count() == 1


def test_partitions_are_made_for_this_month_and_the_next(db):
    with clock.frozen(datetime(2031, 1, 31, 23, 59, tzinfo=UTC)):
        jobs.create_partitions()
    with connection.cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhrelid::regclass::text LIKE '%y2031%'")
        made = {name for (name,) in cursor.fetchall()}
    assert {"sensors_observation_y2031m01", "sensors_observation_y2031m03"} <= made
    assert "sensors_observation_y2031m02" in made
