"""Fraunhofer's Python client, as its users write it: read with a query, page through, add stations."""

from datetime import UTC, datetime, timedelta

import pytest
from people import PASSWORD, a_user
from stations import a_reading, a_stream

from gis_platform.identity.roles import Role
from layers.sensors import services

# One of its own needs has no wheel, and the locks hold wheels alone.
frost = pytest.importorskip("frost_sta_client", reason="frost-sta-client is not here: pip install frost-sta-client")
UnitOfMeasurement = frost.model.ext.unitofmeasurement.UnitOfMeasurement
AuthHandler = frost.service.auth_handler.AuthHandler

pytestmark = pytest.mark.filterwarnings("ignore:furl:DeprecationWarning")  # the client's own
NOW = datetime.now(UTC).replace(microsecond=0)
MEASUREMENT = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"


@pytest.fixture
def service(transactional_db, city_of_jelgava, live_server, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")
    planner = a_user(Role.PLANNER, password=PASSWORD)
    return frost.SensorThingsService(
        f"{live_server.url}/sta/v1.1", auth_handler=AuthHandler(planner.username, PASSWORD)
    )


@pytest.fixture
def stream(service):
    stream = a_stream()
    services.ingest([a_reading(20.0 + n, time=NOW - timedelta(minutes=60 - n)) for n in range(10)])
    return stream


def test_it_reads_with_a_query_and_pages_through(service, stream):
    things = service.things().query().filter("properties/category eq 'weather'").expand("Datastreams").list()
    (thing,) = things.entities
    assert thing.datastreams.entities[0].id == stream.pk
    datastream = service.datastreams().find(stream.pk)
    found = datastream.get_observations().query().filter("result ge 22").orderby("phenomenonTime").top(3).list()
    assert [observation.result for observation in found] == [
        29.0 - n for n in range(8)
    ]  # the client's own order is DESC


def test_it_adds_a_station_with_its_observations(service):
    thing = frost.Thing(name="Quay", description="station", properties={"code": "JEL-QUAY"})
    position = {"type": "Point", "coordinates": [23.7270, 56.6511]}
    thing.locations = [
        frost.Location(name="Quay", description="", encoding_type="application/geo+json", location=position)
    ]
    service.create(thing)
    sensor = frost.Sensor(name="BME280", description="x", encoding_type="application/pdf", metadata="https://e.org/x")
    service.create(sensor)
    observed = frost.ObservedProperty(name="Humidity", definition="http://e.org/humidity", description="x")
    service.create(observed)
    datastream = frost.Datastream(
        name="Humidity at the quay",
        description="x",
        observation_type=MEASUREMENT,
        unit_of_measurement=UnitOfMeasurement(name="percent", symbol="%", definition="ucum:%"),
        thing=frost.Thing(id=thing.id),
        sensor=frost.Sensor(id=sensor.id),
        observed_property=frost.ObservedProperty(id=observed.id),
    )
    service.create(datastream)
    for minute in (3, 2, 1):
        time = (NOW - timedelta(minutes=minute)).isoformat()
        service.create(frost.Observation(result=40.0 + minute, phenomenon_time=time, datastream=datastream))
    observations = service.datastreams().find(datastream.id).get_observations().query().orderby("id", "asc").list()
    assert [observation.result for observation in observations] == [43.0, 42.0, 41.0]


def test_it_is_told_what_it_may_not_do(service, stream):
    with pytest.raises(Exception, match="400"):
        service.things().query().filter("nothing eq 1").list()
    thing = service.things().find(stream.sensor_id)
    with pytest.raises(Exception, match="409"):
        service.delete(thing)
