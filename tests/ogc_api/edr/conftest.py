"""Two stations with readings of one morning, and what reads an answer."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from stations import a_sensor, a_stream

from layers.sensors.models import LatestObservation, Observation

ROOT = "/ogc/edr"
HERE = f"{ROOT}/collections/observations"
COVERAGE_JSON = "application/prs.coverage+json"
CENTRE = {"coords": "POINT(23.727 56.6511)"}
START = datetime(2026, 6, 15, 9, tzinfo=UTC)  # noon in Jelgava


def observe(stream, *values, every=timedelta(minutes=10), start=START):
    """Readings one after another; None leaves one out."""
    for number, value in enumerate(values):
        if value is not None:
            at = start + number * every
            Observation.objects.create(stream=stream, phenomenon_time=at, result=value, quality=0, received_at=at)
            LatestObservation.objects.update_or_create(
                stream=stream, defaults={"phenomenon_time": at, "result": value, "quality": 0}
            )
    return stream


@pytest.fixture
def client(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def partition(db):
    with connection.cursor() as cursor:
        for month in ("2026-05-01", "2026-06-01", "2026-07-01"):
            cursor.execute("SELECT create_observation_partition(%s)", [f"{month}T00:00:00Z"])


@pytest.fixture
def centre(partition, city_of_jelgava):
    """Temperature and humidity, of which one humidity is missing, at 23.7270 56.6511."""
    observe(a_stream("JEL-WX-01/air_temperature"), 20.5, 20.75, 21.0)
    observe(a_stream("JEL-WX-01/relative_humidity"), 60.0, None, 62.0)


@pytest.fixture
def north(partition, city_of_jelgava):
    """Temperature and ozone about 1.1 km north of the centre."""
    sensor = a_sensor("JEL-AQ-02", name_lv="Gaiss", name_en="Air", geometry=Point(23.7270, 56.6611, srid=4326))
    observe(a_stream("JEL-AQ-02/air_temperature", sensor=sensor), 19.0)
    observe(a_stream("JEL-AQ-02/o3", sensor=sensor), 44.0)


@pytest.fixture
def get(client, city_of_jelgava):
    def get(path, status=200, **query):
        response = client.get(f"{HERE}{path}", {name.replace("_", "-"): value for name, value in query.items()})
        assert response.status_code == status, response.content
        return response

    return get


def ranges(coverage):
    return {name: values["values"] for name, values in coverage["ranges"].items()}


def stations_of(document):
    return [coverage["id"] for coverage in document.get("coverages", [document])]
